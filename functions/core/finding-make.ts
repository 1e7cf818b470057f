/** Turns a rule's match on an event into a finding: one identity, one dedup key, one sentence of fact. */
import { shortId } from './digest.ts';
import { entitiesOf } from './entity.ts';
import type { Entity, Finding } from './finding.ts';
import { primaryEntity, summaryOf } from './finding-summary.ts';
import { type JsonObject, valueAt } from './json.ts';
import type { OcsfEvent } from './ocsf/event.ts';
import type { RuleInfo } from './sigma/rule.ts';
import { effectiveLevel, isStaged } from './sigma/staged.ts';

export { findingFromEvent, toDetectionFinding } from './finding-ocsf.ts';

const DEFAULT_WINDOW_MIN = 60;

export interface RuleMatch {
  rule: RuleInfo;
  /** The id of the source that the event came from. */
  source: string;
  /** The raw record; `yagura.dedup` names its fields. */
  record: JsonObject;
  event: OcsfEvent;
}

/** The finding of one match. Its uid derives from the rule and the event: raising it again changes nothing. */
export function makeFinding({ rule, source, record, event }: RuleMatch): Finding {
  const entities = entitiesOf(event);
  const eventUid = event.metadata.uid;
  return {
    uid: shortId('finding', rule.id, eventUid),
    ruleId: rule.id,
    ruleVersion: rule.version,
    title: rule.title,
    level: effectiveLevel(rule),
    attack: rule.attack,
    tactics: rule.tactics,
    source,
    analyticOf: 'yagura',
    eventUids: [eventUid],
    timeMs: event.time,
    entities,
    summary: summaryOf(event, entities),
    dedupKey: dedupKey(rule, record, { entities, eventUid }),
    dedupWindowMs: Math.max(1, rule.yagura.dedupWindowMin ?? DEFAULT_WINDOW_MIN) * 60_000,
    ...(isStaged(rule) ? { staged: true as const } : {}),
    ...(rule.yagura.nextSteps === undefined ? {} : { nextSteps: rule.yagura.nextSteps }),
  };
}

function dedupKey(rule: RuleInfo, record: JsonObject, of: { entities: readonly Entity[]; eventUid: string }): string {
  const primary = primaryEntity(of.entities);
  const fallback = primary === undefined ? `event:${of.eventUid}` : `${primary.type}:${primary.id}`;
  const fields = rule.yagura.dedup ?? [];
  const parts = fields.map((path) => {
    const value = valueAt(record, path);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${path}=${value}` : fallback;
  });
  return [rule.id, ...(parts.length === 0 ? [fallback] : new Set(parts))].join('|').slice(0, 900);
}
