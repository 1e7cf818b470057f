/** Zscaler Internet Access: admin audit, web, firewall, DNS and tunnel logs of Nanolog Streaming Service. @see Zscaler Help, "NSS Feed Output Format" for web, firewall, DNS, tunnel and admin audit logs */
import type { Fields, MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

/** What feeds write where there is no value. */
const NOTHING = ['None', 'NA', 'N/A', 'Unknown', 'NotFound', 'NotAvailable', '0.0.0.0'];
const OUTCOME: Fields = {
  action_id: {
    from: ['event.action', 'event.reqaction'],
    table: { '*allow*': 1, '*permit*': 1, '*block*': 2, '*drop*': 2, '*reset*': 2, '*deny*': 2 },
  },
  disposition_id: {
    from: ['event.action', 'event.reqaction'],
    table: { '*allow*': 1, '*permit*': 1, '*drop*': 6, '*block*': 2, '*reset*': 2, '*deny*': 2 },
  },
  'firewall_rule.name': { from: ['event.rulelabel', 'event.reqrulelabel', 'event.rulename'], unless: NOTHING },
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
  code: ['event.subcategory', 'event.action', 'event.reqaction', 'event.Recordtype'],
  severity: {
    from: ['event.threatseverity', 'event.threatname'],
    table: { none: 1, na: 1, 'n/a': 1, low: 2, medium: 3, high: 4, critical: 5, '*': 4 },
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
        'query.hostname': { from: ['event.req', 'event.dns_req'], unless: NOTHING },
        'query.type': { from: ['event.reqtype', 'event.dns_reqtype'], unless: NOTHING },
        'answers[0].rdata': { from: ['event.res', 'event.dns_resp'], unless: NOTHING },
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
        'src_endpoint.ip': { from: ['event.csip', 'event.tsip', 'event.ssip'], unless: NOTHING },
        'src_endpoint.port': 'event.csport',
        'dst_endpoint.ip': { from: ['event.cdip', 'event.sdip'], unless: NOTHING },
        'dst_endpoint.port': ['event.cdport', 'event.sdport'],
        'traffic.bytes_in': 'event.inbytes',
        'traffic.bytes_out': 'event.outbytes',
        app_name: { from: ['event.nwapp', 'event.nwsvc'], unless: NOTHING },
        'malware[0].name': { from: ['event.threatname', 'event.threat_name'], unless: NOTHING },
      },
    },
    {
      when: { sourcetype: '*tunnel' },
      class_uid: 4014,
      activity: { from: ['event.event', 'event.Recordtype'], table: { '*up*': 1, '*down*': 2, '*phase*': 1 } },
      fields: {
        'src_endpoint.ip': 'event.sourceip',
        'src_endpoint.port': 'event.sourceport',
        'dst_endpoint.ip': 'event.destinationip',
        'dst_endpoint.port': 'event.destinationport',
        'traffic.bytes_out': 'event.txbytes',
        'traffic.bytes_in': 'event.rxbytes',
        tunnel_type: 'event.tunneltype',
        status_detail: { from: 'event.eventreason', unless: NOTHING },
      },
    },
    {
      class_uid: 4002,
      activity: {
        from: ['event.requestmethod', 'event.reqmethod'],
        table: { connect: 1, delete: 2, get: 3, head: 4, options: 5, post: 6, put: 7, trace: 8, patch: 9 },
      },
      fields: {
        ...OUTCOME,
        'http_request.url': { from: ['event.url', 'event.eurl'], as: 'url' },
        'http_request.url.hostname': ['event.hostname', 'event.ehost'],
        'http_request.url.categories': ['event.urlcategory', 'event.urlcat'],
        'http_request.http_method': ['event.requestmethod', 'event.reqmethod'],
        'http_request.user_agent': { from: ['event.useragent', 'event.ua', 'event.eua'], unless: NOTHING },
        'http_request.referrer': { from: ['event.refererURL', 'event.refererurl', 'event.ereferer'], unless: NOTHING },
        'http_response.code': ['event.status', 'event.respcode'],
        'http_response.content_type': { from: 'event.contenttype', unless: ['None', 'Other'] },
        'src_endpoint.ip': ['event.ClientIP', 'event.cip', 'event.clientpublicIP'],
        'dst_endpoint.ip': ['event.serverip', 'event.sip'],
        'dst_endpoint.hostname': ['event.hostname', 'event.ehost'],
        'traffic.bytes_in': ['event.responsesize', 'event.respsize'],
        'traffic.bytes_out': ['event.requestsize', 'event.reqsize'],
        app_name: 'event.appname',
        'file.name': { from: 'event.filename', unless: ['None'] },
        'file.type_id': { from: ['event.filename'], table: { '*': 1 } },
        'file.hashes': { from: ['event.md5', 'event.bamd5'], as: 'hash', unless: ['None'] },
        'malware[0].name': { from: 'event.threatname', unless: NOTHING },
      },
    },
  ],
  fields: {
    'actor.user.name': { from: ['event.adminid', 'event.user', 'event.login'], unless: NOTHING },
    'actor.user.email_addr': ['event.adminid', 'event.user', 'event.login'],
    'actor.user.groups[0].name': { from: ['event.department', 'event.dept'], unless: NOTHING },
    'src_endpoint.ip': 'event.clientip',
    'connection_info.protocol_name': ['event.proto', 'event.protocol'],
    'connection_info.direction_id': { is: 0 },
    'device.hostname': { from: 'event.devicehostname', unless: NOTHING },
    'device.type_id': { is: 0 },
    status_id: { from: 'event.result', table: { success: 1, fail: 2, failure: 2 } },
    status_code: { from: 'event.errorcode', unless: ['None'] },
    status_detail: 'event.reason',
    'metadata.log_name': 'sourcetype',
    'metadata.sequence': 'event.recordid',
  },
};

export const zscaler: Source = mappedSource(SPEC);
