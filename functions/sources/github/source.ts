/** GitHub: the audit log of an organization or enterprise, from the API, the stream and exports. @see GitHub Docs, "Audit log events for your organization" */

import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { ACCOUNT_VERBS, API_VERBS } from '../../core/mapping/verbs.ts';
import { lineFormat, mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'github',

  title: { en: 'GitHub audit log', ja: 'GitHub 監査ログ' },
  product: { name: 'GitHub', vendor_name: 'GitHub' },
  arrivals: ['object', 'poll'],
  logsources: [{ product: 'github', service: 'audit' }],
  keys: /(^|\/)github\//,
  match: [
    { action: '*.*', actor: '*', created_at: true },
    { action: '*.*', actor: '*', '@timestamp': true },
    { action: '*.*', _document_id: true },
    { action: '*', org: '*', actor: '*', created_at: true },
    { action: '*.*', org: '*', actor: '*' },
    { action: '*.*', org: '*', repo: '*' },
    { action: '*.*', business: '*', actor: '*' },
  ],
  uid: '_document_id',
  time: ['@timestamp', 'created_at', 'at_sign_timestamp'],
  code: 'action',
  vendorService: { actor: ['github-actions[bot]', 'web-flow', 'dependabot[bot]'] },
  kinds: [
    {
      when: {
        action: [
          'user.login',
          'user.failed_login',
          'user.logout',
          'user.two_factor_*',
          'org.sso_response',
          'business.sso_response',
          'oauth_authorization.*',
        ],
      },
      class_uid: 3002,
      activity: { from: 'action', table: { 'user.logout': 2, '*': 1 } },
      fields: {
        'user.name': ['user', 'actor'],
        status_id: { from: 'action', table: { 'user.failed_login': 2, '*': 1 } },
      },
    },
    {
      when: {
        action: [
          'org.add_member',
          'org.remove_member',
          'org.update_member',
          'org.invite_member',
          'business.add_admin',
          'business.remove_admin',
          'business.add_*',
          'org.add_billing_manager',
          'role.*',
        ],
      },
      class_uid: 3001,
      activity: {
        from: 'action',
        table: {
          'org.add_member': 1,
          'org.invite_member': 1,
          'org.remove_member': 6,
          'org.update_member': 7,
          '*remove*': 8,
          '*add*': 7,
          ...ACCOUNT_VERBS,
        },
      },
      fields: { 'user.name': ['user', 'data.user'], 'user.uid': ['user_id', 'data.user_id'], 'user.type': 'permission' },
    },
    {
      when: { action: ['team.*'] },
      class_uid: 3006,
      activity: {
        from: 'action',
        table: {
          'team.add_member': 3,
          'team.remove_member': 4,
          'team.create': 6,
          'team.destroy': 5,
          'team.add_repository': 1,
          'team.remove_repository': 2,
        },
      },
      fields: { 'group.name': ['team', 'data.team'], 'user.name': ['user', 'data.user'], 'resource.name': ['repo', 'data.repo'] },
    },
    { class_uid: 6003, activity: { from: 'action', table: { '*.clone': 2, '*.fetch': 2, '*.push': 3, ...API_VERBS } } },
  ],
  fields: {
    'actor.user.name': ['actor', 'data.actor'],
    'actor.user.uid': ['actor_id', 'data.actor_id'],
    'actor.user.email_addr': ['external_identity_nameid', 'data.external_identity_nameid'],
    'actor.user.org.name': ['org', 'data.org'],
    'actor.user.org.uid': ['org_id', 'data.org_id'],
    'actor.user.credential_uid': ['hashed_token', 'data.hashed_token'],
    'api.operation': 'action',
    'api.request.data': { json: 'data' },
    'api.service.name': { is: 'GitHub' },
    'src_endpoint.ip': ['actor_ip', 'data.actor_ip'],
    'src_endpoint.location.country': ['actor_location.country_code', 'country'],
    'http_request.user_agent': ['user_agent', 'data.user_agent'],
    'resources[0].name': ['repo', 'repository', 'data.repo'],
    'resources[0].uid': ['repo_id', 'repository_id', 'data.repo_id'],
    'resources[0].type': { from: ['repo', 'repository', 'data.repo'], table: { '*': 'repository' } },
    'metadata.tenant_uid': ['business', 'data.business'],
    status_detail: ['failure_reason', 'message', 'explanation'],
  },
};

/** GitHub Enterprise Server forwards its audit log by syslog: the entry is JSON behind the header. @see GitHub Docs, "Log forwarding" */
const FORWARDED = /(?:^|\s)github_audit(?:\[\d+\])?: (\{.*\})\s*$/;

function read(line: string): JsonObject | undefined {
  const [, text] = FORWARDED.exec(line) ?? [];
  if (text === undefined) return undefined;
  try {
    const entry: unknown = JSON.parse(text);
    if (!isJsonObject(entry)) return undefined;
    const header = line.slice(0, line.indexOf('github_audit')).trim();
    const record: JsonObject = header === '' || 'syslog_header' in entry ? entry : { ...entry, syslog_header: header };
    return mapped.recognizes(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

const mapped = mappedSource(SPEC);

export const github: Source = { ...mapped, lines: lineFormat(read) };
