/** Atlassian: events of an organization's audit log, and the audit records of Jira and Confluence. @see Atlassian Developer, "Organizations REST API" (Events), Jira and Confluence Cloud REST API (Audit records) */
import type { Fields, MappingSpec } from '../../core/mapping/spec.ts';
import { ACCOUNT_VERBS, API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const ACTION = 'attributes.action';
const USER: Fields = {
  'user.uid': ['attributes.context[type=*user*].id', 'attributes.container[type=*user*].id', 'attributes.actor.id'],
  'user.name': [
    'attributes.context[type=*user*].attributes.name',
    'attributes.context[type=*user*].attributes.email',
    'attributes.actor.name',
  ],
  'user.email_addr': ['attributes.context[type=*user*].attributes.email', 'attributes.actor.email'],
};
const GROUP: Fields = {
  'group.uid': ['attributes.context[type=*group*].id', 'attributes.container[type=*group*].id'],
  'group.name': ['attributes.context[type=*group*].attributes.name', 'attributes.container[type=*group*].attributes.name'],
};

const SPEC: MappingSpec = {
  id: 'atlassian',
  title: { en: 'Atlassian audit logs', ja: 'Atlassian 監査ログ' },
  product: { name: 'Atlassian', vendor_name: 'Atlassian' },
  arrivals: ['object', 'poll'],
  logsources: [
    { product: 'atlassian', service: 'audit' },
    { product: 'jira', service: 'audit' },
    { product: 'confluence', service: 'audit' },
  ],
  keys: /(^|\/)(atlassian|jira|confluence)\//,
  match: [
    { [ACTION]: true, 'attributes.actor': true },
    { [ACTION]: true, 'attributes.time': true },
    { type: 'events', 'attributes.action': true },
    { summary: true, category: true, authorAccountId: true, created: true },
    { summary: true, category: true, objectItem: true, created: true },
    { summary: true, category: true, author: true, creationDate: true },
    { summary: true, category: true, affectedObject: true, creationDate: true },
  ],
  uid: 'id',
  time: ['attributes.time', 'created', 'creationDate'],
  code: [ACTION, 'summary'],
  kinds: [
    {
      when: { [ACTION]: ['*login*', '*logged_in*', '*logout*', '*logged_out*', '*signed_in*', '*impersonat*'] },
      class_uid: 3002,
      activity: { from: ACTION, table: { '*out*': 2, '*impersonat*': 7, '*': 1 } },
      fields: { ...USER, status_id: { from: ACTION, table: { '*fail*': 2, '*': 1 } } },
    },
    {
      when: { [ACTION]: ['*group*'] },
      class_uid: 3006,
      activity: {
        from: ACTION,
        table: {
          '*added_to_group*': 3,
          '*removed_from_group*': 4,
          '*group*created*': 6,
          '*group*deleted*': 5,
          '*granted*': 1,
          '*revoked*': 2,
        },
      },
      fields: { ...USER, ...GROUP },
    },
    {
      when: { [ACTION]: ['user_*', '*_user', '*_user_*', '*account*', '*two_step*', '*api_token*', '*mfa*', '*password*'] },
      class_uid: 3001,
      activity: { from: ACTION, table: ACCOUNT_VERBS },
      fields: USER,
    },
    {
      when: { category: ['group management', 'Groups'] },
      class_uid: 3006,
      activity: { from: 'summary', table: { '*added to group*': 3, '*removed from group*': 4, '*created*': 6, '*deleted*': 5 } },
      fields: {
        'group.name': ['objectItem.name', 'affectedObject.name'],
        'group.uid': 'objectItem.id',
        'user.name': ['associatedItems[typeName=USER].name', 'associatedObjects[objectType=User].name'],
        'user.uid': 'associatedItems[typeName=USER].id',
      },
    },
    {
      when: { category: ['user management', 'Users and groups'] },
      class_uid: 3001,
      activity: { from: 'summary', table: ACCOUNT_VERBS },
      fields: { 'user.name': ['objectItem.name', 'affectedObject.name'], 'user.uid': 'objectItem.id' },
    },
    { class_uid: 6003, activity: { from: [ACTION, 'summary'], table: API_VERBS } },
  ],
  fields: {
    'actor.user.uid': ['attributes.actor.id', 'authorAccountId', 'author.accountId', 'authorKey'],
    'actor.user.name': ['attributes.actor.name', 'author.displayName', 'author.username'],
    'actor.user.email_addr': ['attributes.actor.email', 'author.email'],
    'api.operation': [ACTION, 'summary'],
    'api.service.name': { is: 'Atlassian' },
    'src_endpoint.ip': ['attributes.location.ip', 'remoteAddress'],
    'src_endpoint.location.country': 'attributes.location.countryName',
    'src_endpoint.location.region': 'attributes.location.regionName',
    'src_endpoint.location.city': 'attributes.location.city',
    'resources[0].uid': ['attributes.context[0].id', 'objectItem.id', 'attributes.container[0].id'],
    'resources[0].name': [
      'attributes.context[0].attributes.name',
      'objectItem.name',
      'affectedObject.name',
      'attributes.container[0].attributes.name',
    ],
    'resources[0].type': [
      'attributes.context[0].type',
      'objectItem.typeName',
      'affectedObject.objectType',
      'attributes.container[0].type',
    ],
    message: ['message.content', 'description', 'summary'],
    'metadata.log_name': ['category', 'eventSource'],
  },
};

export const atlassian: Source = mappedSource(SPEC);
