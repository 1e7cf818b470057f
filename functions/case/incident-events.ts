/** What correlation made of an incident → the events of its case: opened, grown, merged, gone, back again, and what follows for people's work. */

import type { CaseEventData, NewCaseEvent } from '../core/case/event.ts';
import { event } from '../core/case/outcome.ts';
import type { CasePolicy } from '../core/case/policy.ts';
import { reopening } from '../core/case/reopening.ts';
import type { CaseState } from '../core/case/state.ts';
import { type TaskTemplate, templateTasks } from '../core/case/template.ts';
import { digestOf } from '../core/digest.ts';
import { levelRank } from '../core/finding.ts';
import type { Incident } from '../core/incident.ts';

const MAX_RULES = 500;

export interface Happening {
  incident: Incident;
  /** Undefined where the incident has no case yet. */
  before: CaseState | undefined;
  /** A person works on it: it has a case, even where correlation keeps it. */
  isWanted: boolean;
  policy: CasePolicy;
  templates: readonly TaskTemplate[];
  nowMs: number;
}

/** Empty where the case knows the incident as it is, and where nobody needs a case of it yet: it is kept, and listed with its reason. */
export function incidentEvents(happening: Happening): NewCaseEvent[] {
  const { incident, before, isWanted } = happening;
  if (before === undefined && !(isWanted || (incident.status === 'new' && incident.surfacing.isSurfaced))) return [];
  const { timeline, eventIds: _, ...head } = incident;
  const incidentDigest = digestOf(head);
  if (before?.incidentDigest === incidentDigest) return [];
  const known = new Set(before?.alertIds ?? []);
  const now = new Set(head.alertIds);
  const ruleIds = [...new Set(timeline.map(({ ruleId }) => ruleId))].sort().slice(0, MAX_RULES);
  const isFirst = before === undefined || before.times.surfaceMs === null;
  const kind = head.status === 'new' ? (isFirst ? 'opened' : 'updated') : head.status;
  const { tiers, tlp, pap } = happening.policy;
  const data: CaseEventData<'updated'> = {
    title: head.title.en,
    severity: head.severity,
    severityBefore: before === undefined || before.incidentDigest === '' ? null : before.severityAuto,
    alertsAdded: head.alertIds.filter((id) => !known.has(id)),
    alertsRemoved: [...known].filter((id) => !now.has(id)),
    eventCount: head.eventCount,
    mergedInto: head.mergedInto,
    incidentDigest,
    rulesAdded: ruleIds.filter((id) => !(before?.ruleIds ?? []).includes(id)),
    facts: {
      title: head.title,
      firstMs: head.firstMs,
      lastMs: head.lastMs,
      detectedAtMs: head.detectedAtMs,
      ...(head.ingestedAtMs === undefined ? {} : { ingestedAtMs: head.ingestedAtMs }),
      risk: head.risk,
      ruleIds,
      tactics: head.tactics,
      techniques: head.techniques.slice(0, 200),
      assetTier: head.assetTier ?? null,
    },
    ...(kind === 'opened' ? { begins: { tier: tiers[0] ?? 'tier1', tlp, pap } } : {}),
  };
  const tasks = kind === 'opened' || kind === 'updated' ? templateTasks(before, head, happening) : [];
  const follows = kind === 'updated' && before !== undefined ? consequences(before, data, happening) : [];
  if (kind === 'updated' && before !== undefined && isMereCount(before, data)) return [];
  return [event(kind, data), ...follows, ...tasks];
}

/** More events of alerts that the case has, and nothing else: the incident shows them, the record need not. */
const isMereCount = (before: CaseState, { alertsAdded, alertsRemoved, severity, facts }: CaseEventData<'updated'>): boolean =>
  alertsAdded.length + alertsRemoved.length === 0 &&
  severity === before.severityAuto &&
  facts?.title.en === before.title.en &&
  !before.isIncidentGone &&
  before.status !== 'merged' &&
  before.status !== 'dissolved';

/** Growth that people must hear of: a closed case comes back, a waiting one waits no more. */
function consequences(before: CaseState, data: CaseEventData<'updated'>, { incident, policy, nowMs }: Happening): NewCaseEvent[] {
  if (before.status === 'closed') {
    const { isSurfaced } = incident.surfacing;
    const reason = reopening(before, { ...data, isSurfaced }, { policy, nowMs });
    return reason === undefined ? [] : [event('reopened', { reason, alertIds: data.alertsAdded.slice(0, 100) })];
  }
  const isPaused = before.pauses.some(({ toMs }) => toMs === null);
  const isGraver = levelRank(data.severity) > levelRank(before.severityAuto);
  return isPaused && isGraver ? [event('resumed', { reason: `the incident became ${data.severity} while it waited` })] : [];
}
