/** Cases → how long things took: the durations of section "Time" of docs/metrics.md, pauses taken out and told beside. */
import { pausedMs } from '../case/sla.ts';
import { type CaseFacts, isConfirmed } from './case-facts.ts';

export const DURATIONS = [
  'mttd',
  'mtta',
  'mtta_human',
  'mtta_ai',
  'mtta_rule',
  'mtti',
  'mttc',
  'mttrespond',
  'first_action',
  'mttresolve',
  'dwell_detection',
  'dwell_eviction',
] as const;
export type DurationId = (typeof DURATIONS)[number];

export interface Span {
  id: DurationId;
  startMs: number;
  endMs: number;
  /** Time on hold between the two; not in `ms`. */
  pausedMs: number;
  ms: number;
}

type Moments = [startMs: number | null, endMs: number | null];

/** From where to where each duration goes; null where it does not apply. */
const MOMENTS: Readonly<Record<DurationId, (facts: CaseFacts) => Moments | null>> = {
  mttd: (facts) => confirmed(facts, ({ times }) => [times.occurMs, times.detectMs]),
  mtta: ({ state: { times } }) => [times.surfaceMs, times.ackMs],
  mtta_human: (facts) => ackBy(facts, 'human'),
  mtta_ai: (facts) => ackBy(facts, 'ai'),
  mtta_rule: (facts) => ackBy(facts, 'rule'),
  mtti: ({ state: { times } }) => [times.ackMs, times.verdictMs],
  mttc: (facts) => confirmed(facts, ({ times }) => [times.detectMs, times.containMs]),
  mttrespond: (facts) => confirmed(facts, ({ times }) => [times.detectMs, times.containMs ?? facts.firstActionMs]),
  first_action: (facts) => confirmed(facts, ({ times }) => [times.detectMs, facts.firstActionMs]),
  mttresolve: (facts) => confirmed(facts, ({ times }) => [times.detectMs, times.resolveMs]),
  dwell_detection: (facts) => confirmed(facts, ({ times }) => [times.compromiseMs, times.detectMs]),
  dwell_eviction: (facts) => confirmed(facts, ({ times }) => [times.compromiseMs, times.containMs]),
};

const confirmed = (facts: CaseFacts, of: (state: CaseFacts['state']) => Moments): Moments | null =>
  isConfirmed(facts) ? of(facts.state) : null;
const ackBy = ({ ackKind, state: { times } }: CaseFacts, kind: CaseFacts['ackKind']): Moments | null =>
  ackKind === kind ? [times.surfaceMs, times.ackMs] : null;

/** An attacker does not wait while we do: pauses are ours alone. */
const IS_ATTACKERS: readonly DurationId[] = ['mttd', 'dwell_detection', 'dwell_eviction'];
/** Detection is known to have been one when somebody confirmed it: these count in the period of the verdict, all others in that of their end. */
const COUNTS_AT_VERDICT: readonly DurationId[] = ['mttd', 'dwell_detection'];

export interface Period {
  /** First moment. */
  fromMs: number;
  /** First moment after it. */
  toMs: number;
}

export const isIn = ({ fromMs, toMs }: Period, ms: number | null): boolean => ms !== null && ms >= fromMs && ms < toMs;

/** The duration of a case, where it belongs to the period; `impossible` where what people recorded ends before it begins. */
export function spanOf(facts: CaseFacts, id: DurationId, period: Period): Span | 'impossible' | undefined {
  const [startMs, endMs] = MOMENTS[id](facts) ?? [null, null];
  if (startMs === null || endMs === null) return undefined;
  const countsAtMs = COUNTS_AT_VERDICT.includes(id) ? facts.state.times.verdictMs : endMs;
  if (!isIn(period, countsAtMs)) return undefined;
  if (endMs < startMs) return 'impossible';
  const paused = IS_ATTACKERS.includes(id) ? 0 : pausedMs(facts.state, startMs, endMs);
  return { id, startMs, endMs, pausedMs: paused, ms: Math.max(0, endMs - startMs - paused) };
}
