import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createS3ObjectStore } from '../../../functions/adapters/aws/s3-object-store.ts';
import { collect, objectStoreContract, readText } from '../../contracts/object-store.contract.ts';
import { fakeS3 } from './fake-s3.ts';
import { serviceError } from './service-error.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

objectStoreContract('S3', async () => {
  const { client } = fakeS3(['plain']);
  return { store: createS3ObjectStore(client, 'plain'), objectLock: false, nowMs: Date.now };
});
objectStoreContract('S3 with Object Lock', async () => {
  const { client } = fakeS3(['locked']);
  return { store: createS3ObjectStore(client, 'locked', { objectLock: 'GOVERNANCE' }), objectLock: true, nowMs: Date.now };
});

describe('S3 object store', () => {
  it('sends type, encoding, and the lock in the mode of the bucket', async () => {
    const { client, mock } = fakeS3(['b']);
    const options = { contentType: 'application/json', contentEncoding: 'gzip', retainUntilMs: 1_800_000_000_000 };
    await createS3ObjectStore(client, 'b', { objectLock: 'COMPLIANCE' }).put('k', bytes('x'), options);
    expect(mock.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      ContentType: 'application/json',
      ContentEncoding: 'gzip',
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: new Date(1_800_000_000_000),
      IfNoneMatch: '*',
    });
    await createS3ObjectStore(client, 'b').put('other', bytes('x'), options);
    expect(mock.commandCalls(PutObjectCommand)[1]?.args[0].input).not.toHaveProperty('ObjectLockMode');
  });

  it('never takes a missing bucket for a missing object', async () => {
    const { client } = fakeS3(['b']);
    const store = createS3ObjectStore(client, 'gone');
    await expect(store.get('k')).rejects.toMatchObject({ name: 'NotFound' });
    await expect(store.head('k')).rejects.toMatchObject({ name: 'NotFound' });
    await expect(collect(store.list(''))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('does not overwrite what another writer put between looking and writing', async () => {
    const { client, mock, objects } = fakeS3(['b']);
    const store = createS3ObjectStore(client, 'b', { objectLock: 'GOVERNANCE' });
    await store.put('k', bytes('one'));
    const stale = objects.get('k');
    mock.on(HeadObjectCommand).resolvesOnce({ ContentLength: 3, ETag: '"stale"' });
    mock.on(HeadObjectCommand).callsFake(() => ({ ETag: stale?.etag, ObjectLockRetainUntilDate: new Date(Date.now() + 60_000) }));
    await expect(store.put('k', bytes('two'))).rejects.toMatchObject({ name: 'Refused' });
    expect(objects.get('k')).toBe(stale);
  });

  it('tries again while another conditional write of the key is in flight, and gives up as Conflict', async () => {
    const { client, mock } = fakeS3(['b']);
    const store = createS3ObjectStore(client, 'b');
    const busy = serviceError('ConditionalRequestConflict', 409);
    mock.on(PutObjectCommand).rejectsOnce(busy).rejectsOnce(busy).resolves({});
    expect(await store.put('k', bytes('x'), { ifAbsent: true })).toBe(true);
    mock.on(PutObjectCommand).rejects(busy);
    await expect(store.put('k', bytes('x'), { ifAbsent: true })).rejects.toMatchObject({ name: 'Conflict' });
  });

  it.each([
    ['SlowDown', 503, 'Throttled', true],
    ['InternalError', 500, 'Unavailable', true],
    ['AccessDenied', 403, 'Refused', false],
    ['KMS.DisabledException', 400, 'BadInput', false],
    ['ExpiredToken', 400, 'Unavailable', true],
  ])('tells %s (%d) as %s', async (name, status, code, retryable) => {
    const { client, mock } = fakeS3(['b']);
    const store = createS3ObjectStore(client, 'b');
    mock.reset();
    mock.onAnyCommand().rejects(serviceError(name, status));
    for (const call of [store.get('k'), store.head('k'), store.put('k', bytes('x')), collect(store.list(''))]) {
      await expect(call).rejects.toMatchObject({ name: code, retryable });
    }
  });

  it('tells a connection that breaks while the body is read as Unavailable', async () => {
    const { client, mock } = fakeS3(['b']);
    mock.on(GetObjectCommand).callsFake(() => ({
      ContentLength: 10,
      ETag: '"e"',
      Body: (async function* () {
        yield bytes('half');
        throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
      })(),
    }));
    const object = await createS3ObjectStore(client, 'b').get('k');
    await expect(readText(object)).rejects.toMatchObject({ name: 'Unavailable', retryable: true });
  });

  it('closes the connection where a reader stops early', async () => {
    const { client, mock } = fakeS3(['b']);
    let closed = false;
    mock.on(GetObjectCommand).callsFake(() => ({
      ContentLength: 10,
      Body: (async function* () {
        try {
          yield bytes('a');
          yield bytes('b');
        } finally {
          closed = true;
        }
      })(),
    }));
    for await (const _ of (await createS3ObjectStore(client, 'b').get('k'))?.body ?? []) break;
    expect(closed).toBe(true);
  });
});
