/** When each source last sent something, and how fresh each must be → the sources that fell silent, and the rules that cannot fire for it. */
import * as z from 'zod';
import { option, text } from './config-option.ts';
import type { SourceArrival } from './source-arrivals.ts';

const HOUR_MS = 3_600_000;
const hours = z
  .number()
  .min(0.25)
  .max(24 * 31);

/** The `freshness` section of the configuration. */
export const freshnessSchema = z.strictObject({
  hours: option(hours.default(24), {
    ...text(
      'A source that sent something before and nothing for so long is silent: an alarm rings, and its rules count as not ready.',
      '以前ログを送ったソースがこの時間を超えて何も送らないと停止とみなし、アラームを出し、そのルールを検知可能に数えません。',
    ),
    unit: 'hours',
    why: text('Sources that people cause speak every working day.', '人の操作で発生するログは、営業日ごとに届くため。'),
  }),
  sources: option(z.record(z.string(), hours).prefault({}), {
    ...text(
      'The same for single sources, by id: 1 for a trail, more for what speaks rarely.',
      'ソースごとの値（ID で指定）。証跡は 1、まれにしか届かないものは長くします。',
    ),
    unit: 'hours',
    why: text('How often a source speaks is its own.', '届く頻度はソースごとに異なるため。'),
  }),
});
export type Freshness = z.output<typeof freshnessSchema>;

export const freshnessMs = ({ hours: usual, sources }: Freshness, source: string): number =>
  (Object.hasOwn(sources, source) ? (sources[source] ?? usual) : usual) * HOUR_MS;

export interface Silence {
  source: string;
  silentMs: number;
  /** What the configuration allows it. */
  allowedMs: number;
}

/** Sources that spoke once and no longer do, the longest silent first. A source that never spoke is not silent: it is not connected. */
export function silentSources(arrivals: readonly SourceArrival[], freshness: Freshness, nowMs: number): Silence[] {
  return arrivals
    .map(({ source, lastMs }) => ({ source, silentMs: nowMs - lastMs, allowedMs: freshnessMs(freshness, source) }))
    .filter(({ silentMs, allowedMs }) => silentMs > allowedMs)
    .sort((a, b) => b.silentMs - a.silentMs);
}

/** How many rules read exactly these sources: a rule is as ready as the best of them. */
export interface Readers {
  sources: readonly string[];
  rules: number;
}

export interface ReadyRules {
  ready: number;
  /** Its sources spoke once. */
  staleSource: number;
  /** None of its sources ever spoke. */
  noSource: number;
}

export function readyRules(readers: readonly Readers[], spoke: ReadonlySet<string>, silent: ReadonlySet<string>): ReadyRules {
  const counts: ReadyRules = { ready: 0, staleSource: 0, noSource: 0 };
  for (const { sources, rules } of readers) {
    const heard = sources.filter((source) => spoke.has(source));
    if (heard.length === 0) counts.noSource += rules;
    else if (heard.every((source) => silent.has(source))) counts.staleSource += rules;
    else counts.ready += rules;
  }
  return counts;
}
