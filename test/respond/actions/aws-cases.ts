/** For every action on AWS: any account that it may meet, and the parameters with which it is asked there. */
import * as fc from 'fast-check';
import type { JsonObject } from '../../../functions/core/json.ts';
import type { SimulatedEstate } from '../../../local/adapters/simulated-aws.ts';
import { ACCOUNT, user } from '../world.ts';

type Account = SimulatedEstate['accounts'][string];
export interface ActionCase {
  account: fc.Arbitrary<Account>;
  parameters: JsonObject;
}

export const REGION = 'eu-west-1';
const at = { accountId: ACCOUNT, region: REGION };
const bool = fc.boolean();
const POLICIES = ['{"Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}', '{ "Statement" : {"Effect":"Deny"} }'];
const policy = fc.constantFrom(...POLICIES);
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';

/** An account with one resource of a type. */
const one = (type: string, id: string, data: fc.Arbitrary<JsonObject>): fc.Arbitrary<Account> =>
  data.map((found) => ({ users: {}, resources: { [type]: { [id]: found } } }));
const regional = (type: string, id: string, data: fc.Arbitrary<JsonObject>) => one(type, `${REGION}/${id}`, data);
/** Several types of resources at once; each is there for itself. */
const together = (...accounts: fc.Arbitrary<Account>[]): fc.Arbitrary<Account> =>
  fc.tuple(...accounts).map((all) => ({
    users: Object.assign({}, ...all.map(({ users }) => users)),
    resources: Object.assign({}, ...all.map(({ resources }) => resources)),
  }));

const alice = { accountId: ACCOUNT, userName: 'alice' };
const people = (attached: fc.Arbitrary<string[]> = fc.constant([])): fc.Arbitrary<Account> =>
  fc
    .record({
      attached,
      inline: fc.dictionary(fc.constantFrom('own', 'YaguraQuarantine-INC-1'), policy, { noNullPrototype: true }),
    })
    .map(({ attached: attachedPolicies, inline: inlinePolicies }) => ({
      users: {
        alice: user('alice', {
          attachedPolicies,
          inlinePolicies,
          accessKeys: { AKIAIOSFODNN7EXAMPLE: { status: 'Active', createdAtMs: 1 } },
        }),
      },
    }));
const managed = fc.subarray(['arn:aws:iam::aws:policy/ReadOnlyAccess', DENY_ALL, 'arn:aws:iam::aws:policy/PowerUserAccess']);

const role = one(
  'iam/role',
  'app',
  fc.record({
    ...{
      path: fc.constantFrom('/', '/team/'),
      trust: policy,
      attachedPolicies: fc.constant([]),
      maxSessionSec: fc.constant(3600),
    },
    inlinePolicies: fc.dictionary(fc.constantFrom('own', 'YaguraQuarantine-INC-1', 'YaguraRevoke-INC-1'), policy, {
      noNullPrototype: true,
    }),
    boundary: fc.constantFrom(null, DENY_ALL, 'arn:aws:iam::aws:policy/ReadOnlyAccess'),
  }),
);
const ofRole = { accountId: ACCOUNT, roleName: 'app' };

const organization = together(
  one('organizations/organization', 'o', fc.constant({ id: 'o-example123', managementAccount: ACCOUNT })),
  one(
    'organizations/account',
    '444455556666',
    fc.record({ parent: fc.constantFrom('r-root', 'ou-root-quarantine1', 'ou-root-workloads1') }),
  ),
  fc.constant({
    users: {},
    resources: {
      'organizations/unit': { 'ou-root-quarantine1': { name: 'Quarantine' }, 'ou-root-workloads1': { name: 'Workloads' } },
    },
  }),
  bool.map((isThere) => ({
    users: {},
    resources: {
      'organizations/policy': {
        'p-fullaccess': { name: 'FullAWSAccess', document: '{}', targets: ['444455556666'] },
        'p-quarantine1': { name: 'Quarantine', document: '{}', targets: isThere ? ['444455556666'] : [] },
      },
    },
  })),
);
const member = { accountId: ACCOUNT, memberAccountId: '444455556666' };

const VPC = 'vpc-0123456789abcdef0';
const SUBNET = 'subnet-0123456789abcdef0';
const INSTANCE = 'i-0123456789abcdef0';
const instanceWith = (more: Record<string, fc.Arbitrary<JsonObject[string]>> = {}) =>
  regional(
    'ec2/instance',
    INSTANCE,
    fc.record({
      ...{ state: fc.constant('running'), vpcId: fc.constant(VPC), subnetId: fc.constant(SUBNET) },
      profileArn: fc.constantFrom(null, `arn:aws:iam::${ACCOUNT}:instance-profile/app`),
      volumes: fc.constant(['vol-0aaaaaaaaaaaaaaaa', 'vol-0bbbbbbbbbbbbbbbb']),
      ...{ disableApiTermination: bool, disableApiStop: bool, shutdownBehavior: fc.constantFrom('stop', 'terminate') },
      metadata: fc.record({
        HttpTokens: fc.constantFrom('optional', 'required'),
        HttpPutResponseHopLimit: fc.integer({ min: 1, max: 3 }),
        HttpEndpoint: fc.constantFrom('enabled', 'disabled'),
      }),
      ...more,
    }),
  );
const ofInstance = { ...at, instanceId: INSTANCE };

const egress = { id: 'sgr-1', isEgress: true, protocol: '-1', cidrIpv4: '0.0.0.0/0' };
const rule = (from: number, cidrIpv4: string, more: JsonObject = {}): JsonObject => ({
  ...{ id: `sgr-${from}-${cidrIpv4}`, isEgress: false, protocol: 'tcp', fromPort: from, toPort: from, cidrIpv4, ...more },
});
const GROUPS = ['sg-0000000000000001', 'sg-0000000000000002', 'sg-0000000000000003'];
const securityGroups = fc
  .tuple(
    ...GROUPS.map(() =>
      fc.subarray([rule(22, '0.0.0.0/0', { description: 'ssh' }), rule(443, '0.0.0.0/0'), rule(443, '192.0.2.0/24')]),
    ),
  )
  .map((rules) => ({
    users: {},
    resources: {
      'ec2/security-group': Object.fromEntries(
        GROUPS.map((id, index) => [
          `${REGION}/${id}`,
          { name: `group-${index}`, vpcId: VPC, description: 'as it is', rules: [...(rules[index] ?? []), egress] },
        ]),
      ),
    },
  }));
const interfaces = fc.array(fc.subarray(GROUPS, { minLength: 1 }), { minLength: 1, maxLength: 3 }).map((all) => ({
  users: {},
  resources: {
    'ec2/network-interface': Object.fromEntries(
      all.map((groups, index) => [`${REGION}/eni-${index}`, { instanceId: INSTANCE, vpcId: VPC, subnetId: SUBNET, groups }]),
    ),
  },
}));

const entry = (number: number, more: JsonObject = {}): JsonObject => ({
  ...{ number, isEgress: false, protocol: '-1', action: 'allow', cidr: '0.0.0.0/0', ...more },
});
const sharing = fc.record({ accounts: fc.subarray(['444455556666', '999988887777']), isPublic: bool });
const copy = fc.record({
  volumeId: fc.constant('vol-0aaaaaaaaaaaaaaaa'),
  shared: sharing,
  tags: fc.constant({}),
  isEncrypted: bool,
});
const settings = together(
  fc.option(
    regional(
      'ec2/settings',
      'settings',
      fc
        .record({
          internetGatewayBlockMode: fc.constantFrom('off', 'block-ingress', 'block-bidirectional'),
          snapshotBlockPublicAccess: fc.constantFrom('unblocked', 'block-new-sharing', 'block-all-sharing'),
        })
        .filter((one) => one.internetGatewayBlockMode !== 'off' || one.snapshotBlockPublicAccess !== 'unblocked'),
    ),
    { nil: { users: {}, resources: {} } },
  ),
);

const block = fc.record({ BlockPublicAcls: bool, IgnorePublicAcls: bool, BlockPublicPolicy: bool, RestrictPublicBuckets: bool });
const LIFECYCLE: JsonObject = { Rules: [{ ID: 'purge', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }] };
const REPLICATION: JsonObject = {
  Role: `arn:aws:iam::${ACCOUNT}:role/copy`,
  Rules: [{ Status: 'Enabled', Priority: 1, Filter: { Prefix: '' }, Destination: { Bucket: 'arn:aws:s3:::elsewhere' } }],
};
const bucketWith = (more: Record<string, fc.Arbitrary<JsonObject[string]>>) =>
  one(
    's3/bucket',
    'payroll-exports',
    fc.record({
      ...{ region: fc.constant(REGION), publicAccessBlock: fc.option(block), policy: fc.option(policy) },
      ...{
        versioning: fc.constant('Enabled'),
        lifecycle: fc.constantFrom(null, LIFECYCLE),
        replication: fc.constantFrom(null, REPLICATION),
      },
      ...more,
    }),
  );
const bucket = bucketWith({});
const ofBucket = { ...at, bucket: 'payroll-exports' };
const KEY_ID = '12345678-1234-1234-1234-123456789012';
const DETECTOR = '0123456789abcdef0123456789abcdef';

export const AWS_CASES: Readonly<Record<string, ActionCase>> = {
  'aws-iam-key-disable': { account: people(), parameters: { ...alice, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } },
  'aws-iam-user-deny': { account: people(), parameters: alice },
  'aws-iam-user-deny-managed': { account: people(managed), parameters: alice },
  'aws-iam-user-policy-detach': {
    account: people(managed.map((arns) => [...new Set([DENY_ALL, ...arns])])),
    parameters: { ...alice, policyArn: DENY_ALL },
  },
  'aws-iam-group-remove': {
    account: together(people(), one('iam/group', 'admins', fc.record({ members: fc.subarray(['alice', 'bob']) }))),
    parameters: { ...alice, groupName: 'admins' },
  },
  'aws-iam-credential-disable': {
    account: together(
      people(),
      one(
        'iam/credential',
        'ACCAEXAMPLE123EXAMPLE',
        fc.record({
          userName: fc.constant('alice'),
          serviceName: fc.constant('bedrock.amazonaws.com'),
          status: fc.constantFrom('Active', 'Inactive'),
        }),
      ),
    ),
    parameters: { ...alice, credentialId: 'ACCAEXAMPLE123EXAMPLE' },
  },
  'aws-iam-role-revoke-sessions': { account: role, parameters: ofRole },
  'aws-iam-role-deny': { account: role, parameters: ofRole },
  'aws-iam-role-boundary': { account: role, parameters: ofRole },
  'aws-iam-role-trust': { account: role, parameters: ofRole },
  'aws-iam-policy-rollback': {
    account: one(
      'iam/policy',
      'deploy',
      fc.record({ defaultVersion: fc.constantFrom('v1', 'v2', 'v3'), versions: fc.constant({ v1: '{}', v2: '{}', v3: '{}' }) }),
    ),
    parameters: { accountId: ACCOUNT, policyName: 'deploy', versionId: 'v1' },
  },
  'aws-org-scp-quarantine': { account: organization, parameters: { ...member, policyId: 'p-quarantine1' } },
  'aws-org-move': { account: organization, parameters: { ...member, quarantineOuId: 'ou-root-quarantine1' } },
  'aws-ec2-preserve': { account: instanceWith(), parameters: ofInstance },
  'aws-ec2-imds': { account: instanceWith(), parameters: ofInstance },
  'aws-ec2-profile-remove': { account: instanceWith(), parameters: ofInstance },
  'aws-ec2-stop': {
    account: instanceWith({ state: fc.constantFrom('running', 'stopped'), disableApiStop: fc.constant(false) }),
    parameters: ofInstance,
  },
  'aws-ec2-snapshot': { account: instanceWith(), parameters: ofInstance },
  'aws-ec2-isolate': { account: together(instanceWith(), securityGroups, interfaces), parameters: ofInstance },
  'aws-ec2-nacl-deny': {
    account: regional(
      'ec2/network-acl',
      'acl-0123456789abcdef0',
      fc.record({
        ...{ vpcId: fc.constant(VPC), subnets: fc.constant([SUBNET, 'subnet-0bbbbbbbbbbbbbbbb']) },
        entries: fc.subarray([entry(1, { action: 'deny' }), entry(90, { action: 'deny', cidr: '192.0.2.0/24' }), entry(100)]),
      }),
    ),
    parameters: { ...at, subnetId: SUBNET },
  },
  'aws-ec2-rule-revoke': {
    account: securityGroups,
    parameters: { ...at, groupId: GROUPS[0] ?? '', protocol: 'tcp', fromPort: 22, toPort: 22, cidr: '0.0.0.0/0' },
  },
  'aws-vpc-block-public': { account: settings, parameters: at },
  'aws-ec2-snapshot-block-public': { account: settings, parameters: at },
  'aws-ec2-snapshot-unshare': {
    account: regional('ec2/snapshot', 'snap-0123456789abcdef0', copy),
    parameters: { ...at, snapshotId: 'snap-0123456789abcdef0', keepAccounts: ['444455556666'] },
  },
  'aws-ec2-image-unshare': {
    account: regional('ec2/image', 'ami-0123456789abcdef0', fc.record({ shared: sharing })),
    parameters: { ...at, imageId: 'ami-0123456789abcdef0' },
  },
  'aws-lambda-freeze': {
    account: regional('lambda/function', 'resize', fc.record({ reservedConcurrency: fc.option(fc.integer({ min: 0, max: 5 })) })),
    parameters: { ...at, functionName: 'resize' },
  },
  'aws-lambda-source-disable': {
    account: regional('lambda/event-source', KEY_ID, fc.record({ functionName: fc.constant('resize'), isEnabled: bool })),
    parameters: { ...at, mappingId: KEY_ID },
  },
  'aws-ecs-service-stop': {
    account: regional('ecs/service', 'shop/web', fc.record({ desiredCount: fc.integer({ min: 0, max: 9 }) })),
    parameters: { ...at, cluster: 'shop', service: 'web' },
  },
  'aws-waf-ip-block': {
    account: regional(
      'wafv2/ip-set',
      'set-1',
      fc.record({
        ...{ name: fc.constant('blocked'), scope: fc.constant('REGIONAL'), description: fc.constantFrom('', 'ours') },
        ...{ addresses: fc.subarray(['192.0.2.0/24', '198.51.100.7/32', '203.0.113.9/32']), lockToken: fc.constant('t-0') },
      }),
    ),
    parameters: { ...at, setName: 'blocked', setId: 'set-1', scope: 'REGIONAL', cidr: '198.51.100.7/32' },
  },
  'aws-s3-block-public': { account: bucket, parameters: ofBucket },
  'aws-s3-block-public-account': {
    account: fc.option(one('s3/account', 'account', fc.record({ publicAccessBlock: block })), { nil: { users: {} } }),
    parameters: { accountId: ACCOUNT },
  },
  'aws-s3-lockdown': {
    account: bucket,
    parameters: { ...ofBucket, allowedPrincipals: [`arn:aws:iam::${ACCOUNT}:role/responder`] },
  },
  'aws-s3-versioning': { account: bucketWith({ versioning: fc.constantFrom('Enabled', 'Suspended') }), parameters: ofBucket },
  'aws-s3-lifecycle-remove': { account: bucket, parameters: ofBucket },
  'aws-s3-replication-remove': { account: bucket, parameters: ofBucket },
  'aws-kms-protect': {
    account: regional(
      'kms/key',
      KEY_ID,
      fc.record({ state: fc.constantFrom('Enabled', 'Disabled', 'PendingDeletion'), isRotated: bool }),
    ),
    parameters: { ...at, keyId: KEY_ID },
  },
  'aws-kms-disable': {
    account: regional('kms/key', KEY_ID, fc.record({ state: fc.constantFrom('Enabled', 'Disabled'), isRotated: bool })),
    parameters: { ...at, keyId: KEY_ID },
  },
  'aws-rds-close': {
    account: regional('rds/instance', 'orders', fc.record({ isPublic: bool, isProtected: bool })),
    parameters: { ...at, dbInstance: 'orders' },
  },
  'aws-rds-snapshot-unshare': {
    account: regional('rds/snapshot', 'orders-1', fc.record({ restore: fc.subarray(['444455556666', '999988887777', 'all']) })),
    parameters: { ...at, dbSnapshot: 'orders-1' },
  },
  'aws-trail-heal': {
    account: regional('cloudtrail/trail', 'org-trail', fc.record({ isLogging: bool })),
    parameters: { ...at, trailName: 'org-trail' },
  },
  'aws-guardduty-heal': {
    account: regional('guardduty/detector', DETECTOR, fc.record({ isEnabled: bool })),
    parameters: { ...at, detectorId: DETECTOR },
  },
  'aws-config-heal': {
    account: regional('config/recorder', 'default', fc.record({ isRecording: bool })),
    parameters: { ...at, recorderName: 'default' },
  },
  'aws-cognito-user-disable': {
    account: regional('cognito/user', 'eu-west-1_Example01/kato', fc.record({ isEnabled: bool })),
    parameters: { ...at, userPoolId: 'eu-west-1_Example01', userName: 'kato' },
  },
  'aws-ses-pause': { account: regional('ses/account', 'account', fc.record({ isSending: bool })), parameters: at },
};
