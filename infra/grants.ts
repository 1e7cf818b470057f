/** Turns a stage's declared ports into the IAM statements that its role gets: exactly what the AWS adapters call, on exactly our resources. */
import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { AdoptedBucket } from '../functions/core/adopted-buckets.ts';
import { CUT_VIEW_NAME } from '../functions/core/lake/table-view.ts';
import type { Access, PortName, Stage } from '../functions/pipeline.ts';
import { adoptedGrants } from './adopted-buckets.ts';
import type { DataResources } from './data-resources.ts';

/** What grants need to know beside the data. */
export interface GrantContext {
  data: DataResources;
  busArn: string;
  /** ARNs of state machines and of their executions; may end in a wildcard below our own prefix. */
  machineArn: string;
  executionArn: string;
  /** ARN pattern of the responder roles. */
  responderRoleArn: string;
  organizationId: string | undefined;
  /** Buckets of others that are read beside the landing bucket. */
  adopted: readonly AdoptedBucket[];
  /** ARNs of the secrets that the configuration names for this stage; may end in the wildcard of their random suffix. */
  secretArns: readonly string[];
  /** Addresses that mail may come from. */
  mailFrom: readonly string[];
}

type Granting = (access: Access, context: GrantContext) => PolicyStatement[];
const allow = (actions: string[], resources: string[]): PolicyStatement => new PolicyStatement({ actions, resources });
const reads = (access: Access): boolean => access === 'read' || access === 'readwrite';
const writes = (access: Access): boolean => access === 'write' || access === 'readwrite';

/** The statements for all ports of a stage. */
export function grantsOf(stage: Stage, context: GrantContext): PolicyStatement[] {
  return portsOf(stage).flatMap(([port, access]) => GRANTS[port](access, context));
}

export const portsOf = (stage: Stage): [PortName, Access][] =>
  PORT_NAMES.flatMap((port) => {
    const access = stage.ports[port];
    return access === undefined ? [] : [[port, access] satisfies [PortName, Access]];
  });

const bucket =
  (name: 'landing' | 'raw' | 'lake' | 'quarantine' | 'evidence'): Granting =>
  (access, { data }) => {
    const { arn, locked, keyArn } = data.buckets[name];
    // Without ListBucket S3 answers 403 for an absent object. A locked bucket is looked at before each write.
    const looks = reads(access) || locked;
    const actions = [
      ...(looks ? ['s3:GetObject'] : []),
      ...(writes(access) ? ['s3:PutObject'] : []),
      ...(access === 'readwrite' ? ['s3:DeleteObject'] : []),
      ...(locked && writes(access) ? ['s3:PutObjectRetention', 's3:GetObjectRetention', 's3:GetObjectLegalHold'] : []),
    ];
    return [
      allow(actions, [`${arn}/*`]),
      ...(looks ? [allow(['s3:ListBucket'], [arn])] : []),
      ...(keyArn === undefined
        ? []
        : [keyGrant(keyArn, 's3', writes(access) ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'])]),
    ];
  };

/** The key, and only through the service that holds the data. */
const keyGrant = (keyArn: string, service: string, actions: string[]): PolicyStatement =>
  new PolicyStatement({
    actions,
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
  });

const table: Granting = (access, { data }) => [
  allow(
    [
      ...(reads(access) ? ['dynamodb:GetItem', 'dynamodb:Query'] : []),
      ...(writes(access) ? ['dynamodb:UpdateItem', 'dynamodb:DeleteItem'] : []),
    ],
    [data.table.arn, `${data.table.arn}/index/*`],
  ),
  keyGrant(data.keyArn, 'dynamodb', ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey']),
];

const query: Granting = (_, { data }) => {
  const { lake, athenaResults } = data.buckets;
  const databases = [data.database, ...(data.securityLakeDatabase === undefined ? [] : [data.securityLakeDatabase])];
  const glue = (rest: string): string => Stack.of(data.scope).formatArn({ service: 'glue', resource: rest });
  return [
    allow(
      ['athena:StartQueryExecution', 'athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:StopQueryExecution'],
      [data.workgroup.arn],
    ),
    allow(
      ['glue:GetDatabase', 'glue:GetTable', 'glue:GetTables', 'glue:GetPartitions'],
      [glue('catalog'), ...databases.flatMap((name) => [glue(`database/${name}`), glue(`table/${name}/*`)])],
    ),
    allow(['s3:GetObject'], [`${lake.arn}/*`, `${athenaResults.arn}/*`]),
    allow(['s3:ListBucket', 's3:GetBucketLocation'], [lake.arn, athenaResults.arn]),
    allow(['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], [`${athenaResults.arn}/*`]),
    keyGrant(data.keyArn, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']),
  ];
};

/** The one view that says where the lake is cut. */
const cuts: Granting = (access, { data }) => {
  const glue = (rest: string): string => Stack.of(data.scope).formatArn({ service: 'glue', resource: rest });
  return [
    allow(
      ['glue:GetTable', ...(writes(access) ? ['glue:UpdateTable'] : [])],
      [glue('catalog'), glue(`database/${data.database}`), glue(`table/${data.database}/${CUT_VIEW_NAME}`)],
    ),
  ];
};

const executions: Granting = (_, { machineArn, executionArn }) => [
  allow(['states:StartExecution', 'states:SendTaskSuccess', 'states:SendTaskFailure'], [machineArn]),
  allow(['states:DescribeExecution'], [executionArn]),
];

const cloud: Granting = (_, { responderRoleArn, organizationId }) => [
  new PolicyStatement({
    actions: ['sts:AssumeRole'],
    resources: [responderRoleArn],
    ...(organizationId === undefined ? {} : { conditions: { StringEquals: { 'aws:ResourceOrgID': organizationId } } }),
  }),
];

const secrets: Granting = (_, { secretArns }) =>
  secretArns.length === 0 ? [] : [allow(['secretsmanager:GetSecretValue'], [...secretArns])];

/** Only from the addresses of the configuration. SES asks for the raw action too where a letter is a finished message. */
const mail: Granting = (_, { mailFrom, data }) =>
  mailFrom.length === 0
    ? []
    : [
        new PolicyStatement({
          actions: ['ses:SendEmail', 'ses:SendRawEmail'],
          resources: [Stack.of(data.scope).formatArn({ service: 'ses', resource: 'identity', resourceName: '*' })],
          conditions: { StringEquals: { 'ses:FromAddress': [...mailFrom] } },
        }),
      ];

const nothing: Granting = () => [];

const GRANTS: Readonly<Record<PortName, Granting>> = {
  landing: (access, context) => [...bucket('landing')(access, context), ...(reads(access) ? adoptedGrants(context.adopted) : [])],
  raw: bucket('raw'),
  lake: bucket('lake'),
  cuts,
  quarantine: bucket('quarantine'),
  evidence: bucket('evidence'),
  table,
  bus: (_, { busArn }) => [allow(['events:PutEvents'], [busArn])],
  query,
  // A file of the bundle.
  geo: nothing,
  executions,
  cloud,
  // Its credentials; the internet asks no permission of ours.
  tenants: secrets,
  // The internet asks no permission of ours; the adapter lets a stage go to named hosts only.
  http: nothing,
  secrets,
  mail,
  clock: nothing,
  timer: nothing,
  ids: nothing,
  // Embedded metrics are log lines.
  meter: nothing,
};
const PORT_NAMES: readonly PortName[] = [
  'landing',
  'raw',
  'lake',
  'cuts',
  'quarantine',
  'evidence',
  'table',
  'bus',
  'query',
  'geo',
  'executions',
  'cloud',
  'tenants',
  'http',
  'secrets',
  'mail',
  'clock',
  'timer',
  'ids',
  'meter',
];
