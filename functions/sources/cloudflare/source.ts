/** Cloudflare: audit logs of accounts, HTTP requests and firewall events by Logpush. @see Cloudflare docs, "Logpush datasets", "Audit Logs" */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'cloudflare',

  title: { en: 'Cloudflare logs', ja: 'Cloudflare ログ' },
  product: { name: 'Cloudflare', vendor_name: 'Cloudflare' },
  arrivals: ['object', 'poll'],
  logsources: [
    { product: 'cloudflare', service: 'audit' },
    { product: 'cloudflare', service: 'firewall' },
    { product: 'cloudflare', service: 'http' },
  ],
  keys: /(^|\/)cloudflare\//,
  match: [
    { RayID: true, ClientRequestHost: true, ClientIP: true },
    { RayID: true, EdgeResponseStatus: true },
    { ActorEmail: true, ActionType: true, ResourceType: true },
    { 'action.type': true, 'actor.email': true, 'resource.type': true, when: true },
    { 'action.time': true, 'actor.email': true, 'resource.product': true },
  ],
  // One request has an HTTP record and one for each firewall rule that it met.
  uid: { id: ['RayID', 'ID', 'id'], and: ['Kind', 'MatchIndex'] },
  time: ['EdgeStartTimestamp', 'Datetime', 'When', 'when', 'action.time'],
  code: ['Action', 'ActionType', 'action.type', 'ClientRequestMethod'],
  severity: { from: 'Action', table: { block: 2, '*challenge*': 2 } },
  kinds: [
    {
      when: { ClientRequestHost: true },
      class_uid: 4002,
      activity: {
        from: 'ClientRequestMethod',
        table: { CONNECT: 1, DELETE: 2, GET: 3, HEAD: 4, OPTIONS: 5, POST: 6, PUT: 7, TRACE: 8, PATCH: 9 },
      },
    },
    {
      when: { 'action.type': ['login*'] },
      class_uid: 3002,
      activity: 1,
      fields: {
        'user.email_addr': 'actor.email',
        'user.name': 'actor.email',
        status_id: { from: 'action.result', table: { true: 1, success: 1, '*': 2 } },
      },
    },
    {
      when: { ActionType: ['login*'] },
      class_uid: 3002,
      activity: 1,
      fields: {
        'user.email_addr': 'ActorEmail',
        'user.name': 'ActorEmail',
        status_id: { from: 'ActionResult', table: { true: 1, '*': 2 } },
      },
    },
    {
      class_uid: 6003,
      activity: {
        from: ['ActionType', 'action.type'],
        table: { add: 1, change: 3, rec_add: 1, rec_del: 4, rec_set: 3, del: 4, view: 2, ...API_VERBS },
      },
    },
  ],
  fields: {
    'src_endpoint.ip': ['ClientIP', 'ActorIP', 'actor.ip', 'actor.ip_address'],
    'src_endpoint.location.country': 'ClientCountry',
    'src_endpoint.autonomous_system.number': 'ClientASN',
    'src_endpoint.autonomous_system.name': 'ClientASNDescription',
    'dst_endpoint.hostname': 'ClientRequestHost',
    'http_request.http_method': 'ClientRequestMethod',
    'http_request.url.hostname': 'ClientRequestHost',
    'http_request.url.path': ['ClientRequestPath', 'ClientRequestURI'],
    'http_request.url.query_string': 'ClientRequestQuery',
    'http_request.url.scheme': 'ClientRequestScheme',
    'http_request.user_agent': 'ClientRequestUserAgent',
    'http_request.referrer': 'ClientRequestReferer',
    'http_request.version': 'ClientRequestProtocol',
    'http_request.uid': 'RayID',
    'http_response.code': 'EdgeResponseStatus',
    'traffic.bytes_out': 'ClientRequestBytes',
    'traffic.bytes_in': 'EdgeResponseBytes',
    'firewall_rule.uid': 'RuleID',
    'firewall_rule.type': 'Source',
    action_id: {
      from: 'Action',
      table: { block: 2, drop: 2, 'connection*': 2, allow: 1, skip: 1, log: 3, '*challenge*': 4, bypass: 1 },
    },
    disposition_id: { from: 'Action', table: { block: 2, drop: 6, allow: 1, skip: 1, log: 17 } },
    'actor.user.email_addr': ['ActorEmail', 'actor.email'],
    'actor.user.name': ['ActorEmail', 'actor.email'],
    'actor.user.uid': ['ActorID', 'actor.id'],
    'actor.user.type': ['ActorType', 'actor.type'],
    'api.operation': ['ActionType', 'action.type'],
    'resources[0].uid': ['ResourceID', 'resource.id'],
    'resources[0].type': ['ResourceType', 'resource.type'],
    status_id: { from: ['ActionResult', 'action.result'], table: { true: 1, success: 1, false: 2, failure: 2 } },
  },
};

export const cloudflare: Source = mappedSource(SPEC);
