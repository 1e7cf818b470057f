/** A hunt with the values that a person chose → the text of a scheduled detection that asks the same by the clock. */
import { stringify } from 'yaml';
import { YaguraError } from './error.ts';
import type { Level } from './finding.ts';
import type { Hunt } from './hunt.ts';
import { asOf } from './hunt-as-of.ts';
import type { QueryValues } from './query-file.ts';
import { queryTokens } from './query-tokens.ts';
import { parseScheduled, type ScheduledQuery } from './scheduled/file.ts';
import type { ParseSql } from './sql/parse.ts';

export interface ScheduleOptions {
  /** `6h`, `1d`. */
  every: string;
  /** `experimental` is staged: recorded for measuring, never an alert. */
  status: 'experimental' | 'test' | 'stable';
  level?: Level;
  parse: ParseSql;
}

export interface ScheduledHunt {
  path: string;
  text: string;
  query: ScheduledQuery;
}

/** Longer than `every` by a day, so that runs overlap. */
const LOOKBACK_DAYS = 2;
/** Events that come so many days late are still looked at. */
const LATE_DAYS = 3;
const MAX_DAYS = 90;
const MAX_BUDGET_BYTES = 1e14;

/**
 * Each run tells what the hunt finds with the events that were ingested until its end, and did not find with those until its beginning: an
 * event counts when it comes, however late. Its days reach back as far as a run by hand does, and over the late ones. Findings of overlapping
 * runs are one.
 * @throws YaguraError BadInput for values or times that a scheduled detection cannot have, or a hunt whose tables are not bounded by its days
 */
export async function scheduledHunt(hunt: Hunt, values: QueryValues, options: ScheduleOptions): Promise<ScheduledHunt> {
  const path = `queries/scheduled/hunt_${hunt.id}.sql`;
  const front = stringify(frontMatter(hunt, values, options), {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
  });
  // A text that ends the comment would end the front matter: in double quotes YAML reads `\/` as the same character.
  const text = `/*\n${front.replaceAll('*/', '*\\/')}*/\n${await wrapped(hunt, options.parse)}\n`;
  const { query, problems } = parseScheduled(path, text);
  if (query === undefined) throw new YaguraError('BadInput', `${hunt.id} cannot be scheduled so`, { problems });
  return { path, text, query };
}

function frontMatter({ meta }: Hunt, values: QueryValues, { every, status, level }: ScheduleOptions): object {
  const parameters = Object.fromEntries(
    Object.entries(meta.parameters).map(([name, spec]) => {
      const chosen = values[name] ?? spec.default;
      const isRecent = name === 'recent_days' && typeof chosen === 'number' && values[name] === undefined;
      // What a window brings, late events with it, is new in every run that sees it.
      const value = isRecent
        ? Math.min(chosen + LOOKBACK_DAYS + LATE_DAYS, typeof spec.max === 'number' ? spec.max : MAX_DAYS)
        : chosen;
      return [name, value === undefined ? spec : { ...spec, default: value }];
    }),
  );
  const columns = Object.keys(meta.entities);
  return {
    title: meta.title,
    description: { en: `${meta.hypothesis.en} ${meta.read.en}`, ja: `${meta.hypothesis.ja}${meta.read.ja}` },
    every,
    lookback: `${LOOKBACK_DAYS}d`,
    level: level ?? meta.level,
    status,
    attack: meta.attack,
    sources: meta.data,
    entities: meta.entities,
    dedup: columns,
    dedupWindow: `${Math.min(31, Math.max(LOOKBACK_DAYS, meta.days))}d`,
    // It is asked twice.
    budgetBytes: Math.min(2 * meta.budgetBytes, MAX_BUDGET_BYTES),
    lateDays: LATE_DAYS,
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    summary: `${meta.title.en}: ${columns.map((column) => `${column} {${column}}`).join(', ')}`,
    nextSteps: meta.next,
  };
}

/** The hunt's own SQL twice, as of the end of the window and as of its beginning, with days that follow the window. */
async function wrapped(hunt: Hunt, parse: ParseSql): Promise<string> {
  const days: Record<string, string> = {
    from_day: `date_format(date_parse(:from_day, '%Y%m%d') - INTERVAL '${hunt.meta.days}' DAY, '%Y%m%d')`,
    to_day: `date_format(least(date_parse(:to_day, '%Y%m%d'), :ingest_to), '%Y%m%d')`,
  };
  const until = await asOf(hunt, parse);
  const rowsUntil = (moment: string): string => {
    const { tokens } = queryTokens(until(moment));
    return tokens.map(({ kind, text }) => (kind === 'name' ? (days[text] ?? `:${text}`) : text)).join('');
  };
  return [
    'SELECT found.*, found.last_seen AS time, found.examples AS event_uids',
    'FROM (',
    `SELECT * FROM (\n${rowsUntil('ingest_to')}\n) AS until_now`,
    'EXCEPT',
    `SELECT * FROM (\n${rowsUntil('ingest_from')}\n) AS until_then`,
    ') AS found',
  ].join('\n');
}
