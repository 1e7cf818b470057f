/** Turns an incident into an OCSF Incident Finding (2005), as the lake keeps it: one event for each change. */
import { ATTACK_VERSION } from './attack/attack.ts';
import { ocsfAttacks, severityId } from './finding-ocsf.ts';
import type { Incident, TimelineEntry } from './incident.ts';
import type { JsonObject } from './json.ts';
import type { OcsfEvent } from './ocsf/event.ts';
import { finishEvent } from './ocsf/finish.ts';

const MAX_FINDINGS = 100;
const MAX_RELATED = 50;

export interface IncidentChange {
  /** Number of the case event that this tells of. */
  seq: number;
  /** Epoch ms. */
  atMs: number;
  kind: 'opened' | 'updated' | 'merged' | 'dissolved' | 'response';
  /** What changed, in words. */
  comment: string;
}

/** Nobody is assigned yet: OCSF wants an assignee or a group. @see https://schema.ocsf.io/1.8.0/classes/incident_finding */
const UNASSIGNED = { name: 'unassigned' };

export function toIncidentFinding(incident: Incident, change: IncidentChange): OcsfEvent {
  const isClosed = change.kind === 'merged' || change.kind === 'dissolved';
  return finishEvent({
    class_uid: 2005,
    // 1 Create, 2 Update, 3 Close.
    activity_id: isClosed ? 3 : change.seq === 1 ? 1 : 2,
    time: change.atMs,
    severity_id: severityId(incident.severity),
    metadata: {
      uid: `${incident.id}:${change.seq}`,
      correlation_uid: incident.id,
      product: { name: 'Yagura', vendor_name: 'Yagura', feature: { name: 'correlate' } },
    },
    attributes: {
      finding_info_list: findingInfos(incident),
      desc: [incident.title.en, ...incident.severityReasons.map(({ en }) => en)].join('. ').slice(0, 4000),
      message: incident.title.en.slice(0, 1000),
      comment: change.comment.slice(0, 1000),
      // 1 New, 5 Closed; verdict 0 is Unknown: nobody has judged yet.
      status_id: isClosed ? 5 : 1,
      verdict_id: 0,
      priority_id: Math.min(4, Math.max(1, severityId(incident.severity) - 1)),
      impact_score: Math.min(100, Math.round(incident.risk)),
      assignee_group: { ...UNASSIGNED },
      attacks: ocsfAttacks(incident.techniques, incident.tactics),
      start_time: incident.firstMs,
      end_time: incident.lastMs,
      count: incident.alertCount,
      is_suspected_breach: severityId(incident.severity) >= 4,
      ...cloudOf(incident),
    },
    unmapped: unmappedOf(incident),
  });
}

function findingInfos(incident: Incident): JsonObject[] {
  const byAlert = Map.groupBy(incident.timeline, ({ alertId }) => alertId);
  const infos = [...byAlert].slice(0, MAX_FINDINGS).map(([uid, entries]) => findingInfo(uid, entries));
  return infos.length > 0 ? infos : [{ uid: incident.id, title: incident.title.en }];
}

function findingInfo(uid: string, entries: readonly TimelineEntry[]): JsonObject {
  const [first] = entries;
  const eventIds = [...new Set(entries.flatMap((entry) => entry.eventIds))];
  return {
    uid,
    ...(first === undefined
      ? {}
      : {
          title: first.title,
          desc: first.summary,
          analytic: { uid: first.ruleId, name: first.title, type_id: 1, type: 'Rule' },
          attacks: ocsfAttacks(first.techniques, first.tactics),
          first_seen_time: first.timeMs,
        }),
    related_events: eventIds.slice(0, MAX_RELATED).map((id) => ({ uid: id })),
    related_events_count: eventIds.length,
  };
}

function cloudOf(incident: Incident): JsonObject {
  const accounts = incident.entities.filter(({ type, id }) => type === 'account' && /^\d{12}$/.test(id));
  const [only] = accounts;
  // account.type_id 10: AWS Account.
  return accounts.length === 1 && only !== undefined
    ? { cloud: { provider: 'AWS', account: { uid: only.id, type_id: 10 } } }
    : {};
}

const unmappedOf = (incident: Incident): Record<string, string> => ({
  alert_ids: JSON.stringify(incident.alertIds.slice(0, 1000)),
  entities: JSON.stringify(incident.entities.slice(0, 100)),
  explanation: incident.explanation.map(({ en }) => en).join('; '),
  risk: String(incident.risk),
  attack_version: ATTACK_VERSION,
  ...(incident.mergedInto === null ? {} : { merged_into: incident.mergedInto }),
});
