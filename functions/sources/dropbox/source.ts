/** Dropbox: the event log of a team. @see Dropbox Business API, team_log/get_events */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { ACCOUNT_VERBS, API_VERBS, FILE_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'dropbox',

  title: { en: 'Dropbox team events', ja: 'Dropbox チームイベント' },
  product: { name: 'Dropbox', vendor_name: 'Dropbox' },
  logsources: [{ product: 'dropbox', service: 'team_events' }],
  keys: /(^|\/)dropbox\//,
  match: [{ 'event_type._tag': true }, { 'event_type..tag': true }, { event_category: true, 'event_type.description': true }],
  time: 'timestamp',
  code: ['event_type._tag', 'event_type.description'],
  kinds: [
    {
      when: { 'event_type._tag': ['login_*', 'logout', 'sso_*', 'sign_in_*'] },
      class_uid: 3002,
      activity: { from: 'event_type._tag', table: { logout: 2, '*': 1 } },
      fields: {
        'user.uid': 'actor.user.account_id',
        'user.name': 'actor.user.display_name',
        'user.email_addr': 'actor.user.email',
        status_id: { from: 'event_type._tag', table: { '*fail*': 2, sso_error: 2, '*': 1 } },
      },
    },
    {
      when: { 'event_type._tag': ['member_*', 'tfa_*', 'password_*', 'account_*', 'team_member_*'] },
      class_uid: 3001,
      activity: { from: 'event_type._tag', table: { 'tfa_remove*': 11, tfa_reset: 11, 'tfa_*': 10, ...ACCOUNT_VERBS } },
      fields: {
        'user.uid': ['context.account_id', 'actor.user.account_id'],
        'user.name': ['context.display_name', 'actor.user.display_name'],
        'user.email_addr': ['context.email', 'actor.user.email'],
      },
    },
    {
      when: { 'event_type._tag': ['file_*', 'folder_*', 'shared_*', 'paper_*', 'sf_*', 'create_folder', 'shared_link_*'] },
      class_uid: 6006,
      activity: { from: 'event_type._tag', table: FILE_VERBS },
    },
    { class_uid: 6003, activity: { from: ['event_type._tag', 'event_type.description'], table: API_VERBS } },
  ],
  fields: {
    'actor.user.uid': ['actor.user.account_id', 'actor.admin.account_id', 'actor.app.app_id'],
    'actor.user.uid_alt': ['actor.user.team_member_id', 'actor.admin.team_member_id'],
    'actor.user.name': ['actor.user.display_name', 'actor.admin.display_name', 'actor.app.display_name'],
    'actor.user.email_addr': ['actor.user.email', 'actor.admin.email'],
    'actor.session.uid': 'origin.access_method.end_user.session_id',
    'api.operation': ['event_type._tag', 'event_type.description'],
    'api.request.data': { json: 'details' },
    'src_endpoint.ip': 'origin.geo_location.ip_address',
    'src_endpoint.location.city': 'origin.geo_location.city',
    'src_endpoint.location.country': 'origin.geo_location.country',
    'src_endpoint.location.region': 'origin.geo_location.region',
    resources: { each: 'assets', fields: { uid: ['file_id', 'folder_id'], name: ['path.contextual', 'display_name'] } },
    message: 'event_type.description',
  },
};

export const dropbox: Source = mappedSource(SPEC);
