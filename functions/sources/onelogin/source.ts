/** OneLogin: events of an account. @see OneLogin developers, "Event types", "Get events" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'onelogin',

  title: { en: 'OneLogin events', ja: 'OneLogin イベント' },
  product: { name: 'OneLogin', vendor_name: 'One Identity' },
  logsources: [{ product: 'onelogin', service: 'onelogin.events' }],
  keys: /(^|\/)onelogin\//,
  match: [
    { event_type_id: true, user_name: true },
    { event_type_id: true, actor_user_id: true },
    { event_type_id: true, account_id: true },
  ],
  uid: ['uuid', 'id'],
  time: ['event_timestamp', 'created_at'],
  code: 'event_type_id',
  kinds: [
    {
      when: { event_type_id: ['5', '6', '8', '9', '10', '22', '29', '152', '900', '901', '905'] },
      class_uid: 3002,
      activity: { from: 'event_type_id', table: { '9': 2, '10': 2, '152': 7, '*': 1 } },
      fields: {
        'user.uid': 'user_id',
        'user.name': 'user_name',
        'service.name': 'app_name',
        'service.uid': 'app_id',
        status_id: { from: 'event_type_id', table: { '6': 2, '9': 2, '901': 2, '905': 2, '*': 1 } },
      },
    },
    {
      when: {
        event_type_id: [
          '1',
          '2',
          '3',
          '4',
          '7',
          '11',
          '12',
          '13',
          '14',
          '15',
          '16',
          '17',
          '18',
          '19',
          '21',
          '24',
          '72',
          '149',
          '211',
          '240',
          '520',
          '532',
        ],
        user_id: true,
      },
      class_uid: 3001,
      activity: {
        from: 'event_type_id',
        table: {
          '13': 1,
          '14': 3,
          '15': 5,
          '16': 2,
          '17': 6,
          '11': 3,
          '18': 5,
          '19': 9,
          '21': 9,
          '24': 10,
          '72': 7,
          '240': 4,
          '149': 1,
          '532': 8,
        },
      },
      fields: { 'user.uid': 'user_id', 'user.name': 'user_name' },
    },
    {
      when: { actor_user_id: true, user_id: true },
      class_uid: 6003,
      activity: 99,
      fields: { 'resources[1].uid': 'user_id', 'resources[1].name': 'user_name', 'resources[1].type': { is: 'User' } },
    },
    { class_uid: 6003, activity: 99 },
  ],
  fields: {
    'actor.user.uid': ['actor_user_id', 'user_id'],
    'actor.user.name': ['actor_user_name', 'user_name'],
    'api.operation': 'event_type_id',
    'src_endpoint.ip': ['ipaddr', 'ip'],
    'resources[0].name': ['app_name', 'role_name', 'policy_name', 'group_name'],
    'resources[0].uid': ['app_id', 'role_id', 'policy_id', 'group_id'],
    'metadata.tenant_uid': 'account_id',
    status_detail: ['error_description', 'notes'],
    'http_request.user_agent': 'user_agent',
  },
};

export const onelogin: Source = mappedSource(SPEC);
