/** Duo: authentication and administrator logs. @see Duo Admin API, "Authentication Logs", "Administrator Logs" */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { ACCOUNT_VERBS, API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'duo',

  title: { en: 'Duo logs', ja: 'Duo ログ' },
  product: { name: 'Duo', vendor_name: 'Cisco' },
  arrivals: ['object', 'poll'],
  logsources: [{ product: 'cisco', service: 'duo' }],
  keys: /(^|\/)duo\//,
  match: [
    { factor: true, 'access_device.ip': true },
    { event_type: ['authentication', 'enrollment'], 'user.name': true, result: true, 'application.name': true },
    { action: true, isotimestamp: true, object: true, username: true },
    { action: true, isotimestamp: true, description: true, username: true },
  ],
  uid: 'txid',
  time: ['isotimestamp', 'timestamp'],
  code: ['event_type', 'action'],
  severity: { from: 'result', table: { fraud: 4 } },
  kinds: [
    {
      when: { factor: true },
      class_uid: 3002,
      activity: 1,
      fields: {
        'user.name': 'user.name',
        'user.uid': 'user.key',
        'user.email_addr': ['email', 'user.name'],
        'service.name': 'application.name',
        'service.uid': 'application.key',
        is_mfa: { is: true },
        'auth_factors[0].factor_type_id': {
          from: 'factor',
          table: { duo_push: 5, phone_call: 2, sms_passcode: 1, hardware_token: 6, '*passcode*': 7, '*': 99 },
        },
        'auth_factors[0].device.ip': 'auth_device.ip',
        'auth_factors[0].device.name': 'auth_device.name',
        status_id: { from: 'result', table: { success: 1, denied: 2, failure: 2, fraud: 2 } },
        'src_endpoint.ip': 'access_device.ip',
        'src_endpoint.hostname': 'access_device.hostname',
        'src_endpoint.location.city': 'access_device.location.city',
        'src_endpoint.location.country': 'access_device.location.country',
      },
    },
    {
      when: {
        action: [
          'user_*',
          'bypass_*',
          'admin_create',
          'admin_delete',
          'admin_update',
          'admin_activate*',
          'admin_reset*',
          'phone_*',
          'hardtoken_*',
        ],
      },
      class_uid: 3001,
      activity: { from: 'action', table: { 'bypass_*': 11, ...ACCOUNT_VERBS } },
      fields: { 'user.name': 'object', 'user.email_addr': 'object' },
    },
    { class_uid: 6003, activity: { from: 'action', table: API_VERBS } },
  ],
  fields: {
    'actor.user.name': ['username', 'user.name'],
    'api.operation': 'action',
    'api.request.data': 'description',
    'resources[0].name': 'object',
    status_code: 'result',
    status_detail: 'reason',
  },
};

export const duo: Source = mappedSource(SPEC);
