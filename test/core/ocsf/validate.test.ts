/** The validator finds each kind of fault that OCSF 1.8.0 knows, and nothing in a clean event. */
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../../functions/core/json.ts';
import { errorsOf, type IssueKind, validateEvent } from '../../../functions/core/ocsf/validate.ts';
import { cleanEvent } from './sample-event.ts';

/** The event with the value at a dotted path replaced; undefined removes it. */
function changed(path: string, value: Json | undefined): JsonObject {
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
const MUTATIONS: readonly (readonly [string, Json | undefined, IssueKind, string])[] = [
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

describe('validateEvent', () => {
  it('finds nothing in a clean event', () => expect(validateEvent(cleanEvent())).toEqual([]));

  for (const [path, value, kind, at] of MUTATIONS) {
    it(`reports ${kind} where ${path} is ${JSON.stringify(value)?.slice(0, 60) ?? 'missing'}`, () => {
      const issues = validateEvent(changed(path, value));
      expect(issues).toContainEqual(expect.objectContaining({ kind, path: at }));
      for (const issue of issues) expect(issue.message).not.toBe('');
    });
  }

  it('counts a deprecated attribute as a warning, so that the event stays valid', () => {
    const issues = validateEvent(changed('actor.user.credential_uid', 'AKIAIOSFODNN7EXAMPLE'));
    expect(issues.map(({ isWarning }) => isWarning)).toEqual([true]);
    expect(errorsOf(issues)).toEqual([]);
  });

  it.each([[null], ['text'], [[]], [42], [undefined]])('reports %j as no event', (value) => {
    expect(errorsOf(validateEvent(value))).toHaveLength(1);
  });

  it('lets anything be in an open object', () => expect(validateEvent(changed('unmapped', { a: { b: [1, null] } }))).toEqual([]));

  it('lets an observable point into an open object', () => {
    expect(validateEvent(changed('observables.0.name', 'unmapped.any.path'))).toEqual([]);
  });

  it('does not read an attribute from the prototype', () => {
    const event: JsonObject = JSON.parse(JSON.stringify(cleanEvent()).replace('"actor"', '"__proto__"'));
    expect(errorsOf(validateEvent(event)).map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'missing_required actor',
      'unknown_attribute __proto__',
    ]);
  });

  it('stops at a process chain without end instead of overflowing the stack', () => {
    let process: JsonObject = { pid: 1 };
    for (let i = 0; i < 20_000; i++) process = { pid: 1, parent_process: process };
    expect(errorsOf(validateEvent(changed('actor.process', process))).map(({ kind }) => kind)).toEqual(['wrong_type']);
  });

  it('needs only one of a constraint of an Authentication: service or destination', () => {
    const event: JsonObject = { ...cleanEvent(), class_uid: 3002, type_uid: 300_202, category_uid: 3, user: { name: 'alice' } };
    for (const key of ['class_name', 'category_name', 'activity_name', 'type_name', 'resources', 'observables'])
      delete event[key];
    expect(errorsOf(validateEvent(event))).toEqual([]);
    delete event['dst_endpoint'];
    expect(errorsOf(validateEvent(event)).map(({ kind }) => kind)).toEqual(['constraint']);
  });
});
