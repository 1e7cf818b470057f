/** The text of a baseline file (SQL with front matter) → what runs, every problem told; and a moment → the stretch that is judged then. */
import * as z from 'zod';
import { digestOf } from '../digest.ts';
import { type Problem, YaguraError } from '../error.ts';
import { LEVELS, type Level } from '../finding.ts';
import { type BoundQuery, bindQuery, parseQueryFile, type QueryFile, queryFields } from '../query-file.ts';
import { peopleText } from '../query-parameter.ts';
import type { LocalText } from '../text.ts';
import type { Detector } from './detector.ts';
import { DETECTORS, detectorById } from './detectors/index.ts';

const META = z.strictObject({
  ...queryFields,
  id: z.uuid(),
  detector: z.enum(DETECTORS.map(({ id }) => id)),
  /** How often it judges, and so how long a stretch: yesterday, or the hour before last. */
  every: z.enum(['hour', 'day']),
  /** Days of history, the judged one not counted. */
  lookbackDays: z.int().min(7).max(365),
  /** Of anomalies that the budget lets alert. */
  level: z.enum(LEVELS),
  /** Thresholds of the detector, where they differ from its defaults. */
  thresholds: z.record(z.string(), z.union([z.number(), z.boolean()])).default({}),
  nextSteps: peopleText,
});
type Meta = z.output<typeof META>;

export interface Baseline {
  /** Its name: the file's, without folder and ending. */
  name: string;
  /** UUID; the rule id of its findings. */
  id: string;
  version: string;
  title: LocalText;
  nextSteps: LocalText;
  detector: string;
  every: 'hour' | 'day';
  lookbackDays: number;
  level: Level;
  attack: string[];
  thresholds: Record<string, number | boolean>;
  budgetBytes: number;
  file: QueryFile;
}

/** @param path `queries/baselines/<name>.sql` */
export function parseBaseline(path: string, text: string): { baseline?: Baseline; problems: Problem[] } {
  const { file, problems } = parseQueryFile<Meta>(path, text, META);
  if (file === undefined) return { problems };
  const { meta } = file;
  const detector = detectorOf(meta.detector);
  const found = [...detector.settingProblems(meta.thresholds, path), ...timeProblems(file)];
  if (found.length > 0) return { problems: found };
  const { id, title, nextSteps, every, lookbackDays, level, attack, thresholds, budgetBytes } = meta;
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.sql$/, '');
  const version = digestOf([file.sql, meta, detector.defaults]).slice(0, 12);
  return {
    problems: [],
    baseline: {
      ...{ name, id, version, title, nextSteps, detector: meta.detector, every, lookbackDays, level, attack },
      ...{ thresholds, budgetBytes, file },
    },
  };
}

/** One that judges hours must say in its SQL which, one that judges days judges `:to_day`. */
function timeProblems({ path, meta, parameterNames }: QueryFile<Meta>): Problem[] {
  const wanted = meta.every === 'hour' ? ['judge_from', 'judge_to'] : [];
  const missing = wanted.filter((name) => !parameterNames.includes(name));
  const strange = Object.entries(meta.parameters).filter(
    ([name, { default: value }]) => !wanted.includes(name) && value === undefined,
  );
  return [
    ...missing.map((name) => ({
      at: path,
      what: `the query has no :${name}`,
      fix: `declare ${name} as a timestamp and bound the judged events by it`,
    })),
    ...strange.map(([name]) => ({ at: path, what: `nobody gives parameter ${name} a value`, fix: 'give it a default' })),
  ];
}

/** @throws YaguraError Bug for a detector that no schema lets pass */
export function detectorOf(id: string): Detector {
  const detector = detectorById(id);
  if (detector === undefined) throw new YaguraError('Bug', `there is no detector ${id}`);
  return detector;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A stretch of event time that is judged as a whole, epoch ms: `fromMs` ≤ time < `toMs`. */
export interface Stretch {
  fromMs: number;
  toMs: number;
}

/** Days are judged three hours after their end, hours one hour after: CloudTrail's events come within 15 minutes, flow logs' and others' later. */
export const LATENESS_MS = { day: 3 * HOUR_MS, hour: HOUR_MS } as const;

/** The last stretch that is whole at a moment. */
export function stretchAt({ every }: Pick<Baseline, 'every'>, nowMs: number): Stretch {
  const lengthMs = every === 'day' ? DAY_MS : HOUR_MS;
  const toMs = Math.floor((nowMs - LATENESS_MS[every]) / lengthMs) * lengthMs;
  return { fromMs: toMs - lengthMs, toMs };
}

export const dayText = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');

/** The query of one stretch. The day before the stretch's history is its first day. */
export function baselineQuery({ file, lookbackDays }: Baseline, { fromMs, toMs }: Stretch): BoundQuery {
  const judged = { judge_from: new Date(fromMs).toISOString(), judge_to: new Date(toMs).toISOString() };
  const declared = Object.fromEntries(Object.entries(judged).filter(([name]) => file.parameterNames.includes(name)));
  return bindQuery(file, { from_day: dayText(fromMs - lookbackDays * DAY_MS), to_day: dayText(toMs - 1), ...declared });
}
