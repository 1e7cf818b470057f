/** Turns an event and its entities into one sentence of fact, and picks whom it is about. */
import type { Entity, EntityType } from './finding.ts';
import { valueAt } from './json.ts';
import type { OcsfEvent } from './ocsf/event.ts';

const MAX_WORD = 160;

/** Whom a finding is about where its rule does not say: the nearest to a person first. */
const FALLBACKS: readonly EntityType[] = ['principal', 'access_key', 'session', 'host', 'ip', 'account'];

/** The first acting entity in the order of `FALLBACKS`, else the account it happened in. */
export const primaryEntity = (entities: readonly Entity[]): Entity | undefined =>
  FALLBACKS.map((type) =>
    entities.find((entity) => entity.type === type && (entity.part === 'actor' || type === 'account')),
  ).find((entity) => entity !== undefined);

/** Those that a finding can be about, the nearest first, each once. */
export const entitiesByNearness = (entities: readonly Entity[]): Entity[] =>
  FALLBACKS.flatMap((type) =>
    entities.filter((entity) => entity.type === type && (entity.part === 'actor' || type === 'account')),
  );

const word = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? (value.length > MAX_WORD ? `${value.slice(0, MAX_WORD)}…` : value) : undefined;

/** The name for people where there is one, else the id. */
export const entityLabel = (entity: Entity): string => word(entity.name) ?? word(entity.id) ?? entity.type;

/** Who did what to what, from where, with which outcome. */
export function summaryOf(event: OcsfEvent, entities: readonly Entity[]): string {
  const who = entities.find(({ type, part }) => part === 'actor' && type === 'principal') ?? primaryEntity(entities);
  const service = word(valueAt(event, 'actor.invoked_by')) ?? entities.find(({ type }) => type === 'application')?.id;
  const operation = word(valueAt(event, 'api.operation'));
  const api = word(valueAt(event, 'api.service.name'));
  const deed = operation === undefined ? event.type_name : `${operation}${api === undefined ? '' : ` (${api})`}`;
  const targets = entities.filter(({ part, type }) => part === 'target' && type !== 'account').slice(0, 3);
  const ip = entities.find(({ type, part }) => type === 'ip' && part === 'actor');
  return [
    who === undefined || who.type === 'account' ? (service ?? 'Someone') : entityLabel(who),
    `did ${deed}`,
    ...(targets.length === 0 ? [] : [`on ${targets.map(entityLabel).join(', ')}`]),
    ...(ip === undefined || ip === who ? [] : [`from ${ip.id}`]),
    `: ${outcomeOf(event)}`,
  ]
    .join(' ')
    .replace(' : ', ': ');
}

function outcomeOf(event: OcsfEvent): string {
  const error = word(valueAt(event, 'api.response.error')) ?? word(event['status_code']);
  // OCSF status_id: 1 Success, 2 Failure.
  if (event['status_id'] === 2 || (event['status_id'] !== 1 && error !== undefined))
    return error === undefined ? 'failed' : `failed, ${error}`;
  return event['status_id'] === 1 ? 'succeeded' : 'outcome unknown';
}
