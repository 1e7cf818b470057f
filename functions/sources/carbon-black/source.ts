/** VMware (Broadcom) Carbon Black Cloud: audit logs, of the API in both versions and of the Data Forwarder. @see Carbon Black Developer Network, "Audit Logs API", "Audit Log Schema 1.0.0" (Data Forwarder) */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'carbon-black',
  title: { en: 'Carbon Black Cloud audit log', ja: 'Carbon Black Cloud 監査ログ' },
  product: { name: 'Carbon Black Cloud', vendor_name: 'VMware' },
  logsources: [{ product: 'carbonblack', service: 'audit' }],
  keys: /(^|\/)carbon[-_]?black\//,
  match: [
    { eventId: true, loginName: true, orgName: true, description: true },
    { eventId: true, clientIp: true, orgName: true, flagged: true },
    // `flagged` and `verbose` are left out where they are false, and others where they are empty.
    { create_time: true, actor: true, org_key: true, description: true },
  ],
  // One request can write several notes under one id.
  uid: { id: 'eventId', and: ['description'] },
  time: ['eventTime', 'create_time'],
  severity: { from: 'flagged', table: { true: 3 } },
  kinds: [
    {
      when: { description: ['*logged in*', '*login*', '*log in*', '*logged out*'] },
      class_uid: 3002,
      activity: { from: 'description', table: { '*logged out*': 2, '*': 1 } },
      fields: {
        'user.name': ['loginName', 'actor'],
        'service.name': { is: 'Carbon Black Cloud' },
        status_id: { from: 'description', table: { '*fail*': 2, '*unsuccess*': 2, '*invalid*': 2, '*': 1 } },
      },
    },
    {
      class_uid: 6003,
      activity: {
        from: 'description',
        table: {
          'created*': 1,
          'added*': 1,
          'deleted*': 4,
          'removed*': 4,
          'updated*': 3,
          'changed*': 3,
          'modified*': 3,
          '* retrieved *': 2,
          ...API_VERBS,
        },
      },
    },
  ],
  fields: {
    'actor.user.name': ['loginName', 'actor'],
    'actor.user.email_addr': ['loginName', 'actor'],
    'api.operation': 'description',
    'api.service.name': { is: 'Carbon Black Cloud' },
    'src_endpoint.ip': ['clientIp', 'actor_ip'],
    'http_request.url': { from: ['requestUrl', 'request_url'], as: 'url' },
    message: 'description',
    'metadata.tenant_uid': ['orgName', 'org_key'],
  },
};

export const carbonBlack: Source = mappedSource(SPEC);
