// Baselines over the company's weeks: what they say of a day, and what the day of attacks must bring.
import type { Anomaly } from '../../../functions/core/baseline/anomaly.ts';
import type { Baseline, Stretch } from '../../../functions/core/baseline/baseline.ts';
import { type RowMemory, runBaseline } from '../../../functions/core/baseline/run.ts';
import type { Query } from '../../../functions/ports/query.ts';
import { ATTACKS, type Attack } from './attacks.ts';
import { ATTACK_DAY, DAY_MS, dayStart, GEO } from './estate.ts';

const HOUR_MS = 3_600_000;

/** A whole day, of baselines that judge hours too. */
export const wholeDay = (day: number): Stretch => ({ fromMs: dayStart(day), toMs: dayStart(day) + DAY_MS });

export function attackOn(baseline: Baseline): { attack: Attack; stretch: Stretch } {
  const attack = ATTACKS.find((one) => one.baseline === baseline.name);
  if (attack === undefined) throw new Error(`no attack for ${baseline.name}`);
  const { fromMs, toMs } = wholeDay(attack.day ?? ATTACK_DAY);
  if (attack.hour === undefined) return { attack, stretch: { fromMs, toMs } };
  return { attack, stretch: { fromMs: fromMs + attack.hour * HOUR_MS, toMs: fromMs + (attack.hour + 1) * HOUR_MS } };
}

export interface Counted {
  alerts: Anomaly[];
  signals: number;
  judged: number;
  cold: number;
  scannedBytes: number;
}

/** Every baseline on one day. What is asked alike is asked once. */
export async function judgedDay(query: Query, baselines: readonly Baseline[], day: number): Promise<Map<string, Counted>> {
  const memory: RowMemory = new Map();
  const found = new Map<string, Counted>();
  for (const baseline of baselines) {
    const { anomalies, judged, cold, scannedBytes } = await runBaseline(baseline, wholeDay(day), {
      query,
      world: { geo: GEO },
      memory,
    });
    const alerts = anomalies.filter(({ isSignal }) => isSignal !== true);
    found.set(baseline.name, { alerts, signals: anomalies.length - alerts.length, judged, cold, scannedBytes });
  }
  return found;
}

export const isAbout = ({ entities }: Anomaly, subject: string): boolean =>
  entities.some(({ id, part }) => part === 'actor' && id.includes(subject));
