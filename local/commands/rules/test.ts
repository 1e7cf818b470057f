/** `yagura rules test`: every rule against its cases, and against itself with each selection left out. */
import { type Problem, problemText } from '../../../functions/core/error.ts';
import { type CasesOutcome, runCases } from '../../../functions/core/sigma/cases.ts';
import { compileCorrelations } from '../../../functions/core/sigma/correlation/compile.ts';
import { type RuleTrace, traceRule } from '../../../functions/core/sigma/explain.ts';
import { loadCorrelations, loadRules } from '../../content.ts';
import { correlationFiles, correlationJudge, runCorrelationCases } from '../../correlation-cases.ts';
import { CORRELATIONS, DETECTIONS, type RuleWithCases, rulesWithCases } from '../../rule-set.ts';
import { cut, plain, plainLines } from '../../table-text.ts';
import { EXIT, note, out } from '../io.ts';

export interface TestReport {
  rules: number;
  cases: number;
  passed: number;
  failures: { rule: string; case: string; at: string; expect: string; got: string; trace?: RuleTrace }[];
  /** Selections that no case would miss: a failure too, for nothing shows that they are right. */
  survivors: { rule: string; at: string; selection: string }[];
  /** Selections dropped, and how many of these mutants a case noticed. */
  mutants: number;
  killed: number;
  untested: string[];
  /** Rules that are written for a correlation: its cases, of many events, prove them. */
  feeders: number;
  correlations: number;
  problems: Problem[];
}

export async function testPaths(paths: readonly string[]): Promise<TestReport> {
  const all = paths.length > 0 ? paths : [DETECTIONS, CORRELATIONS];
  const { rules, problems } = await rulesWithCases(all);
  const report: TestReport = {
    rules: rules.length,
    cases: 0,
    passed: 0,
    failures: [],
    survivors: [],
    mutants: 0,
    killed: 0,
    untested: [],
    feeders: 0,
    correlations: 0,
    problems,
  };
  const files = new Set<string>();
  for (const one of rules) {
    if (!files.has(one.file.file)) problems.push(...one.problems);
    files.add(one.file.file);
    if (one.feedsCorrelation) report.feeders++;
    else if (one.cases.length === 0) report.untested.push(one.rule.info.path);
    else addOutcome(report, one, runCases(one.rule, one.cases));
  }
  await addCorrelations(report, all);
  return report;
}

/** A correlation may name detections that are not below the paths: ours are there for it. */
async function addCorrelations(report: TestReport, paths: readonly string[]): Promise<void> {
  const files = await correlationFiles(paths);
  if (files.length === 0) return;
  const own = files.flatMap(({ parsed }) => parsed.rules);
  const known = new Set(own.map(({ info }) => info.id));
  const others = [...(await loadRules()), ...(await loadCorrelations()).rules].filter(({ info }) => !known.has(info.id));
  const rules = [...own, ...others];
  report.problems.push(
    ...compileCorrelations(
      rules,
      files.flatMap(({ parsed }) => parsed.correlations),
    ).problems,
  );
  const judge = correlationJudge(rules);
  for (const file of files) {
    report.correlations++;
    report.problems.push(...file.problems);
    if (file.tests === undefined) {
      if (file.problems.length === 0) report.untested.push(file.path);
      continue;
    }
    const { passed, failures, mutants, survivors } = runCorrelationCases(file, judge);
    report.cases += file.tests.cases.length;
    report.passed += passed;
    report.mutants += mutants;
    report.killed += mutants - survivors.length;
    for (const one of failures)
      report.failures.push({ rule: file.path, case: one.case, at: file.path, expect: `${one.expect} hits`, got: `${one.got}` });
    for (const selection of survivors) report.survivors.push({ rule: file.path, at: file.path, selection });
  }
}

function addOutcome(report: TestReport, { rule, cases, file }: RuleWithCases, outcome: CasesOutcome): void {
  report.cases += cases.length;
  report.passed += outcome.passed;
  report.mutants += outcome.mutants;
  report.killed += outcome.mutants - outcome.survivors.length;
  const { path } = rule.info;
  for (const { case: one, got } of outcome.failures)
    report.failures.push({ rule: path, case: one.name, at: one.at, expect: one.expect, got, trace: traceRule(rule, one.event) });
  for (const selection of outcome.survivors) report.survivors.push({ rule: path, at: file.tests?.file ?? file.file, selection });
}

/** Why a case failed: what each selection said, and the tests in it that decided. */
export function failureLines({ expect, got, trace }: { expect: string; got: string; trace?: RuleTrace }): string[] {
  const lines = [`expected ${expect}, got ${got}`];
  for (const { name, seen, atoms } of trace?.selections ?? []) {
    lines.push(`  ${name} is ${seen}`);
    for (const atom of atoms) {
      const value = atom.values === undefined ? 'absent' : atom.values.map((text) => JSON.stringify(text)).join(', ');
      lines.push(`    ${atom.seen.padEnd(7)} ${cut(plain(atom.text), 100)}   [${cut(plain(value), 80)}]`);
    }
  }
  return lines;
}

export const failedIn = ({ failures, survivors, untested, problems, rules, correlations }: TestReport): boolean =>
  failures.length + survivors.length + untested.length + problems.length > 0 || rules + correlations === 0;

export async function testCommand(paths: readonly string[], options: { json?: boolean }): Promise<number> {
  const report = await testPaths(paths);
  if (options.json) out(JSON.stringify(report));
  else tell(report);
  return failedIn(report) ? EXIT.partial : EXIT.ok;
}

function tell(report: TestReport): void {
  for (const problem of report.problems) note(plainLines(`✗ ${problemText(problem)}`));
  for (const failure of report.failures) {
    out(`✗ ${plain(failure.rule)} / ${plain(failure.case)} (${plain(failure.at)})`);
    for (const line of failureLines(failure)) out(`    ${line}`);
  }
  for (const { rule, selection } of report.survivors)
    out(`✗ ${plain(rule)}: every case passes without ${plain(selection)}, or with it. Fix: add a case that notices.`);
  for (const rule of report.untested) out(`✗ ${plain(rule)}: no test cases. Fix: write the .tests.yml beside it.`);
  const score = report.mutants === 0 ? '' : `, mutation score ${report.killed}/${report.mutants}`;
  const both =
    report.correlations === 0 ? '' : ` (${report.feeders} of them feed correlations), ${report.correlations} correlations`;
  out(`${report.rules} rules${both}, ${report.passed}/${report.cases} cases pass${score}`);
}
