// A small DynamoDB in memory behind the document client's mock: it evaluates the expressions it is sent, and pages at one megabyte.
import { ConditionalCheckFailedException, DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { serviceError } from './service-error.ts';

type Row = Record<string, unknown>;
interface Request {
  Key?: Row | undefined;
  ConditionExpression?: string | undefined;
  UpdateExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Row | undefined;
}

const PAGE_BYTES = 1024 * 1024;
const before = (a: unknown, b: unknown): number => Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
const keyText = (key: Row | undefined): string => JSON.stringify([key?.['pk'], key?.['sk']]);
const invalid = (what: string): Error => Object.assign(serviceError('ValidationException', 400), { message: what });

export function fakeDynamoDb(): { client: DynamoDBDocumentClient; mock: ReturnType<typeof mockClient>; rows: Map<string, Row> } {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'us-east-1' }));
  const mock = mockClient(client);
  const rows = new Map<string, Row>();
  const one = (request: Request, change: (row: Row | undefined) => Row | undefined): void => {
    const there = rows.get(keyText(request.Key));
    if (!holds(request, there)) {
      throw new ConditionalCheckFailedException({
        $metadata: {},
        message: 'condition',
        ...(there === undefined ? {} : { Item: marshalled(there) }),
      });
    }
    const next = change(there);
    if (next === undefined) rows.delete(keyText(request.Key));
    else rows.set(keyText(request.Key), next);
  };
  mock.on(GetCommand).callsFake((input) => {
    const row = rows.get(keyText(input.Key));
    return row === undefined ? {} : { Item: structuredClone(row) };
  });
  mock.on(UpdateCommand).callsFake((input) => one(input, (row) => updated(input, row)));
  mock.on(DeleteCommand).callsFake((input) => one(input, () => undefined));
  mock.on(TransactWriteCommand).callsFake((input) => {
    const items: { Update?: Request; Delete?: Request }[] = input.TransactItems ?? [];
    if (items.length > 100) throw invalid('more than 100');
    const held = items.map((item) =>
      holds(item.Update ?? item.Delete ?? {}, rows.get(keyText((item.Update ?? item.Delete)?.Key))),
    );
    if (held.includes(false)) {
      const reasons = held.map((ok) => ({ Code: ok ? 'None' : 'ConditionalCheckFailed' }));
      throw new TransactionCanceledException({ $metadata: {}, message: 'cancelled', CancellationReasons: reasons });
    }
    for (const { Update, Delete } of items) {
      if (Update !== undefined) one(Update, (row) => updated(Update, row));
      if (Delete !== undefined) one(Delete, () => undefined);
    }
    return {};
  });
  mock.on(QueryCommand).callsFake((input) => query(input, [...rows.values()]));
  return { client, mock, rows };
}

const marshalled = (row: Row): Record<string, { S: string } | { N: string }> =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === 'number' ? { N: String(value) } : { S: String(value) }]),
  );

function resolve(request: Request, word: string): { name: string } | { value: unknown } {
  if (word.startsWith('#')) {
    const name = request.ExpressionAttributeNames?.[word];
    if (name === undefined) throw invalid(`undefined name ${word}`);
    return { name };
  }
  if (!word.startsWith(':') || !Object.hasOwn(request.ExpressionAttributeValues ?? {}, word))
    throw invalid(`undefined value ${word}`);
  return { value: request.ExpressionAttributeValues?.[word] };
}
const nameOf = (request: Request, word: string): string => {
  const found = resolve(request, word);
  if ('name' in found) return found.name;
  throw invalid(`${word} is no name`);
};
const boundTo = (request: Request, word: string): unknown => {
  const found = resolve(request, word);
  if ('value' in found) return found.value;
  throw invalid(`${word} is no value`);
};

function holds(request: Request, row: Row | undefined): boolean {
  const text = request.ConditionExpression;
  if (text === undefined) return true;
  const absent = /^attribute_not_exists\((#\w+)\)$/.exec(text);
  if (absent?.[1] !== undefined) return row?.[nameOf(request, absent[1])] === undefined;
  const equal = /^(#\w+) = (:\w+)$/.exec(text);
  if (equal?.[1] === undefined || equal[2] === undefined) throw invalid(text);
  return row !== undefined && row[nameOf(request, equal[1])] === boundTo(request, equal[2]);
}

/** `SET #a = :a, #n = if_not_exists(#n, :zero) + :one REMOVE #b, #c`: all right-hand sides see the row as it was. */
function updated(request: Request, row: Row | undefined): Row {
  const text = request.UpdateExpression ?? '';
  const match = /^SET (.*?)(?: REMOVE (.*))?$/.exec(text);
  if (match?.[1] === undefined) throw invalid(text);
  const next: Row = { ...row, ...request.Key };
  for (const clause of match[1].split(/, (?=#)/)) {
    const plus = /^(#\w+) = if_not_exists\((#\w+), (:\w+)\) \+ (:\w+)$/.exec(clause);
    const plain = /^(#\w+) = (:\w+)$/.exec(clause);
    if (plus?.[1] !== undefined) {
      const start = row?.[nameOf(request, plus[2] ?? '')] ?? boundTo(request, plus[3] ?? '');
      next[nameOf(request, plus[1])] = Number(start) + Number(boundTo(request, plus[4] ?? ''));
    } else if (plain?.[1] !== undefined) next[nameOf(request, plain[1])] = boundTo(request, plain[2] ?? '');
    else throw invalid(clause);
  }
  for (const word of match[2]?.split(', ') ?? []) delete next[nameOf(request, word)];
  return next;
}

function query(input: Request & { [key: string]: unknown }, all: Row[]): Row {
  const names = Object.entries(input.ExpressionAttributeNames ?? {});
  const [pkName, skName] = input['IndexName'] === undefined ? ['pk', 'sk'] : ['gpk', 'gsk'];
  if (names.some(([, name]) => name !== pkName && name !== skName)) throw invalid('not a key of this index');
  if (input['IndexName'] !== undefined && input['ConsistentRead'] === true) throw invalid('an index is never consistent');
  const values = Object.values(input.ExpressionAttributeValues ?? {});
  if (values.includes('')) throw invalid('an empty key');
  const found = all
    .filter((row) => row[pkName ?? ''] === boundTo(input, ':pk') && inRange(input, row[skName ?? '']))
    .sort((a, b) => before(a[skName ?? ''], b[skName ?? '']) || before(a['pk'], b['pk']) || before(a['sk'], b['sk']));
  if (input['ScanIndexForward'] === false) found.reverse();
  const start = input['ExclusiveStartKey'];
  const from = start === undefined ? 0 : found.findIndex((row) => keyText(row) === JSON.stringify(start)) + 1;
  const items: Row[] = [];
  let bytes = 0;
  for (const row of found.slice(from)) {
    if (
      items.length === (input['Limit'] ?? Number.POSITIVE_INFINITY) ||
      (items.length > 0 && bytes + JSON.stringify(row).length > PAGE_BYTES)
    )
      break;
    items.push(structuredClone(row));
    bytes += JSON.stringify(row).length;
  }
  const last = items.at(-1);
  const more = from + items.length < found.length && last !== undefined;
  return { Items: items, ...(more ? { LastEvaluatedKey: [last['pk'], last['sk']] } : {}) };
}

function inRange(input: Request & { KeyConditionExpression?: unknown }, sk: unknown): boolean {
  const text = String(input.KeyConditionExpression).replace(/^#pk = :pk( AND )?/, '');
  if (text === '') return true;
  if (text === 'begins_with(#sk, :prefix)') return String(sk).startsWith(String(boundTo(input, ':prefix')));
  if (text === '#sk >= :from') return before(sk, boundTo(input, ':from')) >= 0;
  if (text === '#sk <= :to') return before(sk, boundTo(input, ':to')) <= 0;
  if (text !== '#sk BETWEEN :from AND :to') throw invalid(text);
  if (before(boundTo(input, ':from'), boundTo(input, ':to')) > 0) throw invalid('BETWEEN with its ends exchanged');
  return before(sk, boundTo(input, ':from')) >= 0 && before(sk, boundTo(input, ':to')) <= 0;
}
