/** Where bytes live: one bucket (or a folder of the laptop) by key. */

export interface ObjectInfo {
  key: string;
  sizeBytes: number;
  /** Changes whenever the bytes do. */
  etag: string;
}

export interface StoredObject extends ObjectInfo {
  /** The bytes in order, in pieces; may be read once. */
  body: AsyncIterable<Uint8Array>;
}

export interface PutOptions {
  /** Write only where nothing has this key (S3: If-None-Match). */
  ifAbsent?: boolean;
  contentType?: string;
  contentEncoding?: string;
  /** Object Lock: nobody can delete or replace this version before then (epoch ms). Replacing it throws Refused. */
  retainUntilMs?: number;
}

export interface ObjectStore {
  /** The object, or undefined where no object has this key. @throws YaguraError Unavailable, Throttled */
  get(key: string): Promise<StoredObject | undefined>;
  /** What `get` would tell, without the bytes. */
  head(key: string): Promise<ObjectInfo | undefined>;
  /** Writes all or nothing. False where `ifAbsent` was asked and something is there. @throws YaguraError Refused for a locked key */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<boolean>;
  /** Every object whose key begins with the prefix, in key order. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** Removes the object; no error where there is none. @throws YaguraError Refused for a locked key */
  delete(key: string): Promise<void>;
}
