/** What every Table adapter promises, as tests that any adapter can be put through. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/core/json.ts';
import type { Range, Table, Write } from '../../functions/ports/table.ts';

export interface TableUnderTest {
  table: Table;
  close: () => Promise<void> | void;
}

let partitions = 0;
/** A partition of its own for each test, so that the suite can run on a table that others use too. */
const freshPk = (): string => `contract#${process.pid}#${Date.now()}#${++partitions}`;
const put = (
  pk: string,
  sk: string,
  data: JsonObject = {},
  more: Partial<Write & { index: { pk: string; sk: string } }> = {},
): Write => {
  const { condition, index } = more;
  return { put: { pk, sk, data, ...(index === undefined ? {} : { index }) }, condition };
};

/** Runs the suite against one adapter. `make` is called once. */
export function tableContract(name: string, make: () => Promise<TableUnderTest>): void {
  describe(`table: ${name}`, () => {
    let made: TableUnderTest | undefined;
    const table = (): Table => {
      if (made === undefined) throw new Error('not made');
      return made.table;
    };
    beforeAll(async () => {
      made = await make();
    });
    afterAll(async () => {
      await made?.close();
    });
    itemTests(table);
    conditionTests(table);
    transactionTests(table);
    rangeTests(table);
    indexTests(table);
    raceTests(table);
  });
}

function itemTests(table: () => Table): void {
  it('gives back exactly the JSON that was put, with version 1', async () => {
    const pk = freshPk();
    const data: JsonObject = {
      text: '櫓 "\\\n',
      empty: '',
      list: [],
      object: {},
      deep: { a: [{ b: null }, true, -1.5e-7, 9007199254740991] },
    };
    expect(await table().write([put(pk, 'a', data)])).toBe(true);
    expect(await table().get(pk, 'a')).toEqual({ pk, sk: 'a', version: 1, data });
  });

  it('keeps keys that other code treats as magic', async () => {
    const pk = freshPk();
    const data = JSON.parse('{"__proto__":{"x":1},"constructor":"c","toString":[]}') as JsonObject;
    await table().write([put(pk, '__proto__', data)]);
    expect(JSON.stringify((await table().get(pk, '__proto__'))?.data)).toBe(JSON.stringify(data));
  });

  it('answers undefined for a key that nothing has, whatever its neighbours', async () => {
    const pk = freshPk();
    await table().write([put(pk, 'a')]);
    expect(await table().get(pk, 'b')).toBeUndefined();
    expect(await table().get(`${pk}x`, 'a')).toBeUndefined();
  });

  it('raises the version by one with each write, and starts again at 1 after a delete', async () => {
    const pk = freshPk();
    await table().write([put(pk, 'a', { n: 1 })]);
    await table().write([put(pk, 'a', { n: 2 })]);
    await table().write([put(pk, 'a', { n: 3 })]);
    expect(await table().get(pk, 'a')).toMatchObject({ version: 3, data: { n: 3 } });
    await table().write([{ delete: { pk, sk: 'a' } }]);
    expect(await table().get(pk, 'a')).toBeUndefined();
    await table().write([put(pk, 'a')]);
    expect((await table().get(pk, 'a'))?.version).toBe(1);
  });

  it('replaces an item whole: old fields, index and expiry do not linger', async () => {
    const pk = freshPk();
    const far = Math.floor(Date.now() / 1000) + 86_400;
    await table().write([{ put: { pk, sk: 'a', data: { old: 1 }, index: { pk: `${pk}i`, sk: 'x' }, expiresAtSec: far } }]);
    expect(await table().get(pk, 'a')).toMatchObject({ index: { pk: `${pk}i`, sk: 'x' }, expiresAtSec: far });
    await table().write([put(pk, 'a', { fresh: 1 })]);
    expect(await table().get(pk, 'a')).toEqual({ pk, sk: 'a', version: 2, data: { fresh: 1 } });
  });

  it('refuses an item over 400 kB as bad input and writes nothing of the call', async () => {
    const pk = freshPk();
    const big = put(pk, 'big', { text: 'x'.repeat(420_000) });
    await expect(table().write([put(pk, 'small'), big])).rejects.toMatchObject({ code: 'BadInput' });
    expect(await table().query(pk)).toEqual([]);
  });

  it('takes an item of 390 kB', async () => {
    const pk = freshPk();
    expect(await table().write([put(pk, 'big', { text: 'x'.repeat(390_000) })])).toBe(true);
    expect(JSON.stringify((await table().get(pk, 'big'))?.data).length).toBe(390_011);
  });

  it('refuses empty and overlong keys as bad input', async () => {
    const pk = freshPk();
    for (const write of [put('', 'a'), put(pk, ''), put(pk, 's'.repeat(1025)), put('p'.repeat(2049), 'a')]) {
      await expect(table().write([write])).rejects.toMatchObject({ code: 'BadInput' });
    }
  });
}

function conditionTests(table: () => Table): void {
  it('writes under "absent" once only', async () => {
    const pk = freshPk();
    expect(await table().write([put(pk, 'a', { n: 1 }, { condition: { absent: true } })])).toBe(true);
    expect(await table().write([put(pk, 'a', { n: 2 }, { condition: { absent: true } })])).toBe(false);
    expect((await table().get(pk, 'a'))?.data).toEqual({ n: 1 });
  });

  it('writes under a version only while the item has exactly that version', async () => {
    const pk = freshPk();
    expect(await table().write([put(pk, 'a', { n: 0 }, { condition: { version: 1 } })])).toBe(false);
    await table().write([put(pk, 'a', { n: 1 })]);
    expect(await table().write([put(pk, 'a', { n: 9 }, { condition: { version: 2 } })])).toBe(false);
    expect(await table().write([put(pk, 'a', { n: 2 }, { condition: { version: 1 } })])).toBe(true);
    expect(await table().write([put(pk, 'a', { n: 3 }, { condition: { version: 1 } })])).toBe(false);
    expect(await table().get(pk, 'a')).toMatchObject({ version: 2, data: { n: 2 } });
  });

  it('deletes under the same conditions, and without one also where nothing is', async () => {
    const pk = freshPk();
    expect(await table().write([{ delete: { pk, sk: 'a' }, condition: { version: 1 } }])).toBe(false);
    expect(await table().write([{ delete: { pk, sk: 'a' } }])).toBe(true);
    await table().write([put(pk, 'a')]);
    expect(await table().write([{ delete: { pk, sk: 'a' }, condition: { version: 2 } }])).toBe(false);
    expect(await table().write([{ delete: { pk, sk: 'a' }, condition: { absent: true } }])).toBe(false);
    expect(await table().write([{ delete: { pk, sk: 'a' }, condition: { version: 1 } }])).toBe(true);
    expect(await table().get(pk, 'a')).toBeUndefined();
  });
}

function transactionTests(table: () => Table): void {
  it('writes all or nothing: one failed condition anywhere stops every write', async () => {
    const pk = freshPk();
    await table().write([put(pk, 'kept', { n: 1 }), put(pk, 'goes', { n: 1 })]);
    const writes = [
      put(pk, 'new', { n: 1 }),
      put(pk, 'kept', { n: 2 }),
      { delete: { pk, sk: 'goes' } },
      put(`${pk}-other`, 'x', {}, { condition: { version: 7 } }),
    ];
    expect(await table().write(writes)).toBe(false);
    expect((await table().query(pk)).map(({ sk, version, data }) => ({ sk, version, data }))).toEqual([
      { sk: 'goes', version: 1, data: { n: 1 } },
      { sk: 'kept', version: 1, data: { n: 1 } },
    ]);
    expect(await table().write(writes.slice(0, 3))).toBe(true);
    expect((await table().query(pk)).map(({ sk }) => sk)).toEqual(['kept', 'new']);
  });

  it('takes 100 writes in several partitions, and refuses 101', async () => {
    const pk = freshPk();
    const many = (count: number): Write[] => Array.from({ length: count }, (_, i) => put(`${pk}-${i % 3}`, String(i), { i }));
    expect(await table().write(many(100))).toBe(true);
    expect((await table().query(`${pk}-0`)).length).toBe(34);
    await expect(table().write(many(101))).rejects.toMatchObject({ code: 'BadInput' });
  });

  it('refuses two writes to one key as bad input, and takes none at all as done', async () => {
    const pk = freshPk();
    await expect(table().write([put(pk, 'a'), { delete: { pk, sk: 'a' } }])).rejects.toMatchObject({ code: 'BadInput' });
    expect(await table().get(pk, 'a')).toBeUndefined();
    expect(await table().write([])).toBe(true);
  });
}

function rangeTests(table: () => Table): void {
  const keys = ['%', '*', 'A', 'B', '_', 'a', 'a%', 'a*', 'a/1', 'a/10', 'a/2', 'a_', 'aa', 'b', 'é', '櫓', '櫓/1'];
  const pk = freshPk();
  const sks = async (range?: Range): Promise<string[]> => (await table().query(pk, range)).map(({ sk }) => sk);
  beforeAll(async () => {
    await table().write(keys.toReversed().map((sk) => put(pk, sk)));
    await table().write([put(`${pk}#`, 'a'), put(pk.slice(0, -1), 'a')]);
  });

  it('lists one partition in code-unit order of the sort key', async () => {
    expect(await sks()).toEqual(keys);
    expect(await table().query(freshPk())).toEqual([]);
  });

  it('takes a prefix as plain text, not as a pattern', async () => {
    expect(await sks({ prefix: 'a%' })).toEqual(['a%']);
    expect(await sks({ prefix: 'a_' })).toEqual(['a_']);
    expect(await sks({ prefix: 'a*' })).toEqual(['a*']);
    expect(await sks({ prefix: 'a/' })).toEqual(['a/1', 'a/10', 'a/2']);
    expect(await sks({ prefix: '櫓' })).toEqual(['櫓', '櫓/1']);
    expect(await sks({ prefix: "' OR 1=1 --" })).toEqual([]);
  });

  it('bounds by from and to, both included, alone and with a prefix', async () => {
    expect(await sks({ from: 'a/10', to: 'aa' })).toEqual(['a/10', 'a/2', 'a_', 'aa']);
    expect(await sks({ from: 'b' })).toEqual(['b', 'é', '櫓', '櫓/1']);
    expect(await sks({ to: 'A' })).toEqual(['%', '*', 'A']);
    expect(await sks({ prefix: 'a/', from: 'a/10' })).toEqual(['a/10', 'a/2']);
    expect(await sks({ prefix: 'a/', to: 'a/1' })).toEqual(['a/1']);
    expect(await sks({ prefix: 'a/', from: 'A', to: 'é' })).toEqual(['a/1', 'a/10', 'a/2']);
  });

  it('finds nothing in a range that ends before it begins', async () => {
    expect(await sks({ from: 'b', to: 'a' })).toEqual([]);
    expect(await sks({ prefix: 'a', from: 'b' })).toEqual([]);
  });

  it('goes backwards and stops at a limit', async () => {
    expect(await sks({ descending: true })).toEqual(keys.toReversed());
    expect(await sks({ limit: 3 })).toEqual(keys.slice(0, 3));
    expect(await sks({ prefix: 'a/', descending: true, limit: 2 })).toEqual(['a/2', 'a/10']);
    expect(await sks({ limit: 1000 })).toEqual(keys);
  });

  it('reads all pages of a partition larger than a megabyte', async () => {
    const large = freshPk();
    const text = 'x'.repeat(100_000);
    for (const from of [0, 10, 20]) {
      await table().write(Array.from({ length: 10 }, (_, i) => put(large, String(from + i).padStart(3, '0'), { text })));
    }
    expect((await table().query(large)).map(({ sk }) => Number(sk))).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect((await table().query(large, { limit: 25, descending: true })).at(-1)?.sk).toBe('005');
  });
}

function indexTests(table: () => Table): void {
  it('finds items of several partitions by index, in its order, with ranges', async () => {
    const pk = freshPk();
    const at = (sk: string): { index: { pk: string; sk: string } } => ({ index: { pk: `${pk}i`, sk } });
    await table().write([
      put(`${pk}1`, 'a', { n: 1 }, at('2')),
      put(`${pk}2`, 'a', { n: 2 }, at('1')),
      put(`${pk}3`, 'a', { n: 3 }),
    ]);
    const found = async (range?: Range): Promise<unknown[]> =>
      (await table().queryIndex(`${pk}i`, range)).map(({ data }) => data['n']);
    expect(await found()).toEqual([2, 1]);
    expect(await found({ descending: true })).toEqual([1, 2]);
    expect(await found({ from: '2' })).toEqual([1]);
    expect(await found({ prefix: '1' })).toEqual([2]);
    expect(await found({ limit: 1 })).toEqual([2]);
    expect((await table().queryIndex(`${pk}i`))[0]).toMatchObject({
      pk: `${pk}2`,
      sk: 'a',
      version: 1,
      index: { pk: `${pk}i`, sk: '1' },
    });
  });

  it('lists two items with one index key, and drops an item whose index or self is gone', async () => {
    const pk = freshPk();
    const index = { pk: `${pk}i`, sk: 'same' };
    await table().write([put(pk, 'a', {}, { index }), put(pk, 'b', {}, { index }), put(pk, 'c', {}, { index })]);
    expect((await table().queryIndex(index.pk)).map(({ sk }) => sk).toSorted()).toEqual(['a', 'b', 'c']);
    await table().write([put(pk, 'a'), { delete: { pk, sk: 'b' } }]);
    expect((await table().queryIndex(index.pk)).map(({ sk }) => sk)).toEqual(['c']);
  });
}

function raceTests(table: () => Table): void {
  it('lets exactly one of many concurrent writers win a condition', async () => {
    const pk = freshPk();
    const race = (condition: NonNullable<Write['condition']>): Promise<boolean[]> =>
      Promise.all(Array.from({ length: 12 }, (_, i) => table().write([put(pk, 'a', { i }, { condition })])));
    expect((await race({ absent: true })).filter(Boolean).length).toBe(1);
    expect((await race({ version: 1 })).filter(Boolean).length).toBe(1);
    expect((await table().get(pk, 'a'))?.version).toBe(2);
  });

  it('loses no update of writers that read, change and write again on conflict', async () => {
    const pk = freshPk();
    const increment = async (): Promise<void> => {
      for (;;) {
        const item = await table().get(pk, 'n');
        const condition = item === undefined ? { absent: true as const } : { version: item.version };
        if (await table().write([put(pk, 'n', { n: Number(item?.data['n'] ?? 0) + 1 }, { condition })])) return;
      }
    };
    await Promise.all(Array.from({ length: 10 }, increment));
    expect(await table().get(pk, 'n')).toMatchObject({ version: 10, data: { n: 10 } });
  });
}
