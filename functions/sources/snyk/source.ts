/** Snyk: audit logs of groups and organizations. @see Snyk documentation, "Retrieve audit logs of user-initiated activity by API"; Snyk REST API, "Audit Logs" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'snyk',
  title: { en: 'Snyk audit log', ja: 'Snyk 監査ログ' },
  product: { name: 'Snyk', vendor_name: 'Snyk' },
  logsources: [{ product: 'snyk', service: 'audit' }],
  keys: /(^|\/)snyk\//,
  match: [
    { event: ['org.*', 'group.*', 'user.*', 'tenant.*', 'api.*'], created: true, content: true },
    { event: ['org.*', 'group.*', 'user.*', 'tenant.*'], created: true, groupId: true },
    { event: ['org.*', 'group.*', 'user.*', 'tenant.*'], created: true, group_id: true },
    { event: ['org.*', 'group.*', 'user.*', 'tenant.*'], created: true, orgId: true },
  ],
  time: 'created',
  code: 'event',
  kinds: [
    {
      when: { event: ['user.logged_in', '*.login', '*login*'] },
      class_uid: 3002,
      activity: 1,
      fields: { 'user.uid': ['userId', 'user_id'], 'service.name': { is: 'Snyk' } },
    },
    {
      when: { event: ['*.user.*', '*.service_account.*'] },
      class_uid: 3001,
      activity: {
        from: 'event',
        table: {
          '*.role.*': 7,
          '*.invite*.revoke': 6,
          '*.add': 1,
          '*.create': 1,
          '*.invite*': 1,
          '*.remove': 6,
          '*.delete': 6,
          '*.leave': 6,
          '*.provision*': 1,
        },
      },
      fields: {
        'user.uid': ['content.userPublicId', 'content.user.publicId', 'content.serviceAccountPublicId'],
        'user.name': ['content.email', 'content.name'],
        'policies[0].name': ['content.after.role', 'content.afterRoleName', 'content.role'],
        'policies[0].uid': 'content.rolePublicId',
      },
    },
    {
      class_uid: 6003,
      activity: {
        from: 'event',
        table: { '*.create': 1, '*.add': 1, '*.edit': 3, '*.delete': 4, '*.remove': 4, '*.sync': 3, '*.access': 2, ...API_VERBS },
      },
    },
  ],
  fields: {
    'actor.user.uid': ['userId', 'user_id'],
    'actor.user.org.uid': ['orgId', 'org_id', 'groupId', 'group_id'],
    'api.operation': 'event',
    'api.request.data': { json: 'content' },
    'api.service.name': { is: 'Snyk' },
    'resources[0].uid': ['content.publicId', 'projectId', 'project_id', 'orgId', 'org_id', 'groupId', 'group_id'],
    'resources[0].name': ['content.after.name', 'content.name'],
    'metadata.tenant_uid': ['groupId', 'group_id'],
  },
};

export const snyk: Source = mappedSource(SPEC);
