/** Turns one DynamoDB table (pk, sk; index gpk, gsk; TTL ttl) into the Table port. Data is kept as JSON text, so that it comes back exactly. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { YaguraError } from '../../core/error.ts';
import { isJsonObject } from '../../core/json.ts';
import type { Item, Range, Table, Write } from '../../ports/table.ts';
import { checkWrites } from '../../ports/table-limits.ts';
import { conditionFailed, isContention, wroteItself } from './dynamodb-outcome.ts';
import { type KeyNames, queryInput } from './dynamodb-range.ts';
import { calling } from './failure.ts';

/** The index's name; infra creates it. */
export const INDEX_NAME = 'gsi1';
const MAIN: KeyNames = { pk: 'pk', sk: 'sk' };
const INDEX: KeyNames = { pk: 'gpk', sk: 'gsk' };
/** DynamoDB cancels a transaction that meets another one, and asks to try again. */
const CONTENTION_TRIES = 6;
const FIRST_PAUSE_MS = 20;

/** @param client a document client; numbers of `version` and `ttl` come back as JavaScript numbers */
export function createDynamoTable(client: DynamoDBDocumentClient, name: string): Table {
  return {
    get: async (pk, sk) => {
      const { Item: found } = await calling('dynamodb GetItem', () =>
        client.send(new GetCommand({ TableName: name, Key: { pk, sk }, ConsistentRead: true })),
      );
      return found === undefined ? undefined : itemOf(found);
    },
    query: (pk, range = {}) => query(client, { TableName: name, ConsistentRead: true }, MAIN, pk, range),
    queryIndex: (pk, range = {}) => query(client, { TableName: name, IndexName: INDEX_NAME }, INDEX, pk, range),
    write: async (writes) => {
      checkWrites(writes);
      const [first] = writes;
      if (first === undefined) return true;
      return writes.length === 1 ? await writeOne(client, name, first) : await writeAll(client, name, writes);
    },
  };
}

interface QueryTarget {
  TableName: string;
  IndexName?: string;
  ConsistentRead?: boolean;
}

async function query(
  client: DynamoDBDocumentClient,
  target: QueryTarget,
  keys: KeyNames,
  pk: string,
  range: Range,
): Promise<Item[]> {
  const input = queryInput(keys, pk, range);
  const limit = range.limit ?? Number.POSITIVE_INFINITY;
  const items: Item[] = [];
  if (input === undefined) return items;
  let start: Record<string, unknown> | undefined;
  do {
    const left = limit - items.length;
    const page = await calling('dynamodb Query', () =>
      client.send(
        new QueryCommand({
          ...target,
          ...input,
          ...(Number.isFinite(left) ? { Limit: left } : {}),
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      ),
    );
    items.push(...(page.Items ?? []).map(itemOf));
    start = page.LastEvaluatedKey;
  } while (start !== undefined && items.length < limit);
  return items;
}

function itemOf(row: Record<string, unknown>): Item {
  const data: unknown = JSON.parse(String(row['data']));
  if (!isJsonObject(data)) throw new YaguraError('Bug', `item ${String(row['pk'])} / ${String(row['sk'])} holds no object`);
  return {
    pk: String(row['pk']),
    sk: String(row['sk']),
    version: Number(row['version']),
    data,
    ...(row['gpk'] === undefined ? {} : { index: { pk: String(row['gpk']), sk: String(row['gsk']) } }),
    ...(row['ttl'] === undefined ? {} : { expiresAtSec: Number(row['ttl']) }),
  };
}

/** One write costs half of a transaction, and meets no other one. */
async function writeOne(client: DynamoDBDocumentClient, name: string, write: Write): Promise<boolean> {
  const token = randomUUID();
  const input = { TableName: name, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  return await unlessContended(async () => {
    try {
      if ('delete' in write) await client.send(new DeleteCommand({ ...input, ...keyOf(write), ...conditionOf(write) }));
      else await client.send(new UpdateCommand({ ...input, ...updateOf(write, token) }));
      return true;
    } catch (error) {
      // The SDK retries a write whose answer got lost; then the condition fails because our own write is there.
      if (conditionFailed(error)) return 'put' in write && wroteItself(error, token);
      throw error;
    }
  }, 'dynamodb UpdateItem');
}

async function writeAll(client: DynamoDBDocumentClient, name: string, writes: readonly Write[]): Promise<boolean> {
  const items = writes.map((write) =>
    'delete' in write
      ? { Delete: { TableName: name, ...keyOf(write), ...conditionOf(write) } }
      : { Update: { TableName: name, ...updateOf(write, randomUUID()) } },
  );
  // DynamoDB takes a repeated transaction with the same token as done, so a lost answer is harmless.
  const input = { TransactItems: items, ClientRequestToken: randomUUID() };
  return await unlessContended(async () => {
    try {
      await client.send(new TransactWriteCommand(input));
      return true;
    } catch (error) {
      if (conditionFailed(error)) return false;
      throw error;
    }
  }, 'dynamodb TransactWriteItems');
}

async function unlessContended(work: () => Promise<boolean>, what: string): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isContention(error)) return await calling(what, () => Promise.reject(error));
      if (tries >= CONTENTION_TRIES)
        throw new YaguraError('Throttled', `${what}: others keep writing the same items`, { cause: error });
      await pause(Math.random() * FIRST_PAUSE_MS * 2 ** tries);
    }
  }
}

const keyOf = (write: Write): { Key: { pk: string; sk: string } } => {
  const { pk, sk } = 'put' in write ? write.put : write.delete;
  return { Key: { pk, sk } };
};

interface Expression {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
}

function conditionOf({ condition }: Write): Expression {
  if (condition === undefined) return {};
  if ('absent' in condition) {
    return { ConditionExpression: 'attribute_not_exists(#pk)', ExpressionAttributeNames: { '#pk': 'pk' } };
  }
  return {
    ConditionExpression: '#version = :expected',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':expected': condition.version },
  };
}

/** An update, not a put, because only an update can raise the version of whatever is there; it sets or removes every attribute. */
function updateOf(
  write: Extract<Write, { put: unknown }>,
  token: string,
): { Key: { pk: string; sk: string }; UpdateExpression: string } & Expression {
  const { data, index, expiresAtSec } = write.put;
  const attributes = { data: JSON.stringify(data), token, gpk: index?.pk, gsk: index?.sk, ttl: expiresAtSec };
  const names = Object.keys(attributes);
  const present = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const absent = names.filter((attribute) => !present.some(([there]) => there === attribute));
  const set = [
    ...present.map(([attribute]) => `#${attribute} = :${attribute}`),
    '#version = if_not_exists(#version, :zero) + :one',
  ];
  const condition = conditionOf(write);
  return {
    ...keyOf(write),
    UpdateExpression: `SET ${set.join(', ')}${absent.length === 0 ? '' : ` REMOVE ${absent.map((attribute) => `#${attribute}`).join(', ')}`}`,
    ...condition,
    ExpressionAttributeNames: {
      ...Object.fromEntries([...names, 'version'].map((attribute) => [`#${attribute}`, attribute])),
      ...condition.ExpressionAttributeNames,
    },
    ExpressionAttributeValues: {
      ...Object.fromEntries(present.map(([attribute, value]) => [`:${attribute}`, value])),
      ':zero': 0,
      ':one': 1,
      ...condition.ExpressionAttributeValues,
    },
  };
}
