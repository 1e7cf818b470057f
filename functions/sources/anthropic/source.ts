/** Anthropic: the activity feed of a Claude organization. @see Anthropic, "Compliance API", "Activity feed" */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { ACCOUNT_VERBS, API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'anthropic',

  title: { en: 'Anthropic compliance activities', ja: 'Anthropic アクティビティログ' },
  product: { name: 'Claude', vendor_name: 'Anthropic' },
  logsources: [{ product: 'anthropic', service: 'activity' }],
  keys: /(^|\/)anthropic\//,
  match: [
    {
      organization_id: true,
      type: true,
      'actor.type': [
        'user_actor',
        'api_actor',
        'unauthenticated_user_actor',
        'anthropic_actor',
        'scim_*',
        'admin_*',
        'service_*',
      ],
    },
  ],
  uid: 'id',
  time: 'created_at',
  code: 'type',
  vendorService: { 'actor.type': 'anthropic_actor' },
  kinds: [
    {
      when: { type: ['*_login*', 'user_sign*', 'sso_*', '*_logout*', 'user_logged_*', 'magic_link_*', 'social_login_*'] },
      class_uid: 3002,
      activity: { from: 'type', table: { '*logout*': 2, '*logged_out*': 2, '*signed_out*': 2, '*': 1 } },
      fields: {
        'user.uid': 'actor.user_id',
        'user.email_addr': ['actor.email_address', 'actor.unauthenticated_email_address'],
        status_id: { from: 'type', table: { '*fail*': 2, '*succe*': 1 } },
      },
    },
    {
      when: {
        type: [
          '*user_invite*',
          '*user_delet*',
          '*user_role*',
          '*user_remov*',
          '*member_*',
          '*user_updat*',
          '*user_added*',
          '*user_creat*',
          'org_user_*',
        ],
      },
      class_uid: 3001,
      activity: { from: 'type', table: ACCOUNT_VERBS },
      fields: {
        'user.uid': ['deleted_user_id', 'target_user_id', 'user_id', 'invited_user_id'],
        'user.email_addr': ['deleted_user_email', 'target_user_email', 'invited_email', 'email_address'],
      },
    },
    { class_uid: 6003, activity: { from: 'type', table: API_VERBS } },
  ],
  fields: {
    'actor.user.uid': 'actor.user_id',
    'actor.user.email_addr': ['actor.email_address', 'actor.unauthenticated_email_address'],
    'actor.user.name': ['actor.email_address', 'actor.unauthenticated_email_address'],
    'actor.user.type': 'actor.type',
    'actor.user.credential_uid': ['actor.api_key_id', 'actor.admin_api_key_id'],
    'api.operation': 'type',
    'src_endpoint.ip': 'actor.ip_address',
    'http_request.user_agent': 'actor.user_agent',
    'resources[0].uid': [
      'claude_chat_id',
      'claude_project_id',
      'claude_file_id',
      'claude_artifact_id',
      'api_key_id',
      'workspace_id',
      'integration_type',
    ],
    'metadata.tenant_uid': 'organization_id',
    status_id: { from: 'type', table: { '*_failed': 2, '*_denied': 2, '*': 1 } },
  },
};

export const anthropic: Source = mappedSource(SPEC);
