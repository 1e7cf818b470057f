/** The anomalies of one run of all detectors, and what alerted today already → which may alert; the rest stay signals, which add risk. */
import type { Anomaly } from './anomaly.ts';

/** Alerts of all anomaly detectors together in a UTC day, unless configured otherwise. */
export const DAILY_ALERTS = 20;

/** What the budget remembers of a day: the alerts that it let through, by key. */
export interface Spent {
  alerts: Readonly<Record<string, number>>;
}

export interface Candidate {
  /** Tells anomalies apart: the finding's uid. */
  uid: string;
  baseline: string;
  anomaly: Anomaly;
}

/**
 * The best by score alert while there is room. The last quarter of the day's budget is kept for anomalies that beat half of what alerted so
 * far, and no detector takes more than half of the budget, so that one that errs does not silence the others. What alerted before stays.
 */
export function spend(
  candidates: readonly Candidate[],
  spent: Spent,
  dailyAlerts = DAILY_ALERTS,
): { alerting: Set<string>; spent: Spent } {
  const alerts = new Map(Object.entries(spent.alerts));
  const alerting = new Set<string>();
  const most = Math.max(1, Math.ceil(dailyAlerts / 2));
  const open = dailyAlerts - Math.floor(dailyAlerts / 4);
  const ofBaseline = new Map<string, number>();
  for (const key of alerts.keys()) count(ofBaseline, baselineOf(key));
  const order = [...candidates].sort((a, b) => b.anomaly.score - a.anomaly.score || (a.uid < b.uid ? -1 : 1));
  for (const { uid, baseline, anomaly } of order) {
    const key = `${baseline}#${uid}`;
    if (alerts.has(key)) {
      alerting.add(uid);
      continue;
    }
    if (anomaly.isSignal === true || alerts.size >= dailyAlerts || (ofBaseline.get(baseline) ?? 0) >= most) continue;
    if (alerts.size >= open && anomaly.score <= middle([...alerts.values()])) continue;
    alerts.set(key, anomaly.score);
    alerting.add(uid);
    count(ofBaseline, baseline);
  }
  return { alerting, spent: { alerts: Object.fromEntries(alerts) } };
}

const baselineOf = (key: string): string => key.slice(0, key.indexOf('#'));
const count = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};
const middle = (scores: readonly number[]): number => [...scores].sort((a, b) => a - b)[Math.floor(scores.length / 2)] ?? 0;
