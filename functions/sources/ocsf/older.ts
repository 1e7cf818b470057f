/** Turns events of OCSF before 1.8.0 into its words: attributes that were renamed or moved since. What has no new place stays as it is. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { classFacts, classUids } from '../../core/ocsf/schema.ts';

const SECURITY_FINDING = 2001;
const DETECTION_FINDING = 2004;
const COMPLIANCE_FINDING = 2003;
const VULNERABILITY_FINDING = 2002;

/**
 * Old path → new one, in the order in which they are moved. `*` stands for each item of a list. A value whose new place is taken stays.
 * @see OCSF changelog, 1.0.0-rc.2 to 1.8.0; Amazon Security Lake User Guide, source versions 1 and 2
 */
const MOVES: readonly (readonly [from: string, to: string])[] = [
  ['identity', 'actor'],
  ['activity', 'activity_name'],
  ['cloud.account_uid', 'cloud.account.uid'],
  ['cloud.account_name', 'cloud.account.name'],
  ['cloud.account_type', 'cloud.account.type'],
  ['cloud.account_type_id', 'cloud.account.type_id'],
  ['cloud.org_uid', 'cloud.org.uid'],
  ['cloud.project_uid', 'cloud.account.uid'],
  ...['actor.user', 'user', 'actor.process.user', 'process.user'].flatMap((user): [string, string][] => [
    [`${user}.account_uid`, `${user}.account.uid`],
    [`${user}.account_type`, `${user}.account.type`],
    [`${user}.account_type_id`, `${user}.account.type_id`],
    [`${user}.org_uid`, `${user}.org.uid`],
    [`${user}.uuid`, `${user}.uid_alt`],
    [`${user}.email`, `${user}.email_addr`],
  ]),
  ['actor.session.mfa', 'actor.session.is_mfa'],
  ['session.mfa', 'session.is_mfa'],
  ['mfa', 'is_mfa'],
  ['actor.idp.domain_name', 'actor.idp.domain'],
  ['http_request.url.text', 'http_request.url.url_string'],
  ['url.text', 'url.url_string'],
  ['ref_event_uid', 'metadata.original_event_uid'],
  ['ref_event_code', 'metadata.event_code'],
  ['ref_time', 'metadata.original_time'],
  ['metadata.original_time_dt', 'metadata.original_time'],
  ['resources.*.details', 'resources.*.data'],
  ['resources.*.account_uid', 'resources.*.owner.account.uid'],
  ['resources.*.owner.account_uid', 'resources.*.owner.account.uid'],
  ['resources.*.cloud_partition_name', 'resources.*.cloud_partition'],
  ['resource', 'resources'],
  ['finding', 'finding_info'],
  ['finding_info.remediation', 'remediation'],
  ['remediation.kb_articles', 'remediation.references'],
  ['finding_info.product_uid', 'finding_info.product.uid'],
  ['finding_info.supporting_data', 'finding_info.data'],
  ['analytic', 'finding_info.analytic'],
  ['attacks', 'finding_info.attacks'],
  ['vulnerabilities.*.packages', 'vulnerabilities.*.affected_packages'],
  ['vulnerabilities.*.fix_available', 'vulnerabilities.*.is_fix_available'],
  ['compliance.requirements_list', 'compliance.requirements'],
  ['connection_info.protocol_version', 'connection_info.protocol_ver'],
  ['connection_info.protocol_version_id', 'connection_info.protocol_ver_id'],
  ['connection_info.tcp_flags_mask', 'connection_info.tcp_flags'],
  ['api.request.request_uid', 'api.request.uid'],
  ['evidence', 'evidences'],
];

/** A copy of the record with everything where 1.8.0 looks for it. */
export function modernized(record: JsonObject): JsonObject {
  const copy = structuredClone(record);
  const isFinding = numberIn(record['class_uid']) === SECURITY_FINDING;
  for (const [from, to] of MOVES) {
    // Only findings of the old kind have these at the top.
    if ((from === 'analytic' || from === 'attacks') && !isFinding) continue;
    move(copy, from.split('.'), to.split('.'));
  }
  const connection = copy['connection_info'];
  if (isJsonObject(connection) && connection['protocol_ver_id'] === undefined) {
    const id = PROTOCOL_VERSIONS.get(connection['protocol_ver']);
    if (id !== undefined) connection['protocol_ver_id'] = id;
  }
  placeCoordinates(copy, 0);
  return copy;
}

const PROTOCOL_VERSIONS = new Map<unknown, number>([
  ['IPv4', 4],
  ['IPv6', 6],
]);
const MAX_DEPTH = 16;

/** A location's `coordinates` were longitude and latitude in a list. */
function placeCoordinates(value: Json, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const item of value) placeCoordinates(item, depth + 1);
    return;
  }
  const { location } = value;
  if (isJsonObject(location) && location['lat'] === undefined && location['long'] === undefined) {
    const { coordinates } = location;
    const [long, lat, more] = Array.isArray(coordinates) ? coordinates : [];
    if (typeof long === 'number' && typeof lat === 'number' && more === undefined) {
      delete location['coordinates'];
      location['long'] = long;
      location['lat'] = lat;
    }
  }
  for (const key in value) placeCoordinates(value[key] ?? null, depth + 1);
}

/** A number, or a text that writes one; else NaN. Never throws. */
export const numberIn = (value: Json | undefined): number =>
  typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : Number.NaN;

function move(holder: Json | undefined, from: readonly string[], to: readonly string[]): void {
  const [step = '', ...rest] = from;
  if (step === to[0] && rest.length > 0) {
    const inner = isJsonObject(holder) && Object.hasOwn(holder, step) ? holder[step] : undefined;
    if (rest[0] !== '*') move(inner, rest, to.slice(1));
    else for (const item of Array.isArray(inner) ? inner : []) move(item, rest.slice(1), to.slice(2));
    return;
  }
  if (!isJsonObject(holder)) return;
  const value = taken(holder, from);
  if (value === undefined || !put(holder, to, value.found)) return;
  delete value.holder[value.key];
}

function taken(root: JsonObject, path: readonly string[]): { holder: JsonObject; key: string; found: Json } | undefined {
  let holder: Json | undefined = root;
  for (const step of path.slice(0, -1)) holder = isJsonObject(holder) && Object.hasOwn(holder, step) ? holder[step] : undefined;
  const key = path.at(-1) ?? '';
  if (!isJsonObject(holder) || !Object.hasOwn(holder, key)) return undefined;
  const found = holder[key];
  return found === undefined || found === null ? undefined : { holder, key, found };
}

/** False where something is there already, or stands in the way. */
function put(root: JsonObject, path: readonly string[], value: Json): boolean {
  let holder = root;
  for (const step of path.slice(0, -1)) {
    const next = Object.hasOwn(holder, step) ? (holder[step] ?? undefined) : undefined;
    if (next === undefined) holder = holder[step] = {};
    else if (isJsonObject(next)) holder = next;
    else return false;
  }
  const key = path.at(-1) ?? '';
  if (Object.hasOwn(holder, key) && holder[key] !== null) return false;
  holder[key] = value;
  return true;
}

/**
 * The class of 1.8.0 that an event is of. Release candidates numbered some classes otherwise (API Activity was 3005), but named them
 * as today; a Security Finding became a finding of what it tells. A class that OCSF does not have is a Base Event.
 */
export function classOf(record: JsonObject, version: string): number {
  const own = numberIn(record['class_uid']);
  const uid = Number.isNaN(own) ? Math.floor(numberIn(record['type_uid']) / 100) : own;
  if (version.startsWith('1.0.0-rc')) {
    const named = classUids().find((one) => classFacts(one)?.caption === record['class_name']);
    if (named !== undefined && named !== SECURITY_FINDING) return named;
  }
  if (uid === SECURITY_FINDING) return findingClass(record);
  return classFacts(uid) === undefined ? 0 : uid;
}

function findingClass(record: JsonObject): number {
  if (isJsonObject(record['compliance'])) return COMPLIANCE_FINDING;
  const { vulnerabilities } = record;
  return Array.isArray(vulnerabilities) && vulnerabilities.length > 0 ? VULNERABILITY_FINDING : DETECTION_FINDING;
}
