/** Where small state lives: one table of items by partition key and sort key, each with a version for optimistic locking. */
import type { JsonObject } from '../core/json.ts';

export interface Item {
  pk: string;
  sk: string;
  /** 1 for a new item, one more for each write. */
  version: number;
  data: JsonObject;
  /** A second access path: items with one `index.pk` sorted by `index.sk`. */
  index?: { pk: string; sk: string };
  /** Epoch seconds after which the item may vanish. */
  expiresAtSec?: number;
}

/** What must hold for the write to happen: nothing there yet, exactly this version there, or no condition. */
export type Condition = { absent: true } | { version: number } | undefined;

export type Write =
  | { put: Omit<Item, 'version'>; condition?: Condition }
  | { delete: { pk: string; sk: string }; condition?: Condition };

export interface Range {
  /** Sort keys that begin with this. */
  prefix?: string;
  /** Sort keys ≥ from and ≤ to (code-unit order). */
  from?: string;
  to?: string;
  descending?: boolean;
  limit?: number;
}

export interface Table {
  get(pk: string, sk: string): Promise<Item | undefined>;
  /** Items of one partition in sort-key order, all pages. */
  query(pk: string, range?: Range): Promise<Item[]>;
  /** The same over `index`. Eventually consistent in AWS: decide nothing irreversible on it. */
  queryIndex(pk: string, range?: Range): Promise<Item[]>;
  /** All or nothing, at most 100 writes to distinct keys. False where any condition failed. @throws YaguraError Unavailable, Throttled */
  write(writes: readonly Write[]): Promise<boolean>;
}
