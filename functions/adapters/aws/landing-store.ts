/** The landing bucket, and beside it buckets of others that are read where they are, as one object store. */
import { bucketOfKey, type ReadBucket } from '../../core/adopted-buckets.ts';
import { YaguraError } from '../../core/error.ts';
import type { ObjectStore } from '../../ports/object-store.ts';

export interface LandingBuckets {
  /** The landing bucket's name. */
  name: string;
  own: ObjectStore;
  adopted: readonly ReadBucket[];
  /** Opens an adopted bucket; asked once each. */
  open(bucket: ReadBucket): Promise<ObjectStore>;
}

/** Keys `s3://bucket/key` are an adopted bucket's, all others our own. Only our own can be written, listed and deleted. */
export function createLandingStore({ name, own, adopted, open }: LandingBuckets): ObjectStore {
  const opened = new Map<string, Promise<ObjectStore>>();
  const placeOf = async (key: string): Promise<{ store: ObjectStore; key: string }> => {
    const place = bucketOfKey(key);
    if (place === undefined) return { store: own, key };
    if (place.bucket === name) return { store: own, key: place.key };
    const found = adopted.find(({ bucket, prefix = '' }) => bucket === place.bucket && place.key.startsWith(prefix));
    if (found === undefined) throw new YaguraError('Refused', `${key}: no bucket that soc.config.ts adopts`);
    const store = opened.get(found.bucket) ?? open(found);
    opened.set(found.bucket, store);
    return { store: await store, key: place.key };
  };
  const ownKey = (key: string): string => {
    const place = bucketOfKey(key);
    if (place !== undefined && place.bucket !== name)
      throw new YaguraError('Refused', `${key}: an adopted bucket is read, never written`);
    return place?.key ?? key;
  };
  return {
    get: async (key) => {
      const place = await placeOf(key);
      const object = await place.store.get(place.key);
      return object === undefined ? undefined : { ...object, key };
    },
    head: async (key) => {
      const place = await placeOf(key);
      const info = await place.store.head(place.key);
      return info === undefined ? undefined : { ...info, key };
    },
    put: async (key, bytes, options) => own.put(ownKey(key), bytes, options),
    list: (prefix) => own.list(prefix),
    delete: async (key) => own.delete(ownKey(key)),
  };
}
