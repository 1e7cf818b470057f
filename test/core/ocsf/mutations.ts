/** Faults, one at a time, that a validator must find in an event that was clean. */
import { isJsonObject, type Json, type JsonObject } from '../../../functions/core/json.ts';
import type { IssueKind } from '../../../functions/core/ocsf/validate.ts';
import { cleanEvent } from './sample-event.ts';

/** The event with the value at a dotted path replaced; undefined removes it. */
export function changed(path: string, value: Json | undefined): JsonObject {
  const event = cleanEvent();
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at: Json = event;
  for (const key of keys) {
    const next: Json | undefined = Array.isArray(at) ? at[Number(key)] : isJsonObject(at) ? at[key] : undefined;
    at = next ?? null;
  }
  if (Array.isArray(at)) at[Number(last)] = value ?? null;
  else if (isJsonObject(at)) {
    if (value === undefined) delete at[last];
    else at[last] = value;
  }
  return event;
}

/** What is changed, to what, the kind that must be reported, and where. */
export const MUTATIONS: readonly (readonly [string, Json | undefined, IssueKind, string])[] = [
  ['class_uid', undefined, 'missing_required', 'class_uid'],
  ['class_uid', 9999, 'class_unknown', 'class_uid'],
  ['class_uid', '6003', 'class_unknown', 'class_uid'],
  ['class_uid', 2001, 'deprecated', ''],
  ['time', undefined, 'missing_required', 'time'],
  ['time', null, 'missing_required', 'time'],
  ['time', '2025-03-04', 'wrong_type', 'time'],
  ['time', 1_741_046_400.5, 'wrong_type', 'time'],
  ['time', 1_741_046_400, 'time_unit', 'time'],
  ['time', 1_741_046_400_000_000, 'time_unit', 'time'],
  ['severity_id', 7, 'enum_unknown', 'severity_id'],
  ['severity_id', '1', 'wrong_type', 'severity_id'],
  ['severity', 'Info', 'sibling_mismatch', 'severity'],
  ['status', 'ok', 'sibling_mismatch', 'status'],
  ['activity_id', 42, 'enum_unknown', 'activity_id'],
  ['activity_id', 1, 'type_uid_mismatch', 'type_uid'],
  ['type_uid', 600_377, 'enum_unknown', 'type_uid'],
  ['type_uid', 300_201, 'type_uid_mismatch', 'type_uid'],
  ['type_name', 'API: Read', 'sibling_mismatch', 'type_name'],
  ['class_name', 'api_activity', 'sibling_mismatch', 'class_name'],
  ['category_uid', 3, 'enum_unknown', 'category_uid'],
  ['category_name', 'Apps', 'sibling_mismatch', 'category_name'],
  ['metadata', undefined, 'missing_required', 'metadata'],
  ['metadata.version', undefined, 'missing_required', 'metadata.version'],
  ['metadata.version', '1.1.0', 'version_mismatch', 'metadata.version'],
  ['metadata.product', {}, 'constraint', 'metadata.product'],
  ['metadata.profiles', ['datetime'], 'profile_undeclared', 'cloud'],
  ['metadata.profiles', ['cloud', 'datetime', 'security'], 'profile_unknown', 'metadata.profiles'],
  ['metadata.profiles', ['cloud', 'datetime', 'osint'], 'missing_required', 'osint'],
  ['metadata.profiles', 'cloud', 'wrong_type', 'metadata.profiles'],
  ['cloud', undefined, 'missing_required', 'cloud'],
  ['cloud.provider', undefined, 'missing_required', 'cloud.provider'],
  ['cloud.account_uid', '111122223333', 'unknown_attribute', 'cloud.account_uid'],
  ['actor', {}, 'constraint', 'actor'],
  ['actor', 'alice', 'wrong_type', 'actor'],
  ['actor.user', { type: 'IAMUser' }, 'constraint', 'actor.user'],
  ['actor.user.credential_uid', 'AKIAIOSFODNN7EXAMPLE', 'deprecated', 'actor.user.credential_uid'],
  ['actor.user.type_id', -1, 'enum_unknown', 'actor.user.type_id'],
  ['actor.session.is_mfa', 'false', 'wrong_type', 'actor.session.is_mfa'],
  ['actor.process', { name: 'sh', parent_process: { pid: '1' } }, 'wrong_type', 'actor.process.parent_process.pid'],
  ['api.operation', undefined, 'missing_required', 'api.operation'],
  ['api.request', { data: '{}' }, 'missing_required', 'api.request.uid'],
  ['api.response', { code: 4_294_967_296 }, 'int32_overflow', 'api.response.code'],
  ['src_endpoint', {}, 'constraint', 'src_endpoint'],
  ['src_endpoint.ip', 'AWS Internal', 'format', 'src_endpoint.ip'],
  ['src_endpoint.ip', '1'.repeat(41), 'too_long', 'src_endpoint.ip'],
  ['src_endpoint.port', 70_000, 'out_of_range', 'src_endpoint.port'],
  ['src_endpoint.intermediate_ips', '192.0.2.2', 'wrong_type', 'src_endpoint.intermediate_ips'],
  ['resources', { uid: 'x' }, 'wrong_type', 'resources'],
  ['resources.0', 'arn:aws:s3:::example', 'wrong_type', 'resources[]'],
  ['resources.0', { type: 'AWS::S3::Bucket' }, 'constraint', 'resources[]'],
  ['observables.0.name', 'resource.uid', 'observable_ref', 'observables[].name'],
  ['observables.0.name', 'actor[].user.name', 'observable_ref', 'observables[].name'],
  ['observables.0.type_id', undefined, 'missing_required', 'observables[].type_id'],
  ['constructor', 'x', 'unknown_attribute', 'constructor'],
  ['evidence', [], 'unknown_attribute', 'evidence'],
];
