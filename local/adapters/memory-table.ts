/** Turns the Table port into maps of one process: for simulations and measurements; nothing of it is kept. */
import type { Condition, Item, Range, Table, Write } from '../../functions/ports/table.ts';
import { checkWrites } from '../../functions/ports/table-limits.ts';

/** Items are held as they are given: whoever writes one does not change it afterwards. */
export function createMemoryTable(): Table {
  const partitions = new Map<string, Map<string, Item>>();
  const indexed = new Map<string, Map<string, Item>>();
  const find = (pk: string, sk: string): Item | undefined => partitions.get(pk)?.get(sk);
  const holds = (condition: Condition, item: Item | undefined): boolean =>
    condition === undefined || ('absent' in condition ? item === undefined : item?.version === condition.version);
  const keyOf = (write: Write): { pk: string; sk: string } => ('put' in write ? write.put : write.delete);
  const id = ({ pk, sk }: { pk: string; sk: string }): string => `${pk}\u0000${sk}`;
  const unindex = (item: Item | undefined): void => {
    if (item?.index !== undefined) indexed.get(item.index.pk)?.delete(id(item));
  };
  const index = (item: Item): void => {
    if (item.index === undefined) return;
    const items = indexed.get(item.index.pk) ?? new Map<string, Item>();
    indexed.set(item.index.pk, items.set(id(item), item));
  };
  return {
    get: async (pk, sk) => find(pk, sk),
    query: async (pk, range = {}) => inRange([...(partitions.get(pk)?.values() ?? [])], range, ({ sk }) => sk),
    queryIndex: async (pk, range = {}) => inRange([...(indexed.get(pk)?.values() ?? [])], range, (item) => item.index?.sk ?? ''),
    write: async (writes) => {
      checkWrites(writes);
      if (!writes.every((write) => holds(write.condition, find(keyOf(write).pk, keyOf(write).sk)))) return false;
      for (const write of writes) {
        const { pk, sk } = keyOf(write);
        const known = find(pk, sk);
        unindex(known);
        if ('delete' in write) partitions.get(pk)?.delete(sk);
        else {
          const item = { ...write.put, version: (known?.version ?? 0) + 1 };
          const items = partitions.get(pk) ?? new Map<string, Item>();
          partitions.set(pk, items.set(sk, item));
          index(item);
        }
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
