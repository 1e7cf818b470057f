/** Reads correlation files and their cases from disk, and writes the events of a case out. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import type { JsonObject } from '../../functions/core/json.ts';
import { type Parsed, parseSigma } from '../../functions/core/sigma/parse.ts';

const STEP = z.strictObject({
  /** Name of the event below `events`. */
  is: z.string(),
  /** Since the case's start: `90s`, `10m`, `6h`. */
  at: z.string().regex(/^\d+[smh]$/),
  /** So many events of it, `every` apart. */
  times: z.int().positive().optional(),
  every: z
    .string()
    .regex(/^\d+[smh]$/)
    .optional(),
  /** Dotted path → another value. */
  set: z.record(z.string(), z.json()).optional(),
  /** Dotted paths whose text gets the number of the repetition (1, 2, …) behind it. */
  number: z.array(z.string()).optional(),
  /** The event id of all events of this step: delivered again, not happened again. */
  id: z.string().optional(),
});
const FILE = z.strictObject({
  /** Which correlation of the file; default: the first. */
  correlation: z.string().optional(),
  events: z.record(z.string(), z.record(z.string(), z.json())),
  cases: z.array(z.strictObject({ name: z.string().min(3), hits: z.int().nonnegative(), events: z.array(STEP).min(1) })),
});
export type CorrelationCase = z.infer<typeof FILE>['cases'][number];

export interface CorrelationFile {
  name: string;
  parsed: Parsed;
  events: Record<string, JsonObject>;
  cases: CorrelationCase[];
}

const FOLDER = join('queries', 'correlations');

export function correlationFiles(): CorrelationFile[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yml') && !file.endsWith('.tests.yml'));
  return files.sort().map((file) => {
    const tests = FILE.parse(parse(readFileSync(join(FOLDER, file.replace(/\.yml$/, '.tests.yml')), 'utf8')));
    const parsed = parseSigma(readFileSync(join(FOLDER, file), 'utf8'), join(FOLDER, file), { attack: 'strict' });
    return { name: basename(file, '.yml'), parsed, events: tests.events, cases: tests.cases };
  });
}

const UNIT_SEC = { s: 1, m: 60, h: 3600 } as const;
const seconds = (text: string): number => Number(text.slice(0, -1)) * UNIT_SEC[z.enum(['s', 'm', 'h']).parse(text.slice(-1))];
/** Half past an hour: windows must not care for borders of clock time. */
const START_MS = Date.UTC(2026, 10, 20, 9, 55);

/** The records of a case, as CloudTrail would write them, in order of the steps. */
export function recordsOf(file: CorrelationFile, { name, events }: CorrelationCase): JsonObject[] {
  return events.flatMap(({ is, at, times = 1, every = '1s', set = {}, number = [], id }, step) => {
    const template = file.events[is];
    if (template === undefined) throw new Error(`${file.name}: no event ${is}`);
    return Array.from({ length: times }, (_, i) => {
      const record = structuredClone(template);
      for (const [path, value] of Object.entries(set)) put(record, path, () => value);
      for (const path of number) put(record, path, (old) => `${typeof old === 'string' ? old : ''}${i + 1}`);
      const timeMs = START_MS + (seconds(at) + i * seconds(every)) * 1000;
      const eventID = id ?? `${name}-${step}-${i}`.replaceAll(' ', '-');
      return { ...record, eventTime: `${new Date(timeMs).toISOString().slice(0, 19)}Z`, eventID };
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
