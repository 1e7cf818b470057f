/** An incident and what verdicts taught → how each of its rules is judged, and whether policy closes it. */
import { type Alert, isCore } from '../alert.ts';
import type { Level } from '../finding.ts';
import type { Verdict, VerdictRecord } from '../verdict.ts';
import { type Assessment, assess } from './assess.ts';
import { auditedErrors } from './audit.ts';
import type { Judgeable, JudgedAlert } from './examples.ts';
import { featuresOf, type KnownOfAlert } from './features.ts';
import type { TriageModel } from './model.ts';
import { type AutoClosePolicy, type CloseDecision, decideClose } from './policy.ts';

/** What people judged, and the model that this makes. */
export interface Learned {
  alerts: readonly Judgeable[];
  verdicts: readonly VerdictRecord[];
  judged: readonly JudgedAlert[];
  model: TriageModel;
  knownOf: (alert: Alert) => KnownOfAlert;
}

export interface Closable {
  id: string;
  severity: Level;
  alertIds: readonly string[];
}

export interface JudgedClosing extends CloseDecision {
  assessments: Assessment[];
}

/** What correlation knew of an alert's assets and indicators when it weighed it. */
export function storedKnown({ factors }: Pick<Alert, 'factors'>): KnownOfAlert {
  if (factors === undefined) return {};
  const tier = factors.asset >= 2 ? 'crown_jewel' : factors.asset >= 1.5 ? 'high' : undefined;
  return {
    ...(tier === undefined ? {} : { tier }),
    ...(factors.intel > 1 ? { intelConfidence: Math.round(100 * (factors.intel - 1)) } : {}),
  };
}

/** Guards and all: what policy makes of this incident now. */
export function judgeClosing(incident: Closable, learned: Learned, policy: AutoClosePolicy): JudgedClosing {
  const assessments = assessmentsOf(incident, learned);
  const own = alertsIn(incident, learned);
  const known = own.map((alert) => ({ ...storedKnown(alert), ...learned.knownOf(alert) }));
  const hasIntel = own.some(({ ruleId, factors }) => ruleId.startsWith('indicator/') || (factors?.intel ?? 1) > 1);
  const decision = decideClose(
    {
      ...{ incidentId: incident.id, severity: incident.severity, assessments, hasIntel },
      ...(known.some(({ tier }) => tier === 'crown_jewel') ? { tier: 'crown_jewel' as const } : {}),
      isCanary: known.some(({ isCanary }) => isCanary === true),
      auditedErrorsMs: auditedErrors(learned.alerts, learned.verdicts, policy.rules),
    },
    policy,
  );
  return { ...decision, assessments };
}

/** The word that people gave these rules' alerts most: wrong, or right and permitted. */
export function usualVerdict(assessments: readonly Assessment[], judged: readonly JudgedAlert[]): Verdict {
  const rules = new Set(assessments.map(({ ruleId }) => ruleId));
  const count = (verdict: Verdict): number =>
    judged.filter((one) => rules.has(one.alert.ruleId) && one.verdict.verdict === verdict).length;
  return count('benign_true_positive') > count('false_positive') ? 'benign_true_positive' : 'false_positive';
}

function alertsIn({ alertIds }: Closable, { alerts }: Learned): Judgeable[] {
  const ids = new Set(alertIds);
  return alerts.filter(({ partIds }) => partIds.some((part) => ids.has(part)));
}

/** Of each rule of the incident the alert that is most probably malicious. */
function assessmentsOf(incident: Closable, learned: Learned): Assessment[] {
  const worst = new Map<string, Assessment>();
  for (const alert of alertsIn(incident, learned).filter(({ level }) => isCore(level))) {
    const one = assess(learned.model, alert.ruleId, featuresOf(alert, learned.knownOf(alert)));
    const known = worst.get(alert.ruleId);
    if (known === undefined || one.upper95 > known.upper95) worst.set(alert.ruleId, one);
  }
  return [...worst.values()].sort((a, b) => b.probability - a.probability);
}
