// The query port over Trino's own HTTP protocol, for tests: what Athena would answer.
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { YaguraError } from '../../functions/core/error.ts';
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';
import { scanCostUsd } from '../../functions/core/prices.ts';
import type { Query, QueryOptions, QueryResult } from '../../functions/ports/query.ts';

/** @see Trino documentation, "Trino client REST API" */
const Page = z.looseObject({
  nextUri: z.string().optional(),
  columns: z.array(z.looseObject({ name: z.string(), type: z.string(), typeSignature: z.unknown() })).optional(),
  data: z.array(z.array(z.unknown())).optional(),
  error: z.looseObject({ message: z.string(), errorName: z.string(), errorType: z.string() }).optional(),
  stats: z.looseObject({ physicalInputBytes: z.number().optional() }),
});
type Columns = NonNullable<z.infer<typeof Page>['columns']>;

export function trinoQuery(url: string): Query {
  return {
    run: async (sql, options = {}) => {
      const { parameters = [] } = options;
      const text = parameters.length === 0 ? sql : `EXECUTE IMMEDIATE ${quoted(sql)} USING ${parameters.map(literal).join(', ')}`;
      return await answered(url, text, options);
    },
  };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const literal = (value: string | number): string => (typeof value === 'string' ? quoted(value) : String(value));

async function answered(
  url: string,
  sql: string,
  { maxRows = Number.POSITIVE_INFINITY, signal }: QueryOptions,
): Promise<QueryResult> {
  if (isAborted(signal)) throw cancelled();
  const headers = { 'x-trino-user': 'yagura', 'x-trino-catalog': 'hive', 'x-trino-schema': 'yagura', 'x-trino-time-zone': 'UTC' };
  let page = await pageOf(await fetch(`${url}/v1/statement`, { method: 'POST', headers, body: sql }));
  let columns: Columns = [];
  let scannedBytes = 0;
  const rows: unknown[][] = [];
  for (;;) {
    if (page.error !== undefined) throw failed(page.error, sql);
    columns = page.columns ?? columns;
    rows.push(...(page.data ?? []));
    scannedBytes = Math.max(scannedBytes, page.stats.physicalInputBytes ?? 0);
    if (page.nextUri === undefined) break;
    if (isAborted(signal)) {
      await fetch(page.nextUri, { method: 'DELETE', headers });
      throw cancelled();
    }
    page = await pageOf(await fetch(page.nextUri, { headers }));
  }
  const read = rows.slice(0, maxRows).map((row) => row.map((cell, i) => cellValue(cell, signatureOf(columns[i]?.typeSignature))));
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: read,
    scannedBytes,
    costUsd: scanCostUsd(scannedBytes),
    truncated: rows.length > maxRows,
  };
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;
const cancelled = (): YaguraError => new YaguraError('Cancelled', 'the query was cancelled');

async function pageOf(answer: Response): Promise<z.infer<typeof Page>> {
  if (answer.status === 503) await pause(100);
  // Whole numbers beyond 2^53 as text, before JSON.parse rounds them.
  return Page.parse(JSON.parse((await answer.text()).replaceAll(/(?<=[[,])(-?\d{16,19})(?=[\],])/g, '"$1"')));
}

const failed = ({ message, errorName, errorType }: { message: string; errorName: string; errorType: string }, sql: string) =>
  new YaguraError(errorType === 'USER_ERROR' ? 'BadInput' : 'Unavailable', `${errorName}: ${message} in ${sql.slice(0, 2000)}`);

interface Signature {
  rawType: string;
  arguments: { kind: string; value: unknown }[];
}

const signatureOf = (value: unknown): Signature =>
  isJsonObject(value) ? (value as unknown as Signature) : { rawType: 'unknown', arguments: [] };

/** As the port promises: rows and maps as objects, whole numbers beyond 2^53 as text, small decimals as numbers. */
function cellValue(value: unknown, type: Signature): Json {
  if (value === null || value === undefined) return null;
  const parts = type.arguments.map((argument) => argument.value);
  if (type.rawType === 'array' && Array.isArray(value)) return value.map((item) => cellValue(item, signatureOf(parts[0])));
  if (type.rawType === 'row' && Array.isArray(value)) return rowOf(value, parts);
  if (type.rawType === 'map' && isJsonObject(value)) return mapOf(value, signatureOf(parts[1]));
  if (type.rawType === 'bigint' && typeof value === 'string' && Number.isSafeInteger(Number(value))) return Number(value);
  if (type.rawType === 'decimal' && typeof value === 'string')
    return value.replace(/[-.]/g, '').replace(/^0+/, '').length <= 15 ? Number(value) : value;
  if (type.rawType === 'varbinary' && typeof value === 'string')
    return Buffer.from(value, 'base64')
      .toString('hex')
      .replaceAll(/(..)(?=.)/g, '$1 ');
  if (type.rawType.startsWith('timestamp') && typeof value === 'string') return value;
  return value as Json;
}

function rowOf(values: readonly unknown[], fields: readonly unknown[]): JsonObject {
  const found: JsonObject = {};
  for (const [i, value] of values.entries()) {
    const field = fields[i] as { fieldName?: { name: string }; typeSignature: unknown } | undefined;
    found[field?.fieldName?.name ?? `field${i}`] = cellValue(value, signatureOf(field?.typeSignature));
  }
  return found;
}

function mapOf(value: JsonObject, type: Signature): JsonObject {
  const found: JsonObject = {};
  for (const [key, item] of Object.entries(value))
    Object.defineProperty(found, key, { value: cellValue(item, type), enumerable: true, configurable: true, writable: true });
  return found;
}
