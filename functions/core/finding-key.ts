/** Turns what a finding is about into its dedup key: rule × whom it is about × which family of resources; never a constant. */
import { sha256 } from './digest.ts';
import type { Entity } from './finding.ts';
import { entitiesByNearness } from './finding-summary.ts';

const MAX_KEY = 900;

/**
 * The kind of thing that it was done to: the service of the first target's ARN, else its type; undefined where nothing was a target.
 * @see AWS General Reference, "Amazon Resource Names": arn:partition:service:…
 */
export function resourceFamily(entities: readonly Entity[]): string | undefined {
  const target = entities.find(({ part, type }) => part === 'target' && type !== 'account');
  if (target === undefined) return undefined;
  return /^arn:[a-z-]+:([a-z0-9-]+):/.exec(target.id)?.[1] ?? target.type;
}

export interface KeyParts {
  entities: readonly Entity[];
  /** What stands where no entity is left: the event, the product's finding. */
  last: string;
  /** Whole components behind the others. */
  tail?: readonly string[];
}

/** The key of a rule that names no fields: head, the nearest entity, the resource family. */
export function dedupKeyOf(head: readonly string[], { entities, last, tail = [] }: KeyParts): string {
  const [primary] = entitiesByNearness(entities);
  const family = primary === undefined ? undefined : resourceFamily(entities);
  const whom = primary === undefined ? last : `${primary.type}:${primary.id}`;
  return cut([...head, whom, ...(family === undefined ? [] : [`on:${family}`]), ...tail]);
}

/**
 * The key of a rule that names fields. A missing field falls to the next entity that does not stand for another missing one, and where
 * none is left to `last`: two events that lack all of it are never one alert.
 */
export function dedupKeyOfFields(
  head: readonly string[],
  fields: readonly { name: string; value: string | undefined }[],
  { entities, last }: KeyParts,
): string {
  const left = entitiesByNearness(entities);
  const parts = fields.map(({ name, value }) => {
    if (value !== undefined && value !== '') return `${name}=${value}`;
    const next = left.shift();
    return next === undefined ? last : `${next.type}:${next.id}`;
  });
  return cut([...head, ...new Set(parts)]);
}

function cut(parts: readonly string[]): string {
  const key = parts.join('|');
  return key.length <= MAX_KEY ? key : `${key.slice(0, MAX_KEY - 17)}~${sha256(key).slice(0, 16)}`;
}
