/** Zscaler Internet Access: admin audit, web, firewall and DNS logs of Nanolog Streaming Service. @see Zscaler Help, "NSS Feed Output Format" for web, firewall, DNS and admin audit logs */
import type { Fields, MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const OUTCOME: Fields = {
  action_id: {
    from: ['event.action', 'event.reqaction'],
    table: { '*allow*': 1, '*permit*': 1, '*block*': 2, '*drop*': 2, '*reset*': 2, '*deny*': 2 },
  },
  disposition_id: {
    from: ['event.action', 'event.reqaction'],
    table: { '*allow*': 1, '*permit*': 1, '*drop*': 6, '*block*': 2, '*reset*': 2, '*deny*': 2 },
  },
  'firewall_rule.name': ['event.rulelabel', 'event.reqrulelabel', 'event.rulename'],
};
const AUDIT_VERBS = {
  create: 1,
  read: 2,
  update: 3,
  patch: 3,
  delete: 4,
  import: 1,
  download: 2,
  activate: 3,
  forced_activate: 3,
};

const SPEC: MappingSpec = {
  id: 'zscaler',
  title: { en: 'Zscaler Internet Access', ja: 'Zscaler Internet Access' },
  product: { name: 'Zscaler Internet Access', vendor_name: 'Zscaler' },
  logsources: [{ product: 'zscaler', service: 'audit' }, { product: 'zscaler', service: 'web' }, { category: 'proxy' }],
  keys: /(^|\/)zscaler\//,
  match: [
    { sourcetype: 'zscalernss-*', event: true },
    { sourcetype: 'zscaler*', event: true },
    { 'event.auditlogtype': true, 'event.adminid': true },
    { 'event.vendor': 'Zscaler', 'event.product': true },
  ],
  uid: [],
  time: ['event.time', 'event.datetime', 'event.epochtime'],
  code: ['event.subcategory', 'event.action'],
  severity: {
    from: ['event.threatseverity', 'event.threatname'],
    table: { none: 1, low: 2, medium: 3, high: 4, critical: 5, '*': 4 },
  },
  kinds: [
    {
      when: { 'event.auditlogtype': true, 'event.action': ['SIGN_IN', 'SIGN_OUT'] },
      class_uid: 3002,
      activity: { from: 'event.action', table: { sign_in: 1, sign_out: 2 } },
      fields: { 'user.name': 'event.adminid', 'user.email_addr': 'event.adminid' },
    },
    {
      when: { 'event.auditlogtype': true, 'event.subcategory': ['USER', 'ADMINISTRATOR', 'ADMIN_USER', 'AUDITOR*'] },
      class_uid: 3001,
      activity: { from: 'event.action', table: { create: 1, delete: 6, '*': 99 } },
      fields: {
        'user.name': ['event.postaction.name', 'event.preaction.name', 'event.resource'],
        'user.email_addr': ['event.postaction.email', 'event.preaction.email'],
        'user.uid': ['event.postaction.id', 'event.preaction.id'],
        'user.groups': { each: 'event.postaction.groups', fields: { uid: 'id', name: 'name' } },
      },
    },
    {
      when: { 'event.auditlogtype': true },
      class_uid: 6003,
      activity: { from: 'event.action', table: AUDIT_VERBS },
      fields: {
        'api.operation': 'event.action',
        'api.request.data': { json: 'event.postaction' },
        'resources[0].name': { from: 'event.resource', unless: ['None'] },
        'resources[0].type': 'event.subcategory',
        'resources[0].uid': ['event.postaction.id', 'event.preaction.id'],
      },
    },
    {
      when: { sourcetype: '*dns' },
      class_uid: 4003,
      activity: 6,
      fields: {
        ...OUTCOME,
        'query.hostname': ['event.req', 'event.dns_req'],
        'query.type': ['event.reqtype', 'event.dns_reqtype'],
        'answers[0].rdata': ['event.res', 'event.dns_resp'],
        'src_endpoint.ip': ['event.clt_sip', 'event.csip'],
        'dst_endpoint.ip': ['event.srv_dip', 'event.cdip'],
        'dst_endpoint.port': ['event.srv_dport', 'event.sport'],
      },
    },
    {
      when: { sourcetype: ['*fw', '*firewall'] },
      class_uid: 4001,
      activity: { from: 'event.action', table: { '*allow*': 6, '*block*': 5, '*drop*': 5, '*reset*': 3 }, else: 6 },
      fields: {
        ...OUTCOME,
        'src_endpoint.ip': ['event.csip', 'event.tsip'],
        'src_endpoint.port': 'event.csport',
        'dst_endpoint.ip': ['event.cdip', 'event.sdip'],
        'dst_endpoint.port': ['event.cdport', 'event.sdport'],
        'traffic.bytes_in': 'event.inbytes',
        'traffic.bytes_out': 'event.outbytes',
        app_name: ['event.nwapp', 'event.nwsvc'],
      },
    },
    {
      class_uid: 4002,
      activity: {
        from: 'event.requestmethod',
        table: { connect: 1, delete: 2, get: 3, head: 4, options: 5, post: 6, put: 7, trace: 8, patch: 9 },
      },
      fields: {
        ...OUTCOME,
        'http_request.url': { from: 'event.url', as: 'url' },
        'http_request.url.hostname': 'event.hostname',
        'http_request.url.categories': ['event.urlcategory'],
        'http_request.http_method': 'event.requestmethod',
        'http_request.user_agent': 'event.useragent',
        'http_request.referrer': { from: ['event.refererURL', 'event.refererurl'], unless: ['None'] },
        'http_response.code': 'event.status',
        'src_endpoint.ip': ['event.ClientIP', 'event.cip', 'event.clientpublicIP'],
        'dst_endpoint.ip': ['event.serverip', 'event.sip'],
        'dst_endpoint.hostname': 'event.hostname',
        'traffic.bytes_in': 'event.responsesize',
        'traffic.bytes_out': 'event.requestsize',
        app_name: 'event.appname',
        'file.name': { from: 'event.filename', unless: ['None'] },
        'file.type_id': { from: ['event.filename'], table: { '*': 1 } },
        'file.hashes': { from: ['event.md5', 'event.bamd5'], as: 'hash', unless: ['None'] },
        'malware[0].name': { from: 'event.threatname', unless: ['None'] },
      },
    },
  ],
  fields: {
    'actor.user.name': ['event.adminid', 'event.user', 'event.login'],
    'actor.user.email_addr': ['event.adminid', 'event.user', 'event.login'],
    'actor.user.groups[0].name': ['event.department', 'event.dept'],
    'src_endpoint.ip': 'event.clientip',
    'connection_info.protocol_name': ['event.proto', 'event.protocol'],
    'connection_info.direction_id': { is: 0 },
    'device.hostname': 'event.devicehostname',
    'device.type_id': { is: 0 },
    status_id: { from: 'event.result', table: { success: 1, fail: 2, failure: 2 } },
    status_code: { from: 'event.errorcode', unless: ['None'] },
    status_detail: 'event.reason',
    'metadata.log_name': 'sourcetype',
    'metadata.sequence': 'event.recordid',
  },
};

export const zscaler: Source = mappedSource(SPEC);
