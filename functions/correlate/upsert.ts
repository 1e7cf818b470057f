/** Turns changes of many items into few table writes: reads together, writes together, and repeats only what somebody else touched. */
import { YaguraError } from '../core/error.ts';
import type { JsonObject } from '../core/json.ts';
import type { Item, Table, Write } from '../ports/table.ts';
import { MAX_WRITE_BYTES, writeSizeBytes } from '../ports/table-limits.ts';

const PARALLEL_READS = 32;
const MAX_CHUNK = 50;
const MAX_ROUNDS = 25;

export interface Change {
  pk: string;
  sk: string;
  /** The new data for what is there now; undefined where nothing needs to change. Must be repeatable. */
  apply(existing: Item | undefined): JsonObject | undefined;
  expiresAtSec?: number;
}

/** The items of these keys, in order; undefined where nothing is. */
export async function readAll(table: Table, keys: readonly { pk: string; sk: string }[]): Promise<(Item | undefined)[]> {
  const items = new Array<Item | undefined>(keys.length);
  let next = 0;
  const reader = async (): Promise<void> => {
    for (let at = next++; at < keys.length; at = next++) {
      const key = keys[at];
      if (key !== undefined) items[at] = await table.get(key.pk, key.sk);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_READS, keys.length) }, reader));
  return items;
}

/**
 * Applies every change under optimistic locking. Returns how many items were written.
 * @throws YaguraError Conflict (retryable) where others write the same items without end
 */
export async function upsertAll(table: Table, changes: readonly Change[]): Promise<number> {
  let written = 0;
  let left = [...changes];
  for (let round = 0; left.length > 0; round++) {
    if (round >= MAX_ROUNDS)
      throw new YaguraError('Conflict', `${left.length} items keep changing under us`, { retryable: true });
    const items = await readAll(table, left);
    const pending = left.flatMap((change, i): Pending[] => {
      const data = change.apply(items[i]);
      return data === undefined ? [] : [{ change, write: writeOf(change, items[i], data) }];
    });
    left = [];
    // After a conflict smaller chunks, so that one hot item does not hold up its neighbours.
    for (const chunk of chunksOf(pending, round < 2 ? MAX_CHUNK : 1)) {
      if (await table.write(chunk.map(({ write }) => write))) written += chunk.length;
      else left.push(...chunk.map(({ change }) => change));
    }
  }
  return written;
}

interface Pending {
  change: Change;
  write: Write;
}

function writeOf(change: Change, item: Item | undefined, data: JsonObject): Write {
  const { pk, sk, expiresAtSec } = change;
  return {
    put: { pk, sk, data, ...(expiresAtSec === undefined ? {} : { expiresAtSec }) },
    condition: item === undefined ? { absent: true } : { version: item.version },
  };
}

function chunksOf(pending: readonly Pending[], maxCount: number): Pending[][] {
  const chunks: Pending[][] = [];
  let sizeBytes = 0;
  for (const one of pending) {
    const size = writeSizeBytes(one.write);
    const last = chunks.at(-1);
    if (last === undefined || last.length >= maxCount || sizeBytes + size > MAX_WRITE_BYTES) {
      chunks.push([one]);
      sizeBytes = size;
    } else {
      last.push(one);
      sizeBytes += size;
    }
  }
  return chunks;
}
