/** `yagura query`: SQL in Athena's dialect over the local lake, as a table, JSON lines or CSV, with what it would cost in Athena. */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { YaguraError } from '../../functions/core/error.ts';
import { scanCostUsd, usdText } from '../../functions/core/prices.ts';
import type { QueryOptions } from '../../functions/ports/query.ts';
import { budgetOf } from '../../functions/ports/query-ledger.ts';
import { openState } from '../ports.ts';
import { readConfig } from '../settings.ts';
import { csvText, tableText } from '../table-text.ts';
import { EXIT, note, out, write } from './io.ts';

export const QUERY_FORMATS = ['table', 'json', 'csv'] as const;
export type QueryFormat = (typeof QUERY_FORMATS)[number];

export interface QueryCommandOptions {
  state: string;
  format: QueryFormat;
  /** Read the whole history where the query names no first day. */
  unbounded?: boolean;
}

/** Writes the rows to standard output, and what it cost to standard error. */
export async function queryCommand(given: string, options: QueryCommandOptions): Promise<number> {
  existingState(options.state);
  const sql = given === '-' ? await text(process.stdin) : given;
  const state = await openState(options.state);
  try {
    const whole = await lakeBytes(state.lakeDir);
    const { cost } = await readConfig();
    const budget = await budgetOf(state.table, cost.dailyQueryUsd, state.clock.nowMs());
    if (budget.tripped)
      note(`warning: ${usdText(budget.costUsd)} of today's ${usdText(budget.dailyUsd)} are spent (\`yagura cost --spent\`)`);
    if (options.unbounded === true) note(`without a first day, up to the whole lake is read: ${bytesText(whole)}`);
    const { columns, rows, scannedBytes, costUsd } = await interruptible((signal) =>
      state.query.run(sql, { signal, unbounded: options.unbounded === true }).catch((error: unknown) => {
        throw withEscape(error, whole);
      }),
    );
    const names = columns.map((column) => column.name);
    if (options.format === 'table') out(tableText(names, rows));
    else if (options.format === 'csv') await write(`${csvText(names, rows)}\r\n`);
    else
      for (const row of rows)
        await write(`${JSON.stringify(Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])))}\n`);
    note(
      `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}, ${(scannedBytes / 1e6).toFixed(2)} MB scanned, ${usdText(costUsd)} in Athena`,
    );
    return EXIT.ok;
  } finally {
    await state.close();
  }
}

/** Ctrl-C stops the query, not the process in the midst of it. */
async function interruptible<T>(work: (signal: NonNullable<QueryOptions['signal']>) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once('SIGINT', abort);
  try {
    return await work(stop.signal);
  } finally {
    process.off('SIGINT', abort);
  }
}

/** A refusal for want of a first day also says how to go past it, and what that costs. */
function withEscape(error: unknown, wholeBytes: number): unknown {
  if (!(error instanceof YaguraError) || error.code !== 'Refused' || error.problems.length === 0) return error;
  const [headline = ''] = error.message.split('\n');
  const way = { what: `\`--unbounded\` reads it all the same: up to ${bytesText(wholeBytes)}`, fix: 'prefer a first day' };
  return new YaguraError('Refused', headline, { problems: [...error.problems, way] });
}

const bytesText = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB, ${usdText(scanCostUsd(bytes))} in Athena`;

/** The size of every file of the lake. */
async function lakeBytes(lakeDir: string): Promise<number> {
  const names = await readdir(lakeDir, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names
      .filter((name) => name.endsWith('.parquet'))
      .map(
        async (name) =>
          await stat(join(lakeDir, name)).then(
            ({ size }) => size,
            () => 0,
          ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** @throws YaguraError NotFound where nothing was ever ingested */
export function existingState(dir: string): void {
  if (existsSync(join(dir, 'yagura.db'))) return;
  throw new YaguraError('NotFound', `${dir} holds no state`, {
    problems: [
      { at: '--state', what: `${dir} was not made by yagura`, fix: 'run `npm start`, or `npm run yagura -- replay PATH`, first' },
    ],
  });
}
