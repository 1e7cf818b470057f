/** An object store in memory, for tests of stages. */
import { sha256 } from '../../functions/core/digest.ts';
import type { ObjectStore } from '../../functions/ports/object-store.ts';

export interface MemoryStore extends ObjectStore {
  keys(): string[];
  bytes(key: string): Uint8Array | undefined;
}

export function memoryStore(objects: Record<string, string | Uint8Array> = {}): MemoryStore {
  const held = new Map<string, Uint8Array>(Object.entries(objects).map(([key, value]) => [key, Buffer.from(value)]));
  const infoOf = (key: string, bytes: Uint8Array) => ({ key, sizeBytes: bytes.length, etag: sha256(bytes) });
  return {
    keys: () => [...held.keys()].sort(),
    bytes: (key) => held.get(key),
    head: async (key) => {
      const bytes = held.get(key);
      return bytes === undefined ? undefined : infoOf(key, bytes);
    },
    get: async (key) => {
      const bytes = held.get(key);
      if (bytes === undefined) return undefined;
      const body = (async function* () {
        yield bytes;
      })();
      return { ...infoOf(key, bytes), body };
    },
    put: async (key, bytes, options) => {
      if (options?.ifAbsent && held.has(key)) return false;
      held.set(key, Buffer.from(bytes));
      return true;
    },
    list: async function* (prefix) {
      for (const [key, bytes] of [...held].sort()) if (key.startsWith(prefix)) yield infoOf(key, bytes);
    },
    delete: async (key) => void held.delete(key),
  };
}
