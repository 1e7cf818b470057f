/** Turns the Table port into one SQLite file: safe with several processes, and nothing acknowledged is lost by kill -9. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { YaguraError } from '../../functions/core/error.ts';
import { isJsonObject } from '../../functions/core/json.ts';
import type { Condition, Item, Range, Table, Write } from '../../functions/ports/table.ts';
import { checkWrites } from '../../functions/ports/table-limits.ts';

export interface SqliteTableOptions {
  /** How long a call waits for another process that writes. Default 10,000 ms. */
  busyTimeoutMs?: number;
  /** Where given, items that expired before this moment (epoch ms) are removed while opening. */
  nowMs?: number;
}

export type SqliteTable = Table & { close(): void };

/** Opens (or creates) the table's file and its folder. `:memory:` keeps it in memory. @throws YaguraError Unavailable */
export function createSqliteTable(file: string, options: SqliteTableOptions = {}): SqliteTable {
  const database = guarded(() => open(file, options));
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const select = (sql: string, values: SQLInputValue[]): Item[] =>
    guarded(() =>
      prepare(`SELECT pk, sk, version, data, ipk, isk, expires FROM item ${sql}`)
        .all(...values)
        .map(itemOf),
    );
  return {
    get: async (pk, sk) => select('WHERE pk = ? AND sk = ?', [pk, sk])[0],
    query: async (pk, range = {}) => select(...rangeSql(pk, range, { pk: 'pk', sk: 'sk', order: ['sk'] })),
    queryIndex: async (pk, range = {}) => select(...rangeSql(pk, range, { pk: 'ipk', sk: 'isk', order: ['isk', 'pk', 'sk'] })),
    write: async (writes) => {
      checkWrites(writes);
      return guarded(() => inTransaction(database, () => writes.every((write) => apply(prepare, write))));
    },
    close: () => {
      if (database.isOpen) database.close();
    },
  };
}

function open(file: string, options: SqliteTableOptions): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: options.busyTimeoutMs ?? 10_000 });
  // Only the switch to WAL can answer "busy" at once although a timeout is set; two processes may well start together.
  patiently(() => database.exec('PRAGMA journal_mode = WAL'), options.busyTimeoutMs ?? 10_000);
  database.exec('PRAGMA synchronous = NORMAL');
  inTransaction(database, () => {
    database.exec(`CREATE TABLE IF NOT EXISTS item (pk TEXT NOT NULL, sk TEXT NOT NULL, version INTEGER NOT NULL,
      ipk TEXT, isk TEXT, expires INTEGER, data TEXT NOT NULL, PRIMARY KEY (pk, sk))`);
    database.exec('CREATE INDEX IF NOT EXISTS item_index ON item (ipk, isk, pk, sk) WHERE ipk IS NOT NULL');
    return true;
  });
  if (options.nowMs !== undefined) database.prepare('DELETE FROM item WHERE expires < ?').run(Math.floor(options.nowMs / 1000));
  return database;
}

function patiently(run: () => void, timeoutMs: number): void {
  const pauseMs = 20;
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    try {
      run();
      return;
    } catch (error) {
      if (!isBusy(error) || waitedMs >= timeoutMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}

/** Runs `body` between BEGIN IMMEDIATE and COMMIT; false or an error rolls everything back. */
function inTransaction(database: DatabaseSync, body: () => boolean): boolean {
  database.exec('BEGIN IMMEDIATE');
  try {
    const done = body();
    if (done) database.exec('COMMIT');
    return done;
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}

function apply(prepare: (sql: string) => StatementSync, write: Write): boolean {
  const { pk, sk } = 'put' in write ? write.put : write.delete;
  const found = prepare('SELECT version FROM item WHERE pk = ? AND sk = ?').get(pk, sk);
  const version = found === undefined ? 0 : Number(found['version']);
  if (!holds(write.condition, version)) return false;
  if ('delete' in write) {
    prepare('DELETE FROM item WHERE pk = ? AND sk = ?').run(pk, sk);
    return true;
  }
  const { data, index, expiresAtSec } = write.put;
  const values = [pk, sk, version + 1, index?.pk ?? null, index?.sk ?? null, expiresAtSec ?? null, JSON.stringify(data)];
  prepare('INSERT OR REPLACE INTO item (pk, sk, version, ipk, isk, expires, data) VALUES (?, ?, ?, ?, ?, ?, ?)').run(...values);
  return true;
}

function holds(condition: Condition, version: number): boolean {
  if (condition === undefined) return true;
  return 'absent' in condition ? version === 0 : version === condition.version;
}

interface Columns {
  pk: string;
  sk: string;
  order: string[];
}

function rangeSql(pk: string, range: Range, columns: Columns): [string, SQLInputValue[]] {
  const terms = [`${columns.pk} = ?`];
  const values: SQLInputValue[] = [pk];
  const bound = (comparison: string, value: string | undefined): void => {
    if (value === undefined) return;
    terms.push(`${columns.sk} ${comparison} ?`);
    values.push(value);
  };
  bound('>=', range.from);
  bound('<=', range.to);
  bound('>=', range.prefix);
  bound('<', range.prefix === undefined ? undefined : afterPrefix(range.prefix));
  const direction = range.descending === true ? 'DESC' : 'ASC';
  const order = columns.order.map((column) => `${column} ${direction}`).join(', ');
  values.push(range.limit === undefined ? -1 : Math.max(0, Math.floor(range.limit)));
  return [`WHERE ${terms.join(' AND ')} ORDER BY ${order} LIMIT ?`, values];
}

/** The least text (by code point) that is greater than every text with this prefix; undefined where there is none. */
function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    if (next <= 0x10ffff) return String.fromCodePoint(...points, next);
  }
  return undefined;
}

function itemOf(row: Record<string, unknown>): Item {
  const data: unknown = JSON.parse(String(row['data']));
  if (!isJsonObject(data)) throw new YaguraError('Bug', `Item ${String(row['pk'])} / ${String(row['sk'])} holds no object`);
  return {
    pk: String(row['pk']),
    sk: String(row['sk']),
    version: Number(row['version']),
    data,
    ...(row['ipk'] === null ? {} : { index: { pk: String(row['ipk']), sk: String(row['isk']) } }),
    ...(row['expires'] === null ? {} : { expiresAtSec: Number(row['expires']) }),
  };
}

/** SQLITE_BUSY and SQLITE_LOCKED, with their extended codes. @see https://sqlite.org/rescode.html */
function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  return code === 5 || code === 6;
}

function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof YaguraError) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw new YaguraError('Unavailable', `The table's file cannot be used: ${what}`, { retryable: isBusy(error), cause: error });
  }
}
