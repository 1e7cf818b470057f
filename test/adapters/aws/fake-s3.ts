// A small S3 in memory behind the SDK's mock: conditional writes, pages, Object Lock, as the API documents them.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { serviceError } from './service-error.ts';

interface Held {
  body: Uint8Array;
  etag: string;
  retainUntil: Date | undefined;
}

/** Pages are small, so that every listing has several. */
const PAGE = 3;

export function fakeS3(buckets: readonly string[]): {
  client: S3Client;
  mock: ReturnType<typeof mockClient>;
  objects: Map<string, Held>;
} {
  const client = new S3Client({ region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  const mock = mockClient(client);
  const objects = new Map<string, Held>();
  const at = (input: { Bucket?: string | undefined; Key?: string | undefined }): string => {
    if (!buckets.includes(input.Bucket ?? '')) throw serviceError('NoSuchBucket', 404);
    return input.Key ?? '';
  };
  mock.on(HeadBucketCommand).callsFake((input) => {
    if (!buckets.includes(input.Bucket ?? '')) throw serviceError('NotFound', 404);
    return {};
  });
  mock.on(PutObjectCommand).callsFake((input) => {
    const key = at(input);
    const there = objects.get(key);
    if (input.IfNoneMatch === '*' && there !== undefined) throw serviceError('PreconditionFailed', 412);
    if (input.IfMatch !== undefined && there === undefined) throw serviceError('NoSuchKey', 404);
    if (input.IfMatch !== undefined && there?.etag !== input.IfMatch) throw serviceError('PreconditionFailed', 412);
    const body = new Uint8Array(input.Body);
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    objects.set(key, { body, etag, retainUntil: input.ObjectLockRetainUntilDate });
    return { ETag: etag };
  });
  const found = (input: { Bucket?: string | undefined; Key?: string | undefined }, absent: string): Held => {
    const held = objects.get(at(input));
    if (held === undefined) throw serviceError(absent, 404);
    return held;
  };
  mock.on(GetObjectCommand).callsFake((input) => {
    const { body, etag } = found(input, 'NoSuchKey');
    const pieces =
      body.byteLength === 0 ? [] : [body.subarray(0, 1000), body.subarray(1000)].filter((piece) => piece.byteLength > 0);
    return { Body: Readable.from(pieces), ContentLength: body.byteLength, ETag: etag };
  });
  mock.on(HeadObjectCommand).callsFake((input) => {
    if (!buckets.includes(input.Bucket ?? '')) throw serviceError('NotFound', 404);
    const { body, etag, retainUntil } = found(input, 'NotFound');
    return {
      ContentLength: body.byteLength,
      ETag: etag,
      ...(retainUntil === undefined ? {} : { ObjectLockRetainUntilDate: retainUntil }),
    };
  });
  mock.on(DeleteObjectCommand).callsFake((input) => {
    objects.delete(at(input));
    return {};
  });
  mock.on(ListObjectsV2Command).callsFake((input) => {
    at({ Bucket: input.Bucket });
    const keys = [...objects.keys()].filter((key) => key.startsWith(input.Prefix ?? ''));
    keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const from = Number(input.ContinuationToken ?? 0);
    const page = keys.slice(from, from + PAGE);
    const isTruncated = from + PAGE < keys.length;
    return {
      Contents: page.map((key) => ({ Key: key, Size: objects.get(key)?.body.byteLength, ETag: objects.get(key)?.etag })),
      IsTruncated: isTruncated,
      ...(isTruncated ? { NextContinuationToken: String(from + PAGE) } : {}),
    };
  });
  return { client, mock, objects };
}
