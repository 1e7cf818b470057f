// Athena behind the SDK's mock: answers to known statements in the shape of the API, a queue state first, pages of results.
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { mockClient } from 'aws-sdk-client-mock';
import { serviceError } from './service-error.ts';

export interface Answer {
  columns: readonly { Name: string; Type: string }[];
  rows: readonly (readonly (string | undefined)[])[];
}
/** What a statement becomes; parameters arrive as the SQL literals that Athena is given. */
export type Answering = (
  sql: string,
  parameters: readonly string[],
) => Answer | { reason: string; category?: number; retryable?: boolean } | { endless: true; scannedBytes?: number };

const PAGE = 1000;

export function fakeAthena(answering: Answering): { client: AthenaClient; mock: ReturnType<typeof mockClient> } {
  const client = new AthenaClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const queries = new Map<string, { answer: ReturnType<Answering>; polls: number }>();
  const queryOf = (id: string | undefined): { answer: ReturnType<Answering>; polls: number } => {
    const found = queries.get(id ?? '');
    if (found === undefined) throw serviceError('InvalidRequestException', 400);
    return found;
  };
  mock.on(StartQueryExecutionCommand).callsFake((input) => {
    const id = `q-${queries.size}`;
    queries.set(id, { answer: answering(input.QueryString, input.ExecutionParameters ?? []), polls: 0 });
    return { QueryExecutionId: id };
  });
  mock.on(StopQueryExecutionCommand).resolves({});
  mock.on(GetQueryExecutionCommand).callsFake((input) => {
    const query = queryOf(input.QueryExecutionId);
    if (query.polls++ === 0) return { QueryExecution: { Status: { State: 'QUEUED' } } };
    if ('endless' in query.answer) {
      const DataScannedInBytes = query.answer.scannedBytes ?? 0;
      return { QueryExecution: { Status: { State: 'RUNNING' }, Statistics: { DataScannedInBytes } } };
    }
    if ('reason' in query.answer) {
      const { reason, category, retryable } = query.answer;
      const error = category === undefined ? {} : { AthenaError: { ErrorCategory: category, Retryable: retryable } };
      return { QueryExecution: { Status: { State: 'FAILED', StateChangeReason: reason, ...error } } };
    }
    return { QueryExecution: { Status: { State: 'SUCCEEDED' }, StatementType: 'DML', Statistics: { DataScannedInBytes: 1234 } } };
  });
  mock.on(GetQueryResultsCommand).callsFake((input) => {
    const { answer } = queryOf(input.QueryExecutionId);
    if ('reason' in answer || 'endless' in answer) throw serviceError('InvalidRequestException', 400);
    const all = [answer.columns.map(({ Name }) => Name), ...answer.rows];
    const from = Number(input.NextToken ?? 0);
    const page = all.slice(from, from + PAGE);
    return {
      ResultSet: {
        ResultSetMetadata: { ColumnInfo: answer.columns },
        Rows: page.map((row) => ({ Data: row.map((value) => (value === undefined ? {} : { VarCharValue: value })) })),
      },
      ...(from + PAGE < all.length ? { NextToken: String(from + PAGE) } : {}),
    };
  });
  return { client, mock };
}
