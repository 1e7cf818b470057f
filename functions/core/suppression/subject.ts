/** Turns a finding (or a stored alert) into the record that conditions of suppressions read. */
import type { Entity, Finding } from '../finding.ts';
import type { Json, JsonObject } from '../json.ts';
import type { OcsfEvent } from '../ocsf/event.ts';

/** What findings and alerts have in common. */
export type Subject = Pick<Finding, 'ruleId' | 'title' | 'level' | 'source' | 'analyticOf' | 'attack' | 'tactics' | 'entities'>;

/** The event that a finding is about, where it is at hand. */
export interface SubjectEvent {
  event: OcsfEvent;
  raw: JsonObject;
}

/** Ids and names of each type, so that a condition may use either. */
function byType(entities: readonly Entity[]): JsonObject {
  const types: Record<string, Json[]> = {};
  for (const { type, id, name } of entities) {
    const list = types[type] ?? [];
    types[type] = list;
    list.push(id);
    if (name !== undefined && name !== id) list.push(name);
  }
  return types;
}

export function subjectRecord(of: Subject, summary: string, about?: SubjectEvent): JsonObject {
  return {
    rule: { id: of.ruleId, title: of.title },
    source: of.source,
    product: of.analyticOf,
    level: of.level,
    summary,
    attack: of.attack,
    tactics: of.tactics,
    entity: byType(of.entities),
    actor: byType(of.entities.filter(({ part }) => part === 'actor')),
    target: byType(of.entities.filter(({ part }) => part === 'target')),
    ...(about === undefined ? {} : { event: about.event as unknown as JsonObject, raw: about.raw }),
  };
}
