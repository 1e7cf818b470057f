/** A rule's status → what it may do: an experimental rule is staged, which means that its findings are recorded and nobody is woken. */
import type { Level } from '../finding.ts';
import { levelRank } from '../finding.ts';
import type { RuleInfo } from './rule.ts';

/** Joins an incident that others opened, for its timeline; can never open one, however many there are. */
const QUIET: Level = 'informational';

/** True for rules whose findings are kept for measuring and do not alert. */
export const isStaged = ({ status }: Pick<RuleInfo, 'status'>): boolean => status === 'experimental';

/** The level that a finding of the rule gets. */
export const effectiveLevel = (rule: Pick<RuleInfo, 'status' | 'level'>): Level =>
  isStaged(rule) && levelRank(rule.level) > levelRank(QUIET) ? QUIET : rule.level;

/** How long a rule must have been measured before its rate says something. */
export const MIN_MEASURED_DAYS = 7;
/** Alerts a day that an analyst can be asked to look at, by level: more is noise, whatever the rule is worth. */
const MOST_PER_DAY: Record<Level, number> = { informational: 100_000, low: 1_000, medium: 20, high: 5, critical: 2 };

export interface Advice {
  advice: 'promote' | 'demote' | 'keep' | 'wait';
  why: string;
}

/** What the measured fire rate says of a rule's status. `measuredDays`: how much log time was seen, in days; `fires`: alerts, or matches where nobody folded them. */
export function promotionAdvice(rule: Pick<RuleInfo, 'status' | 'level'>, fires: number, measuredDays: number): Advice {
  // An hour of logs is not a twenty-fourth of a day: rates of less than a day are not scaled up.
  const perDay = fires / Math.max(1, measuredDays);
  const most = MOST_PER_DAY[rule.level];
  const rate = `${perDay.toFixed(2)} a day in ${measuredDays.toFixed(1)} days`;
  if (perDay > most) {
    if (isStaged(rule)) return { advice: 'keep', why: `${rate}: too many for ${rule.level} (at most ${most})` };
    return {
      advice: 'demote',
      why: `${rate}: too many for ${rule.level} (at most ${most}); tune it or set status: experimental`,
    };
  }
  if (measuredDays < MIN_MEASURED_DAYS) return { advice: 'wait', why: `${rate}: measure at least ${MIN_MEASURED_DAYS} days` };
  if (isStaged(rule)) return { advice: 'promote', why: `${rate}: set status: test` };
  if (rule.status === 'test' && measuredDays >= 30 && fires > 0) return { advice: 'promote', why: `${rate}: set status: stable` };
  return { advice: 'keep', why: rate };
}
