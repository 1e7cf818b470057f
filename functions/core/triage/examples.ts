/** Verdicts on incidents → one judged example for each alert that they are about: only what a person said, and only the last word. */
import { type Alert, isCore } from '../alert.ts';
import type { VerdictRecord } from '../verdict.ts';
import { type Features, featuresOf, type KnownOfAlert } from './features.ts';
import type { Example } from './model.ts';

/** An alert as `listAlerts` gives it. */
export type Judgeable = Alert & { partIds: readonly string[]; incidentId: string | null };

export interface JudgedAlert {
  alert: Judgeable;
  verdict: VerdictRecord;
}

/** Who judged it last. A verdict without alert ids is about every alert of its incident that is more than a signal. */
export function judgedAlerts(alerts: readonly Judgeable[], verdicts: readonly VerdictRecord[]): JudgedAlert[] {
  const human = verdicts.filter(({ by }) => by === 'human').sort((a, b) => a.atMs - b.atMs);
  const byIncident = new Map<string, Judgeable[]>();
  const byPart = new Map<string, Judgeable>();
  for (const alert of alerts) {
    for (const id of alert.partIds) byPart.set(id, alert);
    if (alert.incidentId !== null) byIncident.set(alert.incidentId, [...(byIncident.get(alert.incidentId) ?? []), alert]);
  }
  const judged = new Map<string, JudgedAlert>();
  for (const verdict of human) {
    const named = verdict.alertIds.flatMap((id) => byPart.get(id) ?? []);
    const all = (byIncident.get(verdict.incidentId) ?? []).filter(({ level }) => isCore(level));
    for (const alert of verdict.alertIds.length > 0 ? named : all) judged.set(alert.id, { alert, verdict });
  }
  return [...judged.values()];
}

/** What the model learns from. What nobody could tell teaches nothing. */
export function examplesOf(judged: readonly JudgedAlert[], knownOf: (alert: Alert) => KnownOfAlert): Example[] {
  return judged
    .filter(({ verdict }) => verdict.verdict !== 'undetermined')
    .map(({ alert, verdict }) => ({
      ruleId: alert.ruleId,
      features: featuresOf(alert, knownOf(alert)) satisfies Features,
      isMalicious: verdict.verdict === 'true_positive',
      atMs: verdict.atMs,
    }));
}
