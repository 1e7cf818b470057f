/** The circuit breakers: kill switch, never-touch list, blast-radius limit and action budget, kept in our own table. */
import * as z from 'zod';
import { YaguraError } from '../core/error.ts';
import type { JsonObject } from '../core/json.ts';
import type { ActionTarget, PlannedStep } from '../core/plan.ts';
import { BREAKER_PK, budgetSk, DEFAULT_LIMITS, KILL_SWITCH_SK, LIMITS_SK, NEVER_TOUCH_PREFIX } from '../core/response-run.ts';
import { wildcardMatches } from '../core/wildcard.ts';
import type { Table, Write } from '../ports/table.ts';

const Limits = z.object({ actionsPerHour: z.int().min(0), maxBlastRadius: z.int().min(1).max(5) }).partial();
const KillSwitch = z.object({ engaged: z.boolean(), reason: z.string().optional() });
const NeverTouch = z.object({ pattern: z.string().min(1), reason: z.string().optional() });
const Budget = z.object({ used: z.int().min(0) });
const HOUR_MS = 3_600_000;

/** @throws YaguraError BadConfig: a breaker that nobody can read counts as engaged */
function readBreaker<S extends z.ZodType>(schema: S, data: JsonObject, what: string): z.infer<S> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({ at: `${what}.${issue.path.join('.')}`, what: issue.message }));
  throw new YaguraError('BadConfig', 'a circuit breaker cannot be read, so nothing acts', { problems });
}

async function limitsOf(table: Table): Promise<{ actionsPerHour: number; maxBlastRadius: number }> {
  const item = await table.get(BREAKER_PK, LIMITS_SK);
  const { actionsPerHour, maxBlastRadius } = readBreaker(Limits, item?.data ?? {}, 'limits');
  return {
    actionsPerHour: actionsPerHour ?? DEFAULT_LIMITS.actionsPerHour,
    maxBlastRadius: maxBlastRadius ?? DEFAULT_LIMITS.maxBlastRadius,
  };
}

/** Why no action may touch this target now; empty where it may. @throws YaguraError BadConfig */
export async function breakersAgainst(table: Table, step: Pick<PlannedStep, 'target' | 'blastRadius'>): Promise<string[]> {
  const killSwitch = await table.get(BREAKER_PK, KILL_SWITCH_SK);
  const { maxBlastRadius } = await limitsOf(table);
  const reasons: string[] = [];
  if (killSwitch !== undefined) {
    const { engaged, reason } = readBreaker(KillSwitch, killSwitch.data, 'kill switch');
    if (engaged) reasons.push(`the kill switch is engaged${reason === undefined ? '' : `: ${reason}`}`);
  }
  if (step.blastRadius > maxBlastRadius) {
    reasons.push(`its blast radius ${step.blastRadius} is above the limit ${maxBlastRadius}`);
  }
  return [...reasons, ...(await neverTouchAgainst(table, step.target))];
}

async function neverTouchAgainst(table: Table, target: ActionTarget): Promise<string[]> {
  const entries = await table.query(BREAKER_PK, { prefix: NEVER_TOUCH_PREFIX });
  return entries
    .map((entry) => readBreaker(NeverTouch, entry.data, entry.sk))
    .filter(({ pattern }) =>
      [target.uid, target.name, target.accountId].some((text) => wildcardMatches(pattern.toLowerCase(), text.toLowerCase())),
    )
    .map(
      ({ pattern, reason }) =>
        `${target.uid} is on the never-touch list (${pattern})${reason === undefined ? '' : `: ${reason}`}`,
    );
}

/**
 * The write that takes one action from this hour's budget. It belongs into the same transaction as the step's record.
 * @throws YaguraError Refused where the budget is used up
 */
export async function budgetWrite(table: Table, nowMs: number): Promise<Write> {
  const hour = Math.floor(nowMs / HOUR_MS);
  const { actionsPerHour } = await limitsOf(table);
  const item = await table.get(BREAKER_PK, budgetSk(hour));
  const used = item === undefined ? 0 : readBreaker(Budget, item.data, 'budget').used;
  if (used >= actionsPerHour) throw new YaguraError('Refused', `the budget of ${actionsPerHour} actions an hour is used up`);
  return {
    put: { pk: BREAKER_PK, sk: budgetSk(hour), data: { used: used + 1 }, expiresAtSec: (hour + 48) * 3600 },
    condition: item === undefined ? { absent: true } : { version: item.version },
  };
}
