/** What records of SaaS and cloud security products are as OCSF events: variants and sparse records beside the samples. */
import { expect, it } from 'vitest';
import { type JsonObject, valueAt } from '../../functions/core/json.ts';
import { SOURCES, sourceById } from '../../functions/sources/index.ts';
import { NOW_MS } from './samples.ts';

it.each<[string, string, JsonObject, number, number, JsonObject]>([
  [
    'databricks',
    'table restored',
    { serviceName: 'unityCatalog', actionName: 'undeleteTable', userIdentity: { email: 'a@example.com' } },
    6003,
    1,
    { 'actor.user.email_addr': 'a@example.com' },
  ],
  [
    'databricks',
    'schema dropped',
    { serviceName: 'unityCatalog', actionName: 'dropSchema', userIdentity: { email: 'a@example.com' } },
    6003,
    4,
    {},
  ],
  [
    'databricks',
    'member removed',
    {
      serviceName: 'accounts',
      actionName: 'removePrincipalFromGroup',
      userIdentity: { email: 'a@example.com' },
      requestParams: { targetGroupName: 'admins' },
    },
    3006,
    4,
    { 'group.name': 'admins' },
  ],
  [
    'wiz',
    'other case of keys',
    {
      action: 'DeleteSAMLIdentityProvider',
      requestid: 'q',
      status: 'SUCCESS',
      timestamp: '2025-03-04T09:00:00Z',
      sourceip: '192.0.2.1',
      actionparameters: {},
    },
    6003,
    4,
    { 'src_endpoint.ip': '192.0.2.1', status_id: 1 },
  ],
  [
    'zscaler',
    'role created',
    {
      sourcetype: 'zscalernss-audit',
      event: {
        action: 'CREATE',
        subcategory: 'ADMINISTRATOR_ROLE',
        auditlogtype: 'ZIA',
        adminid: 'a@example.com',
        result: 'SUCCESS',
      },
    },
    6003,
    1,
    { 'actor.user.name': 'a@example.com', status_id: 1 },
  ],
  [
    'mongodb-atlas',
    'nothing but a name',
    { eventTypeName: 'FEDERATION_SETTINGS_CREATED' },
    6003,
    1,
    { 'api.operation': 'FEDERATION_SETTINGS_CREATED' },
  ],
  [
    'gitlab',
    'role changed',
    { author_id: 1, entity_id: 2, entity_type: 'Group', details: { change: 'access_level', to: 'Owner', target_details: 'eve' } },
    3006,
    1,
    { 'user.name': 'eve', privileges: ['Owner'] },
  ],
  [
    'gitlab',
    'user blocked',
    {
      author_id: 1,
      entity_id: 9,
      entity_type: 'User',
      details: { custom_message: 'Blocked user', target_type: 'User', target_details: 'eve' },
    },
    3001,
    5,
    { 'user.name': 'eve' },
  ],
  [
    'falco',
    'without fields',
    { rule: 'r', priority: 'Error', output: 'x' },
    2004,
    1,
    { severity_id: 4, 'finding_info.title': 'r' },
  ],
  [
    'sentinelone',
    'signed out',
    { activityType: 33, primaryDescription: 'The management user A logged out.', data: { username: 'a' } },
    3002,
    2,
    { 'user.name': 'a' },
  ],
  [
    'sentinelone',
    'a policy of users',
    { activityType: 1, primaryDescription: 'The management user A changed the policy.', data: { username: 'a' } },
    6003,
    3,
    { 'actor.user.name': 'a' },
  ],
  [
    'atlassian',
    'sign-in failed',
    { attributes: { action: 'user_login_failed', actor: { email: 'a@example.com' } } },
    3002,
    1,
    { status_id: 2, 'user.email_addr': 'a@example.com' },
  ],
  [
    'zendesk',
    'setting',
    { action: 'update', actor_id: -1, source_type: 'rule', source_label: 'x' },
    6003,
    3,
    { 'metadata.labels': ['vendor_service'] },
  ],
])('%s: %s', (id, _, record, classUid, activity, facts) => {
  expect(SOURCES.filter((source) => source.recognizes(record)).map((source) => source.id)).toEqual([id]);
  const event = JSON.parse(JSON.stringify(sourceById(id)?.toOcsf(record, { nowMs: NOW_MS })));
  expect([event.class_uid, event.activity_id]).toEqual([classUid, activity]);
  for (const [path, value] of Object.entries(facts)) expect([path, valueAt(event, path)]).toEqual([path, value]);
});
