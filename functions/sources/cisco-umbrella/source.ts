/** Cisco Umbrella and Secure Access: DNS and web (proxy) logs, CSV as exported to S3 and JSON of the same fields. @see Umbrella User Guide, "Log Formats and Versioning" */
import type { Fields, Kind, MappingSpec } from '../../core/mapping/spec.ts';
import { lineFormat, mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';
import { isHeader, readUmbrellaLine } from './lines.ts';

const VERDICT = ['action', 'verdict'];
const OUTCOME: Fields = {
  action_id: { from: VERDICT, table: { 'allow*': 1, '*block*': 2, 'den*': 2, proxied: 4, 'isolate*': 4, 'warn*': 3 } },
  disposition_id: { from: VERDICT, table: { 'allow*': 1, '*block*': 2, 'den*': 2, 'isolate*': 4, 'warn*': 19 } },
  status_id: { from: VERDICT, table: { 'allow*': 1, proxied: 1, '*block*': 2, 'den*': 2 } },
};

const KINDS: readonly Kind[] = [
  {
    when: { domain: true },
    class_uid: 4003,
    activity: 6,
    fields: {
      ...OUTCOME,
      'query.hostname': 'domain',
      'query.type': ['queryTypeName', 'queryType'],
      rcode_id: {
        from: 'responseCode',
        table: { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 },
      },
    },
  },
  {
    class_uid: 4002,
    activity: {
      from: 'requestMethod',
      table: { CONNECT: 1, DELETE: 2, GET: 3, HEAD: 4, OPTIONS: 5, POST: 6, PUT: 7, TRACE: 8, PATCH: 9 },
    },
    fields: {
      ...OUTCOME,
      'http_request.url': { from: 'url', as: 'url' },
      'http_request.url.categories': 'categories',
      'http_request.http_method': 'requestMethod',
      'http_request.user_agent': 'userAgent',
      'http_request.referrer': 'referer',
      'http_response.code': 'statusCode',
      'http_response.content_type': 'contentType',
      'file.name': 'fileName',
      'file.type_id': { from: 'fileName', table: { '*': 1 } },
      'file.hashes': { from: 'sha256', as: 'hash' },
      'malware[0].name': 'ampMalwareName',
      'firewall_rule.uid': 'ruleId',
      'policy.uid': 'rulesetId',
    },
  },
];

/** Where the identity that a policy applied to is a person's, not a network's or a device's. */
const ofPerson = (kind: Kind): Kind => ({
  ...kind,
  when: { ...kind.when, policyIdentityType: ['AD User*', 'Directory User*', 'SAML User*'] },
  fields: { ...kind.fields, 'actor.user': { from: 'policyIdentity', as: 'person' } },
});

const SPEC: MappingSpec = {
  id: 'cisco-umbrella',
  title: { en: 'Cisco Umbrella and Secure Access', ja: 'Cisco Umbrella・Secure Access' },
  product: { name: 'Umbrella', vendor_name: 'Cisco' },
  logsources: [{ product: 'cisco', service: 'umbrella' }, { category: 'dns' }, { category: 'proxy' }],
  match: [
    { domain: true, responseCode: true, internalIp: true, action: true },
    { domain: true, responseCode: true, externalIp: true, action: true },
    { policyIdentity: true, internalIp: true, url: true },
    { policyIdentity: true, externalIp: true, url: true },
    { url: true, verdict: true, externalIp: true, userAgent: true },
  ],
  time: 'timestamp',
  code: VERDICT,
  severity: { from: VERDICT, table: { '*block*': 2, 'den*': 2 } },
  kinds: [...KINDS.map(ofPerson), ...KINDS],
  fields: {
    'src_endpoint.ip': ['internalIp', 'externalIp'],
    'src_endpoint.intermediate_ips': 'externalIp',
    'src_endpoint.name': 'policyIdentity',
    'dst_endpoint.ip': 'destinationIp',
    'dst_endpoint.hostname': 'hostname',
    'traffic.bytes_out': 'requestSize',
    'traffic.bytes_in': 'responseSize',
    'connection_info.direction_id': { is: 2 },
    'metadata.log_name': 'policyIdentityType',
  },
};

export const ciscoUmbrella: Source = mappedSource(SPEC, lineFormat(readUmbrellaLine, isHeader));
