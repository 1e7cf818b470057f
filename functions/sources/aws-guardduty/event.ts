/** Turns one GuardDuty finding into one OCSF Detection Finding. @see GuardDuty User Guide, "Finding details"; schema version 2.0 */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { OcsfEvent } from '../../core/ocsf/event.ts';
import { type EventDraft, finishEvent } from '../../core/ocsf/finish.ts';
import { present } from '../../core/ocsf/parts.ts';
import { recordUid } from '../../core/ocsf/record-uid.ts';
import { keep, keepOthers, textOr, type Unmapped } from '../../core/ocsf/unmapped.ts';
import { isoText, parseTimeMs } from '../../core/timestamp.ts';
import type { MapContext } from '../source.ts';
import { attacksOf, sequenceAttacks } from './attacks.ts';
import { evidencesOf } from './evidence.ts';
import { countAt, objectAt, objectsAt, textAt } from './parts.ts';
import { deviceOf, resourcesOf } from './resources.ts';
import { camelCased } from './spelling.ts';

export const DETECTION_FINDING = 2004;

/** In `metadata.labels` of the findings that GuardDuty makes up on request, to try the way they take. */
export const SAMPLE_LABEL = 'sample';

const TYPED_KEYS: ReadonlySet<string> = new Set([
  'schemaVersion',
  'accountId',
  'region',
  'partition',
  'id',
  'arn',
  'type',
  'title',
  'description',
  'severity',
  'confidence',
  'createdAt',
  'updatedAt',
  'resource',
  'service',
]);
/** Of `service`; the action is kept whole in the first evidence. */
const TYPED_SERVICE_KEYS: ReadonlySet<string> = new Set(['action', 'count']);

const CREATE = 1;
const UPDATE = 2;
const CLOSE = 3;
const STATUS_NEW = 1;
const STATUS_ARCHIVED = 5;

/** Never throws. The finding keeps its uid through updates; each update is an event of its own. */
export function toOcsf(record: JsonObject, context: MapContext): OcsfEvent {
  const finding = camelCased(record);
  const rest: Unmapped = {};
  keepOthers(rest, '', finding, TYPED_KEYS);
  const service = objectAt(finding, 'service');
  keepService(finding, rest);
  const id = textOr(rest, 'id', finding['id']) ?? textAt(finding, 'arn') ?? recordUid(record);
  const isArchived = service['archived'] === true || service['archived'] === 'true';
  const updatedAt = textOr(rest, 'updatedAt', finding['updatedAt']);
  const time =
    parseTimeMs(updatedAt) ?? parseTimeMs(service['eventLastSeen']) ?? parseTimeMs(finding['createdAt']) ?? context.nowMs;
  return finishEvent({
    class_uid: DETECTION_FINDING,
    activity_id: activityOf(finding, isArchived),
    time,
    severity_id: severityOf(finding['severity']),
    metadata: metadataOf(finding, { id, updatedAt }, rest),
    attributes: {
      finding_info: findingInfo(finding, id, rest),
      status_id: isArchived ? STATUS_ARCHIVED : STATUS_NEW,
      is_alert: !isArchived,
      ...measures(finding, rest),
      cloud: cloudOf(finding, rest),
      ...present({ device: deviceOf(finding) }),
      evidences: evidencesOf(finding),
      resources: resourcesOf(finding, rest),
      malware: malwareOf(service),
    },
    unmapped: rest,
  });
}

function keepService(finding: JsonObject, rest: Unmapped): void {
  const service = finding['service'];
  if (!isJsonObject(service) || Object.keys(service).length === 0) {
    keep(rest, 'service', service);
    return;
  }
  keepOthers(rest, 'service', service, TYPED_SERVICE_KEYS);
  const { action } = service;
  if (!isJsonObject(action) || Object.keys(action).length === 0) keep(rest, 'service.action', action);
}

function activityOf(finding: JsonObject, isArchived: boolean): number {
  if (isArchived) return CLOSE;
  return finding['updatedAt'] === undefined || finding['updatedAt'] === finding['createdAt'] ? CREATE : UPDATE;
}

/** GuardDuty: 9–10 critical, 7–8.9 high, 4–6.9 medium, 1–3.9 low. @see GuardDuty User Guide, "Severity levels" */
export function severityOf(severity: Json | undefined): number {
  const value = typeof severity === 'string' ? Number(severity) : severity;
  if (typeof value !== 'number' || Number.isNaN(value)) return 0;
  return value >= 9 ? 5 : value >= 7 ? 4 : value >= 4 ? 3 : value >= 1 ? 2 : 1;
}

/** `8` and `8.0` as the record wrote them; the count and the confidence where they are whole numbers. */
function measures(finding: JsonObject, rest: Unmapped): JsonObject {
  const severity = textOr(rest, 'severity', finding['severity']);
  const service = objectAt(finding, 'service');
  const count = countAt(service, 'count');
  if (count === undefined || typeof service['count'] === 'string') keep(rest, 'service.count', service['count']);
  const confidence_score = countAt(finding, 'confidence');
  if (confidence_score === undefined || typeof finding['confidence'] === 'string')
    keep(rest, 'confidence', finding['confidence']);
  return present({ vendor_attributes: severity === undefined ? undefined : { severity }, count, confidence_score });
}

function metadataOf(
  finding: JsonObject,
  of: { id: string; updatedAt: string | undefined },
  rest: Unmapped,
): EventDraft['metadata'] {
  const service = objectAt(finding, 'service');
  const product: JsonObject & { name: string; vendor_name: string } = { name: 'GuardDuty', vendor_name: 'AWS' };
  const version = textOr(rest, 'schemaVersion', finding['schemaVersion']);
  if (version !== undefined) product['version'] = version;
  const feature = textAt(service, 'featureName');
  if (feature !== undefined) product['feature'] = { name: feature };
  const uid = of.updatedAt === undefined ? of.id : `${of.id}:${of.updatedAt}`;
  const metadata: EventDraft['metadata'] = { uid, product };
  const type = textAt(finding, 'type');
  if (type !== undefined) metadata['event_code'] = type;
  if (of.updatedAt !== undefined) metadata['original_time'] = of.updatedAt;
  if (isSample(service)) metadata['labels'] = [SAMPLE_LABEL];
  return metadata;
}

/** `additionalInfo.sample`, or the JSON text in `additionalInfo.value` that newer findings hold the same in. */
function isSample(service: JsonObject): boolean {
  const info = objectAt(service, 'additionalInfo');
  const { sample, value } = info;
  return sample === true || sample === 'true' || (typeof value === 'string' && /"sample"\s*:\s*(true|"true")/.test(value));
}

function findingInfo(finding: JsonObject, id: string, rest: Unmapped): JsonObject {
  const service = objectAt(finding, 'service');
  const type = textOr(rest, 'type', finding['type']);
  const feature = textAt(service, 'featureName');
  return present({
    uid: id,
    uid_alt: textOr(rest, 'arn', finding['arn']),
    title: textOr(rest, 'title', finding['title']),
    desc: textOr(rest, 'description', finding['description']),
    types: type === undefined ? undefined : [type],
    analytic: type === undefined ? undefined : analyticOf(type, service),
    attacks: [...(type === undefined ? [] : attacksOf(type)), ...sequenceAttacks(service)],
    data_sources: feature === undefined ? undefined : [feature],
    ...timesOf('created', finding['createdAt'], rest, 'createdAt'),
    ...timesOf('modified', finding['updatedAt'], {}, ''),
    ...timesOf('first_seen', service['eventFirstSeen'], {}, ''),
    ...timesOf('last_seen', service['eventLastSeen'], {}, ''),
  });
}

/** `created_time` and its text. A time whose text would come out otherwise is kept as it was written. */
function timesOf(name: string, value: Json | undefined, rest: Unmapped, path: string): JsonObject {
  const ms = parseTimeMs(value);
  if (ms === undefined || isoText(ms) !== value) keep(rest, path, value);
  return ms === undefined ? {} : { [`${name}_time`]: ms, [`${name}_time_dt`]: isoText(ms) };
}

const RULE = 1;
const LEARNING = 4;

/** The finding type is GuardDuty's name of the analytic; what it learned from the account's habits says so. */
function analyticOf(type: string, service: JsonObject): JsonObject {
  const isLearned =
    /AnomalousBehavior|Unusual|\.Custom!Anomal/.test(type) || Object.keys(objectAt(service, 'detection', 'anomaly')).length > 0;
  return present({ uid: type, name: type, type_id: isLearned ? LEARNING : RULE, category: type.split(':')[0] });
}

function cloudOf(finding: JsonObject, rest: Unmapped): JsonObject {
  const account = textOr(rest, 'accountId', finding['accountId']);
  return present({
    provider: 'AWS',
    region: textOr(rest, 'region', finding['region']),
    cloud_partition: textOr(rest, 'partition', finding['partition']),
    account: account === undefined ? undefined : { uid: account },
  });
}

const UNKNOWN_CLASS = 0;

/** Names of what malware scans of volumes found. */
function malwareOf(service: JsonObject): JsonObject[] {
  const scan = objectAt(service, 'ebsVolumeScanDetails', 'scanDetections', 'threatDetectedByName');
  const object = objectAt(service, 'malwareScanDetails');
  const names = [...objectsAt(scan, 'threatNames'), ...objectsAt(object, 'threats')].map((threat) => textAt(threat, 'name'));
  return [...new Set(names)].flatMap((name) => (name === undefined ? [] : [{ name, classification_ids: [UNKNOWN_CLASS] }]));
}
