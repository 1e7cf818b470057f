/** Tines: audit logs. @see Tines documentation, "Audit logs"; Tines API, "Audit logs" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'tines',
  title: { en: 'Tines audit log', ja: 'Tines 監査ログ' },
  product: { name: 'Tines', vendor_name: 'Tines' },
  logsources: [{ product: 'tines', service: 'audit' }],
  keys: /(^|\/)tines\//,
  match: [
    { operation_name: true, tenant_id: true, user_email: true },
    { operation_name: true, tenant_id: true, request_ip: true },
    { operation_name: true, tenant_id: true, request_user_agent: true },
  ],
  uid: ['id'],
  time: 'created_at',
  code: 'operation_name',
  kinds: [
    {
      when: { operation_name: ['Login', 'Logout', '*SignIn*', 'SessionsCreation'] },
      class_uid: 3002,
      activity: { from: 'operation_name', table: { '*logout*': 2, '*': 1 } },
      fields: {
        'user.uid': 'user_id',
        'user.name': 'user_name',
        'user.email_addr': 'user_email',
        'service.name': { is: 'Tines' },
        status_id: { from: 'operation_name', table: { '*fail*': 2, '*': 1 } },
      },
    },
    {
      when: { operation_name: ['*User*', '*Member*', '*Invitation*'] },
      class_uid: 3001,
      activity: {
        from: 'operation_name',
        table: { '*creation*': 1, '*destruction*': 6, '*invit*': 1, '*remov*': 6, '*role*': 7 },
      },
      fields: {
        'user.name': ['inputs.inputs.email', 'inputs.email', 'inputs.userEmail'],
        'user.email_addr': ['inputs.inputs.email', 'inputs.email', 'inputs.userEmail'],
        'user.uid': ['inputs.inputs.userId', 'inputs.userId', 'inputs.inputs.id'],
      },
    },
    {
      class_uid: 6003,
      activity: {
        from: 'operation_name',
        table: {
          '*creation*': 1,
          '*addition*': 1,
          '*destruction*': 4,
          '*deletion*': 4,
          '*removal*': 4,
          '*clearance*': 4,
          '*set': 3,
          '*save': 3,
          '*movement': 3,
          '*replacement': 3,
          '*reorder': 3,
          '*archive': 3,
          '*import*': 1,
          '*export*': 2,
          ...API_VERBS,
        },
      },
    },
  ],
  fields: {
    'actor.user.uid': 'user_id',
    'actor.user.name': 'user_name',
    'actor.user.email_addr': 'user_email',
    'api.operation': 'operation_name',
    'api.request.data': { json: 'inputs' },
    'api.response.data': { json: 'outputs' },
    'api.service.name': { is: 'Tines' },
    'src_endpoint.ip': 'request_ip',
    'http_request.user_agent': 'request_user_agent',
    'resources[0].name': ['inputs.inputs.name', 'inputs.name'],
    'resources[0].uid': ['inputs.inputs.storyId', 'inputs.storyId', 'inputs.inputs.id'],
    'metadata.tenant_uid': 'tenant_id',
  },
};

export const tines: Source = mappedSource(SPEC);
