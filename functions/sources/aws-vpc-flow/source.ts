/** VPC and transit gateway flow logs: who talked to whom, from S3 (with a header) and CloudWatch Logs. */
import type { JsonObject } from '../../core/json.ts';
import type { KeyVerdict, Source } from '../source.ts';
import { NETWORK_ACTIVITY, toOcsf } from './event.ts';
import { FIELDS, flowLines } from './fields.ts';

/** `[prefix/]AWSLogs/[aws-account-id=]account/[aws-service=]vpcflowlogs/…`. @see VPC User Guide, "Flow log files" */
const DELIVERED = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?(?:aws-account-id=)?\d{12}\/(?:aws-service=)?vpcflowlogs\/./;

const judgeKey = (key: string): KeyVerdict => (DELIVERED.test(key) ? 'own' : undefined);

/** True where interface or gateway and an outcome are named, or every field of at least three is one of flow logs and one is an address. */
function recognizes(record: JsonObject): boolean {
  const has = (name: string): boolean => name in record || name.replaceAll('-', '_') in record;
  if (has('interface-id') && has('log-status')) return true;
  if (!has('srcaddr') && !has('pkt-srcaddr') && !has('dstaddr')) return false;
  const names = Object.keys(record);
  return names.length >= 3 && names.every((name) => FIELDS.has(name));
}

export const awsVpcFlow: Source = {
  id: 'aws-vpc-flow',
  title: { en: 'Amazon VPC flow logs', ja: 'Amazon VPC フローログ' },
  arrivals: ['object'],
  eventPatterns: [],
  logsources: [{ product: 'aws', service: 'vpcflow' }, { product: 'aws', service: 'vpcflowlogs' }, { category: 'firewall' }],
  classes: [NETWORK_ACTIVITY],
  judgeKey,
  recognizes,
  lines: flowLines,
  toOcsf,
};
