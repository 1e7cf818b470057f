/** Checks and a world → what each found; each stands alone, ends in its own time, and says so where it could not look. */

import type { CheckResult } from './finding.ts';
import type { Check, World } from './world.ts';

const TIMEOUT_MS = 20_000;

export async function examine(checks: readonly Check[], world: World, timeoutMs = TIMEOUT_MS): Promise<CheckResult[]> {
  return await Promise.all(checks.map((check) => examineOne(check, world, timeoutMs)));
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function examineOne(check: Check, world: World, timeoutMs: number): Promise<CheckResult> {
  if (check.needs === 'deployment' && world.unseen !== undefined)
    return { check: check.id, status: 'could-not-look', reason: world.unseen, findings: [] };
  if (check.needs === 'deployment' && world.deployed.length === 0)
    return { check: check.id, status: 'skipped', reason: 'not deployed yet', findings: [] };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    return { check: check.id, status: 'looked', findings: await Promise.race([check.run(world), late]) };
  } catch (error) {
    return { check: check.id, status: 'could-not-look', reason: reasonOf(error), findings: [] };
  } finally {
    clearTimeout(timer);
  }
}
