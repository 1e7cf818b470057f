/** Zoom: operation logs and sign-in activities of an account. @see Zoom API, "Get operation logs", "Get sign In / sign out activities" */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'zoom',

  title: { en: 'Zoom operation and sign-in logs', ja: 'Zoom 操作・サインインログ' },
  product: { name: 'Zoom', vendor_name: 'Zoom' },
  logsources: [
    { product: 'zoom', service: 'operation' },
    { product: 'zoom', service: 'activity' },
  ],
  keys: /(^|\/)zoom\//,
  match: [
    { category_type: true, operation_detail: true },
    { operator: true, operation_detail: true },
    { client_type: true, type: ['Sign in', 'Sign out'], email: true },
  ],
  time: 'time',
  code: ['category_type', 'type'],
  kinds: [
    {
      when: { type: ['Sign in', 'Sign out'] },
      class_uid: 3002,
      activity: { from: 'type', table: { 'Sign in': 1, 'Sign out': 2 } },
      fields: {
        'user.email_addr': 'email',
        'user.name': 'email',
        'src_endpoint.ip': 'ip_address',
        status_id: { is: 1 },
        'actor.app_name': 'client_type',
      },
    },
    {
      class_uid: 6003,
      activity: { from: 'action', table: { add: 1, create: 1, batch_add: 1, update: 3, delete: 4, ...API_VERBS } },
    },
  ],
  fields: {
    'actor.user.email_addr': ['operator', 'email'],
    'actor.user.name': ['operator', 'email'],
    'api.operation': ['action', 'type'],
    'api.service.name': 'category_type',
    message: 'operation_detail',
  },
};

export const zoom: Source = mappedSource(SPEC);
