import { describe, expect, it } from 'vitest';
import { announcedBy, busEventIn, messageIdOf } from '../../../functions/adapters/aws/messages.ts';

const ETAG = 'd41d8cd98f00b204e9800998ecf8427e';
const created = (key: string): object => ({
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '111122223333',
  detail: {
    version: '0',
    bucket: { name: 'landing' },
    object: { key, size: 5, etag: ETAG, sequencer: '00617F08299329D189' },
    reason: 'PutObject',
  },
});
const classic = (...keys: string[]): object => ({
  Records: keys.map((key) => ({
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: 'landing' }, object: { key, size: 5, eTag: ETAG } },
  })),
});
const read = (body: object): unknown => announcedBy('m', JSON.stringify(body));

describe('a message of the arrival queue', () => {
  it('is an object that EventBridge tells of, its key as it is', () => {
    const key = 'AWSLogs/a b+c%20日本.json.gz';
    expect(read(created(key))).toEqual([
      { kind: 'object', id: 'm', bucket: 'landing', key, identity: `s3://landing/${key}#${ETAG}` },
    ]);
  });

  it('is an object of a classic notification, its key decoded: plus is a space', () => {
    expect(read(classic('AWSLogs/a+b%2Bc%2520/%E6%AB%93.json.gz'))).toMatchObject([{ key: 'AWSLogs/a b+c%20/櫓.json.gz' }]);
  });

  it('is several objects, each with an id that leads back to the message', () => {
    const announced = announcedBy('m', JSON.stringify(classic('a', 'b')));
    expect(announced).toMatchObject([
      { id: 'm#0', key: 'a' },
      { id: 'm#1', key: 'b' },
    ]);
    expect(announced.map(({ id }) => messageIdOf(id))).toEqual(['m', 'm']);
  });

  it('is either of them wrapped by SNS', () => {
    const wrapped = {
      Type: 'Notification',
      MessageId: 'x',
      TopicArn: 'arn:aws:sns:us-east-1:111122223333:t',
      Message: JSON.stringify(classic('a')),
    };
    expect(read(wrapped)).toMatchObject([{ kind: 'object', key: 'a' }]);
    expect(read({ ...wrapped, Message: JSON.stringify(created('b')) })).toMatchObject([{ kind: 'object', key: 'b' }]);
  });

  it('gives the same object written again another identity, and the same notification twice the same', () => {
    const identity = (etag: string): unknown => {
      const body = created('k');
      return announcedBy('m', JSON.stringify(body).replace(ETAG, etag))[0];
    };
    expect(identity('one')).toEqual(identity('one'));
    expect(identity('one')).not.toEqual(identity('two'));
  });

  it('is an event of a source, the envelope whole; also one about S3', () => {
    const envelope = { 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.s3', detail: { eventName: 'PutBucketPolicy' } };
    expect(read(envelope)).toEqual([{ kind: 'event', id: 'm', envelope }]);
  });

  it.each([
    { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'landing' },
    { ...created('k'), 'detail-type': 'Object Deleted' },
    { Records: [{ eventName: 'ObjectRemoved:Delete', s3: { bucket: { name: 'landing' }, object: { key: 'k' } } }] },
  ])('is ignored, for a named reason, where there is nothing to read: %j', (body) => {
    expect(read(body)).toMatchObject([{ kind: 'ignored', why: expect.stringMatching(/^\w+$/) }]);
  });

  it.each([
    'not json',
    '[]',
    'null',
    '{}',
    '{"Type":"Notification","Message":"text"}',
    '{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{},"object":{"key":"k"}}}]}',
    '{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"%E0%A4%A"}}}]}',
    '{"Records":[null]}',
    '{"detail-type":"Object Created","source":"aws.s3","detail":{"bucket":{"name":"b"},"object":{"key":7}}}',
    '{"detail-type":"Object Created","source":"aws.s3","detail":{"bucket":{"name":"b"},"object":{"__proto__":{"key":"k"}}}}',
  ])('is unknown, and never thrown at us, where it makes no sense: %s', (body) => {
    expect(announcedBy('m', body)).toMatchObject([{ kind: 'unknown' }]);
  });
});

describe('a message of a bus queue', () => {
  it('is our event', () => {
    const body = { source: 'yagura', 'detail-type': 'IncidentChanged', detail: { incidentId: 'i', version: 1 } };
    expect(busEventIn(JSON.stringify(body))).toEqual({ name: 'IncidentChanged', detail: { incidentId: 'i', version: 1 } });
  });

  it.each(['x', '{}', '{"source":"other","detail-type":"IncidentChanged","detail":{}}', '{"source":"yagura","detail-type":"X"}'])(
    'is none: %s',
    (body) => {
      expect(busEventIn(body)).toBeUndefined();
    },
  );
});
