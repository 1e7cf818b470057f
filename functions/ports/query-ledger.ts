/** What queries scanned and cost → a day's ledger in the table, by who asked; and how much of the day's budget is left. */
import { YaguraError } from '../core/error.ts';
import { scanCostUsd } from '../core/prices.ts';
import type { Table } from './table.ts';

/** Who asks: content that the clock runs, a hunt, a baseline, a person. */
export type Asker = 'scheduled' | 'hunt' | 'baseline' | 'person';

export interface Spending {
  asker: Asker;
  /** The id of the query, hunt or baseline. */
  id: string;
  scannedBytes: number;
  costUsd: number;
}

export interface Spent {
  runs: number;
  scannedBytes: number;
  costUsd: number;
}

const KEEP_SEC = 400 * 86_400;
const TRIES = 8;

/** UTC day of a time, yyyyMMdd. */
export const ledgerDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');
const pkOf = (day: string): string => `query-cost#${day}`;

/** Adds to the day's ledger. @throws YaguraError Conflict where too many write at once: what was spent must not go uncounted */
export async function recordSpending(table: Table, { asker, id, scannedBytes, costUsd }: Spending, nowMs: number): Promise<void> {
  const key = { pk: pkOf(ledgerDay(nowMs)), sk: `${asker}#${id}` };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = await table.get(key.pk, key.sk);
    const spent = spentIn(before?.data ?? {});
    const data = { runs: spent.runs + 1, scannedBytes: spent.scannedBytes + scannedBytes, costUsd: spent.costUsd + costUsd };
    const condition = before === undefined ? ({ absent: true } as const) : { version: before.version };
    const expiresAtSec = Math.ceil(nowMs / 1000) + KEEP_SEC;
    if (await table.write([{ put: { ...key, data, expiresAtSec }, condition }])) return;
  }
  throw new YaguraError('Conflict', `the ledger of ${key.sk} is written by too many at once`, { retryable: true });
}

/** What a query that was stopped is charged, for each of those that it was asked for. */
export function chargedFor(error: unknown, askers = 1): { scannedBytes: number; costUsd: number } | undefined {
  if (!(error instanceof YaguraError) || error.scannedBytes === 0) return undefined;
  return { scannedBytes: Math.round(error.scannedBytes / askers), costUsd: scanCostUsd(error.scannedBytes) / askers };
}

export interface LedgerEntry extends Spent {
  asker: string;
  id: string;
}

/** A day's entries, dearest first. */
export async function ledgerOf(table: Table, day: string): Promise<LedgerEntry[]> {
  const items = await table.query(pkOf(day));
  return items
    .map(({ sk, data }) => {
      const cut = sk.indexOf('#');
      return { asker: sk.slice(0, cut), id: sk.slice(cut + 1), ...spentIn(data) };
    })
    .sort((a, b) => b.costUsd - a.costUsd || (a.id < b.id ? -1 : 1));
}

export const totalOf = (entries: readonly Spent[]): Spent =>
  entries.reduce(
    (sum, entry) => ({
      runs: sum.runs + entry.runs,
      scannedBytes: sum.scannedBytes + entry.scannedBytes,
      costUsd: sum.costUsd + entry.costUsd,
    }),
    { runs: 0, scannedBytes: 0, costUsd: 0 },
  );

export interface DailyBudget extends Spent {
  dailyUsd: number;
  /** Nothing that the clock runs may be asked until tomorrow (UTC); people are warned. */
  tripped: boolean;
}

export async function budgetOf(table: Table, dailyUsd: number, nowMs: number): Promise<DailyBudget> {
  const spent = totalOf(await ledgerOf(table, ledgerDay(nowMs)));
  return { ...spent, dailyUsd, tripped: spent.costUsd >= dailyUsd };
}

const spentIn = (data: Readonly<Record<string, unknown>>): Spent => {
  const numberOf = (name: string): number => {
    const value = data[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : 0;
  };
  return { runs: numberOf('runs'), scannedBytes: numberOf('scannedBytes'), costUsd: numberOf('costUsd') };
};
