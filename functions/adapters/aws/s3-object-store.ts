/** Turns one S3 bucket into an object store. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { YaguraError } from '../../core/error.ts';
import type { ObjectInfo, ObjectStore, PutOptions, StoredObject } from '../../ports/object-store.ts';
import { calling, nameOf, statusOf } from './failure.ts';

/** S3 answers 409 while another conditional write of the key is in flight, and asks to try again. */
const CONDITIONAL_TRIES = 5;

export interface S3ObjectStoreOptions {
  /** The mode of a bucket with Object Lock: locks are set and looked at. Without it `retainUntilMs` is ignored, as the owner decided. */
  objectLock?: 'GOVERNANCE' | 'COMPLIANCE';
  /** The time that decides whether a lock still holds; default: the machine's clock. */
  nowMs?: () => number;
}

interface Bucket {
  client: S3Client;
  name: string;
  objectLock: 'GOVERNANCE' | 'COMPLIANCE' | undefined;
  nowMs: () => number;
  /** Resolves where the bucket answers: a missing bucket must not look like a missing object. */
  exists(): Promise<void>;
}

export function createS3ObjectStore(client: S3Client, name: string, options: S3ObjectStoreOptions = {}): ObjectStore {
  let seen = false;
  const exists = async (): Promise<void> => {
    if (!seen) await calling(`s3 HeadBucket ${name}`, () => client.send(new HeadBucketCommand({ Bucket: name })));
    seen = true;
  };
  const bucket: Bucket = { client, name, objectLock: options.objectLock, nowMs: options.nowMs ?? Date.now, exists };
  return {
    get: (key) => get(bucket, key),
    head: async (key) => {
      const found = await headObject(bucket, key);
      return found === undefined ? undefined : infoOf(key, found);
    },
    put: (key, bytes, putOptions = {}) => put(bucket, key, bytes, putOptions),
    list: (prefix) => list(bucket, prefix),
    delete: (key) => remove(bucket, key),
  };
}

const infoOf = (key: string, found: { ContentLength?: number | undefined; ETag?: string | undefined }): ObjectInfo => ({
  key,
  sizeBytes: found.ContentLength ?? 0,
  etag: unquoted(found.ETag),
});
const unquoted = (etag: string | undefined): string => (etag ?? '').replace(/^"|"$/g, '');

async function get(bucket: Bucket, key: string): Promise<StoredObject | undefined> {
  const found = await unlessAbsent(bucket, `s3 GetObject ${key}`, () =>
    bucket.client.send(new GetObjectCommand({ Bucket: bucket.name, Key: key })),
  );
  if (found === undefined) return undefined;
  return { ...infoOf(key, found), body: pieces(key, found.Body) };
}

async function* pieces(key: string, body: unknown): AsyncGenerator<Uint8Array> {
  if (body === undefined || body === null) return;
  if (!isByteStream(body)) throw new YaguraError('Bug', `s3 GetObject ${key}: the body is no byte stream`);
  const iterator = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await calling(`s3 GetObject ${key}`, () => iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // A reader that stops early must free the connection.
    await iterator.return?.();
  }
}

const isByteStream = (body: unknown): body is AsyncIterable<Uint8Array> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

const headObject = (bucket: Bucket, key: string): Promise<HeadObjectCommandOutput | undefined> =>
  unlessAbsent(bucket, `s3 HeadObject ${key}`, () =>
    bucket.client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: key })),
  );

async function unlessAbsent<T>(bucket: Bucket, what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (nameOf(error) === 'NoSuchKey' || (nameOf(error) === 'NotFound' && statusOf(error) === 404)) {
      await bucket.exists();
      return undefined;
    }
    return await calling(what, () => Promise.reject(error));
  }
}

async function put(bucket: Bucket, key: string, bytes: Uint8Array, options: PutOptions): Promise<boolean> {
  const input: PutObjectCommandInput = {
    Bucket: bucket.name,
    Key: key,
    Body: bytes,
    ...(options.contentType === undefined ? {} : { ContentType: options.contentType }),
    ...(options.contentEncoding === undefined ? {} : { ContentEncoding: options.contentEncoding }),
    ...(options.retainUntilMs === undefined || bucket.objectLock === undefined
      ? {}
      : { ObjectLockMode: bucket.objectLock, ObjectLockRetainUntilDate: new Date(options.retainUntilMs) }),
  };
  if (options.ifAbsent === true) return await putIf(bucket, { ...input, IfNoneMatch: '*' });
  if (bucket.objectLock === undefined) return await putIf(bucket, input);
  return await putUnlocked(bucket, input, key);
}

/** S3 would add a version over a locked one. The port promises more: what is locked stays what readers see. */
async function putUnlocked(bucket: Bucket, input: PutObjectCommandInput, key: string): Promise<boolean> {
  for (let tries = 0; tries < CONDITIONAL_TRIES; tries++) {
    const there = await headObject(bucket, key);
    if (there === undefined) {
      if (await putIf(bucket, { ...input, IfNoneMatch: '*' })) return true;
      continue;
    }
    refuseLocked(bucket, key, there);
    if (await putIf(bucket, there.ETag === undefined ? input : { ...input, IfMatch: there.ETag })) return true;
  }
  throw new YaguraError('Throttled', `s3 PutObject ${key}: others keep writing it`);
}

/** True where it was written, false where the condition failed. */
async function putIf(bucket: Bucket, input: PutObjectCommandInput): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      await bucket.client.send(new PutObjectCommand(input));
      return true;
    } catch (error) {
      if (statusOf(error) === 412 || nameOf(error) === 'PreconditionFailed') return false;
      // If-Match on an object that was just deleted.
      if (input.IfMatch !== undefined && nameOf(error) === 'NoSuchKey') return false;
      const again = nameOf(error) === 'ConditionalRequestConflict' && tries < CONDITIONAL_TRIES;
      if (!again) return await calling(`s3 PutObject ${input.Key ?? ''}`, () => Promise.reject(error));
    }
  }
}

function refuseLocked(bucket: Bucket, key: string, there: HeadObjectCommandOutput): void {
  const until = there.ObjectLockRetainUntilDate;
  const held = there.ObjectLockLegalHoldStatus === 'ON';
  if (!held && (until === undefined || until.getTime() <= bucket.nowMs())) return;
  throw new YaguraError('Refused', `object ${key} is locked ${held ? 'by a legal hold' : `until ${until?.toISOString()}`}`);
}

async function* list(bucket: Bucket, prefix: string): AsyncGenerator<ObjectInfo> {
  let token: string | undefined;
  do {
    const page = await calling(`s3 ListObjectsV2 ${prefix}`, () =>
      bucket.client.send(
        new ListObjectsV2Command({
          Bucket: bucket.name,
          Prefix: prefix,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      ),
    );
    for (const { Key, Size, ETag } of page.Contents ?? []) {
      if (Key !== undefined) yield { key: Key, sizeBytes: Size ?? 0, etag: unquoted(ETag) };
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

async function remove(bucket: Bucket, key: string): Promise<void> {
  if (bucket.objectLock !== undefined) {
    const there = await headObject(bucket, key);
    if (there === undefined) return;
    refuseLocked(bucket, key, there);
  }
  await calling(`s3 DeleteObject ${key}`, () => bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key })));
}
