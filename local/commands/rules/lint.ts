/** `yagura rules lint`: everything that a careful reader would object to in rules and their test cases, located. */
import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import { problemText } from '../../../functions/core/error.ts';
import { parseCases } from '../../../functions/core/sigma/cases.ts';
import { type LintContext, type LintFinding, lintRules, lintTogether } from '../../../functions/core/sigma/lint.ts';
import type { Parsed } from '../../../functions/core/sigma/parse.ts';
import { compileStream } from '../../../functions/core/sigma/stream.ts';
import { SOURCES } from '../../../functions/sources/index.ts';
import { findRuleFiles, type RuleFile } from '../../rule-files.ts';
import { CORRELATIONS, DETECTIONS, shownFile } from '../../rule-set.ts';
import { fieldHints, sampleFields } from '../../source-fields.ts';
import { plainLines } from '../../table-text.ts';
import { EXIT, note, out } from '../io.ts';

/** Folders of our own content. */
const OURS = [DETECTIONS, CORRELATIONS].map((folder) => `${folder}${sep}`);

/** What is wrong in the files below the paths. `rules`: how many rules were looked at. */
export async function lintPaths(paths: readonly string[]): Promise<{ findings: LintFinding[]; rules: number; files: number }> {
  const found = await findRuleFiles(paths.length > 0 ? paths : [DETECTIONS, CORRELATIONS].filter((folder) => existsSync(folder)));
  const context: LintContext = fieldHints(await sampleFields());
  const findings: LintFinding[] = found.problems.map((problem) => ({ severity: 'error', code: 'unreadable', ...problem }));
  const named: Parameters<typeof lintTogether>[0][number][] = [];
  let rules = 0;
  for (const file of found.files) {
    const shown = shownFile(file.file);
    const linted = lintRules(file.text, shown, { ...context, isOurs: OURS.some((folder) => file.file.startsWith(folder)) });
    findings.push(...linted.findings, ...lintTests(file, linted.parsed));
    for (const rule of linted.parsed.rules) {
      rules++;
      for (const problem of compileStream([rule], { sources: SOURCES }).problems)
        findings.push({ severity: 'error', code: 'compile', ...problem, at: shown });
    }
    for (const { info, name } of [...linted.parsed.rules, ...linted.parsed.correlations])
      named.push({ id: info.id, title: info.title, ...(name === undefined ? {} : { name }), file: shown });
  }
  findings.push(...lintTogether(named));
  return { findings, rules, files: found.files.length };
}

/** A rule without cases of each kind is a belief. */
function lintTests(file: RuleFile, { rules, correlations }: Parsed): LintFinding[] {
  const shown = shownFile(file.file);
  if (rules.length + correlations.length === 0) return [];
  const beside = shown.replace(/\.ya?ml$/i, '.tests.yml');
  if (file.tests === undefined)
    return [
      {
        severity: 'error',
        code: 'no-tests',
        at: `${shown}:1:1`,
        what: 'The rule has no test cases',
        fix: `write ${beside}: cases of match, no_match and not_applicable.`,
      },
    ];
  // The cases of a correlation have many events each.
  if (correlations.length > 0) return [];
  const { cases, problems } = parseCases(file.tests.text, shownFile(file.tests.file));
  const findings: LintFinding[] = problems.map((problem) => ({ severity: 'error', code: 'tests', ...problem }));
  if (problems.length > 0) return findings;
  for (const kind of ['match', 'no_match', 'not_applicable'] as const)
    if (!cases.some(({ expect }) => expect === kind))
      findings.push({
        severity: kind === 'not_applicable' ? 'warning' : 'error',
        code: 'no-case',
        at: `${shownFile(file.tests.file)}:1:1`,
        what: `No case expects ${kind}`,
        fix:
          kind === 'match'
            ? 'add an event that must be found.'
            : kind === 'no_match'
              ? 'add a near miss.'
              : 'add an event that lacks the fields that decide.',
      });
  return findings;
}

export async function lintCommand(paths: readonly string[], options: { json?: boolean }): Promise<number> {
  const { findings, rules, files } = await lintPaths(paths);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (options.json) out(JSON.stringify({ files, rules, errors, warnings: findings.length - errors, findings }));
  else {
    for (const finding of findings) out(plainLines(`${finding.severity} ${finding.code} ${problemText(finding)}`));
    out(`${files} files, ${rules} rules: ${errors} errors, ${findings.length - errors} warnings`);
    if (files === 0) note('no rule files (*.yml) there');
  }
  return errors > 0 || files === 0 ? EXIT.partial : EXIT.ok;
}
