/** Push Security: webhook events of controls, entities, activity and audit. @see Push Security Webhooks (v1): entities, activity, controls, detections */
import type { Fields, MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

/** Whose browser it was, and what it showed. */
const EVIDENCE: Fields = {
  'evidences[0].actor.user.email_addr': 'new.employee.email',
  'evidences[0].actor.user.name': 'new.employee.email',
  'evidences[0].actor.user.uid': ['new.employee.id', 'new.employeeId'],
  'evidences[0].src_endpoint.ip': 'new.sourceIpAddress',
  'evidences[0].url': { from: 'new.url', as: 'url' },
  'evidences[0].http_request.user_agent': 'new.userAgent',
  'evidences[0].http_request.referrer': 'new.referrerUrl',
};

const SPEC: MappingSpec = {
  id: 'push-security',
  title: { en: 'Push Security events', ja: 'Push Security イベント' },
  product: { name: 'Push Security', vendor_name: 'Push Security' },
  arrivals: ['object', 'push'],
  logsources: [{ product: 'pushsecurity' }],
  keys: /(^|\/)push[-_]?security\//,
  match: [
    { object: true, version: true, timestamp: true, 'new.employee.email': true },
    { object: true, version: true, timestamp: true, 'new.employeeId': true },
    { object: true, version: true, timestamp: true, new: true, type: ['CREATE', 'UPDATE', 'DELETE'] },
    {
      category: ['ENTITY', 'ACTIVITY', 'CONTROL', 'DETECTION', 'AUDIT*'],
      object: true,
      version: true,
      new: true,
      timestamp: true,
    },
    {
      object: ['LOGIN', 'ACCOUNT', 'APP', 'BROWSER', 'EMPLOYEE', 'FINDING', '*_PHISHING'],
      version: true,
      timestamp: true,
      id: true,
    },
  ],
  uid: { id: 'id', and: ['object', 'timestamp'] },
  time: 'timestamp',
  code: 'object',
  severity: {
    from: 'object',
    table: { '*PHISH*': 4, '*TOKEN*': 4, 'STOLEN*': 4, '*CLONED*': 4, '*HIJACK*': 4, FINDING: 3, '*BLOCKED*': 3 },
  },
  kinds: [
    {
      when: { category: 'DETECTION' },
      class_uid: 2004,
      activity: { from: 'type', table: { CREATE: 1, UPDATE: 2, DELETE: 3 } },
      fields: {
        ...EVIDENCE,
        'finding_info.uid': ['new.id', 'id'],
        'finding_info.title': ['description', 'friendlyName', 'object'],
        'finding_info.types': 'object',
        'finding_info.created_time': 'new.creationTimestamp',
        is_alert: { is: true },
      },
    },
    {
      when: { object: ['*PHISH*', 'STOLEN*', '*TOKEN*', '*CLONED*', '*MALICIOUS*', '*BLOCKED*', '*HIJACK*'] },
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': 'id',
        'finding_info.title': 'object',
        'finding_info.types': 'new.appType',
        is_alert: { is: true },
        action_id: { from: 'new.mode', table: { BLOCK: 2, MONITOR: 3, WARN: 3 } },
        disposition_id: { from: 'new.mode', table: { BLOCK: 2, MONITOR: 17, WARN: 19 } },
        ...EVIDENCE,
      },
    },
    {
      when: { object: 'FINDING' },
      class_uid: 2004,
      activity: { from: ['new.state', 'type'], table: { RESOLVED: 3, OPEN: 1, CREATE: 1, UPDATE: 2, DELETE: 3 } },
      fields: {
        'finding_info.uid': ['new.id', 'id'],
        'finding_info.title': 'new.type',
        'finding_info.types': 'new.appType',
        'finding_info.created_time': 'new.creationTimestamp',
        status_id: { from: 'new.state', table: { OPEN: 1, RESOLVED: 4 } },
        'resources[0].uid': 'new.appId',
        'resources[0].type': { is: 'app' },
        'evidences[0].actor.user.uid': 'new.employeeId',
        'evidences[0].actor.user.name': 'new.employeeId',
      },
    },
    {
      when: { object: 'LOGIN' },
      class_uid: 3002,
      activity: 1,
      fields: {
        'user.email_addr': ['new.email', 'new.employee.email'],
        'user.name': ['new.email', 'new.employee.email'],
        'user.uid': ['new.accountId', 'new.employeeId'],
        'service.name': 'new.appType',
        auth_protocol: 'new.loginType',
      },
    },
    {
      class_uid: 6003,
      activity: { from: 'type', table: { CREATE: 1, UPDATE: 3, DELETE: 4 } },
      fields: { 'resources[0].uid': ['new.id', 'new.appId'], 'resources[0].type': 'object' },
    },
  ],
  fields: {
    'actor.user.email_addr': ['new.actor.email', 'new.employee.email', 'new.email'],
    'actor.user.name': ['new.actor.email', 'new.employee.email', 'new.email'],
    'actor.user.uid': ['new.employeeId', 'new.employee.id'],
    'api.operation': 'object',
    'api.request.data': { json: 'new' },
    'api.response.data': { json: 'old' },
    'api.service.name': { is: 'Push Security' },
    'src_endpoint.ip': 'new.sourceIpAddress',
    'http_request.user_agent': 'new.userAgent',
  },
};

export const pushSecurity: Source = mappedSource(SPEC);
