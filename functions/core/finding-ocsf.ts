/** Turns a product's Detection Finding into our finding, and ours into a Detection Finding: one shape and one path for both. */
import { ATTACK_VERSION, currentTechnique, tacticOf } from './attack/attack.ts';
import { shortId } from './digest.ts';
import { entitiesOf } from './entity.ts';
import { type Entity, type Finding, type Level, levelRank } from './finding.ts';
import { primaryEntity, summaryOf } from './finding-summary.ts';
import { isJsonObject, type Json, type JsonObject, valueAt } from './json.ts';
import type { OcsfEvent } from './ocsf/event.ts';
import { finishEvent } from './ocsf/finish.ts';

const DETECTION_FINDING = 2004;
const HOUR_MS = 3_600_000;
/** OCSF severity_id → Sigma level; unknown and other count as medium, so that nobody's finding is lost in silence. */
const LEVEL_OF: Readonly<Record<number, Level>> = {
  1: 'informational',
  2: 'low',
  3: 'medium',
  4: 'high',
  5: 'critical',
  6: 'critical',
};
/** Sigma level → OCSF severity_id. */
export const severityId = (level: Level): number => levelRank(level) + 1;

const text = (root: unknown, path: string): string | undefined => {
  const value = valueAt(root, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** A finding that somebody asked the product for, to see one: sources put this label on it. */
const isSample = (event: OcsfEvent): boolean => {
  const labels = event.metadata['labels'];
  return Array.isArray(labels) && labels.includes('sample');
};

/** A product's Detection Finding as a finding; undefined for every other class and for findings that the product closed or archived. */
export function findingFromEvent(event: OcsfEvent, source: string): Finding | undefined {
  if (event.class_uid !== DETECTION_FINDING || event.activity_id === 3) return undefined;
  const info = valueAt(event, 'finding_info');
  const entities = entitiesOf(event);
  const types = valueAt(info, 'types');
  const ruleId =
    text(info, 'analytic.uid') ??
    (Array.isArray(types) && typeof types[0] === 'string' ? types[0] : undefined) ??
    text(info, 'title');
  const uid = text(info, 'uid') ?? event.metadata.uid;
  const { attack, tactics } = attacksOf(event, info);
  const primary = primaryEntity(entities);
  return {
    // A product updates its finding under one uid; each update is a further event of one alert.
    uid: shortId('finding', source, event.metadata.uid),
    ruleId: (ruleId ?? `${event.metadata.product.name}:${uid}`).slice(0, 300),
    ruleVersion: text(event, 'metadata.product.version') ?? '1',
    title: (text(info, 'title') ?? text(event, 'message') ?? ruleId ?? 'Finding').slice(0, 300),
    level: isSample(event) ? 'informational' : (LEVEL_OF[event.severity_id] ?? 'medium'),
    attack,
    tactics,
    source,
    analyticOf: event.metadata.product.name,
    // What people search the product for: its own id, the same for every update.
    eventUids: [uid],
    timeMs: event.time,
    entities,
    summary: (text(info, 'desc') ?? text(event, 'message') ?? summaryOf(event, entities)).slice(0, 1000),
    // A sample never shares an alert with a real finding of its type.
    dedupKey: [
      source,
      ruleId ?? uid,
      primary === undefined ? `finding:${uid}` : `${primary.type}:${primary.id}`,
      ...(isSample(event) ? ['sample'] : []),
    ]
      .join('|')
      .slice(0, 900),
    dedupWindowMs: 24 * HOUR_MS,
  };
}

function attacksOf(event: OcsfEvent, info: Json | undefined): { attack: string[]; tactics: string[] } {
  const lists = [valueAt(info, 'attacks'), valueAt(event, 'attacks')].flatMap((list) => (Array.isArray(list) ? list : []));
  const attack = new Set<string>();
  const tactics = new Set<string>();
  for (const item of lists) {
    const id = text(item, 'sub_technique.uid') ?? text(item, 'technique.uid');
    const technique = id === undefined ? undefined : currentTechnique(id);
    if (technique !== undefined) attack.add(technique.id);
    const several = isJsonObject(item) ? [item['tactic'], ...(Array.isArray(item['tactics']) ? item['tactics'] : [])] : [];
    const words = several.flatMap((tactic) => text(tactic, 'uid') ?? text(tactic, 'name') ?? []);
    const named = words.flatMap((tactic) => tacticOf(tactic)?.slug ?? []);
    for (const slug of named.length > 0 ? named : (technique?.tactics ?? [])) tactics.add(slug);
  }
  return { attack: [...attack].sort(), tactics: [...tactics].sort() };
}

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
