/** The text of `queries/scheduled/<id>.sql` (Athena SQL whose opening comment is YAML) → a scheduled detection, checked. */
import * as z from 'zod';
import { currentTechnique, TACTICS, tacticOf } from '../attack/attack.ts';
import { shortId } from '../digest.ts';
import { nearest, type Problem } from '../error.ts';
import { LEVELS } from '../finding.ts';
import { parseQueryFile, peopleText, type QueryFile, queryFields } from '../query-file.ts';

const UNIT_MIN = { m: 1, h: 60, d: 1440 } as const;
/** How often the schedule looks: nothing runs more often. */
export const TICK_MIN = 5;
/** A batch is in the lake so long after the ingest time that its events carry. */
export const SETTLE_MIN = 10;
const MOST_MIN = 31 * 1440;

/** `15m`, `1h`, `7d` as minutes. */
const duration = z.string().transform((text, context) => {
  const [, count = '', unit = 'm'] = /^(\d{1,4})(m|h|d)$/.exec(text) ?? [];
  const minutes = Number(count) * UNIT_MIN[unit as keyof typeof UNIT_MIN];
  if (count !== '' && minutes >= TICK_MIN && minutes % TICK_MIN === 0 && minutes <= MOST_MIN) return minutes;
  context.addIssue(`must be a time as 15m, 1h or 7d: whole steps of ${TICK_MIN}m, at most 31d`);
  return z.NEVER;
});

const column = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, 'must be a column of the result');
const tactic = z
  .string()
  .refine((slug) => tacticOf(slug)?.slug === slug, `must be one of ${TACTICS.map(({ slug }) => slug).join(', ')}`);

/** The window of a run, which every scheduled query uses beside the days: events that were ingested from … until before …. */
export const INGEST_WINDOW = { ingest_from: { type: 'timestamp' }, ingest_to: { type: 'timestamp' } } as const;

const meta = z
  .strictObject({
    ...queryFields,
    /** What it finds and why that matters. */
    description: peopleText,
    /** How often it runs. */
    every: duration,
    /** How far each run looks back in ingest time: more than `every`, so that runs overlap and no group of events is cut in two. */
    lookback: duration,
    level: z.enum(LEVELS),
    /** `experimental` is staged: recorded for measuring, never an alert. */
    status: z.enum(['stable', 'test', 'experimental']).default('test'),
    /** Narrows the tactics of the techniques. */
    tactics: z.array(tactic).default([]),
    /** Ids of the sources that it needs; the first is the finding's where the result has no column `source`. */
    sources: z.array(z.string().regex(/^[a-z0-9][a-z0-9_-]*$/)).min(1),
    /** Entity columns that name what it was done to; the others name who did it, accounts where. */
    targets: z.array(column).default([]),
    /** Columns that tell one finding from another, beside the rule. */
    dedup: z.array(column).min(1),
    /** Findings of one key within this time of the events are one. Default: the lookback. */
    dedupWindow: duration.optional(),
    /** One sentence of fact; `{column}` stands for a value of the row. */
    summary: z.string().trim().min(10).max(500),
    nextSteps: peopleText.optional(),
    /** Events that come so many days late are still looked at. */
    lateDays: z.int().min(0).max(30).default(3),
  })
  .superRefine((given, context) => {
    if (given.lookback < given.every + SETTLE_MIN)
      context.addIssue({
        code: 'custom',
        path: ['lookback'],
        message: `must be at least ${given.every + SETTLE_MIN}m: every (${given.every}m) and ${SETTLE_MIN}m in which a batch may settle`,
      });
    const entities = Object.keys(given.entities);
    if (entities.length === 0) context.addIssue({ code: 'custom', path: ['entities'], message: 'must name at least one column' });
    for (const name of given.targets)
      if (!entities.includes(name))
        context.addIssue({ code: 'custom', path: ['targets'], message: `${name} is no column of entities` });
    for (const name of Object.keys(INGEST_WINDOW))
      if (Object.hasOwn(given.parameters, name))
        context.addIssue({ code: 'custom', path: ['parameters', name], message: 'is given to every run: leave it out' });
  });

/** What the front matter says; times in minutes. */
export type ScheduledMeta = z.output<typeof meta>;

export interface ScheduledQuery {
  /** The path below `queries/scheduled`, without the ending: `aws_root_used`. */
  id: string;
  path: string;
  /** Changes with the file: 16 hex digits. */
  version: string;
  meta: ScheduledMeta;
  sql: string;
  parameterNames: string[];
  /** What the technique ids and `tactics` come to. */
  tactics: string[];
}

const withWindow = meta.transform((given) => ({ ...given, parameters: { ...given.parameters, ...INGEST_WINDOW } }));

/** @param path below the repository's root: `queries/scheduled/<id>.sql` */
export function parseScheduled(path: string, text: string): { query?: ScheduledQuery; problems: Problem[] } {
  const { file, problems } = parseQueryFile(path, text, withWindow as unknown as z.ZodType<ScheduledMeta>);
  if (file === undefined) return { problems: problems.map(explained) };
  const id = idOf(path);
  if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(id))
    return { problems: [{ at: path, what: `the file's name "${id}"`, allowed: 'a-z, 0-9 and single _' }] };
  return { query: { ...file, id, version: shortId(text), tactics: tacticsOf(file) }, problems: [] };
}

export const idOf = (path: string): string => (path.split('/').at(-1) ?? path).replace(/\.sql$/, '');

/** The window of ingest time is not declared, so "leave it out" is no help. */
function explained(problem: Problem): Problem {
  const name = Object.keys(INGEST_WINDOW).find((known) => problem.what === `parameter ${known} is not used`);
  if (name === undefined) return problem;
  return {
    ...problem,
    what: `the query has no :${name}`,
    fix: 'bound each table by ingest time: AND ingest_time_dt >= :ingest_from AND ingest_time_dt < :ingest_to',
  };
}

function tacticsOf({ meta: { attack, tactics } }: QueryFile<ScheduledMeta>): string[] {
  if (tactics.length > 0) return [...new Set(tactics)].sort();
  return [...new Set(attack.flatMap((id) => [...(currentTechnique(id)?.tactics ?? [])]))].sort();
}

/** Sources that nobody has, over all files. */
export const unknownSources = (queries: readonly ScheduledQuery[], known: readonly string[]): Problem[] =>
  queries.flatMap(({ path, meta: { sources } }) =>
    sources
      .filter((id) => !known.includes(id))
      .map((id) => {
        const near = nearest(id, known);
        return { at: path, what: `unknown source "${id}"`, ...(near === undefined ? {} : { fix: `did you mean "${near}"?` }) };
      }),
  );
