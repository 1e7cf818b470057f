/** The landing bucket of a laptop: the user's own files by absolute path, and what was collected in a folder of the state. */
import { isAbsolute } from 'node:path';
import type { ObjectStore } from '../../functions/ports/object-store.ts';
import { createPathObjectStore } from './path-object-store.ts';

/** @param collected takes every key that is no absolute path */
export function createLandingStore(collected: ObjectStore): ObjectStore {
  const files = createPathObjectStore();
  const storeOf = (key: string): ObjectStore => (isAbsolute(key) ? files : collected);
  return {
    get: (key) => storeOf(key).get(key),
    head: (key) => storeOf(key).head(key),
    put: (key, bytes, options) => storeOf(key).put(key, bytes, options),
    delete: (key) => storeOf(key).delete(key),
    list: (prefix) => storeOf(prefix).list(prefix),
  };
}
