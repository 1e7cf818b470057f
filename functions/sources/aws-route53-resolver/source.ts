/** Amazon Route 53 Resolver: DNS queries of VPCs, and what the DNS Firewall did. @see Route 53 Developer Guide, "Values that appear in Resolver query logs" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'aws-route53-resolver',

  title: { en: 'Route 53 Resolver query logs', ja: 'Route 53 Resolver クエリログ' },
  product: { name: 'Route 53 Resolver', vendor_name: 'AWS' },
  logsources: [{ product: 'aws', service: 'route53' }, { category: 'dns' }],
  keys: /AWSLogs\/(?:aws_account_id=)?\d{12}\/vpcdnsquerylogs\//,
  match: [
    { query_name: true, query_type: true, srcaddr: true },
    { query_timestamp: true, query_name: true },
    { query_name: true, rcode: true, vpc_id: true },
  ],
  time: 'query_timestamp',
  code: 'query_type',
  severity: { from: 'firewall_rule_action', table: { BLOCK: 3, ALERT: 3 } },
  kinds: [{ class_uid: 4003, activity: 6 }],
  fields: {
    'query.hostname': 'query_name',
    'query.type': 'query_type',
    'query.class': 'query_class',
    answers: { each: 'answers', fields: { rdata: 'Rdata', type: 'Type', class: 'Class' } },
    rcode_id: {
      from: 'rcode',
      table: {
        NOERROR: 0,
        FORMERR: 1,
        SERVFAIL: 2,
        NXDOMAIN: 3,
        NOTIMP: 4,
        REFUSED: 5,
        YXDOMAIN: 6,
        YXRRSET: 7,
        NXRRSET: 8,
        NOTAUTH: 9,
        NOTZONE: 10,
        '*': 99,
      },
    },
    'src_endpoint.ip': 'srcaddr',
    'src_endpoint.port': 'srcport',
    'src_endpoint.vpc_uid': 'vpc_id',
    'src_endpoint.instance_uid': 'srcids.instance',
    'src_endpoint.uid': 'srcids.resolver_endpoint',
    'connection_info.protocol_name': 'transport',
    'connection_info.direction_id': { is: 2 },
    'firewall_rule.uid': 'firewall_rule_group_id',
    'firewall_rule.name': 'firewall_domain_list_id',
    action_id: { from: 'firewall_rule_action', table: { ALLOW: 1, BLOCK: 2, ALERT: 3 } },
    disposition_id: { from: 'firewall_rule_action', table: { ALLOW: 1, BLOCK: 2, ALERT: 19 } },
    'cloud.provider': { is: 'AWS' },
    'cloud.account.uid': 'account_id',
    'cloud.region': 'region',
    'metadata.log_version': 'version',
  },
};

export const awsRoute53Resolver: Source = mappedSource(SPEC);
