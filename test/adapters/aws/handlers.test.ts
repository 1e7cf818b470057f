import type { LambdaFunctionURLEvent, SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type ArrivalOf, arrivalHandler, busHandler, scheduleHandler } from '../../../functions/adapters/aws/handlers.ts';
import { personHandler } from '../../../functions/adapters/aws/person-handler.ts';
import type { BusEvent } from '../../../functions/core/bus-event.ts';
import { type ErrorCode, YaguraError } from '../../../functions/core/error.ts';
import { sampleFinding } from '../../contracts/bus.contract.ts';

const message = (messageId: string, body: unknown): SQSRecord => ({
  messageId,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...{ receiptHandle: '', md5OfBody: '', eventSource: 'aws:sqs', eventSourceARN: '', awsRegion: '', messageAttributes: {} },
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: '', SenderId: '', ApproximateFirstReceiveTimestamp: '' },
});
const batch = (...Records: SQSRecord[]): SQSEvent => ({ Records });
const landed = (key: string, bucket = 'landing'): object => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: bucket }, object: { key, etag: 'e' } },
});
const failed = (...ids: string[]): object => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
const quiet = { bucket: 'landing', log: () => undefined };

describe('the arrival handler', () => {
  it('hands all arrivals of a batch over in one call, and answers with the messages that failed, once each', async () => {
    const calls: ArrivalOf[][] = [];
    const handler = arrivalHandler(async (arrivals) => {
      calls.push(arrivals);
      return { failedIds: ['two#0', 'two#1'] };
    }, quiet);
    const twoObjects = {
      Records: ['b', 'c'].map((key) => ({
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: 'landing' }, object: { key } },
      })),
    };
    const event = batch(
      message('one', landed('a')),
      message('two', twoObjects),
      message('three', { source: 'x', 'detail-type': 'y', detail: {} }),
    );
    expect(await handler(event)).toEqual(failed('two'));
    expect(calls.map((arrivals) => arrivals.map(({ id, kind }) => `${id} ${kind}`))).toEqual([
      ['one object', 'two#0 object', 'two#1 object', 'three event'],
    ]);
  });

  it('lets what nobody understands and objects of other buckets fail, and ignores what is nothing', async () => {
    const seen: string[] = [];
    const lines: unknown[] = [];
    const handler = arrivalHandler(
      async (arrivals) => {
        seen.push(...arrivals.map(({ id }) => id));
        return { failedIds: [] };
      },
      { bucket: 'landing', log: (line) => lines.push(line) },
    );
    const event = batch(
      message('bad', '{'),
      message('foreign', landed('k', 'evil')),
      message('test', { Event: 's3:TestEvent' }),
      message('ok', landed('k')),
    );
    expect(await handler(event)).toEqual(failed('bad', 'foreign'));
    expect(seen).toEqual(['ok']);
    expect(lines).toHaveLength(3);
  });

  it('does not call the stage for nothing', async () => {
    const handler = arrivalHandler(() => Promise.reject(new Error('called')), quiet);
    expect(await handler(batch(message('test', { Event: 's3:TestEvent' })))).toEqual(failed());
  });

  it('tries each arrival alone where one of them breaks the stage, so that only that one fails', async () => {
    const handler = arrivalHandler(async (arrivals) => {
      if (arrivals.some(({ id }) => id === 'poison')) throw new TypeError('x');
      return { failedIds: [] };
    }, quiet);
    expect(await handler(batch(message('a', landed('a')), message('poison', landed('p')), message('b', landed('b'))))).toEqual(
      failed('poison'),
    );
  });

  it('lets the whole batch come back where the world is broken, after one try', async () => {
    let calls = 0;
    const handler = arrivalHandler(async () => {
      calls++;
      throw new YaguraError('Unavailable', 's3 is away');
    }, quiet);
    expect(await handler(batch(message('a', landed('a')), message('b', landed('b'))))).toEqual(failed('a', 'b'));
    expect(calls).toBe(1);
  });

  it('writes no content of a message into its log', async () => {
    const lines: unknown[] = [];
    const handler = arrivalHandler(async () => ({ failedIds: [] }), { bucket: 'landing', log: (line) => lines.push(line) });
    await handler(batch(message('bad', '{"password":"hunter2"'), message('odd', { secret: 'hunter2' })));
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});

describe('the bus handler', () => {
  const raised = (uid: string): object => ({
    source: 'yagura',
    'detail-type': 'FindingsRaised',
    detail: { findings: [sampleFinding(uid)] },
  });

  it('hands all events of a batch over in one call', async () => {
    const calls: BusEvent[][] = [];
    const handler = busHandler(async (events) => calls.push(events), quiet.log);
    expect(await handler(batch(message('a', raised('1')), message('b', raised('2'))))).toEqual(failed());
    expect(calls).toEqual([
      [
        { name: 'FindingsRaised', detail: { findings: [sampleFinding('1')] } },
        { name: 'FindingsRaised', detail: { findings: [sampleFinding('2')] } },
      ],
    ]);
  });

  it('lets what is no event of ours fail without stopping the rest', async () => {
    const seen: BusEvent[] = [];
    const handler = busHandler(async (events) => seen.push(...events), quiet.log);
    const event = batch(
      message('text', 'x'),
      message('other', { source: 'yagura', 'detail-type': 'Unheard', detail: {} }),
      message('shape', { source: 'yagura', 'detail-type': 'IncidentChanged', detail: { incidentId: 7 } }),
      message('good', raised('1')),
    );
    expect(await handler(event)).toEqual(failed('text', 'other', 'shape'));
    expect(seen).toHaveLength(1);
  });

  it('fails only the poisonous message, and all of them where a retry helps', async () => {
    const breaking = (error: Error) =>
      busHandler(async (events) => {
        if (JSON.stringify(events).includes('poison')) throw error;
      }, quiet.log);
    const event = batch(message('a', raised('1')), message('b', raised('poison')), message('c', raised('3')));
    expect(await breaking(new TypeError('x'))(event)).toEqual(failed('b'));
    expect(await breaking(new YaguraError('BadInput', 'x'))(event)).toEqual(failed('b'));
    expect(await breaking(new YaguraError('Throttled', 'x'))(event)).toEqual(failed('a', 'b', 'c'));
  });
});

describe('the schedule handler', () => {
  it('makes one run of all ticks that waited, and none of nothing', async () => {
    let runs = 0;
    const handler = scheduleHandler(async () => {
      runs += 1;
    }, quiet.log);
    expect(await handler(batch(message('a', {}), message('b', {})))).toEqual(failed());
    expect(await handler(batch())).toEqual(failed());
    expect(runs).toBe(1);
  });

  it('has every tick delivered again where the run failed', async () => {
    const handler = scheduleHandler(async () => {
      throw new YaguraError('Throttled', 'x');
    }, quiet.log);
    expect(await handler(batch(message('a', {}), message('b', {})))).toEqual(failed('a', 'b'));
  });
});

describe('the person handler', () => {
  const ARN = 'arn:aws:sts::111122223333:assumed-role/Analyst/alice';
  const request = (body: string, more: object = {}): LambdaFunctionURLEvent =>
    JSON.parse(
      JSON.stringify({
        version: '2.0',
        requestContext: { authorizer: { iam: { userArn: ARN } }, http: { method: 'POST' } },
        body,
        isBase64Encoded: false,
        ...more,
      }),
    );
  const echo = personHandler(async (person, order) => ({ person, order }));

  it('names the person whom IAM authenticated', async () => {
    const answer = await echo(request('{"decision":"approve"}'));
    expect(answer).toMatchObject({ statusCode: 200, body: JSON.stringify({ person: ARN, order: { decision: 'approve' } }) });
    expect(await echo(request(Buffer.from('{}').toString('base64'), { isBase64Encoded: true }))).toMatchObject({
      statusCode: 200,
    });
  });

  it('refuses a plain invocation, which has no caller', async () => {
    expect(await echo(request('{}', { requestContext: { http: { method: 'POST' } } }))).toMatchObject({ statusCode: 403 });
    expect(await echo(JSON.parse('{"approvalId":"x","approver":"ceo"}'))).toMatchObject({ statusCode: 403 });
  });

  it.each([['x'], ['[]'], [''], [`"${'x'.repeat(70_000)}"`]])('answers 400 to a body that is no order: %.20s', async (body) => {
    expect(await echo(request(body))).toMatchObject({ statusCode: 400 });
  });

  it('decides by POST alone', async () => {
    const context = { authorizer: { iam: { userArn: ARN } }, http: { method: 'GET' } };
    expect(await echo(request('{}', { requestContext: context }))).toMatchObject({ statusCode: 400 });
  });

  it.each([
    ['ApprovalInvalid', 409],
    ['ApprovalExpired', 410],
    ['BadInput', 400],
    ['Throttled', 503],
  ] satisfies [ErrorCode, number][])('tells %s as %d', async (code, statusCode) => {
    const handler = personHandler(() => Promise.reject(new YaguraError(code, 'why')));
    const answer = await handler(request('{}'));
    expect(answer).toMatchObject({ statusCode, body: JSON.stringify({ error: code, message: 'why' }) });
  });

  it('lets a failure of ours be one, so that alarms see it', async () => {
    await expect(personHandler(() => Promise.reject(new YaguraError('Bug', 'x')))(request('{}'))).rejects.toMatchObject({
      name: 'Bug',
    });
    await expect(personHandler(() => Promise.reject(new TypeError('x')))(request('{}'))).rejects.toThrow(TypeError);
  });
});
