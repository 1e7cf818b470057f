import { GetQueryExecutionCommand, StartQueryExecutionCommand, StopQueryExecutionCommand } from '@aws-sdk/client-athena';
import { describe, expect, it } from 'vitest';
import { createAthenaQuery, literal } from '../../../functions/adapters/aws/athena-query.ts';
import { valueReader } from '../../../functions/adapters/aws/athena-value.ts';
import { boundedQueryContract, queryContract, SCANS, STATEMENTS } from '../../contracts/query.contract.ts';
import { type Answering, fakeAthena } from './fake-athena.ts';
import { serviceError } from './service-error.ts';

const column = (Name: string, Type: string): { Name: string; Type: string } => ({ Name, Type });
/** As Trino reads a literal. */
const read = (text: string): { Type: string; value: string } =>
  text.startsWith("'") ? { Type: 'varchar', value: text.slice(1, -1).replaceAll("''", "'") } : { Type: 'integer', value: text };

const answering: Answering = (sql, parameters) => {
  switch (sql) {
    case STATEMENTS.scalars:
      return {
        columns: [
          ...[column('n', 'integer'), column('big', 'bigint'), column('d', 'double'), column('t', 'varchar')],
          ...[column('b', 'boolean'), column('nothing', 'varchar'), column('at', 'timestamp')],
        ],
        rows: [['1', '9007199254740993', '1.5', "text, with 'quotes'", 'true', undefined, '2026-01-02 03:04:05.678']],
      };
    case STATEMENTS.nested:
      return { columns: [column('list', 'array'), column('endpoint', 'row')], rows: [['[1, 2]', '{ip=192.0.2.1, port=443}']] };
    case STATEMENTS.parameters: {
      const values = parameters.map(read);
      return { columns: values.map(({ Type }, i) => column('ab'[i] ?? '', Type)), rows: [values.map(({ value }) => value)] };
    }
    case STATEMENTS.many:
      return { columns: [column('n', 'bigint')], rows: Array.from({ length: 2500 }, (_, i) => [String(i + 1)]) };
    case STATEMENTS.none:
      return { columns: [column('n', 'integer')], rows: [] };
    case SCANS.implied.asked:
    case SCANS.said.asked:
    case SCANS.whole.asked:
      return { columns: [column('n', 'bigint')], rows: [['3']] };
    case STATEMENTS.long:
      return { endless: true };
    case STATEMENTS.header:
      return { columns: [column('n', 'varchar')], rows: [['n']] };
    default:
      return { reason: "SYNTAX_ERROR: line 1:1: mismatched input 'SELEC'", category: 2 };
  }
};
const options = { workgroup: 'w', database: 'd', pauseMs: async () => undefined };

/** Lets timers of the test in between. */
const yielding = { ...options, pauseMs: () => new Promise((resolve) => setTimeout(resolve, 5)) };
queryContract('Athena', async () => ({ query: createAthenaQuery(fakeAthena(answering).client, yielding) }));
boundedQueryContract('Athena', async () => ({ query: createAthenaQuery(fakeAthena(answering).client, yielding), lakeRows: 3 }));

describe('Athena query', () => {
  it('runs in its workgroup and database, with the scanned bytes told', async () => {
    const { client, mock } = fakeAthena(answering);
    const { scannedBytes } = await createAthenaQuery(client, options).run(STATEMENTS.none);
    expect(scannedBytes).toBe(1234);
    expect(mock.commandCalls(StartQueryExecutionCommand)[0]?.args[0].input).toEqual({
      QueryString: STATEMENTS.none,
      WorkGroup: 'w',
      QueryExecutionContext: { Database: 'd' },
    });
  });

  it('cancels a query that takes too long, and says so', async () => {
    const { client, mock } = fakeAthena(answering);
    mock.on(GetQueryExecutionCommand).resolves({ QueryExecution: { Status: { State: 'RUNNING' } } });
    const waits: number[] = [];
    const pauseMs = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
    const running = createAthenaQuery(client, { ...options, timeoutMs: 60_000, pauseMs }).run('SELECT 1');
    await expect(running).rejects.toMatchObject({ name: 'Unavailable', retryable: false });
    expect(mock.commandCalls(StopQueryExecutionCommand)).toHaveLength(1);
    expect(waits[0]).toBe(200);
    expect(Math.max(...waits)).toBe(5000);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  });

  it('stops what the caller no longer wants, and what scans more than its budget', async () => {
    const { client, mock } = fakeAthena(() => ({ endless: true, scannedBytes: 2000 }));
    const query = createAthenaQuery(client, options);
    await expect(query.run('SELECT 1', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'Cancelled' });
    expect(mock.commandCalls(StartQueryExecutionCommand)).toHaveLength(0);
    await expect(query.run('SELECT 1', { budgetBytes: 1999 })).rejects.toMatchObject({
      name: 'Refused',
      message: 'athena query q-0 stopped: it had scanned 2000 bytes of its 1999',
      scannedBytes: 2000,
    });
    const stop = new AbortController();
    const waiting = createAthenaQuery(client, { ...options, pauseMs: async () => stop.abort() });
    await expect(waiting.run('SELECT 1', { signal: stop.signal, budgetBytes: 5000 })).rejects.toMatchObject({
      name: 'Cancelled',
      scannedBytes: 2000,
    });
    expect(mock.commandCalls(StopQueryExecutionCommand).map(({ args }) => args[0].input)).toEqual([
      { QueryExecutionId: 'q-0' },
      { QueryExecutionId: 'q-1' },
    ]);
  });

  it('wakes from its pause when the signal comes', async () => {
    const { client } = fakeAthena(() => ({ endless: true }));
    const stop = new AbortController();
    const running = createAthenaQuery(client, { workgroup: 'w', database: 'd' }).run('SELECT 1', { signal: stop.signal });
    const began = Date.now();
    setTimeout(() => stop.abort(), 1200);
    await expect(running).rejects.toMatchObject({ name: 'Cancelled' });
    expect(Date.now() - began).toBeLessThan(1900);
  });

  it.each([
    ['Query exhausted resources at this scale factor', 3, undefined, 'Unavailable', true],
    ['GENERIC_INTERNAL_ERROR: x', 1, true, 'Unavailable', true],
    ['Bytes scanned limit was exceeded', 2, undefined, 'Refused', false],
    ['TABLE_NOT_FOUND: line 1:15: Table d.x does not exist', undefined, undefined, 'BadInput', false],
    [
      'HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://lake/ocsf/x.parquet: NoSuchKey: The specified key does not exist',
      ...([2, false, 'Unavailable', true] as const),
    ],
    ['Insufficient permissions to execute the query. User is not authorized', 2, undefined, 'Refused', false],
    ['com.amazonaws: Please reduce your request rate. SlowDown', 3, undefined, 'Throttled', true],
  ])('tells %j as it is', async (reason, category, retryable, name, isRetryable) => {
    const failure = {
      reason,
      ...(category === undefined ? {} : { category }),
      ...(retryable === undefined ? {} : { retryable }),
    };
    const { client } = fakeAthena(() => failure);
    await expect(createAthenaQuery(client, options).run('SELECT 1')).rejects.toMatchObject({ name, retryable: isRetryable });
  });

  it('tells failures of the call itself', async () => {
    const { client, mock } = fakeAthena(answering);
    mock.on(StartQueryExecutionCommand).rejects(serviceError('TooManyRequestsException', 400));
    await expect(createAthenaQuery(client, options).run('SELECT 1')).rejects.toMatchObject({ name: 'Throttled' });
    mock.on(StartQueryExecutionCommand).rejects(serviceError('InvalidRequestException', 400));
    await expect(createAthenaQuery(client, options).run('SELECT')).rejects.toMatchObject({ name: 'BadInput' });
  });
});

describe('a parameter as a literal', () => {
  it.each([
    ["O'Hara", "'O''Hara'"],
    ["' OR 1=1 --", "''' OR 1=1 --'"],
    ['', "''"],
    [42, '42'],
    [-1.5, "DOUBLE '-1.5'"],
    [1e300, "DOUBLE '1e+300'"],
  ])('%j becomes %s', (value, text) => {
    expect(literal(value)).toBe(text);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is refused', (value) => {
    expect(() => literal(value)).toThrow(expect.objectContaining({ name: 'BadInput' }));
  });
});

describe('a cell of a result', () => {
  it.each([
    ['bigint', '12', 12],
    ['bigint', '-9223372036854775808', '-9223372036854775808'],
    ['double', 'NaN', 'NaN'],
    ['decimal', '1.10', '1.10'],
    ['varchar', '007', '007'],
    ['timestamp(3)', '2026-01-02 03:04:05.678', '2026-01-02 03:04:05.678'],
    ['array(varchar)', '[]', []],
    ['array(varchar)', '[a, b c]', ['a', 'b c']],
    ['row(a varchar)', '{}', {}],
    ['row(a varchar)', '{a=null, b=true, c={d=[1, 2]}}', { a: null, b: true, c: { d: [1, 2] } }],
    ['row(a varchar)', '{__proto__=1}', JSON.parse('{"__proto__":1}')],
    ['row(a varchar)', '{broken', '{broken'],
    ['json', '{"a":[1]}', { a: [1] }],
    ['json', '"text"', '"text"'],
  ])('of type %s: %s', (type, text, value) => {
    expect(valueReader(type)(text)).toEqual(value);
  });

  it('that is missing is null, whatever its type', () => {
    for (const type of ['varchar', 'bigint', 'row(a varchar)']) expect(valueReader(type)(undefined)).toBeNull();
  });
});
