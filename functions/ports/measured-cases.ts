/** The table and a period → the cases that its measures are about, as they were known at its end. */
import type { CasePolicy } from '../core/case/policy.ts';
import { type CaseFacts, caseFacts } from '../core/metrics/case-facts.ts';
import type { Period } from '../core/metrics/duration.ts';
import { caseEvents, endedCases, openCases } from './case-store.ts';
import type { Clock } from './clock.ts';
import type { Table } from './table.ts';

/** Cases that are read at once. */
const AT_ONCE = 20;

/** @throws YaguraError Unavailable, Throttled */
export async function measuredCases(
  { table, clock }: { table: Table; clock: Clock },
  period: Period,
  policy: CasePolicy,
): Promise<CaseFacts[]> {
  const ids = new Set((await openCases(table)).map(({ incidentId }) => incidentId));
  for (const month of months(period.fromMs, Math.max(clock.nowMs(), period.toMs)))
    for (const { incidentId } of await endedCases(table, month)) ids.add(incidentId);
  const all = [...ids].sort();
  const facts: CaseFacts[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const read = await Promise.all(all.slice(at, at + AT_ONCE).map((id) => caseEvents(table, id)));
    facts.push(...read.flatMap((events) => caseFacts(events, { toMs: period.toMs, policy }) ?? []));
  }
  return facts;
}

/** `yyyy-mm` of every month between two moments. A case that ended before the period has nothing to say about it. */
export function months(fromMs: number, toMs: number): string[] {
  const found: string[] = [];
  const at = new Date(fromMs);
  for (let ms = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1); ms <= toMs; ) {
    const first = new Date(ms);
    found.push(first.toISOString().slice(0, 7));
    ms = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1);
  }
  return found;
}
