/** What is remembered of each scheduled query's runs: read, claimed for a run, and written after it. */

import type { JsonObject } from '../core/json.ts';
import type { RunState } from '../core/scheduled/window.ts';
import type { Item, Table } from '../ports/table.ts';

export const SCHEDULED_PK = 'scheduled-query';
/** A run that has not written its end by then has died. */
const LEASE_MS = 30 * 60_000;

/** How the last run ended, for people. */
export interface LastRun {
  atMs: number;
  outcome: 'ok' | 'failed' | 'over-budget';
  rows: number;
  raised: number;
  scannedBytes: number;
  costUsd: number;
  /** Why it failed. */
  why?: string;
}

export interface QueryState extends RunState {
  leaseUntilMs?: number;
  last?: LastRun;
}

export async function readStates(table: Table): Promise<ReadonlyMap<string, { state: QueryState; item: Item }>> {
  const items = await table.query(SCHEDULED_PK);
  return new Map(items.map((item) => [item.sk, { state: stateIn(item.data), item }]));
}

export async function readState(table: Table, id: string): Promise<QueryState> {
  return stateIn((await table.get(SCHEDULED_PK, id))?.data ?? {});
}

export const isLeased = ({ leaseUntilMs = 0 }: QueryState, nowMs: number): boolean => leaseUntilMs > nowMs;

/** False where somebody else claimed it meanwhile. */
export async function claim(
  table: Table,
  id: string,
  { known, nowMs }: { known: { state: QueryState; item: Item } | undefined; nowMs: number },
): Promise<boolean> {
  const data = dataOf({ ...(known?.state ?? { failures: 0 }), leaseUntilMs: nowMs + LEASE_MS });
  const condition = known === undefined ? ({ absent: true } as const) : { version: known.item.version };
  return await table.write([{ put: { pk: SCHEDULED_PK, sk: id, data }, condition }]);
}

export async function saveState(table: Table, id: string, state: QueryState): Promise<void> {
  await table.write([{ put: { pk: SCHEDULED_PK, sk: id, data: dataOf(state) } }]);
}

const dataOf = (state: QueryState): JsonObject => JSON.parse(JSON.stringify(state)) as JsonObject;

function stateIn(data: JsonObject): QueryState {
  const state = data as unknown as Partial<QueryState>;
  return { ...state, failures: typeof state.failures === 'number' ? state.failures : 0 };
}
