/** Turns a correlation's hit into a finding, on the same path as every other: level and ATT&CK of the correlation, all its events. */
import type { Entity, Finding } from '../../finding.ts';
import { primaryEntity } from '../../finding-summary.ts';
import type { SigmaCorrelation } from '../ast.ts';
import { effectiveLevel, isStaged } from '../staged.ts';
import type { CorrelationHit } from './judge.ts';
import { nodesOf } from './plan.ts';

const MAX_ENTITIES = 64;
/** Event ids are the providers' own; together they must fit a bus event. */
const MAX_UID_BYTES = 80_000;
const MAX_WORD = 120;

/** The same hit gives the same finding; with more events it stays the same finding with more events. */
export function correlationFinding(hit: CorrelationHit): Finding {
  const { info, groupBy } = hit.plan.root.correlation;
  const entities = entitiesOf(hit);
  const eventUids = uidsOf(hit);
  const group = groupBy.map((field, i) => `${field}=${hit.group[i] ?? ''}`);
  const primary = primaryEntity(hit.matches[0]?.entities ?? []);
  const fallback = primary === undefined ? `event:${eventUids[0] ?? hit.uid}` : `${primary.type}:${primary.id}`;
  return {
    uid: hit.uid,
    ruleId: info.id,
    ruleVersion: info.version,
    title: info.title,
    level: effectiveLevel(info),
    attack: info.attack,
    tactics: info.tactics,
    source: hit.matches[0]?.source ?? 'yagura',
    analyticOf: 'yagura',
    eventUids,
    timeMs: hit.timeMs,
    entities,
    summary: summaryOf(hit),
    dedupKey: [info.id, ...(group.length === 0 ? [fallback] : group)].join('|').slice(0, 900),
    dedupWindowMs: hit.plan.dedupMs,
    ...(isStaged(info) ? { staged: true as const } : {}),
    ...(info.yagura.nextSteps === undefined ? {} : { nextSteps: info.yagura.nextSteps }),
  };
}

function uidsOf({ matches }: CorrelationHit): string[] {
  const uids: string[] = [];
  let bytes = 0;
  for (const uid of new Set(matches.map(({ eventUid }) => eventUid))) {
    bytes += Buffer.byteLength(uid) + 3;
    if (bytes > MAX_UID_BYTES) break;
    uids.push(uid);
  }
  return uids;
}

const PARTS = ['actor', 'target', 'context'] as const;

/** Actors first, those of most events before the others: each once, under its gravest part. */
function entitiesOf({ matches }: CorrelationHit): Entity[] {
  const found = new Map<string, { entity: Entity; count: number }>();
  for (const { entities } of matches) {
    for (const entity of entities) {
      const key = `${entity.type} ${entity.id}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { entity, count: 1 });
      else {
        known.count += 1;
        if (PARTS.indexOf(entity.part) < PARTS.indexOf(known.entity.part)) known.entity = entity;
      }
    }
  }
  const order = [...found].sort(
    ([a, x], [b, y]) => PARTS.indexOf(x.entity.part) - PARTS.indexOf(y.entity.part) || y.count - x.count || (a < b ? -1 : 1),
  );
  return order.slice(0, MAX_ENTITIES).map(([, { entity }]) => entity);
}

/** Names the bound, not the count of the moment: the sentence stays the same while the hit grows. */
function summaryOf({ plan, group }: CorrelationHit): string {
  const { correlation } = plan.root;
  const where = correlation.groupBy.map((field, i) => `${field} ${word(group[i] ?? '')}`).join(', ');
  return `${deedOf(correlation, [...nodesOf(plan.root)].length > 1)} within ${spanText(correlation.timespanSec)}${where === '' ? '' : ` for ${where}`}`;
}

const SIGNS = { gt: 'more than', gte: 'at least', lt: 'fewer than', lte: 'at most', eq: 'exactly', neq: 'other than' } as const;

function deedOf({ type, bounds, field, rules, percentile }: SigmaCorrelation, isNested: boolean): string {
  const bound = bounds.map(({ compare, value }) => `${SIGNS[compare]} ${value}`).join(' and ');
  const of = field.join(', ');
  if (type === 'event_count') return `${bound} ${isNested ? 'moments' : 'events'} of ${list(rules)}`;
  if (type === 'value_count') return `${bound} different ${of}`;
  if (type === 'value_sum') return `sum of ${of} ${bound}`;
  if (type === 'value_avg') return `average of ${of} ${bound}`;
  if (type === 'value_median') return `median of ${of} ${bound}`;
  if (type === 'value_percentile') return `percentile ${percentile ?? ''} of ${of} ${bound}`;
  return `${list(rules, type === 'temporal_ordered' ? ', then ' : ', ')}${bound === '' ? '' : ` (${bound} of them)`}`;
}

const list = (names: readonly string[], separator = ', '): string =>
  names
    .slice(0, 6)
    .map((name) => word(name))
    .join(separator);
const word = (text: string): string => (text.length > MAX_WORD ? `${text.slice(0, MAX_WORD)}…` : text);

function spanText(seconds: number): string {
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
  ] as const)
    if (seconds % size === 0) return `${seconds / size} ${unit}`;
  return `${seconds} s`;
}
