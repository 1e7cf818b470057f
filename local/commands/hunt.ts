/** `yagura hunt list|show|run`: hypotheses with their queries, what they mean, and what they find in a state. */
import { revokedBy, techniqueById } from '../../functions/core/attack/attack.ts';
import { YaguraError } from '../../functions/core/error.ts';
import type { Hunt } from '../../functions/core/hunt.ts';
import { usdText } from '../../functions/core/prices.ts';
import { bindQuery, type QueryValues } from '../../functions/core/query-file.ts';
import { allowedText, parameterFromText } from '../../functions/core/query-parameter.ts';
import type { Locale } from '../../functions/core/text.ts';
import type { QueryResult } from '../../functions/ports/query.ts';
import { recordSpending } from '../../functions/ports/query-ledger.ts';
import { type DayWindow, dayWindow, type GivenWindow } from '../day-window.ts';
import { findHunt, loadHunts } from '../hunt-files.ts';
import { type LocalState, openState } from '../ports.ts';
import { csvText, plain, tableText } from '../table-text.ts';
import { HUNT_WORDS } from './hunt-words.ts';
import { EXIT, note, out, write } from './io.ts';
import { existingState, type QueryFormat } from './query.ts';

export interface HuntAsk extends GivenWindow {
  state: string;
  /** `name=value`, as typed. */
  set?: readonly string[];
}

/** Values as typed, in the types of the hunt's parameters. @throws YaguraError BadInput */
export function valuesOf({ meta }: Hunt, set: readonly string[] = []): QueryValues {
  const values: Record<string, ReturnType<typeof parameterFromText>> = {};
  for (const text of set) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw new YaguraError('BadInput', `--set ${text}`, {
        problems: [
          { at: '--set', what: text, allowed: 'name=value', fix: `parameters: ${Object.keys(meta.parameters).join(', ')}` },
        ],
      });
    const key = name.trim();
    if (key === 'from_day' || key === 'to_day')
      throw new YaguraError('BadInput', `--set ${text}`, { problems: [{ at: '--set', what: key, fix: 'use --from and --to' }] });
    values[key] = parameterFromText(Object.hasOwn(meta.parameters, key) ? meta.parameters[key] : undefined, value);
  }
  return values;
}

export interface HuntAnswer extends QueryResult {
  window: DayWindow;
}

/** Runs a hunt over a state, and enters what it cost. @throws YaguraError for values, windows, and scans above the hunt's budget */
export async function askHunt(hunt: Hunt, state: LocalState, ask: HuntAsk): Promise<HuntAnswer> {
  const values = valuesOf(hunt, ask.set);
  // Wrong values are told before the state is looked at.
  bindQuery(hunt, { from_day: '20260101', to_day: '20260101', ...values });
  const window = await dayWindow(ask, {
    sources: hunt.meta.data,
    lakeDir: state.lakeDir,
    days: hunt.meta.days,
    reader: `the hunt ${hunt.id}`,
  });
  const { sql, parameters } = bindQuery(hunt, { from_day: window.fromDay, to_day: window.toDay, ...values });
  const result = await state.query.run(sql, { parameters, budgetBytes: hunt.meta.budgetBytes });
  await recordSpending(state.table, { asker: 'hunt', id: hunt.id, ...result }, state.clock.nowMs());
  return { ...result, window };
}

export async function listCommand({
  locale,
  json,
  attack,
}: {
  locale: Locale;
  json?: boolean;
  attack?: string;
}): Promise<number> {
  const words = HUNT_WORDS[locale];
  const wanted = attack?.toUpperCase();
  const hunts = (await loadHunts()).filter(
    ({ meta }) => wanted === undefined || meta.attack.some((id) => id === wanted || id.startsWith(`${wanted}.`)),
  );
  if (hunts.length === 0) throw noHuntFor(wanted ?? '');
  if (json) for (const { id, path, meta } of hunts) out(JSON.stringify({ id, path, ...meta }));
  else
    out(
      tableText(
        words.listHeader,
        hunts.map(({ id, meta }) => [id, meta.title[locale], meta.attack.join(' '), meta.data.join(' ')]),
      ),
    );
  return EXIT.ok;
}

function noHuntFor(technique: string): YaguraError {
  const known = techniqueById(technique)?.name;
  const now = revokedBy(technique);
  const what = known === undefined ? `${technique} is no technique of ATT&CK v19.1` : `no hunt looks for ${technique} ${known}`;
  const fix = now === undefined ? '`yagura hunt list` shows what hunts look for' : `${now} took its place`;
  return new YaguraError('NotFound', what, { problems: [{ what, fix }] });
}

export async function showCommand(wanted: string, { locale, sql }: { locale: Locale; sql?: boolean }): Promise<number> {
  const hunt = findHunt(await loadHunts(), wanted);
  const { meta, id } = hunt;
  const words = HUNT_WORDS[locale];
  out(`${meta.title[locale]} (${id})`);
  for (const key of ['hypothesis', 'read', 'next'] as const) out(`\n${words[key]}\n  ${meta[key][locale]}`);
  out(`\n${words.data}      ${meta.data.join(', ')}`);
  out(`ATT&CK    ${meta.attack.join(', ')}`);
  out(`${words.days}      ${meta.days}`);
  out(`${words.budget}    ${(meta.budgetBytes / 1e9).toFixed(0)} GB`);
  const rows = Object.entries(meta.parameters).map(([name, spec]) => [
    name,
    allowedText(spec, locale),
    spec.default === undefined ? words.needed : JSON.stringify(spec.default),
    spec.about?.[locale] ?? '',
  ]);
  if (rows.length > 0) out(`\n${tableText(words.parameterHeader, rows)}`);
  if (sql) out(`\n${hunt.sql}`);
  return EXIT.ok;
}

export interface HuntRun extends HuntAsk {
  format: QueryFormat;
  locale: Locale;
}

/** Rows to standard output; how to read them, and what they cost, to standard error. */
export async function runCommand(wanted: string, options: HuntRun): Promise<number> {
  const hunt = findHunt(await loadHunts(), wanted);
  existingState(options.state);
  const state = await openState(options.state, { write: true });
  try {
    const answer = await askHunt(hunt, state, options);
    await tell(hunt, answer, options);
    return EXIT.ok;
  } finally {
    await state.close();
  }
}

async function tell({ meta, id }: Hunt, answer: HuntAnswer, { format, locale }: HuntRun): Promise<void> {
  const words = HUNT_WORDS[locale];
  const names = answer.columns.map(({ name }) => name);
  const { rows, window, scannedBytes, costUsd } = answer;
  if (format === 'csv') await write(`${csvText(names, rows)}\r\n`);
  else if (format === 'json')
    for (const row of rows)
      await write(`${JSON.stringify(Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])))}\n`);
  else if (rows.length > 0) out(rowsText(names, rows));
  note(`${plain(meta.title[locale])} · ${window.fromDay}–${window.toDay}`);
  note(`${words.found(rows.length)} · ${(scannedBytes / 1e6).toFixed(2)} MB · ${usdText(costUsd)}`);
  if (rows.length === 0) note(words.nothing(meta.data.join(', ')));
  else {
    note(`${words.read}: ${meta.read[locale]}`);
    note(`${words.next}: ${meta.next[locale]}`);
    note(words.promote(id));
  }
}

/** A table where it fits the terminal; else each row with a line for each value. */
export function rowsText(
  names: readonly string[],
  rows: readonly (readonly unknown[])[],
  width = process.stdout.columns ?? 160,
): string {
  const table = tableText(
    ['#', ...names],
    rows.map((row, i) => [i + 1, ...row]),
    40,
  );
  if (table.split('\n').every((line) => line.length <= width)) return table;
  const longest = Math.max(...names.map((name) => name.length));
  return rows
    .map((row, i) => [`#${i + 1}`, ...names.map((name, column) => `  ${name.padEnd(longest)}  ${plain(row[column])}`)].join('\n'))
    .join('\n\n');
}
