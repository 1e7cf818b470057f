// What every object store must do, whatever keeps the bytes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectStore, StoredObject } from '../../functions/ports/object-store.ts';

/** A store to test, empty at the start; `objectLock` says whether it can keep locks (its clock reads `nowMs`). */
export interface ObjectStoreUnderTest {
  store: ObjectStore;
  objectLock: boolean;
  nowMs(): number;
  close?(): Promise<void>;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export async function readText(object: StoredObject | undefined): Promise<string | undefined> {
  if (object === undefined) return undefined;
  const pieces: Uint8Array[] = [];
  for await (const piece of object.body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const keysOf = async (store: ObjectStore, prefix: string): Promise<string[]> =>
  (await collect(store.list(prefix))).map((object) => object.key);

export function objectStoreContract(name: string, open: () => Promise<ObjectStoreUnderTest>): void {
  describe(`object store contract: ${name}`, () => {
    let under: ObjectStoreUnderTest;
    let store: ObjectStore;
    beforeAll(async () => {
      under = await open();
      store = under.store;
    });
    afterAll(async () => under.close?.());

    it('tells absence as undefined, before anything was written and after', async () => {
      expect(await store.get('absent/a.json')).toBeUndefined();
      expect(await store.head('absent/a.json')).toBeUndefined();
      expect(await keysOf(store, '')).toEqual([]);
      await store.put('present', bytes('x'));
      expect(await store.get('absent/a.json')).toBeUndefined();
      expect(await store.get('present/below')).toBeUndefined();
    });

    it('gives back the bytes that were put, also none and more than one piece', async () => {
      const big = new Uint8Array(1_500_000).map((_, i) => (i * 31 + (i >> 8)) % 256);
      for (const [key, body] of [
        ['read/empty', new Uint8Array()],
        ['read/source=x/eventday=20260101/ü 日本+%20&=.txt', bytes('héllo')],
        ['read/big', big],
      ] as const) {
        expect(await store.put(key, body)).toBe(true);
        const object = await store.get(key);
        expect(object?.sizeBytes).toBe(body.byteLength);
        const pieces: Uint8Array[] = [];
        for await (const piece of object?.body ?? []) pieces.push(piece);
        expect(Buffer.compare(Buffer.concat(pieces), body)).toBe(0);
      }
    });

    it('replaces an object and changes its etag with the bytes', async () => {
      await store.put('replace/a', bytes('one'));
      const before = await store.head('replace/a');
      await store.put('replace/a', bytes('two'));
      const after = await store.head('replace/a');
      expect(await readText(await store.get('replace/a'))).toBe('two');
      expect(after?.etag).not.toBe(before?.etag);
    });

    it('tells the same key, size and etag in get, head and list', async () => {
      await store.put('same/a', bytes('twelve bytes'));
      const { body: _, ...got } = (await store.get('same/a')) ?? { body: undefined };
      expect(got).toEqual(await store.head('same/a'));
      expect([got]).toEqual(await collect(store.list('same/')));
    });

    it('writes once where ifAbsent is asked, and leaves what is there', async () => {
      expect(await store.put('once/a', bytes('first'), { ifAbsent: true })).toBe(true);
      expect(await store.put('once/a', bytes('second'), { ifAbsent: true })).toBe(false);
      expect(await readText(await store.get('once/a'))).toBe('first');
    });

    it('lets exactly one of many concurrent ifAbsent writers win', async () => {
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, i) => store.put('race/a', bytes(`writer ${i}`), { ifAbsent: true })),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await readText(await store.get('race/a'))).toBe(`writer ${results.indexOf(true)}`);
    });

    it('lists by prefix in the order of the keys, folders and files alike', async () => {
      const keys = ['list/a-b', 'list/a/1', 'list/a/b/c', 'list/a0', 'list/ab', 'list/z', 'listing'];
      for (const key of keys.toReversed()) await store.put(key, bytes(key));
      expect(await keysOf(store, 'list')).toEqual(keys);
      expect(await keysOf(store, 'list/a')).toEqual(keys.slice(0, 5));
      expect(await keysOf(store, 'list/a/')).toEqual(['list/a/1', 'list/a/b/c']);
      expect(await keysOf(store, 'list/nothing/')).toEqual([]);
    });

    it('deletes, and deletes again without complaint', async () => {
      await store.put('gone/a', bytes('x'));
      await store.delete('gone/a');
      await store.delete('gone/a');
      expect(await store.get('gone/a')).toBeUndefined();
      expect(await keysOf(store, 'gone/')).toEqual([]);
      expect(await store.put('gone/a', bytes('y'), { ifAbsent: true })).toBe(true);
    });

    it('keeps a locked object against replacing and deleting', async (test) => {
      if (!under.objectLock) test.skip('this store has no object lock');
      expect(await store.put('locked/a', bytes('evidence'), { retainUntilMs: under.nowMs() + 86_400_000 })).toBe(true);
      await expect(store.put('locked/a', bytes('forged'))).rejects.toMatchObject({ name: 'Refused' });
      await expect(store.delete('locked/a')).rejects.toMatchObject({ name: 'Refused' });
      expect(await store.put('locked/a', bytes('forged'), { ifAbsent: true })).toBe(false);
      expect(await readText(await store.get('locked/a'))).toBe('evidence');
    });

    it('replaces what is not locked in a store that keeps locks', async (test) => {
      if (!under.objectLock) test.skip('this store has no object lock');
      await store.put('unlocked/a', bytes('one'));
      expect(await store.put('unlocked/a', bytes('two'))).toBe(true);
      expect(await readText(await store.get('unlocked/a'))).toBe('two');
      await store.delete('unlocked/a');
      expect(await store.head('unlocked/a')).toBeUndefined();
    });
  });
}
