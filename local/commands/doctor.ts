/** `yagura doctor`: the results of the doctor's own process, as people read them or as JSON. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { enabledSources } from '../../functions/core/config.ts';
import { YaguraError } from '../../functions/core/error.ts';
import { readersOf } from '../../functions/core/sigma/readers.ts';
import type { Locale } from '../../functions/core/text.ts';
import { type CheckResult, tellFinding } from '../../functions/doctor/finding.ts';
import { PIPELINE } from '../../functions/pipeline.ts';
import { loadRules } from '../content.ts';
import { loadSources } from '../mappings.ts';
import { readConfig } from '../settings.ts';
import { plain } from '../table-text.ts';
import { EXIT, out } from './io.ts';

/** A process of its own: nothing of the laptop's run loads the AWS SDK. docs/decisions/0080-the-doctor-is-a-process.md */
const DOCTOR = fileURLToPath(new URL('../../functions/adapters/aws/doctor.ts', import.meta.url));

interface Options {
  timeout: number;
  json?: boolean;
  locale: Locale;
}

export async function doctorCommand(options: Options): Promise<number> {
  if (!(options.timeout > 0)) throw new YaguraError('BadInput', '--timeout is no number of seconds (allowed: more than 0)');
  const config = await readConfig();
  const all = await loadSources();
  const sources = enabledSources(
    config,
    all.map(({ id }) => id),
  );
  const readers = readersOf(await loadRules(), all);
  const stages = PIPELINE.map(({ id, trigger }) => ({ id, trigger: trigger.kind }));
  const results = await ask({ config, sources, readers, stages }, options.timeout);
  out(options.json ? JSON.stringify(asJson(results, options.locale)) : reportText(results, options.locale));
  return exitOf(results);
}

/** @throws YaguraError Unavailable where the process answers nothing that can be read */
async function ask(order: object, timeoutSec: number): Promise<CheckResult[]> {
  const child = spawn(process.execPath, [DOCTOR], { stdio: ['pipe', 'pipe', 'inherit'], timeout: timeoutSec * 1000 });
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(order));
  const answer = await text(child.stdout);
  try {
    return JSON.parse(answer);
  } catch {
    throw new YaguraError('Unavailable', `the doctor did not end in ${timeoutSec} s, or could not start`);
  }
}

/** An error that was found outweighs what could not be seen. */
export function exitOf(results: readonly CheckResult[]): number {
  const found = results.flatMap(({ findings }) => findings.map((finding) => tellFinding(finding, 'en')));
  if (found.some(({ severity }) => severity === 'error')) return EXIT.fault;
  return results.some(({ status }) => status === 'could-not-look') ? EXIT.partial : EXIT.ok;
}

export const asJson = (results: readonly CheckResult[], locale: Locale) =>
  results.map(({ findings, ...rest }) => ({
    ...rest,
    findings: findings.map((finding) => ({ ...tellFinding(finding, locale), values: finding.values })),
  }));

const WORDS = {
  en: {
    error: 'ERROR',
    warning: 'WARNING',
    why: 'why',
    fix: 'fix',
    looked: 'fine',
    skipped: 'skipped',
    unseen: 'could not look',
  },
  ja: { error: 'エラー', warning: '警告', why: '理由', fix: '対処', looked: '正常', skipped: '対象外', unseen: '確認できません' },
} as const;

/** Findings first, then what could not be looked at, then what is fine. */
export function reportText(results: readonly CheckResult[], locale: Locale): string {
  const words = WORDS[locale];
  const found = results
    .flatMap(({ findings }) => findings.map((finding) => tellFinding(finding, locale)))
    .sort((a, b) => a.severity.localeCompare(b.severity))
    .map(({ severity, id, what, why, fix }) =>
      [`${words[severity]}  ${id}: ${plain(what)}`, `    ${words.why}: ${plain(why)}`, `    ${words.fix}: ${plain(fix)}`].join(
        '\n',
      ),
    );
  const named = (status: CheckResult['status']): CheckResult[] => results.filter((one) => one.status === status);
  const rest = [
    ...named('could-not-look').map(({ check, reason }) => `${words.unseen}  ${check}: ${plain(reason)}`),
    ...named('skipped').map(({ check, reason }) => `${words.skipped}  ${check}: ${plain(reason)}`),
    ...named('looked')
      .filter(({ findings }) => findings.length === 0)
      .map(({ check }) => `${words.looked}  ${check}`),
  ];
  return [...found, ...rest].join('\n');
}
