/** A row of a scheduled query's result → a finding, on the same path as every other; a query that fails → a rule_error finding. */
import { digestOf, shortId } from '../digest.ts';
import { YaguraError } from '../error.ts';
import type { Entity, EntityType, Finding, Level } from '../finding.ts';
import { primaryEntity } from '../finding-summary.ts';
import type { Json } from '../json.ts';
import { identityEntities, isNobody, keyEntity } from '../principal.ts';
import { effectiveLevel, isStaged } from '../sigma/staged.ts';
import type { ScheduledQuery } from './file.ts';

/** Columns that mean the same in every result. `time` must be there: when the last of the row's events happened. */
export const RESERVED = { time: 'time', events: 'event_uids', source: 'source' } as const;

const MAX_ENTITIES = 64;
const MAX_WORD = 160;
const MAX_KEY = 900;
/** Event ids are the providers' own; together they must fit a bus event. */
const MAX_UID_BYTES = 60_000;
const MIN_MS = 60_000;

export interface Row {
  columns: readonly string[];
  values: readonly Json[];
}

const cellOf = ({ columns, values }: Row, name: string): Json => values[columns.indexOf(name)] ?? null;

/** Names of columns that the front matter uses and the result has not. */
export function missingColumns({ meta }: ScheduledQuery, columns: readonly string[]): string[] {
  const used = [RESERVED.time, ...Object.keys(meta.entities), ...meta.dedup, ...placeholdersIn(meta.summary)];
  return [...new Set(used)].filter((name) => !columns.includes(name));
}

const placeholdersIn = (summary: string): string[] =>
  [...summary.matchAll(/\{([a-z][a-z0-9_]*)\}/g)].map(([, name = '']) => name);

/**
 * The finding of a row. Its uid derives from the rule, the dedup key and the window of the row's time: rows of overlapping runs are one.
 * @throws YaguraError BadContent where the row has no time
 */
export function rowFinding(query: ScheduledQuery, row: Row): Finding {
  const { meta, id, version } = query;
  const timeMs = timeOf(cellOf(row, RESERVED.time));
  if (timeMs === undefined)
    throw new YaguraError('BadContent', `${query.path}: a row has no time`, {
      problems: [
        {
          at: query.path,
          what: `column ${RESERVED.time} is ${JSON.stringify(cellOf(row, RESERVED.time))}`,
          allowed: 'a timestamp',
        },
      ],
    });
  const entities = entitiesOf(query, row);
  const eventUids = uidsOf(cellOf(row, RESERVED.events));
  const dedupKey = dedupKeyOf(query, row, { entities, eventUids });
  const dedupWindowMs = (meta.dedupWindow ?? meta.lookback) * MIN_MS;
  const bucketMs = Math.floor(timeMs / dedupWindowMs) * dedupWindowMs;
  const source = cellOf(row, RESERVED.source);
  return {
    uid: shortId('finding', ruleIdOf(id), dedupKey, String(bucketMs)),
    ruleId: ruleIdOf(id),
    ruleVersion: version.slice(0, 12),
    title: meta.title.en,
    level: effectiveLevel(meta),
    attack: meta.attack,
    tactics: query.tactics,
    source: typeof source === 'string' && source !== '' ? source : (meta.sources[0] ?? 'yagura'),
    analyticOf: 'yagura',
    eventUids: eventUids.length > 0 ? eventUids : [`row:${digestOf(row.values).slice(0, 16)}`],
    timeMs,
    entities,
    summary: summaryOf(meta.summary, row),
    dedupKey,
    dedupWindowMs,
    ...(isStaged(meta) ? { staged: true as const } : {}),
    ...(meta.nextSteps === undefined ? {} : { nextSteps: meta.nextSteps }),
  };
}

export const ruleIdOf = (id: string): string => `scheduled/${id}`;

/** Timestamps come as `YYYY-MM-DD HH:MM:SS.mmm` in UTC. */
function timeOf(value: Json): number | undefined {
  if (typeof value !== 'string') return undefined;
  const ms = Date.parse(`${value.slice(0, 23).replace(' ', 'T')}${value.length > 10 ? 'Z' : ''}`);
  return Number.isFinite(ms) ? ms : undefined;
}

/** A list's texts, or the one text. */
const textsOf = (value: Json): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((item) => {
    const text = typeof item === 'number' || typeof item === 'boolean' ? String(item) : item;
    return typeof text === 'string' && !isNobody(text) ? [text] : [];
  });

function entitiesOf({ meta }: ScheduledQuery, row: Row): Entity[] {
  const found = new Map<string, Entity>();
  for (const [column, type] of Object.entries(meta.entities)) {
    const part = type === 'account' ? 'context' : meta.targets.includes(column) ? 'target' : 'actor';
    for (const text of textsOf(cellOf(row, column)))
      for (const entity of entityOf(type, text, part)) {
        const key = `${entity.type} ${entity.id}`;
        if (!found.has(key) && found.size < MAX_ENTITIES) found.set(key, entity);
      }
  }
  return [...found.values()];
}

function entityOf(type: EntityType, id: string, part: Entity['part']): Entity[] {
  if (type === 'principal' || type === 'role') return identityEntities(id, part);
  if (type === 'access_key') return [keyEntity(id, part) ?? { type, id, part }];
  return [{ type, id, part }];
}

function uidsOf(value: Json): string[] {
  const uids: string[] = [];
  let bytes = 0;
  for (const uid of new Set(textsOf(value))) {
    bytes += Buffer.byteLength(uid) + 3;
    if (bytes > MAX_UID_BYTES) break;
    uids.push(uid);
  }
  return uids.sort();
}

/** Never a constant: a value that is missing falls to whom it is about, then to the event, then to the row itself. */
function dedupKeyOf(
  { id, meta }: ScheduledQuery,
  row: Row,
  { entities, eventUids }: { entities: readonly Entity[]; eventUids: readonly string[] },
): string {
  const primary = primaryEntity(entities) ?? entities[0];
  const fallback =
    primary !== undefined
      ? `${primary.type}:${primary.id}`
      : eventUids[0] !== undefined
        ? `event:${eventUids[0]}`
        : `row:${digestOf(row.values).slice(0, 16)}`;
  const parts = meta.dedup.map((column) => {
    const texts = textsOf(cellOf(row, column)).sort();
    return texts.length === 0 ? fallback : `${column}=${texts.join(',')}`;
  });
  const key = [ruleIdOf(id), ...new Set(parts)].join('|');
  return key.length <= MAX_KEY ? key : `${key.slice(0, MAX_KEY - 17)}~${shortId(key)}`;
}

function summaryOf(template: string, row: Row): string {
  return template.replaceAll(/\{([a-z][a-z0-9_]*)\}/g, (_, name: string) => wordOf(cellOf(row, name))).slice(0, 1000);
}

function wordOf(value: Json): string {
  const text = Array.isArray(value)
    ? value.slice(0, 5).map(wordOf).join(', ')
    : typeof value === 'string'
      ? value
      : value === null
        ? 'unknown'
        : JSON.stringify(value);
  return text.length > MAX_WORD ? `${text.slice(0, MAX_WORD)}…` : text;
}

export interface RuleFault {
  query: ScheduledQuery;
  /** Why it could not judge, in a sentence. */
  why: string;
  nowMs: number;
}

const DAY_MS = 86_400_000;
/** An analyst must know that a detection is blind, once a day. */
const FAULT_LEVEL: Level = 'medium';

/** A detection that does not run is a finding about ourselves. */
export function ruleErrorFinding({ query, why, nowMs }: RuleFault): Finding {
  const ruleId = ruleIdOf(query.id);
  const day = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const entity: Entity = { type: 'application', id: `yagura:${ruleId}`, part: 'context', name: query.meta.title.en };
  return {
    uid: shortId('finding', 'rule_error', ruleId, query.version, String(day)),
    ruleId: 'rule_error',
    ruleVersion: query.version.slice(0, 12),
    title: `A scheduled detection could not run: ${query.meta.title.en}`.slice(0, 300),
    level: FAULT_LEVEL,
    attack: [],
    tactics: [],
    source: 'yagura',
    analyticOf: 'yagura',
    eventUids: [`${ruleId}@${query.version}:${day}`],
    timeMs: nowMs,
    entities: [entity],
    summary: `${ruleId} did not judge what was ingested: ${why}`.slice(0, 1000),
    dedupKey: `rule_error|${ruleId}`,
    dedupWindowMs: DAY_MS,
    nextSteps: {
      en: `Correct ${query.path} (\`yagura scheduled list\` shows its last run). Missed windows are caught up afterwards.`,
      ja: `${query.path} を修正してください（\`yagura scheduled list\` で前回の実行を確認できます）。実行されなかった期間は修正後に処理されます。`,
    },
  };
}
