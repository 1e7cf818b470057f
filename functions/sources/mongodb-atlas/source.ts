/** MongoDB Atlas: events of organizations and projects, and the audit log of databases. @see Atlas Administration API, "Events"; MongoDB Manual, "System Event Audit Messages" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const EVENT = 'eventTypeName';
const DATABASE = { atype: true, ts: true };

const ACCOUNT = {
  '*multi_factor*reset*': 11,
  '*multi_factor*': 10,
  '*password*reset*': 4,
  '*password*': 3,
  '*unlocked*': 12,
  '*locked*': 9,
  '*restored*': 2,
  '*created*': 1,
  '*add*': 1,
  '*delete*': 6,
  '*remove*': 6,
};

const SPEC: MappingSpec = {
  id: 'mongodb-atlas',
  title: { en: 'MongoDB Atlas', ja: 'MongoDB Atlas' },
  product: { name: 'MongoDB Atlas', vendor_name: 'MongoDB' },
  arrivals: ['object', 'poll'],
  logsources: [
    { product: 'mongodb', service: 'atlas' },
    { product: 'mongodb', service: 'audit' },
  ],
  keys: /(^|\/)mongodb(-atlas)?\//,
  match: [
    { [EVENT]: true, created: true },
    { [EVENT]: true, username: true },
    { [EVENT]: '*_*', orgId: true },
    { [EVENT]: '*_*', groupId: true },
    { [EVENT]: '*_*', remoteAddress: true },
    { [EVENT]: '*_*', userId: true },
    // So sparse, only by the words of Atlas itself.
    { [EVENT]: ['*_AUDIT', 'FEDERATION_*', '*IDENTITY_PROVIDER_*', 'NETWORK_PERMISSION_*', 'MONGODB_*', 'CLUSTER_*', 'ORG_*'] },
    { atype: true, 'ts.$date': true },
    { atype: true, ts: true, remote: true, param: true },
  ],
  uid: 'id',
  time: ['created', 'ts.$date', 'ts'],
  code: [EVENT, 'atype'],
  kinds: [
    {
      when: { ...DATABASE, atype: ['authenticate', 'logout', 'clientMetadata'] },
      class_uid: 3002,
      activity: { from: 'atype', table: { authenticate: 1, logout: 2 } },
      fields: {
        'user.name': ['param.user', 'users[0].user'],
        'user.domain': ['param.db', 'users[0].db'],
        auth_protocol: 'param.mechanism',
        'dst_endpoint.ip': 'local.ip',
        'dst_endpoint.port': 'local.port',
      },
    },
    {
      when: {
        ...DATABASE,
        atype: ['createUser', 'dropUser', 'updateUser', 'grantRolesToUser', 'revokeRolesFromUser', 'dropAllUsersFromDatabase'],
      },
      class_uid: 3001,
      activity: { from: 'atype', table: { createUser: 1, drop: 6, 'drop*': 6, 'grant*': 7, 'revoke*': 8 } },
      fields: { 'user.name': 'param.user', 'user.domain': 'param.db' },
    },
    {
      when: DATABASE,
      class_uid: 6005,
      activity: { from: 'atype', table: { 'drop*': 7, 'create*': 6, authCheck: 4, '*': 99 } },
      fields: {
        'actor.user.name': 'users[0].user',
        'database.name': ['param.ns', 'param.db'],
        'database.type_id': { is: 6 },
        'dst_endpoint.ip': 'local.ip',
        'dst_endpoint.port': 'local.port',
      },
    },
    {
      when: { [EVENT]: ['USER_LOGIN*', '*_LOGIN*', 'SUCCESSFUL_*', 'UNSUCCESSFUL_*'] },
      class_uid: 3002,
      activity: 1,
      fields: {
        'user.name': 'username',
        'user.email_addr': 'username',
        'user.uid': 'userId',
        status_id: { from: EVENT, table: { '*fail*': 2, '*unsuccessful*': 2, '*': 1 } },
      },
    },
    {
      when: {
        [EVENT]: [
          'INVITED_TO_*',
          'JOINED_*',
          'REMOVED_FROM_*',
          '*USER*ROLES*CHANGED*',
          'USER_ROLES*',
          'TEAM_*',
          '*ADDED_TO_TEAM',
          '*FROM_TEAM',
          'GROUP_INVITATION*',
          'ORG_INVITATION*',
        ],
      },
      class_uid: 3006,
      activity: {
        from: EVENT,
        table: {
          'invited_to_*': 3,
          'joined_*': 3,
          '*added_to_team': 3,
          'removed_from_*': 4,
          '*from_team': 4,
          '*roles*changed*': 1,
          team_created: 6,
          team_deleted: 5,
        },
      },
      fields: {
        'group.uid': ['teamId', 'groupId', 'orgId'],
        'group.type': {
          from: EVENT,
          table: { '*team*': 'team', '*group*': 'project', '*project*': 'project', '*org*': 'organization' },
        },
        'user.name': ['targetUsername', 'username'],
        'user.email_addr': ['targetUsername', 'username'],
      },
    },
    {
      when: {
        [EVENT]: [
          'DB_USER_*',
          'DATABASE_USER*',
          'MONGODB_USER_*',
          '*API_KEY*',
          '*SERVICE_ACCOUNT_*',
          'USER_DELETED*',
          'USER_CREATED*',
        ],
      },
      class_uid: 3001,
      activity: { from: EVENT, table: ACCOUNT },
      fields: {
        'user.name': ['targetUsername', 'dbUserUsername', 'targetPublicKey', 'resourceId', 'publicKey'],
        'user.email_addr': 'targetUsername',
        'user.type': {
          from: EVENT,
          table: {
            '*api_key*': 'API key',
            '*service_account*': 'service account',
            'd*b*_user*': 'database user',
            'mongodb_user*': 'database user',
          },
        },
      },
    },
    {
      when: {
        [EVENT]: [
          ...['ACCOUNT_LOCKED*', 'ACCOUNT_UNLOCKED*', 'PASSWORD_*', 'MULTI_FACTOR*', 'USER_RESTORED*', 'EMAIL_*', 'USER_EMAIL_*'],
        ],
      },
      class_uid: 3001,
      activity: { from: EVENT, table: ACCOUNT },
      fields: { 'user.name': ['targetUsername', 'username'], 'user.email_addr': ['targetUsername', 'username'] },
    },
    { class_uid: 6003, activity: { from: EVENT, table: { ...API_VERBS } } },
  ],
  fields: {
    'actor.user.name': ['username', 'publicKey', 'users[0].user'],
    'actor.user.email_addr': 'username',
    'actor.user.uid': ['userId', 'apiKeyId'],
    'actor.user.type_id': { from: ['isGlobalAdmin', 'publicKey'], table: { true: 2, false: 1, '*': 4 } },
    'api.operation': EVENT,
    'src_endpoint.ip': ['remoteAddress', 'remote.ip'],
    'src_endpoint.port': 'remote.port',
    'resources[0].uid': ['alertConfigId', 'targetId', 'clusterId', 'groupId', 'orgId'],
    'resources[0].name': ['clusterName', 'hostname', 'whitelistEntry'],
    status_id: { from: 'result', table: { '0': 1, '*': 2 } },
    status_code: 'result',
    'metadata.tenant_uid': ['orgId', 'groupId'],
    'metadata.log_name': { from: 'atype', table: { '*': 'auditLog' } },
  },
};

export const mongodbAtlas: Source = mappedSource(SPEC);
