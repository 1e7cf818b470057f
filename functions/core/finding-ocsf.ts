/** Turns our finding into an OCSF Detection Finding, the shape that products' own findings have. */
import { ATTACK_VERSION, currentTechnique, tacticOf } from './attack/attack.ts';
import { type Entity, type Finding, type Level, levelRank } from './finding.ts';
import { isJsonObject, type JsonObject, valueAt } from './json.ts';
import type { OcsfEvent } from './ocsf/event.ts';
import { finishEvent } from './ocsf/finish.ts';

const DETECTION_FINDING = 2004;
/** Sigma level → OCSF severity_id. */
export const severityId = (level: Level): number => levelRank(level) + 1;

const text = (root: unknown, path: string): string | undefined => {
  const value = valueAt(root, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** ATT&CK techniques as OCSF `attacks`, one for each tactic that the finding names, else for each of the technique's own. */
export function ocsfAttacks(attack: readonly string[], tactics: readonly string[]): JsonObject[] {
  const told = new Set(tactics);
  const listed = attack.flatMap((id) => {
    const technique = currentTechnique(id);
    if (technique === undefined) return [];
    const own = technique.tactics.filter((slug) => told.has(slug));
    const parent = technique.id.includes('.') ? currentTechnique(technique.id.split('.')[0] ?? '') : undefined;
    return tacticObjects(own.length > 0 ? own : technique.tactics).map((tactic) => ({
      version: ATTACK_VERSION,
      ...techniqueNames(technique, parent),
      tactic,
    }));
  });
  if (listed.length > 0 || tactics.length === 0) return listed;
  return tacticObjects(tactics).map((tactic) => ({ version: ATTACK_VERSION, tactic }));
}

type Named = { id: string; name: string };
const techniqueNames = ({ id, name }: Named, parent: Named | undefined): JsonObject =>
  parent === undefined
    ? { technique: { uid: id, name } }
    : { technique: { uid: parent.id, name: parent.name }, sub_technique: { uid: id, name } };
const tacticObjects = (slugs: readonly string[]): JsonObject[] =>
  slugs.flatMap((slug) => {
    const tactic = tacticOf(slug);
    return tactic === undefined ? [] : [{ uid: tactic.id, name: tactic.name }];
  });

export interface FindingContext {
  /** The event that the finding is about; its actor, call and endpoint become the evidence. */
  event?: OcsfEvent;
  /** Ingest time, epoch ms. */
  nowMs: number;
}

/**
 * Our finding as an OCSF Detection Finding, valid against 1.8.0. It is an alert from medium up.
 * @see https://schema.ocsf.io/1.8.0/classes/detection_finding
 */
export function toDetectionFinding(finding: Finding, context: FindingContext): OcsfEvent {
  const { event, nowMs } = context;
  const isAlert = levelRank(finding.level) >= levelRank('medium');
  const evidence = event === undefined ? undefined : evidenceOf(event);
  const cloud = event === undefined ? undefined : event['cloud'];
  return finishEvent({
    class_uid: DETECTION_FINDING,
    activity_id: 1,
    time: finding.timeMs,
    severity_id: severityId(finding.level),
    metadata: {
      uid: finding.uid,
      product: { name: 'Yagura', vendor_name: 'Yagura', feature: { name: 'detect' } },
      log_name: finding.source,
      logged_time: nowMs,
    },
    attributes: {
      finding_info: findingInfo(finding, event),
      message: finding.summary,
      is_alert: isAlert,
      status_id: 1,
      // The security_control profile: a detection observes, it does not block.
      action_id: 3,
      disposition_id: isAlert ? 19 : 17,
      ...(evidence === undefined ? {} : { evidences: [evidence] }),
      resources: targetResources(finding.entities),
      ...(isJsonObject(cloud) ? { cloud: structuredClone(cloud) } : {}),
    },
    unmapped: {
      dedup_key: finding.dedupKey,
      analytic_of: finding.analyticOf,
      ...(finding.staged === true ? { staged: 'true' } : {}),
      ...(finding.suppressedBy === undefined ? {} : { suppressed_by: finding.suppressedBy }),
    },
  });
}

function findingInfo(finding: Finding, event: OcsfEvent | undefined): JsonObject {
  return {
    uid: finding.uid,
    title: finding.title,
    desc: finding.summary,
    // Analytic type 1: Rule.
    analytic: { uid: finding.ruleId, name: finding.title, type_id: 1, type: 'Rule', version: finding.ruleVersion },
    attacks: ocsfAttacks(finding.attack, finding.tactics),
    data_sources: [finding.source],
    first_seen_time: finding.timeMs,
    last_seen_time: finding.timeMs,
    related_events: finding.eventUids.slice(0, 100).map((uid) => ({
      uid,
      ...(event === undefined || uid !== event.metadata.uid
        ? {}
        : { type_uid: event.type_uid, type_name: event.type_name, severity_id: event.severity_id }),
    })),
    related_events_count: finding.eventUids.length,
  };
}

/** Whole objects of a valid event stay valid here; only the large texts of request and response are left behind. */
function evidenceOf(event: OcsfEvent): JsonObject | undefined {
  const evidence: JsonObject = { uid: event.metadata.uid };
  for (const name of [
    'actor',
    'src_endpoint',
    'dst_endpoint',
    'device',
    'process',
    'file',
    'query',
    'user',
    'url',
    'connection_info',
  ]) {
    const value = event[name];
    if (isJsonObject(value)) evidence[name] = structuredClone(value);
  }
  const operation = text(event, 'api.operation');
  const service = text(event, 'api.service.name');
  const error = text(event, 'api.response.error');
  if (operation !== undefined) {
    evidence['api'] = {
      operation,
      ...(service === undefined ? {} : { service: { name: service } }),
      ...(error === undefined ? {} : { response: { error } }),
    };
  }
  return Object.keys(evidence).length > 1 ? evidence : undefined;
}

const RESOURCE_TYPES = new Set(['resource', 'principal', 'role', 'repository', 'host', 'access_key']);
const targetResources = (entities: readonly Entity[]): JsonObject[] =>
  entities
    .filter(({ type, part }) => part === 'target' && RESOURCE_TYPES.has(type))
    .slice(0, 20)
    // resource_details.role_id 1: Target.
    .map(({ type, id, name }) => ({ uid: id, type, role_id: 1, ...(name === undefined ? {} : { name }) }));
