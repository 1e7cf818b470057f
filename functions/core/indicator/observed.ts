/** Observables of a stored event → the entities that they name, by the attribute that each value was in. */
import { ENTITY_TYPES, type Entity } from '../finding.ts';
import type { OcsfObservable } from '../ocsf/event.ts';
import { identityEntities, keyEntity } from '../principal.ts';

const MAX_ENTITIES = 32;

/** OCSF observable types. @see https://schema.ocsf.io/1.8.0/objects/observable */
const [HOSTNAME, IP, EMAIL, RESOURCE, CREDENTIAL, USER_UID] = [1, 2, 5, 10, 19, 31];

export function observedEntities(observables: readonly OcsfObservable[]): Entity[] {
  const found = new Map<string, Entity>();
  for (const observable of observables) {
    for (const entity of entitiesOf(observable)) {
      const key = `${entity.type} ${entity.id}`;
      if (found.size < MAX_ENTITIES && !found.has(key)) found.set(key, entity);
    }
  }
  const part = ({ part: of }: Entity): number => ['actor', 'target', 'context'].indexOf(of);
  return [...found.values()].sort((a, b) => part(a) - part(b) || ENTITY_TYPES.indexOf(a.type) - ENTITY_TYPES.indexOf(b.type));
}

function entitiesOf({ name, type_id, value }: OcsfObservable): Entity[] {
  const isActor =
    /^(actor|src_endpoint)\b/.test(name) || name.startsWith('evidences[].actor') || name.startsWith('evidences[].src_endpoint');
  const part = isActor ? 'actor' : 'target';
  if (type_id === USER_UID) return identityEntities(value, part);
  if (type_id === EMAIL && /(^|\.)user\./.test(name)) return identityEntities(value, part);
  if (type_id === CREDENTIAL) return [keyEntity(value, part)].filter((entity) => entity !== undefined);
  if (type_id === IP && isActor) return [{ type: 'ip', id: value.toLowerCase(), part }];
  if (type_id === HOSTNAME && name.startsWith('device')) return [{ type: 'host', id: value, part: 'actor' }];
  return type_id === RESOURCE ? [{ type: 'resource', id: value, part: 'target' }] : [];
}
