/** A Table in memory, for tests of the interpreter; it can be told to stop working, as a killed process does. */
import type { JsonObject } from '../../../functions/core/json.ts';
import type { Item, Range, Table, Write } from '../../../functions/ports/table.ts';

const key = (pk: string, sk: string): string => JSON.stringify([pk, sk]);
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export class MemoryTable implements Table {
  readonly #items = new Map<string, Item>();
  /** Writes that still succeed; after them every write throws, as if the process were gone. */
  writesLeft = Number.POSITIVE_INFINITY;
  writes = 0;

  async get(pk: string, sk: string): Promise<Item | undefined> {
    const item = this.#items.get(key(pk, sk));
    return item && structuredClone(item);
  }

  async query(pk: string, range: Range = {}): Promise<Item[]> {
    return this.#select((item) => (item.pk === pk ? item.sk : undefined), range);
  }

  async queryIndex(pk: string, range: Range = {}): Promise<Item[]> {
    return this.#select((item) => (item.index?.pk === pk ? item.index.sk : undefined), range);
  }

  #select(sortKey: (item: Item) => string | undefined, { prefix = '', from = '', to, descending, limit }: Range): Item[] {
    const found = [...this.#items.values()].flatMap((item) => {
      const sk = sortKey(item);
      return sk?.startsWith(prefix) && sk >= from && (to === undefined || sk <= to) ? [{ sk, item }] : [];
    });
    found.sort((a, b) => order(a.sk, b.sk));
    const items = found.map(({ item }) => structuredClone(item));
    return (descending === true ? items.reverse() : items).slice(0, limit);
  }

  async write(writes: readonly Write[]): Promise<boolean> {
    if (this.writesLeft <= 0) throw new Error('killed');
    this.writesLeft--;
    for (const write of writes) {
      const { pk, sk } = 'put' in write ? write.put : write.delete;
      const now = this.#items.get(key(pk, sk));
      const { condition } = write;
      if (condition !== undefined && 'absent' in condition && now !== undefined) return false;
      if (condition !== undefined && 'version' in condition && now?.version !== condition.version) return false;
    }
    this.writes++;
    for (const write of writes) {
      if ('delete' in write) this.#items.delete(key(write.delete.pk, write.delete.sk));
      else {
        const { pk, sk } = write.put;
        // Through JSON, as every real store does.
        const data: JsonObject = JSON.parse(JSON.stringify(write.put.data));
        this.#items.set(key(pk, sk), { ...write.put, data, version: (this.#items.get(key(pk, sk))?.version ?? 0) + 1 });
      }
    }
    return true;
  }
}
