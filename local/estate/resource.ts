/** Turns a type of resource and its schema into access to the items that keep such resources of simulated accounts. */
import type * as z from 'zod';
import { YaguraError } from '../../functions/core/error.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import type { Table } from '../../functions/ports/table.ts';

/** Where a call acts: one account and region, at one moment. */
export interface At {
  table: Table;
  accountId: string;
  region: string;
  nowMs: number;
}

export interface ResourceOptions {
  /** True where a resource is of the account, not of a region. */
  global?: boolean;
  /** True for what runs and passes (sessions, connections): no configuration, so no part of a snapshot. */
  live?: boolean;
  /** Fields that the provider hands out anew when a thing is made again: no part of a snapshot. */
  handedOut?: readonly string[];
  /** Lists whose order says nothing: compared sorted. */
  unordered?: readonly string[];
}

export interface ResourceType<T extends JsonObject = JsonObject> {
  readonly type: string;
  readonly options: ResourceOptions;
  parse(data: unknown): T;
  get(at: At, id: string): Promise<T | undefined>;
  all(at: At): Promise<[string, T][]>;
  put(at: At, id: string, data: T): Promise<void>;
  /** Changes a copy, again and again until nobody interferes. Undefined where there is none. */
  change(at: At, id: string, change: (data: T) => void): Promise<T | undefined>;
  /** False where there was none. */
  remove(at: At, id: string): Promise<boolean>;
}

const ATTEMPTS = 20;
export const RESOURCE = 'RES#';
export const accountPk = (accountId: string): string => `SIM#${accountId}`;
const registry = new Map<string, ResourceType>();

/** Every type that a service has declared, by name. */
export const resourceTypes = (): ReadonlyMap<string, ResourceType> => registry;

export function resourceType<S extends z.ZodType<JsonObject>>(
  type: string,
  schema: S,
  options: ResourceOptions = {},
): ResourceType<z.infer<S>> {
  const prefix = ({ region }: At): string => `${RESOURCE}${type}#${options.global === true ? '' : `${region}/`}`;
  const key = (at: At, id: string) => ({ pk: accountPk(at.accountId), sk: `${prefix(at)}${id}` });
  const made: ResourceType<z.infer<S>> = {
    type,
    options,
    parse: (data) => schema.parse(data),
    get: async (at, id) => {
      const item = await at.table.get(key(at, id).pk, key(at, id).sk);
      return item === undefined ? undefined : schema.parse(item.data);
    },
    all: async (at) => {
      const items = await at.table.query(accountPk(at.accountId), { prefix: prefix(at) });
      return items.map((item) => [item.sk.slice(prefix(at).length), schema.parse(item.data)]);
    },
    put: async (at, id, data) => {
      await at.table.write([{ put: { ...key(at, id), data: schema.parse(data) } }]);
    },
    change: async (at, id, change) => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const item = await at.table.get(key(at, id).pk, key(at, id).sk);
        if (item === undefined) return undefined;
        const data = schema.parse(structuredClone(item.data));
        change(data);
        if (await at.table.write([{ put: { ...key(at, id), data }, condition: { version: item.version } }])) return data;
      }
      throw new YaguraError('Throttled', `${type} ${id} is being changed by too many`);
    },
    remove: async (at, id) => {
      const item = await at.table.get(key(at, id).pk, key(at, id).sk);
      if (item === undefined) return false;
      await at.table.write([{ delete: key(at, id) }]);
      return true;
    },
  };
  registry.set(type, made);
  return made;
}
