/** A small estate on AWS, as raw records of each source, around a moment: what the queries over Security Lake's tables shall find. */
import type { JsonObject } from '../../functions/core/json.ts';
import type { LakeInput } from '../../functions/core/lake/encode.ts';
import { sourceById } from '../../functions/sources/index.ts';
import { samplesOf } from '../sources/samples.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
export const ACCOUNT = '111122223333';

const iso = (ms: number): string => new Date(ms).toISOString();

/** A raw record of a source, `minutes` before the moment. */
interface Planted {
  source: string;
  minutes: number;
  record(ms: number): JsonObject;
}

const sampleOf = (source: string, name: string): JsonObject => {
  const found = samplesOf(source).find((sample) => sample.name === name);
  if (found === undefined) throw new Error(`${source} has no sample ${name}`);
  return found.record;
};

const cloudtrail = (minutes: number, eventID: string, more: JsonObject): Planted => ({
  source: 'aws-cloudtrail',
  minutes,
  record: (ms) => ({ ...sampleOf('aws-cloudtrail', 'iam-user-read'), eventID, eventTime: iso(ms), ...more }),
});

const CLOUDTRAIL: readonly Planted[] = [
  cloudtrail(10, 'ct-denied', {
    ...{ eventName: 'RunInstances', errorCode: 'Client.UnauthorizedOperation', errorMessage: 'no', readOnly: false },
    sourceIPAddress: '192.0.2.77',
  }),
  cloudtrail(20, 'ct-list', { eventName: 'ListUsers', eventSource: 'iam.amazonaws.com' }),
  cloudtrail(30, 'ct-create', {
    ...{ eventName: 'CreateUser', eventSource: 'iam.amazonaws.com', readOnly: false },
    requestParameters: { userName: 'backup' },
  }),
  cloudtrail(40, 'ct-sign-in', {
    ...{ eventName: 'ConsoleLogin', eventSource: 'signin.amazonaws.com', eventType: 'AwsConsoleSignIn', readOnly: false },
    ...{ requestParameters: null, responseElements: { ConsoleLogin: 'Failure' }, errorMessage: 'Failed authentication' },
    sourceIPAddress: '192.0.2.77',
  }),
  cloudtrail(50, 'ct-object', {
    ...{ eventName: 'GetObject', eventSource: 's3.amazonaws.com', eventCategory: 'Data', managementEvent: false },
    resources: [{ ARN: 'arn:aws:s3:::example-records/a.csv', type: 'AWS::S3::Object' }],
  }),
  cloudtrail(55, 'ct-invoke', {
    ...{ eventName: 'Invoke', eventSource: 'lambda.amazonaws.com', eventCategory: 'Data', managementEvent: false },
    resources: [{ ARN: `arn:aws:lambda:ap-northeast-1:${ACCOUNT}:function:report`, type: 'AWS::Lambda::Function' }],
  }),
  cloudtrail(9 * 24 * 60, 'ct-old', { eventName: 'DeleteUser', eventSource: 'iam.amazonaws.com', sourceIPAddress: '192.0.2.77' }),
];

const flow = (minutes: number, more: JsonObject): Planted => ({
  source: 'aws-vpc-flow',
  minutes,
  record: (ms) => ({
    ...{ version: 5, 'account-id': ACCOUNT, region: 'ap-northeast-1', 'interface-id': 'eni-0a1b2c3d4e5f60718', protocol: 6 },
    ...{ srcaddr: '10.0.1.5', dstaddr: '198.51.100.30', srcport: 40_000, dstport: 443, packets: 10, bytes: 4000 },
    ...{ start: Math.floor(ms / 1000), end: Math.floor(ms / 1000) + 60, action: 'ACCEPT', 'log-status': 'OK' },
    ...{ 'flow-direction': 'egress' },
    ...more,
  }),
});

const FLOWS: readonly Planted[] = [
  flow(5, {}),
  flow(6, { dstaddr: '198.51.100.31', packets: 25 }),
  flow(7, { srcaddr: '192.0.2.9', dstaddr: '10.0.1.5', srcport: 22, dstport: 51_000, 'flow-direction': 'ingress', packets: 3 }),
  flow(8, { srcaddr: '10.0.1.5', dstaddr: '192.0.2.9', srcport: 51_000, dstport: 22, packets: 4, region: 'us-west-2' }),
  flow(9, {
    ...{ srcaddr: '198.51.100.99', dstaddr: '10.0.1.5', dstport: 3389, action: 'REJECT', 'flow-direction': 'ingress' },
    packets: 1,
  }),
  flow(9 * 24 * 60, { srcaddr: '192.0.2.9', srcport: 22 }),
];

const dns = (minutes: number, more: JsonObject): Planted => ({
  source: 'aws-route53-resolver',
  minutes,
  record: (ms) => ({ ...sampleOf('aws-route53-resolver', 'answered'), query_timestamp: iso(ms), ...more }),
});

const DNS: readonly Planted[] = [
  dns(11, { query_name: 's3.amazonaws.com.', answers: [{ Rdata: '192.0.2.1', Type: 'A', Class: 'IN' }] }),
  dns(12, {
    query_name: 'www.example.com.',
    answers: ['192.0.2.1', '192.0.2.2'].map((Rdata) => ({ Rdata, Type: 'A', Class: 'IN' })),
    srcaddr: '10.0.2.8',
  }),
  dns(13, { query_name: 'nowhere.example.com.', rcode: 'NXDOMAIN', answers: [] }),
  dns(9 * 24 * 60, { query_name: 'old.example.com.' }),
];

const request = (minutes: number, requestId: string, more: JsonObject, http: JsonObject = {}): Planted => ({
  source: 'aws-waf',
  minutes,
  record: (ms) => {
    const sample = sampleOf('aws-waf', 'sqli-blocked');
    return { ...sample, timestamp: ms, ...more, httpRequest: { ...(sample['httpRequest'] as JsonObject), requestId, ...http } };
  },
});

const REQUESTS: readonly Planted[] = [
  request(14, 'waf-post', {}, { httpMethod: 'POST', clientIp: '203.0.113.5', uri: '/login', args: '' }),
  request(
    15,
    'waf-regex',
    {
      ...{ terminatingRuleId: 'no-dotfiles', terminatingRuleType: 'REGULAR' },
      terminatingRuleMatchDetails: [{ conditionType: 'REGEX', location: 'URI', matchedData: ['/.'] }],
    },
    { uri: '/.aws/credentials', args: '', country: 'NL', clientIp: '203.0.113.6' },
  ),
  request(
    16,
    'waf-again',
    { terminatingRuleId: 'no-dotfiles', terminatingRuleType: 'REGULAR', terminatingRuleMatchDetails: [] },
    { uri: '/.aws/credentials', args: '', country: 'NL', clientIp: '203.0.113.6' },
  ),
  request(17, 'waf-limit', {
    ...{ terminatingRuleId: 'limit', terminatingRuleType: 'RATE_BASED', terminatingRuleMatchDetails: [] },
    rateBasedRuleList: [{ rateBasedRuleId: 'limit', limitKey: 'IP', maxRateAllowed: 2000 }],
  }),
  request(18, 'waf-allowed', { action: 'ALLOW', terminatingRuleId: 'Default_Action', terminatingRuleType: 'REGULAR' }),
];

const finding = (minutes: number, Id: string, more: JsonObject, sample = 'threat'): Planted => ({
  source: 'aws-security-hub',
  minutes,
  record: (ms) => ({
    ...sampleOf('aws-security-hub', sample),
    ...{ Id, UpdatedAt: iso(ms), CreatedAt: iso(ms - DAY), FirstObservedAt: iso(ms - DAY), LastObservedAt: iso(ms - MINUTE) },
    ...more,
  }),
});
const instance = (id: string): JsonObject => ({
  Type: 'AwsEc2Instance',
  Id: `arn:aws:ec2:ap-northeast-1:${ACCOUNT}:instance/${id}`,
  Partition: 'aws',
  Region: 'ap-northeast-1',
});

const FINDINGS: readonly Planted[] = [
  finding(21, 'sh-stolen', {
    ...{ ProductName: 'GuardDuty', Title: 'Credentials of an instance were used elsewhere', Resources: [instance('i-1')] },
    Types: ['TTPs/UnauthorizedAccess:IAMUser-InstanceCredentialExfiltration.OutsideAWS'],
  }),
  finding(22, 'sh-bucket', { Severity: { Label: 'LOW' } }, 'control-failed'),
  finding(23, 'sh-passed', { Severity: { Label: 'INFORMATIONAL' }, Workflow: { Status: 'RESOLVED' } }, 'control-passed'),
  finding(24, 'sh-cve', { Resources: [instance('i-2')] }, 'vulnerability'),
  // The same finding, seen again.
  finding(25, 'sh-cve', { Resources: [instance('i-2')], ProductFields: { round: '1' } }, 'vulnerability'),
  finding(9 * 24 * 60, 'sh-old', { Resources: [instance('i-3')] }),
];

const audit = (minutes: number, auditID: string, more: JsonObject): Planted => ({
  source: 'kubernetes-audit',
  minutes,
  record: (ms) => ({
    ...sampleOf('kubernetes-audit', 'binding'),
    ...{ auditID, requestReceivedTimestamp: iso(ms), stageTimestamp: iso(ms) },
    ...more,
  }),
});

const AUDITS: readonly Planted[] = [
  audit(31, 'k8s-update', { verb: 'update', sourceIPs: ['10.0.97.20', '198.51.100.2'] }),
  audit(32, 'k8s-lease', {
    ...{ verb: 'get', requestURI: '/apis/coordination.k8s.io/v1/leases', user: { username: 'system:kube-scheduler' } },
    objectRef: { resource: 'leases', name: 'kube-scheduler', namespace: 'kube-system' },
  }),
];

/** As an existing Security Lake brings them. */
const lake = (minutes: number, sample: string, more: JsonObject): Planted => ({
  source: 'ocsf',
  minutes,
  record: (ms) => {
    const { time_dt: _, ...record } = sampleOf('ocsf', sample);
    return { ...record, time: ms, ...more };
  },
});

const LAKE: readonly Planted[] = [
  lake(41, 'cloudtrail-v1', {}),
  lake(42, 'vpc-flow-v2', { src_endpoint: { ip: '10.0.2.8', port: 50_123 } }),
  lake(43, 'route53-v2', {}),
  lake(44, 'security-hub-v2', {}),
  lake(45, 'security-hub-v1', {}),
  lake(46, 'custom-source-1.3', {}),
];

const ALL = [...CLOUDTRAIL, ...FLOWS, ...DNS, ...REQUESTS, ...FINDINGS, ...AUDITS, ...LAKE];

/** The rows of the lake, as ingest makes them of the raw records. */
export function plantedRows(nowMs: number): LakeInput[] {
  return ALL.map(({ source, minutes, record }, line) => {
    const ms = Math.floor((nowMs - minutes * MINUTE) / 1000) * 1000;
    const found = sourceById(source);
    if (found === undefined) throw new Error(`no source ${source}`);
    const event = found.toOcsf(record(ms), { nowMs });
    return {
      // Ingest gives an id that comes again with other bytes one of its own.
      event: { ...event, metadata: { ...event.metadata, uid: `${event.metadata.uid}#${line}` } },
      source,
      rawRef: { key: 'raw/x.gz', line, sha256: 'ab', bytes: 1 },
      // What comes days late is shown some minutes after it came.
      ingestTimeMs: ms + MINUTE,
    };
  });
}
