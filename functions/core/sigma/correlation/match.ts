/** One match of a rule that correlations count: who, when, and the few values that they group and measure by. Plain JSON. */
import type { Entity } from '../../finding.ts';

export interface Match {
  ruleId: string;
  /** The provider's event id: one event counts once, however often it is delivered. */
  eventUid: string;
  /** Event time, epoch ms. */
  timeMs: number;
  /** The source's id. */
  source: string;
  /** Field of the rule's record → its texts. A field that the record lacks is missing here. */
  fields: Readonly<Record<string, readonly string[]>>;
  entities: readonly Entity[];
}

/** Total order of matches: by time, then by identity. */
export const byTime = (a: Match, b: Match): number =>
  a.timeMs - b.timeMs || compareText(a.eventUid, b.eventUid) || compareText(a.ruleId, b.ruleId);

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Each rule and event once, in order of time: where an event came twice with two times, the earlier one. */
export function distinctMatches(matches: readonly Match[]): Match[] {
  const found = new Map<string, Match>();
  for (const match of matches) {
    const key = `${match.ruleId}\u0000${match.eventUid}`;
    const known = found.get(key);
    if (known === undefined || match.timeMs < known.timeMs) found.set(key, match);
  }
  return [...found.values()].sort(byTime);
}
