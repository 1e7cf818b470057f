/** Turns a seed into any number of distinct CloudTrail rules in the shapes that public rule sets have, for measuring. */
import type { SigmaRule } from '../../functions/core/sigma/ast.ts';
import { parseSigma } from '../../functions/core/sigma/parse.ts';
import { type Random, randomOf } from '../../local/story/random.ts';

type Words = readonly [string, ...string[]];
const words = (text: string): Words => {
  const [first = '', ...rest] = text.split(' ');
  return [first, ...rest];
};

const SERVICES = words(
  'iam sts s3 ec2 kms rds lambda cloudtrail guardduty config ssm secretsmanager route53 ecs ecr eks elasticfilesystem glue athena cloudfront cloudwatch logs events sns sqs dynamodb organizations sso signin wafv2 network-firewall macie2 securityhub bedrock sagemaker codebuild codecommit codepipeline backup elasticache redshift apigateway cognito-idp ses workmail transfer workspaces detective inspector2 access-analyzer',
);
const VERBS = words(
  'Create Delete Update Put Modify Attach Detach Disable Enable Start Stop Run Add Remove Set Register Deregister Associate Disassociate Authorize Revoke Import Export Get List Describe Batch Cancel Restore Share Reset Replace Tag Untag Assume Accept Reject',
);
const NOUNS = words(
  'User Role Policy Group AccessKey LoginProfile Bucket BucketPolicy BucketAcl Instance Snapshot Image Volume Key Alias Grant Cluster DbInstance DbSnapshot Function Layer Trail EventSelectors Detector Filter Recorder Rule Document Session Secret Parameter HostedZone RecordSet TaskDefinition Repository AccessEntry MountTarget Crawler WorkGroup Distribution Alarm LogGroup LogStream Topic Queue Table Backup Account Permission Assignment WebAcl Firewall Member Insight Model Endpoint Notebook Project Branch Pipeline Vault Subnet RouteTable Gateway SecurityGroup FlowLogs Vpc PeeringConnection KeyPair InstanceProfile MfaDevice SamlProvider OidcProvider Certificate Stage UserPool IdentityPool Identity Organization Server Workspace Graph Finding Analyzer Domain Address Fleet Catalog Connection Policies Attributes',
);
const TAILS = words('s V2 Version Configuration Settings Status Default Policy ByName Tags');
const PARAMETERS = words(
  'userName roleName policyArn bucketName keyId functionName name instanceType groupId cidrIp attribute snapshotId dBInstanceIdentifier trailName detectorId serviceName accountId principalArn documentName secretId',
);
const SYLLABLES = words('ka ro mi tes vor lan dex qui pra sol nim bur gat hox zel fen tar yul wex jon');
const ACTORS = words('Root IAMUser AssumedRole AWSService FederatedUser AWSAccount');

interface Draw {
  random: Random;
  /** Names of calls that are in the events, so that some rules' anchors are hit often. */
  seen: Words;
  taken: Set<string>;
}

const quoted = (text: string): string => `'${text}'`;
const coined = ({ random }: Draw, syllables: number): string =>
  Array.from({ length: syllables }, () => random.pick(SYLLABLES)).join('');

/** A name that no other rule of the set has; where words run out, a coined one. */
function callName(draw: Draw): string {
  const { random, taken } = draw;
  for (let tries = 0; ; tries++) {
    const tail = random.chance(0.4) ? random.pick(TAILS) : '';
    const noun = tries < 20 ? random.pick(NOUNS) : coined(draw, 3);
    const name = `${random.pick(VERBS)}${noun}${tail}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

/** One rule in twenty asks about a call that the corpus is full of. */
const anyName = (draw: Draw): string => (draw.random.chance(0.05) ? draw.random.pick(draw.seen) : callName(draw));
const source = ({ random }: Draw): string => `${random.pick(SERVICES)}.amazonaws.com`;
const names = (draw: Draw): string =>
  `[${Array.from({ length: draw.random.int(2, 8) }, () => quoted(anyName(draw))).join(', ')}]`;
const call = (draw: Draw): string => `eventSource: ${source(draw)}, eventName: ${quoted(anyName(draw))}`;
const parameter = ({ random }: Draw): string => `requestParameters.${random.pick(PARAMETERS)}`;

/** Shapes of detections with their weights, as they are shared out among public CloudTrail rules; each keeps a part that anchors it. */
const SHAPES: readonly (readonly [weight: number, write: (draw: Draw) => string])[] = [
  [34, (draw) => `selection: {${call(draw)}}\ncondition: selection`],
  [18, (draw) => `selection: {eventSource: ${source(draw)}, eventName: ${names(draw)}}\ncondition: selection`],
  [
    8,
    (draw) =>
      `selection: {${call(draw)}}\nfilter: {userIdentity.type: ${draw.random.pick(ACTORS)}}\ncondition: selection and not filter`,
  ],
  [
    6,
    (draw) =>
      `selection: {${call(draw)}}\nfilter_ua: {userAgent|contains: ${coined(draw, 3)}}\nfilter_ip: {sourceIPAddress|endswith: .amazonaws.com}\ncondition: selection and not 1 of filter_*`,
  ],
  [7, (draw) => `selection: {${call(draw)}, ${parameter(draw)}|contains: ${coined(draw, 3)}}\ncondition: selection`],
  [
    5,
    (draw) => `selection: {${call(draw)}, '${parameter(draw)}': [${coined(draw, 2)}, ${coined(draw, 3)}]}\ncondition: selection`,
  ],
  [4, (draw) => `selection: {${call(draw)}}\nbad: {errorCode|contains: [Denied, Unauthorized]}\ncondition: selection and bad`],
  [3, (draw) => `selection: {${call(draw)}, errorCode: null}\ncondition: selection`],
  [3, (draw) => `selection: {eventName|startswith: ${callName(draw)}}\ncondition: selection`],
  [2, (draw) => `selection: {eventName|contains: ${callName(draw)}}\ncondition: selection`],
  [3, (draw) => `selection: {userAgent|contains: [${coined(draw, 3)}, ${coined(draw, 4)}/]}\ncondition: selection`],
  [2, (draw) => `selection: {userIdentity.arn|contains: ':user/${coined(draw, 3)}'}\ncondition: selection`],
  [1, (draw) => `selection: {userIdentity.arn|endswith: '/${coined(draw, 4)}'}\ncondition: selection`],
  [
    1,
    (draw) =>
      `selection: {sourceIPAddress: ['192.0.2.${draw.random.int(1, 254)}', '${coined(draw, 4)}.example.com']}\ncondition: selection`,
  ],
  [1, (draw) => `selection: {${call(draw)}, 'requestParameters|contains': '"${coined(draw, 3)}"'}\ncondition: selection`],
  [1, (draw) => `selection: {errorMessage|contains: ${coined(draw, 3)} denied}\ncondition: selection`],
  [1, (draw) => `selection: {userAgent|re: '${coined(draw, 3)}-\\d+\\.\\d+'}\ncondition: selection`],
];
const WEIGHT = SHAPES.reduce((sum, [weight]) => sum + weight, 0);

/**
 * `count` rules; the same seed gives the same rules, and a longer set begins with the shorter one.
 * @throws Error where a rule of ours does not parse
 */
export function varied(count: number, seed: number, seen: Words): SigmaRule[] {
  const draw: Draw = { random: randomOf(seed), seen, taken: new Set() };
  return Array.from({ length: count }, (_, index) => {
    let at = draw.random.int(0, WEIGHT - 1);
    const write = SHAPES.find(([weight]) => {
      at -= weight;
      return at < 0;
    })?.[1];
    const body = (write?.(draw) ?? '').replaceAll(/^/gm, '    ');
    const head = `title: Varied ${index}\nid: ${draw.random.uuid()}\nstatus: test\nlevel: medium\nlogsource: {product: aws, service: cloudtrail}\n`;
    const { rules, problems } = parseSigma(`${head}detection:\n${body}\n`, `varied/${index}.yml`);
    const [rule] = rules;
    if (rule === undefined) throw new Error(JSON.stringify(problems));
    return rule;
  });
}
