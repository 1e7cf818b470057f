/** Turns seeds into the resources of simulated accounts, and those into a comparable whole: configuration only, in a fixed order. */
import * as z from 'zod';
import { canonicalJson } from '../../functions/core/digest.ts';
import type { Problem } from '../../functions/core/error.ts';
import { nearest } from '../../functions/core/error.ts';
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';
import type { Table } from '../../functions/ports/table.ts';
import { accountPk, RESOURCE, type ResourceOptions, resourceTypes } from './resource.ts';
import './services.ts';
import './tenants/vendors.ts';

/** By type, then by id. */
export type Resources = Record<string, Record<string, JsonObject>>;

/** What is wrong with the resources of an account or tenant that shall be there: unknown types, ids without their region, ill-formed data. */
export function resourceProblems(at: string, resources: Resources): Problem[] {
  return Object.entries(resources).flatMap(([type, byId]): Problem[] => {
    const known = resourceTypes().get(type);
    const names = [...resourceTypes().keys()];
    if (known === undefined) {
      const near = nearest(type, names);
      const fix = near === undefined ? {} : { fix: `Did you mean "${near}"?` };
      return [{ at: `${at}.resources`, what: `unknown type "${type}"`, allowed: names.join(', '), ...fix }];
    }
    return Object.entries(byId).flatMap(([id, data]) => {
      const own = `${at}.resources.${type}.${id}`;
      const isPlaced = known.options.global === true || /^[a-z]{2}(-[a-z]+)+-\d\/./.test(id);
      const result = ((): unknown => {
        try {
          known.parse(data);
          return undefined;
        } catch (error) {
          return error;
        }
      })();
      const issues = result instanceof z.ZodError ? result.issues : [];
      return [
        ...(isPlaced ? [] : [{ at: own, what: 'an id without its region', allowed: 'region/id' }]),
        ...issues.map((issue) => ({ at: [own, ...issue.path].join('.'), what: issue.message })),
      ];
    });
  });
}

export async function seedResources(table: Table, accountId: string, resources: Resources): Promise<void> {
  for (const [type, byId] of Object.entries(resources)) {
    for (const [id, data] of Object.entries(byId)) {
      await table.write([{ put: { pk: accountPk(accountId), sk: `${RESOURCE}${type}#${id}`, data } }]);
    }
  }
}

/** Without what passes by itself (sessions, connections) unless `live` asks for it, and without what the provider hands out anew. */
export async function comparableResources(table: Table, accountId: string, { live = false } = {}): Promise<Resources> {
  const found: Resources = {};
  for (const item of await table.query(accountPk(accountId), { prefix: RESOURCE })) {
    const [type = '', ...rest] = item.sk.slice(RESOURCE.length).split('#');
    const options = resourceTypes().get(type)?.options;
    if (options === undefined || (options.live === true && !live)) continue;
    found[type] ??= {};
    const data = comparable(item.data, options);
    if (isJsonObject(data)) found[type][rest.join('#')] = data;
  }
  return found;
}

function comparable(value: Json, options: ResourceOptions): Json {
  if (Array.isArray(value)) return value.map((item) => comparable(item, options));
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([name]) => options.handedOut?.includes(name) !== true);
  return Object.fromEntries(
    kept.map(([name, item]) => {
      const inner = comparable(item, options);
      return [name, options.unordered?.includes(name) === true && Array.isArray(inner) ? inner.sort(byContent) : inner];
    }),
  );
}

const byContent = (a: Json, b: Json): number => (canonicalJson(a) < canonicalJson(b) ? -1 : 1);
