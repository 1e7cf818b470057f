/** What is remembered of each baseline's runs, and what the alert budget let through on a day: claimed before a run, written after it. */
import type { Spent } from '../core/baseline/budget.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { Item, Table } from '../ports/table.ts';

export const BASELINE_PK = 'baseline';
const BUDGET_PK = 'baseline-alerts';
/** A run that has not written its end by then has died. */
const LEASE_MS = 20 * 60_000;
const TRIES = 6;

/** How the last run ended, for people. */
export interface LastRun {
  atMs: number;
  outcome: 'ok' | 'failed';
  judged: number;
  /** Subjects with too little history for a verdict. */
  cold: number;
  anomalies: number;
  alerts: number;
  rows: number;
  scannedBytes: number;
  costUsd: number;
  why?: string;
}

export interface BaselineState {
  /** The end of the last stretch that was judged, epoch ms. */
  doneMs?: number;
  /** The version of the file that the failures are of. */
  version?: string;
  failures: number;
  retryAtMs?: number;
  leaseUntilMs?: number;
  last?: LastRun;
}

export interface Known {
  state: BaselineState;
  item: Item;
}

export async function readStates(table: Table): Promise<ReadonlyMap<string, Known>> {
  return new Map((await table.query(BASELINE_PK)).map((item) => [item.sk, { state: stateIn(item.data), item }]));
}

function stateIn(data: JsonObject): BaselineState {
  const state = data as unknown as Partial<BaselineState>;
  return { ...state, failures: typeof state.failures === 'number' ? state.failures : 0 };
}

const dataOf = (state: BaselineState): JsonObject => JSON.parse(JSON.stringify(state)) as JsonObject;

/** False where somebody else claimed it meanwhile. */
export async function claim(
  table: Table,
  name: string,
  { known, nowMs }: { known: Known | undefined; nowMs: number },
): Promise<boolean> {
  const data = dataOf({ ...(known?.state ?? { failures: 0 }), leaseUntilMs: nowMs + LEASE_MS });
  const condition = known === undefined ? ({ absent: true } as const) : { version: known.item.version };
  return await table.write([{ put: { pk: BASELINE_PK, sk: name, data }, condition }]);
}

/** Ends the claim too. */
export async function saveState(table: Table, name: string, { leaseUntilMs: _, ...state }: BaselineState): Promise<void> {
  await table.write([{ put: { pk: BASELINE_PK, sk: name, data: dataOf(state) } }]);
}

/**
 * Spends of a day's budget, whoever else spends meanwhile. Returns what `spending` returned with the state that was written.
 * @throws Error of the table; the last try's answer where too many write at once is not written, and the run is repeated
 */
export async function spendOn<Result extends { spent: Spent }>(
  table: Table,
  day: string,
  { nowMs, spending }: { nowMs: number; spending: (spent: Spent) => Result },
): Promise<Result | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = await table.get(BUDGET_PK, day);
    const result = spending(spentIn(before?.data));
    const condition = before === undefined ? ({ absent: true } as const) : { version: before.version };
    const put = {
      pk: BUDGET_PK,
      sk: day,
      data: { alerts: { ...result.spent.alerts } },
      expiresAtSec: Math.ceil(nowMs / 1000) + 40 * 86_400,
    };
    if (await table.write([{ put, condition }])) return result;
  }
  return undefined;
}

function spentIn(data: JsonObject | undefined): Spent {
  const alerts = data?.['alerts'];
  if (!isJsonObject(alerts)) return { alerts: {} };
  return {
    alerts: Object.fromEntries(
      Object.entries(alerts).flatMap(([key, score]) => (typeof score === 'number' ? [[key, score]] : [])),
    ),
  };
}
