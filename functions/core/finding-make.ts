/** Turns a rule's match on an event into a finding: one identity, one dedup key, one sentence of fact. */
import { shortId } from './digest.ts';
import { entitiesOf } from './entity.ts';
import type { Entity, Finding } from './finding.ts';
import { dedupKeyOf, dedupKeyOfFields } from './finding-key.ts';
import { summaryOf } from './finding-summary.ts';
import type { JsonObject } from './json.ts';
import type { OcsfEvent } from './ocsf/event.ts';
import { Collector, parsePath } from './sigma/record-path.ts';
import type { RuleInfo } from './sigma/rule.ts';
import { effectiveLevel, isStaged } from './sigma/staged.ts';

export { toDetectionFinding } from './finding-ocsf.ts';
export { findingFromEvent } from './finding-product.ts';

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
  const parts = { entities: of.entities, last: `event:${of.eventUid}` };
  const fields = rule.yagura.dedup ?? [];
  if (fields.length === 0) return dedupKeyOf([rule.id], parts);
  return dedupKeyOfFields(
    [rule.id],
    fields.map((name) => ({ name, value: textOf(record, name) })),
    parts,
  );
}

/** What lies at a field as a rule's conditions see it: through lists, each text once and in no order. */
function textOf(record: JsonObject, name: string): string | undefined {
  const found = new Collector();
  found.walk(record, parsePath(name), 0, 0);
  const { texts } = found;
  return typeof texts === 'object' ? [...new Set(texts)].sort().join(',') : texts;
}
