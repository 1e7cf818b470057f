import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoTable } from '../../../functions/adapters/aws/dynamodb-table.ts';
import { tableContract } from '../../contracts/table.contract.ts';
import { fakeDynamoDb } from './fake-dynamodb.ts';
import { serviceError } from './service-error.ts';

tableContract('DynamoDB', async () => ({ table: createDynamoTable(fakeDynamoDb().client, 't'), close: () => undefined }));

const put = (sk: string) => ({ put: { pk: 'p', sk, data: {} }, condition: { absent: true as const } });

describe('DynamoDB table', () => {
  it('knows its own write again where the answer got lost and the SDK repeated it', async () => {
    const { client, mock } = fakeDynamoDb();
    mock.on(UpdateCommand).callsFake((input) => {
      const token = { S: String(input.ExpressionAttributeValues[':token']) };
      throw new ConditionalCheckFailedException({ $metadata: {}, message: 'condition', Item: { token } });
    });
    expect(await createDynamoTable(client, 't').write([put('a')])).toBe(true);
    mock
      .on(UpdateCommand)
      .rejects(new ConditionalCheckFailedException({ $metadata: {}, message: 'condition', Item: { token: { S: 'other' } } }));
    expect(await createDynamoTable(client, 't').write([put('a')])).toBe(false);
  });

  it('sends a cancelled transaction again where it met another one, with the same token', async () => {
    const { client, mock } = fakeDynamoDb();
    const met = new TransactionCanceledException({
      $metadata: {},
      message: 'met',
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    });
    mock.on(TransactWriteCommand).rejectsOnce(met).rejectsOnce(met).resolves({});
    expect(await createDynamoTable(client, 't').write([put('a'), put('b')])).toBe(true);
    const tokens = mock.commandCalls(TransactWriteCommand).map((call) => call.args[0].input['ClientRequestToken']);
    expect(tokens).toHaveLength(3);
    expect(new Set(tokens).size).toBe(1);
  });

  it('says Throttled where others never stop writing the same items', async () => {
    const { client, mock } = fakeDynamoDb();
    mock.on(UpdateCommand).rejects(serviceError('TransactionConflictException', 400));
    await expect(createDynamoTable(client, 't').write([put('a')])).rejects.toMatchObject({ name: 'Throttled', retryable: true });
  });

  it('takes a failed condition beside a conflict as a failed condition', async () => {
    const { client, mock } = fakeDynamoDb();
    const reasons = [{ Code: 'TransactionConflict' }, { Code: 'ConditionalCheckFailed' }];
    mock
      .on(TransactWriteCommand)
      .rejects(new TransactionCanceledException({ $metadata: {}, message: '', CancellationReasons: reasons }));
    expect(await createDynamoTable(client, 't').write([put('a'), put('b')])).toBe(false);
  });

  it('asks for consistent reads of the table and never of the index', async () => {
    const { client, mock } = fakeDynamoDb();
    const table = createDynamoTable(client, 't');
    await table.query('p');
    await table.queryIndex('p');
    expect(mock.commandCalls(QueryCommand).map((call) => call.args[0].input['ConsistentRead'])).toEqual([true, undefined]);
  });

  it.each([
    ['ProvisionedThroughputExceededException', 400, 'Throttled'],
    ['InternalServerError', 500, 'Unavailable'],
    ['AccessDeniedException', 400, 'Refused'],
    ['ResourceNotFoundException', 400, 'NotFound'],
    ['ValidationException', 400, 'BadInput'],
  ])('tells %s as %s', async (name, status, code) => {
    const { client, mock } = fakeDynamoDb();
    mock.on(QueryCommand).rejects(serviceError(name, status));
    mock.on(UpdateCommand).rejects(serviceError(name, status));
    await expect(createDynamoTable(client, 't').query('p')).rejects.toMatchObject({ name: code });
    await expect(createDynamoTable(client, 't').write([put('a')])).rejects.toMatchObject({ name: code });
  });
});
