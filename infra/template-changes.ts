/** Turns two versions of a template into what of it comes, goes and changes, and which of that would lose data. */
import { isJsonObject, type JsonObject } from '../functions/core/json.ts';
import { losses, statefulOf } from './stateful.ts';

export interface ResourceChange {
  id: string;
  type: string;
  /** Of what changes: the names of its properties; `code` for a function's. */
  properties: string[];
}

export interface TemplateChanges {
  stack: string;
  added: ResourceChange[];
  removed: ResourceChange[];
  changed: ResourceChange[];
  /** Sentences: what holds data and would be replaced, let go of or deleted. */
  losses: string[];
}

/** Empty templates stand for stacks that are not there. */
export function templateChanges(stack: string, before: JsonObject, after: JsonObject): TemplateChanges {
  const [old, now] = [resourcesOf(before), resourcesOf(after)];
  const named = (id: string, resource: JsonObject): ResourceChange => ({ id, type: String(resource['Type']), properties: [] });
  const changed = [...now].flatMap(([id, resource]): ResourceChange[] => {
    const was = old.get(id);
    const properties = was === undefined ? [] : changedProperties(was, resource);
    return properties.length === 0 ? [] : [{ ...named(id, resource), properties }];
  });
  return {
    stack,
    added: [...now].filter(([id]) => !old.has(id)).map(([id, resource]) => named(id, resource)),
    removed: [...old].filter(([id]) => !now.has(id)).map(([id, resource]) => named(id, resource)),
    changed,
    losses: losses(statefulOf(before), statefulOf(after)),
  };
}

function resourcesOf(template: JsonObject): Map<string, JsonObject> {
  const resources = isJsonObject(template['Resources']) ? template['Resources'] : {};
  return new Map(
    Object.entries(resources).flatMap(([id, resource]) => (isJsonObject(resource) ? [[id, resource] as const] : [])),
  );
}

function changedProperties(before: JsonObject, after: JsonObject): string[] {
  const partsOf = (resource: JsonObject): JsonObject => {
    const { Metadata: _, Properties: properties, ...rest } = resource;
    return { ...rest, ...(isJsonObject(properties) ? properties : {}) };
  };
  const [old, now] = [partsOf(before), partsOf(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]))
    .map((name) => (name === 'Code' ? 'code' : name))
    .sort();
}
