/** A hunt with the values that a person chose → the text of a scheduled detection that asks the same by the clock. */
import { stringify } from 'yaml';
import { YaguraError } from './error.ts';
import type { Level } from './finding.ts';
import type { Hunt } from './hunt.ts';
import type { QueryValues } from './query-file.ts';
import { queryTokens } from './query-tokens.ts';
import { parseScheduled, type ScheduledQuery } from './scheduled/file.ts';

export interface ScheduleOptions {
  /** `6h`, `1d`. */
  every: string;
  /** `experimental` is staged: recorded for measuring, never an alert. */
  status: 'experimental' | 'test' | 'stable';
  level?: Level;
}

export interface ScheduledHunt {
  path: string;
  text: string;
  query: ScheduledQuery;
}

/** Longer than `every` by a day, so that what comes late, and a day that has just begun, are looked at. */
const LOOKBACK_DAYS = 2;

/**
 * The window of each run reaches back as many days as a run by hand does. Rows whose last event is older than the lookback were told
 * before; findings of overlapping runs are one.
 * @throws YaguraError BadInput for values or times that a scheduled detection cannot have
 */
export function scheduledHunt(hunt: Hunt, values: QueryValues, options: ScheduleOptions): ScheduledHunt {
  const path = `queries/scheduled/hunt_${hunt.id}.sql`;
  const front = stringify(frontMatter(hunt, values, options), {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
  });
  // A text that ends the comment would end the front matter: in double quotes YAML reads `\/` as the same character.
  const text = `/*\n${front.replaceAll('*/', '*\\/')}*/\n${wrapped(hunt)}\n`;
  const { query, problems } = parseScheduled(path, text);
  if (query === undefined) throw new YaguraError('BadInput', `${hunt.id} cannot be scheduled so`, { problems });
  return { path, text, query };
}

function frontMatter({ meta }: Hunt, values: QueryValues, { every, status, level }: ScheduleOptions): object {
  const parameters = Object.fromEntries(
    Object.entries(meta.parameters).map(([name, spec]) => {
      const chosen = values[name] ?? spec.default;
      // A run sees the day that has just begun: what is new since yesterday is new.
      const value = name === 'recent_days' && typeof chosen === 'number' && values[name] === undefined ? chosen + 1 : chosen;
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
    budgetBytes: meta.budgetBytes,
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    summary: `${meta.title.en}: ${columns.map((column) => `${column} {${column}}`).join(', ')}`,
    nextSteps: meta.next,
  };
}

/** The hunt's own SQL, with days that follow the run's window of ingest time. */
function wrapped({ meta, sql }: Hunt): string {
  const days: Record<string, string> = {
    from_day: `date_format(date_parse(:from_day, '%Y%m%d') - INTERVAL '${meta.days}' DAY, '%Y%m%d')`,
    to_day: `date_format(least(date_parse(:to_day, '%Y%m%d'), :ingest_to), '%Y%m%d')`,
  };
  const inner = queryTokens(sql).tokens.map(({ kind, text }) => (kind === 'name' ? (days[text] ?? `:${text}`) : text));
  return [
    'SELECT found.*, found.last_seen AS time, found.examples AS event_uids',
    `FROM (\n${inner.join('')}\n) AS found`,
    `WHERE found.last_seen >= date_add('day', -1, :ingest_from) AND found.first_seen < :ingest_to`,
  ].join('\n');
}
