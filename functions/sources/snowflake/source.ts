/** Snowflake: LOGIN_HISTORY, QUERY_HISTORY and SESSIONS of ACCOUNT_USAGE. @see Snowflake documentation, "Account Usage" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'snowflake',

  title: { en: 'Snowflake account usage', ja: 'Snowflake アカウント使用履歴' },
  product: { name: 'Snowflake', vendor_name: 'Snowflake' },
  caseless: true,
  logsources: [
    { product: 'snowflake', service: 'login_history' },
    { product: 'snowflake', service: 'query_history' },
  ],
  keys: /(^|\/)snowflake\//,
  match: [
    { USER_NAME: true, IS_SUCCESS: true, EVENT_TYPE: true },
    { USER_NAME: true, REPORTED_CLIENT_TYPE: true },
    { USER_NAME: true, QUERY_TYPE: true },
    { USER_NAME: true, QUERY_TEXT: true },
    { SESSION_ID: true, AUTHENTICATION_METHOD: true, USER_NAME: true, CREATED_ON: true },
  ],
  uid: ['EVENT_ID', 'QUERY_ID'],
  time: ['EVENT_TIMESTAMP', 'START_TIME', 'CREATED_ON'],
  code: ['EVENT_TYPE', 'QUERY_TYPE'],
  kinds: [
    {
      when: { QUERY_TEXT: true },
      class_uid: 6005,
      activity: {
        from: 'QUERY_TYPE',
        table: {
          SELECT: 4,
          'CREATE*': 6,
          'DROP*': 7,
          DELETE: 7,
          'INSERT*': 5,
          'UPDATE*': 2,
          'MERGE*': 5,
          'COPY*': 5,
          'UNLOAD*': 1,
          GET_FILES: 1,
          'SHOW*': 8,
          'DESCRIBE*': 1,
          '*': 4,
        },
      },
      fields: { 'database.name': 'DATABASE_NAME', 'database.type_id': { is: 0 } },
    },
    {
      when: { QUERY_TYPE: true },
      class_uid: 6005,
      activity: { from: 'QUERY_TYPE', table: { SELECT: 4, 'CREATE*': 6, 'DROP*': 7, '*': 4 } },
      fields: { 'database.name': 'DATABASE_NAME', 'database.type_id': { is: 0 } },
    },
    {
      class_uid: 3002,
      activity: { from: 'EVENT_TYPE', table: { LOGIN: 1, LOGOUT: 2 }, else: 1 },
      fields: {
        'user.name': 'USER_NAME',
        status_id: { from: 'IS_SUCCESS', table: { YES: 1, true: 1, NO: 2, false: 2 } },
        status_code: 'ERROR_CODE',
        status_detail: 'ERROR_MESSAGE',
        'session.uid': 'SESSION_ID',
        is_mfa: { from: 'SECOND_AUTHENTICATION_FACTOR', table: { '*': true } },
        auth_protocol: ['FIRST_AUTHENTICATION_FACTOR', 'AUTHENTICATION_METHOD'],
        logon_type: 'LOGIN_EVENT_ID',
      },
    },
  ],
  fields: {
    'actor.user.name': 'USER_NAME',
    'actor.user.type': 'ROLE_NAME',
    'actor.session.uid': 'SESSION_ID',
    'actor.app_name': ['REPORTED_CLIENT_TYPE', 'CLIENT_APPLICATION_ID'],
    'src_endpoint.ip': 'CLIENT_IP',
    'query_info.query_string': 'QUERY_TEXT',
    'query_info.uid': 'QUERY_ID',
    status_id: { from: 'EXECUTION_STATUS', table: { SUCCESS: 1, 'FAIL*': 2, INCIDENT: 2 } },
    status_code: 'ERROR_CODE',
    status_detail: 'ERROR_MESSAGE',
    duration: 'TOTAL_ELAPSED_TIME',
  },
};

export const snowflake: Source = mappedSource(SPEC);
