/** AWS WAF: requests that a web ACL inspected. @see AWS WAF Developer Guide, "Log fields" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'aws-waf',

  title: { en: 'AWS WAF logs', ja: 'AWS WAF ログ' },
  product: { name: 'AWS WAF', vendor_name: 'AWS' },
  logsources: [{ product: 'aws', service: 'waf' }],
  keys: /AWSLogs\/\d{12}\/WAFLogs\//,
  match: [
    { webaclId: true, httpRequest: true },
    { webaclId: true, terminatingRuleId: true },
  ],
  uid: 'httpRequest.requestId',
  time: 'timestamp',
  code: 'action',
  severity: { from: 'action', table: { BLOCK: 2, '*': 1 } },
  kinds: [
    {
      class_uid: 4002,
      activity: {
        from: 'httpRequest.httpMethod',
        table: { CONNECT: 1, DELETE: 2, GET: 3, HEAD: 4, OPTIONS: 5, POST: 6, PUT: 7, TRACE: 8, PATCH: 9 },
      },
    },
  ],
  fields: {
    'http_request.http_method': 'httpRequest.httpMethod',
    'http_request.url.path': 'httpRequest.uri',
    'http_request.url.query_string': 'httpRequest.args',
    'http_request.url.hostname': ['httpRequest.host', 'httpRequest.headers[name=Host].value'],
    'http_request.url.scheme': 'httpRequest.scheme',
    'http_request.args': 'httpRequest.args',
    'http_request.version': 'httpRequest.httpVersion',
    'http_request.uid': 'httpRequest.requestId',
    'http_request.user_agent': 'httpRequest.headers[name=User-Agent].value',
    'http_request.referrer': 'httpRequest.headers[name=Referer].value',
    'http_request.http_headers': { each: 'httpRequest.headers', fields: { name: 'name', value: 'value' } },
    'http_response.code': 'responseCodeSent',
    'src_endpoint.ip': 'httpRequest.clientIp',
    'src_endpoint.location.country': 'httpRequest.country',
    'dst_endpoint.svc_name': 'httpSourceName',
    'dst_endpoint.uid': 'httpSourceId',
    'firewall_rule.uid': 'terminatingRuleId',
    'firewall_rule.type': 'terminatingRuleType',
    'firewall_rule.match_details': 'terminatingRuleMatchDetails[0].matchedData',
    'firewall_rule.condition': 'terminatingRuleMatchDetails[0].conditionType',
    'firewall_rule.match_location': 'terminatingRuleMatchDetails[0].location',
    'firewall_rule.sensitivity': 'terminatingRuleMatchDetails[0].sensitivityLevel',
    'firewall_rule.rate_limit': 'rateBasedRuleList[0].maxRateAllowed',
    action_id: { from: 'action', table: { ALLOW: 1, BLOCK: 2, COUNT: 3, CAPTCHA: 4, CHALLENGE: 4 } },
    disposition_id: { from: 'action', table: { ALLOW: 1, BLOCK: 2, COUNT: 17, CAPTCHA: 99, CHALLENGE: 99 } },
    'tls.ja3_hash': { from: 'ja3Fingerprint', as: 'hash' },
    'cloud.provider': { is: 'AWS' },
    'metadata.log_version': 'formatVersion',
    'metadata.product.uid': 'webaclId',
  },
};

export const awsWaf: Source = mappedSource(SPEC);
