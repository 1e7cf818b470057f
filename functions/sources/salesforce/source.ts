/** Salesforce: event log files, real-time events and the setup audit trail. @see Salesforce developers, "EventLogFile Supported Event Types" */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'salesforce',

  title: { en: 'Salesforce event monitoring', ja: 'Salesforce イベントモニタリング' },
  product: { name: 'Salesforce', vendor_name: 'Salesforce' },
  logsources: [{ product: 'salesforce', service: 'event' }],
  keys: /(^|\/)salesforce\//,
  match: [
    { EVENT_TYPE: true, ORGANIZATION_ID: true },
    { EVENT_TYPE: true, USER_ID: true, TIMESTAMP_DERIVED: true },
    { 'attributes.type': ['SetupAuditTrail', 'LoginHistory', '*Event', '*EventStore', '*EventStream'], CreatedDate: true },
  ],
  uid: ['REQUEST_ID', 'Id', 'EventIdentifier'],
  time: ['TIMESTAMP_DERIVED', 'TIMESTAMP', 'EventDate', 'CreatedDate', 'LoginTime'],
  code: ['EVENT_TYPE', 'Action', 'attributes.type'],
  kinds: [
    {
      when: { EVENT_TYPE: ['Login', 'LoginAs', 'Logout'] },
      class_uid: 3002,
      activity: { from: 'EVENT_TYPE', table: { Logout: 2, LoginAs: 7, '*': 1 } },
      fields: {
        'user.uid': ['USER_ID_DERIVED', 'USER_ID'],
        'user.name': 'USER_NAME',
        'user.type': 'USER_TYPE',
        status_id: { from: 'LOGIN_STATUS', table: { LOGIN_NO_ERROR: 1, '*': 2 } },
        status_code: 'LOGIN_STATUS',
        'session.uid': 'SESSION_KEY',
      },
    },
    {
      when: { EVENT_TYPE: ['Report*', 'BulkApi*', 'DataExport', 'ListViewEvent*', 'ApiAnomaly*'] },
      class_uid: 6005,
      activity: {
        from: ['OPERATION_TYPE', 'EVENT_TYPE'],
        table: {
          query: 4,
          queryAll: 4,
          delete: 7,
          hardDelete: 7,
          insert: 5,
          update: 2,
          upsert: 5,
          'Report*': 1,
          DataExport: 1,
          '*': 1,
        },
      },
      fields: { 'database.name': { is: 'Salesforce' }, 'database.type_id': { is: 0 }, 'table.name': 'ENTITY_NAME' },
    },
    {
      class_uid: 6003,
      activity: { from: ['METHOD_NAME', 'Action', 'EVENT_TYPE'], table: { query: 2, retrieve: 2, describe: 2, ...API_VERBS } },
    },
  ],
  fields: {
    'actor.user.uid': ['USER_ID_DERIVED', 'USER_ID', 'CreatedById', 'UserId'],
    'actor.user.name': ['USER_NAME', 'Username'],
    'actor.user.type': 'USER_TYPE',
    'actor.session.uid': ['SESSION_KEY', 'SessionKey'],
    'api.operation': ['METHOD_NAME', 'EVENT_TYPE', 'Action'],
    'api.version': 'API_VERSION',
    'api.request.uid': 'REQUEST_ID',
    'src_endpoint.ip': ['SOURCE_IP', 'CLIENT_IP', 'SourceIp'],
    'http_request.user_agent': ['BROWSER_TYPE', 'USER_AGENT', 'UserAgent'],
    'http_request.url': { from: ['URI', 'REQUEST_URI'], as: 'url' },
    'metadata.tenant_uid': 'ORGANIZATION_ID',
    message: 'Display',
  },
};

export const salesforce: Source = mappedSource(SPEC);
