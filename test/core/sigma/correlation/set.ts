/** Compiles small correlation texts for the tests, and writes their matches. */
import type { Problem } from '../../../../functions/core/error.ts';
import { type CompiledCorrelations, compileCorrelations } from '../../../../functions/core/sigma/correlation/compile.ts';
import { type CorrelationHit, correlate, type JudgeOptions } from '../../../../functions/core/sigma/correlation/judge.ts';
import type { Match } from '../../../../functions/core/sigma/correlation/match.ts';
import type { CorrelationPlan } from '../../../../functions/core/sigma/correlation/plan.ts';
import { parseSigma } from '../../../../functions/core/sigma/parse.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A base rule document; its id ends in `n`. */
export const baseText = (name: string, n: number): string =>
  `title: Base ${name}\nid: ${uuid(n)}\nname: ${name}\nstatus: test\nlevel: informational\nlogsource: {product: aws, service: cloudtrail}\ndetection:\n    selection: {eventName: ${name}}\n    condition: selection\n`;
export const ID = { a: uuid(1), b: uuid(2), c: uuid(3) } as const;
const BASES = [baseText('a', 1), baseText('b', 2), baseText('c', 3)];

/** A correlation document; `body` without indentation. */
export const correlationText = (body: string, { n = 100, name = '', head = '' } = {}): string =>
  `title: Correlation ${n}\nid: ${uuid(n)}\nstatus: test\nlevel: high\n${name === '' ? '' : `name: ${name}\n`}${head}correlation:\n${body
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')}\n`;

export function compileTexts(texts: readonly string[]): CompiledCorrelations & { parseProblems: Problem[] } {
  const parsed = parseSigma([...BASES, ...texts].join('---\n'), 'queries/correlations/x.yml');
  return { ...compileCorrelations(parsed.rules, parsed.correlations), parseProblems: parsed.problems };
}

/** The only plan of these texts; throws with their problems where they have any. */
export function planOf(...texts: string[]): CorrelationPlan {
  const { plans, problems, parseProblems } = compileTexts(texts);
  const [only] = plans;
  if (only === undefined || plans.length > 1 || problems.length + parseProblems.length > 0)
    throw new Error(JSON.stringify([plans.length, problems, parseProblems], null, 2));
  return only;
}

export const T0 = Date.UTC(2026, 0, 5, 9);
let count = 0;

/** A match `sec` seconds after T0. */
export function match(rule: keyof typeof ID, sec: number, fields: Record<string, string | string[]> = {}, uid?: string): Match {
  count += 1;
  const texts = Object.entries(fields).map(([path, text]) => [path, typeof text === 'string' ? [text] : text]);
  const eventUid = uid ?? `e${count}`;
  return {
    ruleId: ID[rule],
    eventUid,
    timeMs: T0 + sec * 1000,
    source: 'aws-cloudtrail',
    fields: Object.fromEntries(texts),
    entities: [],
  };
}

/** Group, seconds after T0, and number of matches of each hit. */
export const told = (plan: CorrelationPlan, matches: readonly Match[], options?: JudgeOptions): [string, number, number][] =>
  correlate(plan, matches, options).map(({ group, timeMs, matchCount }) => [group.join('/'), (timeMs - T0) / 1000, matchCount]);

/** What two runs must agree in. */
export const shape = (hits: readonly CorrelationHit[]): unknown[] =>
  hits.map(({ uid, group, timeMs, matches, matchCount }) => ({
    uid,
    group,
    timeMs,
    matchCount,
    uids: matches.map((one) => one.eventUid),
  }));
