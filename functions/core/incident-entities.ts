/** Turns the alerts of an incident into the list of who and what is involved, the gravest actors first. */
import { ENTITY_TYPES, type Entity } from './finding.ts';
import type { InvolvedEntity } from './incident.ts';
import { peakOf } from './risk.ts';
import type { WeighedAlert } from './surfacing.ts';

const PART_RANK = { actor: 0, target: 1, context: 2 } as const;

/** Each entity once, under its gravest part: an issued session that then acted is an actor. */
export function involvedEntities(weighed: readonly WeighedAlert[]): InvolvedEntity[] {
  const found = new Map<string, { entity: Entity; alerts: Map<string, WeighedAlert> }>();
  for (const one of weighed) {
    for (const entity of one.alert.entities) {
      const key = `${entity.type} ${entity.id}`;
      const known = found.get(key) ?? { entity, alerts: new Map<string, WeighedAlert>() };
      known.alerts.set(one.alert.id, one);
      found.set(key, { entity: graver(known.entity, entity), alerts: known.alerts });
    }
  }
  const involved = [...found.values()].map(({ entity, alerts: of }): InvolvedEntity => {
    const { type, id, part, name } = entity;
    const risk = peakOf([...of.values()]);
    return { type, id, part, ...(name === undefined ? {} : { name }), count: of.size, risk };
  });
  return involved.sort(byWeight);
}

function graver(a: Entity, b: Entity): Entity {
  const name = [a.name, b.name]
    .filter((text) => text !== undefined)
    .sort()
    .at(-1);
  const part = PART_RANK[a.part] <= PART_RANK[b.part] ? a.part : b.part;
  return { type: a.type, id: a.id, part, ...(name === undefined ? {} : { name }) };
}

const byWeight = (a: InvolvedEntity, b: InvolvedEntity): number =>
  PART_RANK[a.part] - PART_RANK[b.part] ||
  b.risk - a.risk ||
  b.count - a.count ||
  ENTITY_TYPES.indexOf(a.type) - ENTITY_TYPES.indexOf(b.type) ||
  (a.id < b.id ? -1 : 1);
