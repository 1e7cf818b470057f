/** `yagura query`: SQL in Athena's dialect over the local lake, as a table, JSON lines or CSV. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { YaguraError } from '../../functions/core/error.ts';
import { openState } from '../ports.ts';
import { csvText, tableText } from '../table-text.ts';
import { EXIT, note, out, write } from './io.ts';

export const QUERY_FORMATS = ['table', 'json', 'csv'] as const;
export type QueryFormat = (typeof QUERY_FORMATS)[number];

/** Writes the rows to standard output, and what it cost to standard error. */
export async function queryCommand(sql: string, options: { state: string; format: QueryFormat }): Promise<number> {
  existingState(options.state);
  const state = await openState(options.state);
  try {
    const { columns, rows, scannedBytes } = await state.query.run(sql);
    const names = columns.map((column) => column.name);
    if (options.format === 'table') out(tableText(names, rows));
    else if (options.format === 'csv') await write(`${csvText(names, rows)}\r\n`);
    else
      for (const row of rows)
        await write(`${JSON.stringify(Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])))}\n`);
    note(`${rows.length} rows, ${(scannedBytes / 1e6).toFixed(2)} MB scanned`);
    return EXIT.ok;
  } finally {
    await state.close();
  }
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
