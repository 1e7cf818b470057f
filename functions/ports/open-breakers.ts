/** The circuit breakers in the table → those that hold responses back now. One that cannot be read counts as open, as it does when acting. */
import { BREAKER_PK, budgetSk, DEFAULT_LIMITS, KILL_SWITCH_SK, LIMITS_SK } from '../core/response-run.ts';
import type { Table } from './table.ts';

export type OpenBreaker = 'kill-switch' | 'action-budget';
const HOUR_MS = 3_600_000;

export async function openBreakers(table: Table, nowMs: number): Promise<OpenBreaker[]> {
  const [killSwitch, limits, budget] = await Promise.all([
    table.get(BREAKER_PK, KILL_SWITCH_SK),
    table.get(BREAKER_PK, LIMITS_SK),
    table.get(BREAKER_PK, budgetSk(Math.floor(nowMs / HOUR_MS))),
  ]);
  const open: OpenBreaker[] = [];
  if (killSwitch !== undefined && killSwitch.data['engaged'] !== false) open.push('kill-switch');
  const limit = limits?.data['actionsPerHour'] ?? DEFAULT_LIMITS.actionsPerHour;
  const used = budget?.data['used'] ?? 0;
  if (typeof limit !== 'number' || typeof used !== 'number' || used >= limit) open.push('action-budget');
  return open;
}
