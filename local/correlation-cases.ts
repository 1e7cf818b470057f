/** Correlation files and their cases, `….tests.yml` → the records of each case, and what the correlations say of them. */
import { relative } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Problem } from '../functions/core/error.ts';
import type { JsonObject } from '../functions/core/json.ts';
import type { SigmaCorrelation, SigmaRule } from '../functions/core/sigma/ast.ts';
import { compileCorrelations } from '../functions/core/sigma/correlation/compile.ts';
import { type CorrelationHit, correlate } from '../functions/core/sigma/correlation/judge.ts';
import { createMatchReader } from '../functions/core/sigma/correlation/reader.ts';
import { type Parsed, parseSigma } from '../functions/core/sigma/parse.ts';
import { compileStream } from '../functions/core/sigma/stream.ts';
import { SOURCES } from '../functions/sources/index.ts';
import { ROOT } from './content.ts';
import { findRuleFiles, type RuleFile } from './rule-files.ts';

const SPAN = z.string().regex(/^\d+[smh]$/, 'allowed: a number and s, m or h, as in 90s');
const STEP = z.strictObject({
  /** Name of the event below `events`. */
  is: z.string(),
  /** Since the case's start: `90s`, `10m`, `6h`. */
  at: SPAN,
  /** So many events of it, `every` apart. */
  times: z.int().positive().max(10_000).optional(),
  every: SPAN.optional(),
  /** Dotted path → another value. */
  set: z.record(z.string(), z.json()).optional(),
  /** Dotted paths whose text gets the number of the repetition (1, 2, …) behind it. */
  number: z.array(z.string()).optional(),
  /** The event id of all events of this step: delivered again, not happened again. */
  id: z.string().optional(),
});
const FILE = z.strictObject({
  /** Where the events have their time and their id; default: as CloudTrail has them. */
  time: z.string().default('eventTime'),
  id: z.string().default('eventID'),
  events: z.record(z.string(), z.record(z.string(), z.json())),
  cases: z.array(z.strictObject({ name: z.string().min(3), hits: z.int().nonnegative(), events: z.array(STEP).min(1) })).min(1),
});
export type CorrelationCase = z.infer<typeof FILE>['cases'][number];

export interface CorrelationFile {
  /** The file's name without its ending. */
  name: string;
  path: string;
  parsed: Parsed;
  tests: z.infer<typeof FILE> | undefined;
  /** Of the tests: the rules' own are in `parsed`. */
  problems: Problem[];
}

/** Every file below the paths that holds a correlation. */
export async function correlationFiles(paths: readonly string[]): Promise<CorrelationFile[]> {
  const { files } = await findRuleFiles(paths);
  return files.flatMap((file) => {
    const path = relative(ROOT, file.file);
    const parsed = parseSigma(file.text, path, { attack: 'strict' });
    return parsed.correlations.length === 0 ? [] : [withTests(file, path, parsed)];
  });
}

function withTests({ tests }: RuleFile, path: string, parsed: Parsed): CorrelationFile {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
  const base = { name, path, parsed };
  if (tests === undefined) return { ...base, tests: undefined, problems: [] };
  const at = relative(ROOT, tests.file);
  try {
    const read = FILE.safeParse(parse(tests.text));
    if (read.success) return { ...base, tests: read.data, problems: [] };
    const problems = read.error.issues.map(({ path: where, message }) => ({
      at: `${at}: ${where.join('.') || 'the file'}`,
      what: message,
      allowed: 'events by name, and cases {name, hits, events: [{is, at, times, every, set, number, id}]}',
    }));
    return { ...base, tests: undefined, problems };
  } catch (error) {
    return { ...base, tests: undefined, problems: [{ at, what: error instanceof Error ? error.message : String(error) }] };
  }
}

const UNIT_SEC = { s: 1, m: 60, h: 3600 } as const;
const seconds = (text: string): number => Number(text.slice(0, -1)) * UNIT_SEC[z.enum(['s', 'm', 'h']).parse(text.slice(-1))];
/** Shortly before an hour: windows must not care for borders of clock time. */
const START_MS = Date.UTC(2026, 10, 20, 9, 55);

/** The records of a case in order of its steps. @throws Error naming an event or a path that is not there */
export function recordsOf({ name: file, tests }: CorrelationFile, { name, events }: CorrelationCase): JsonObject[] {
  if (tests === undefined) return [];
  return events.flatMap(({ is, at, times = 1, every = '1s', set = {}, number = [], id }, step) => {
    const template = tests.events[is];
    if (template === undefined) throw new Error(`${file}: case "${name}" names no event of the file: ${is}`);
    return Array.from({ length: times }, (_, i) => {
      const record = structuredClone(template);
      for (const [path, value] of Object.entries(set)) put(record, path, () => value);
      for (const path of number) put(record, path, (old) => `${typeof old === 'string' ? old : ''}${i + 1}`);
      const timeMs = START_MS + (seconds(at) + i * seconds(every)) * 1000;
      put(record, tests.time, () => `${new Date(timeMs).toISOString().slice(0, 19)}Z`);
      put(record, tests.id, () => id ?? `${name}-${step}-${i}`.replaceAll(' ', '-'));
      return record;
    });
  });
}

function put(record: JsonObject, path: string, change: (old: JsonObject[string] | undefined) => JsonObject[string]): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = record;
  for (const key of keys) {
    const next = at[key];
    if (next === null || typeof next !== 'object' || Array.isArray(next)) throw new Error(`${path} is not there`);
    at = next;
  }
  at[last] = change(at[last]);
}

/** Judges records with correlations, on the way that ingest and detect take. The rules are compiled once, for all cases. */
export function correlationJudge(rules: readonly SigmaRule[]) {
  const { stream } = compileStream(rules, { sources: SOURCES });
  return (records: readonly JsonObject[], correlations: readonly SigmaCorrelation[]): CorrelationHit[] => {
    const set = compileCorrelations(rules, correlations);
    const reader = createMatchReader(set, SOURCES);
    const kept = records.flatMap((record) => {
      const source = SOURCES.find((one) => one.recognizes(record));
      if (source === undefined) return [];
      const event = source.toOcsf(record, { nowMs: 0 });
      const matched = { sourceId: source.id, record, event };
      return stream.match(source.id, record, event).flatMap(({ rule }) => reader.read(rule.id, matched));
    });
    return set.plans.flatMap((plan) =>
      correlate(
        plan,
        kept.filter((one) => one.plan === plan).map(({ match }) => match),
      ),
    );
  };
}
export type CorrelationJudge = ReturnType<typeof correlationJudge>;

/** The correlation a little wrong: a case must notice. */
export function mutantsOf(correlation: SigmaCorrelation): [string, SigmaCorrelation][] {
  const found: [string, SigmaCorrelation][] = [
    ['a shorter timespan', { ...correlation, timespanSec: Math.floor(correlation.timespanSec * 0.9) }],
    ['a longer timespan', { ...correlation, timespanSec: correlation.timespanSec + 60 }],
  ];
  for (const by of [-1, 1]) {
    const bounds = correlation.bounds.map(({ compare, value }) => ({ compare, value: value + by }));
    if (bounds.length > 0) found.push([`a bound ${by > 0 ? 'higher' : 'lower'} by one`, { ...correlation, bounds }]);
  }
  for (const field of correlation.groupBy)
    found.push([`no ${field}`, { ...correlation, groupBy: correlation.groupBy.filter((one) => one !== field) }]);
  if (correlation.type === 'temporal_ordered') found.push(['any order', { ...correlation, type: 'temporal' }]);
  if (correlation.type === 'value_count') found.push(['events instead of values', { ...correlation, type: 'event_count' }]);
  return found;
}

export interface CorrelationOutcome {
  passed: number;
  failures: { case: string; expect: number; got: number }[];
  mutants: number;
  /** What no case notices. */
  survivors: string[];
}

/** Runs the cases of a file against its first correlation, and against that one's mutants. */
export function runCorrelationCases(file: CorrelationFile, judge: CorrelationJudge): CorrelationOutcome {
  const [outer, ...inner] = file.parsed.correlations;
  const outcome: CorrelationOutcome = { passed: 0, failures: [], mutants: 0, survivors: [] };
  if (outer === undefined) return outcome;
  const cases = (file.tests?.cases ?? []).map((one) => ({ ...one, records: recordsOf(file, one) }));
  const count = (records: readonly JsonObject[], as: SigmaCorrelation): number =>
    judge(records, [as, ...inner]).filter(({ plan }) => plan.root.correlation.info.id === outer.info.id).length;
  for (const { name, hits, records } of cases) {
    const got = count(records, outer);
    if (got === hits) outcome.passed++;
    else outcome.failures.push({ case: name, expect: hits, got });
  }
  if (outcome.failures.length > 0) return outcome;
  for (const [what, mutant] of mutantsOf(outer)) {
    outcome.mutants++;
    if (cases.every(({ records, hits }) => count(records, mutant) === hits)) outcome.survivors.push(what);
  }
  return outcome;
}
