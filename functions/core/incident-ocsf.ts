/** Turns an incident into an OCSF Incident Finding (2005), as the lake keeps it: one event for each change. */
import { ATTACK_VERSION } from './attack/attack.ts';
import type { Level } from './finding.ts';
import { ocsfAttacks, severityId } from './finding-ocsf.ts';
import type { Incident, TimelineEntry } from './incident.ts';
import type { JsonObject } from './json.ts';
import type { OcsfEvent } from './ocsf/event.ts';
import { finishEvent } from './ocsf/finish.ts';

const MAX_FINDINGS = 100;
const MAX_RELATED = 50;

/** What the case adds to the incident: ids are OCSF's. @see https://schema.ocsf.io/1.8.0/classes/incident_finding */
export interface IncidentRecord {
  /** Number of the case event that this tells of. */
  seq: number;
  /** Epoch ms. */
  atMs: number;
  /** 1 Create, 2 Update, 3 Close. */
  activityId: number;
  severity: Level;
  /** 1 New, 2 In Progress, 3 On Hold, 4 Resolved, 5 Closed. */
  statusId: number;
  verdictId: number;
  priorityId: number;
  /** Absent until somebody judged. */
  impactId?: number | undefined;
  /** Null where nobody has it: then it belongs to the group of its tier. */
  assignee: string | null;
  group: string;
  /** What changed, in words. */
  comment: string;
  unmapped: Readonly<Record<string, string>>;
}

export function toIncidentFinding(incident: Incident, record: IncidentRecord): OcsfEvent {
  const { assignee, group, impactId } = record;
  return finishEvent({
    class_uid: 2005,
    activity_id: record.activityId,
    time: record.atMs,
    severity_id: severityId(record.severity),
    metadata: {
      uid: `${incident.id}:${record.seq}`,
      correlation_uid: incident.id,
      product: { name: 'Yagura', vendor_name: 'Yagura', feature: { name: 'correlate' } },
    },
    attributes: {
      finding_info_list: findingInfos(incident),
      desc: [incident.title.en, ...incident.severityReasons.map(({ en }) => en)].join('. ').slice(0, 4000),
      message: incident.title.en.slice(0, 1000),
      comment: record.comment.slice(0, 1000),
      status_id: record.statusId,
      verdict_id: record.verdictId,
      priority_id: record.priorityId,
      ...(impactId === undefined ? {} : { impact_id: impactId }),
      impact_score: Math.min(100, Math.round(incident.risk)),
      assignee_group: { name: group },
      // user.type_id 1: User.
      ...(assignee === null ? {} : { assignee: { name: assignee, type_id: 1 } }),
      attacks: ocsfAttacks(incident.techniques, incident.tactics),
      start_time: incident.firstMs,
      end_time: incident.lastMs,
      count: incident.alertCount,
      is_suspected_breach: severityId(record.severity) >= 4,
      ...cloudOf(incident),
    },
    unmapped: { ...unmappedOf(incident), ...record.unmapped },
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
