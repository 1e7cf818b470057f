/** Box: the events of an enterprise. @see Box developer documentation, "Events", "Enterprise events" */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { ACCOUNT_VERBS, API_VERBS, FILE_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'box',

  title: { en: 'Box enterprise events', ja: 'Box エンタープライズイベント' },
  product: { name: 'Box', vendor_name: 'Box' },
  logsources: [{ product: 'box', service: 'events' }],
  keys: /(^|\/)box\//,
  match: [
    { type: 'event', event_type: true, 'created_by.type': true },
    { type: 'event', event_type: true, 'source.type': true },
    { type: 'event', event_id: true, event_type: true },
    { type: 'event', event_type: true, ip_address: true },
    { type: 'event', event_type: true, additional_details: true },
  ],
  uid: 'event_id',
  time: ['created_at', 'recorded_at'],
  code: 'event_type',
  severity: { from: 'event_type', table: { SHIELD_ALERT: 4, FILE_MARKED_MALICIOUS: 4 } },
  kinds: [
    {
      when: { event_type: ['SHIELD_ALERT', 'FILE_MARKED_MALICIOUS'] },
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': ['additional_details.shield_alert.alert_id', 'event_id'],
        'finding_info.title': ['additional_details.shield_alert.rule_name', 'event_type'],
        'finding_info.types': 'additional_details.shield_alert.rule_category',
        'finding_info.desc': 'additional_details.shield_alert.alert_summary.description',
        is_alert: { is: true },
        'evidences[0].actor.user.uid': ['additional_details.shield_alert.user.id', 'created_by.id'],
        'evidences[0].actor.user.email_addr': ['additional_details.shield_alert.user.email', 'created_by.login'],
        'evidences[0].src_endpoint.ip': 'ip_address',
      },
    },
    {
      when: { event_type: ['LOGIN', 'FAILED_LOGIN', 'ADMIN_LOGIN', 'ADD_LOGIN_ACTIVITY_DEVICE', 'OAUTH2_*'] },
      class_uid: 3002,
      activity: 1,
      fields: {
        'user.uid': ['source.id', 'created_by.id'],
        'user.name': ['source.name', 'created_by.name'],
        'user.email_addr': ['source.login', 'created_by.login'],
        status_id: { from: 'event_type', table: { FAILED_LOGIN: 2, '*': 1 } },
      },
    },
    {
      when: {
        event_type: [
          'NEW_USER',
          'DELETE_USER',
          'EDIT_USER',
          'CHANGE_ADMIN_ROLE',
          'USER_*',
          'ADD_DEVICE_ASSOCIATION',
          'MASTER_INVITE_*',
        ],
      },
      class_uid: 3001,
      activity: { from: 'event_type', table: { NEW_USER: 1, CHANGE_ADMIN_ROLE: 7, ...ACCOUNT_VERBS } },
      fields: { 'user.uid': 'source.id', 'user.name': 'source.name', 'user.email_addr': 'source.login' },
    },
    {
      when: {
        event_type: [
          'DOWNLOAD',
          'UPLOAD',
          'PREVIEW',
          'DELETE',
          'EDIT',
          'COPY',
          'MOVE',
          'RENAME',
          'SHARE',
          'UNSHARE',
          'LOCK',
          'UNLOCK',
          'UNDELETE',
          'ITEM_*',
          'COLLABORATION_*',
          'CONTENT_ACCESS',
          'STORAGE_EXPIRATION',
          '*SHARED_LINK*',
          'SHARE_EXPIRATION',
        ],
      },
      class_uid: 6006,
      activity: {
        from: 'event_type',
        table: { UNDELETE: 8, 'COLLABORATION_*REMOVE*': 13, 'COLLABORATION_*': 12, ITEM_SHARED_UNSHARE: 13, ...FILE_VERBS },
      },
      fields: {
        'file.uid': ['source.item_id', 'source.file_id', 'source.folder_id'],
        'file.name': ['source.item_name', 'source.file_name', 'source.folder_name', 'source.name'],
        'file.type_id': { from: ['source.item_type', 'source.type'], table: { folder: 2, file: 1 } },
        'file.parent_folder': 'source.parent.name',
        'file.owner.uid': 'source.owned_by.id',
        'file.owner.email_addr': 'source.owned_by.login',
        'file.owner.name': 'source.owned_by.name',
        'file.size': 'additional_details.size',
      },
    },
    { class_uid: 6003, activity: { from: 'event_type', table: API_VERBS } },
  ],
  fields: {
    'actor.user.uid': 'created_by.id',
    'actor.user.name': 'created_by.name',
    'actor.user.email_addr': 'created_by.login',
    'actor.session.uid': 'session_id',
    'actor.app_name': 'additional_details.service_name',
    'api.operation': 'event_type',
    'src_endpoint.ip': 'ip_address',
    resources: {
      each: 'source',
      fields: {
        uid: ['item_id', 'id', 'file_id', 'folder_id'],
        name: ['item_name', 'name', 'login'],
        type: ['item_type', 'type'],
      },
    },
  },
};

export const box: Source = mappedSource(SPEC);
