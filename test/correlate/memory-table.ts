/** A Table in memory, for tests that correlate thousands of times; it passes the same contract as the real ones. */
import type { Condition, Item, Range, Table, Write } from '../../functions/ports/table.ts';
import { checkWrites } from '../../functions/ports/table-limits.ts';

export function memoryTable(): Table {
  const partitions = new Map<string, Map<string, Item>>();
  const find = (pk: string, sk: string): Item | undefined => partitions.get(pk)?.get(sk);
  const holds = (condition: Condition, item: Item | undefined): boolean =>
    condition === undefined || ('absent' in condition ? item === undefined : item?.version === condition.version);
  const keyOf = (write: Write): { pk: string; sk: string } => ('put' in write ? write.put : write.delete);
  return {
    get: async (pk, sk) => find(pk, sk),
    query: async (pk, range = {}) => inRange([...(partitions.get(pk)?.values() ?? [])], range, ({ sk }) => sk),
    queryIndex: async (pk, range = {}) => {
      const all = [...partitions.values()].flatMap((items) => [...items.values()]);
      return inRange(
        all.filter(({ index }) => index?.pk === pk),
        range,
        ({ index }) => index?.sk ?? '',
      );
    },
    write: async (writes) => {
      checkWrites(writes);
      if (!writes.every((write) => holds(write.condition, find(keyOf(write).pk, keyOf(write).sk)))) return false;
      for (const write of writes) {
        const { pk, sk } = keyOf(write);
        const items = partitions.get(pk) ?? new Map<string, Item>();
        partitions.set(pk, items);
        if ('put' in write) items.set(sk, { ...structuredClone(write.put), version: (items.get(sk)?.version ?? 0) + 1 });
        else items.delete(sk);
      }
      return true;
    },
  };
}

function inRange(items: readonly Item[], range: Range, key: (item: Item) => string): Item[] {
  const order = (a: Item, b: Item): number => Buffer.compare(Buffer.from(key(a)), Buffer.from(key(b))) || (a.pk < b.pk ? -1 : 1);
  const found = items
    .filter(
      (item) =>
        key(item).startsWith(range.prefix ?? '') &&
        key(item) >= (range.from ?? '') &&
        (range.to === undefined || key(item) <= range.to),
    )
    .sort(order);
  return (range.descending === true ? found.reverse() : found).slice(0, range.limit ?? found.length);
}
