/** Turns what a batch of alerts touched into stored entities, one write each. */
import { YaguraError } from '../core/error.ts';
import type { JsonObject } from '../core/json.ts';
import type { Item, Table } from '../ports/table.ts';
import { jsonOf } from './alerts.ts';
import { NODE_SK, nodeFrom, nodePk, type Touch, touched } from './node.ts';
import { type Change, upsertAll } from './upsert.ts';

/** Kept so long after the last write, by the clock: old logs that are replayed today are remembered from today. */
const KEEP_SEC = 45 * 86_400;

/** Adds the touches to their entities. Returns how many entities changed. */
export async function saveNodes(table: Table, touches: readonly Touch[], nowMs: number): Promise<number> {
  const byKey = new Map<string, Touch[]>();
  for (const touch of touches) {
    const list = byKey.get(touch.key);
    if (list === undefined) byKey.set(touch.key, [touch]);
    else list.push(touch);
  }
  const expiresAtSec = Math.floor(nowMs / 1000) + KEEP_SEC;
  return upsertAll(
    table,
    [...byKey].map(
      ([key, list]): Change => ({ pk: nodePk(key), sk: NODE_SK, expiresAtSec, apply: (item) => dataOf(item, list) }),
    ),
  );
}

function dataOf(item: Item | undefined, touches: readonly Touch[]): JsonObject | undefined {
  const node = touched(item === undefined ? undefined : nodeFrom(item.data), touches);
  if (node === undefined) throw new YaguraError('Bug', 'An entity that nothing touched');
  const data = jsonOf(node);
  return item !== undefined && JSON.stringify(data) === JSON.stringify(item.data) ? undefined : data;
}
