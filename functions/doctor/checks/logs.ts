/** The buckets that logs land in, their keys, the trail and GuardDuty: what must be right for logs to come at all. */
import type { AdoptedBucket } from '../../core/adopted-buckets.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Finding } from '../finding.ts';
import { allows } from '../policy.ts';
import type { RequestContext } from '../policy-condition.ts';
import { type Check, objectIn, objectsIn, textIn, variableOf, type World } from '../world.ts';

/** Who writes which source's logs into the landing bucket by itself, on whose behalf. */
const DELIVERIES: Readonly<Record<string, { principal: string; arn: string }>> = {
  'aws-cloudtrail': { principal: 'cloudtrail.amazonaws.com', arn: 'cloudtrail:*:{account}:trail/*' },
  'aws-guardduty': { principal: 'guardduty.amazonaws.com', arn: 'guardduty:*:{account}:detector/*' },
};

export const LOG_CHECKS: readonly Check[] = [
  { id: 'landing', needs: 'deployment', run: landing },
  { id: 'data-key', needs: 'deployment', run: dataKey },
  {
    id: 'adopted-buckets',
    needs: 'account',
    run: async (world) => (await Promise.all(world.config.adopt.map((one) => adopted(world, one)))).flat(),
  },
  { id: 'trail', needs: 'account', run: trails },
  { id: 'guardduty', needs: 'account', run: guardDuty },
];

/** The statement to add, as JSON for a policy. */
const statement = (principal: JsonObject, actions: string[], resource: string, condition?: JsonObject): string =>
  JSON.stringify({
    ...{ Effect: 'Allow', Principal: principal, Action: actions, Resource: resource },
    ...(condition === undefined ? {} : { Condition: condition }),
  });

/** Without it, anybody's trail could deliver (the confused deputy). @see infra/log-delivery.ts, which deploys the same */
function deliveryCondition({ config, accountId }: World, arn: string, more: JsonObject = {}): JsonObject {
  const { organizationId } = config;
  const owner = organizationId === undefined ? { 'aws:SourceAccount': accountId } : { 'aws:SourceOrgID': organizationId };
  return {
    StringEquals: { ...owner, ...more },
    ArnLike: { 'aws:SourceArn': `arn:aws:${arn.replace('{account}', organizationId === undefined ? accountId : '*')}` },
  };
}

/** What is known of a delivery before there is one: it is of this account, over TLS; which trail, nobody knows yet. */
const deliveryContext = ({ config: { organizationId }, accountId }: World): RequestContext => ({
  ...{ 'aws:sourceaccount': [accountId], 'aws:securetransport': ['true'], 's3:x-amz-acl': ['bucket-owner-full-control'] },
  ...(organizationId === undefined ? {} : { 'aws:sourceorgid': [organizationId] }),
});

/** What is known of ingest reading by its own role. */
const readerContext = ({ config: { organizationId }, accountId, region }: World, role: string): RequestContext => ({
  ...{ 'aws:principalarn': [role], 'aws:principalaccount': [accountId], 'aws:securetransport': ['true'] },
  'kms:viaservice': [`s3.${region}.amazonaws.com`],
  ...(organizationId === undefined ? {} : { 'aws:principalorgid': [organizationId] }),
});

async function policyOf({ aws }: World, bucket: string): Promise<string> {
  return textIn((await aws.read('s3', 'GetBucketPolicy', { Bucket: bucket }))?.['Policy']);
}

async function announces({ aws }: World, bucket: string): Promise<boolean> {
  const answer = await aws.read('s3', 'GetBucketNotificationConfiguration', { Bucket: bucket });
  return answer?.['EventBridgeConfiguration'] !== undefined;
}

async function landing(world: World): Promise<Finding[]> {
  const bucket = variableOf(world, 'ingest', 'YAGURA_LANDING_BUCKET');
  if ((await world.aws.read('s3', 'GetBucketLocation', { Bucket: bucket })) === undefined)
    return [{ id: 'landing-missing', values: { bucket } }];
  const findings: Finding[] = [];
  if (!(await announces(world, bucket))) findings.push({ id: 'landing-notification', values: { bucket } });
  const block = objectIn(
    (await world.aws.read('s3', 'GetPublicAccessBlock', { Bucket: bucket }))?.['PublicAccessBlockConfiguration'],
  );
  if (!['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].every((key) => block[key] === true))
    findings.push({ id: 'landing-public', values: { bucket } });
  if (world.config.landing.bucket === 'adopt') return findings;
  const policy = await policyOf(world, bucket);
  const resource = `arn:aws:s3:::${bucket}/AWSLogs/${world.accountId}/x`;
  const context = deliveryContext(world);
  for (const [source, { principal, arn }] of Object.entries(DELIVERIES)) {
    if (!world.sources.includes(source) || allows(policy, { principal, action: 's3:PutObject', resource, context })) continue;
    const acl = source === 'aws-cloudtrail' ? { 's3:x-amz-acl': 'bucket-owner-full-control' } : {};
    const condition = deliveryCondition(world, arn, acl);
    const added = statement({ Service: principal }, ['s3:PutObject'], `arn:aws:s3:::${bucket}/*AWSLogs/*`, condition);
    findings.push({ id: 'landing-policy', values: { bucket, source, statement: added } });
  }
  return findings;
}

async function dataKey(world: World): Promise<Finding[]> {
  const key = `alias/${world.config.name}-data`;
  const findings = await keyFindings(world, key);
  if (findings.length > 0) return findings;
  const keyId = textIn(objectIn((await world.aws.read('kms', 'DescribeKey', { KeyId: key }))?.['KeyMetadata'])['KeyId']);
  const rotation = await world.aws.read('kms', 'GetKeyRotationStatus', { KeyId: keyId });
  if (rotation?.['KeyRotationEnabled'] !== true) findings.push({ id: 'key-rotation', values: { key: keyId } });
  const policy = textIn((await world.aws.read('kms', 'GetKeyPolicy', { KeyId: keyId, PolicyName: 'default' }))?.['Policy']);
  const context = deliveryContext(world);
  for (const [source, { principal, arn }] of Object.entries(DELIVERIES)) {
    if (!world.sources.includes(source) || allows(policy, { principal, action: 'kms:GenerateDataKey', context })) continue;
    const condition = deliveryCondition(world, arn);
    const added = statement({ Service: principal }, ['kms:GenerateDataKey', 'kms:DescribeKey'], '*', condition);
    findings.push({ id: 'key-policy', values: { key: keyId, source, statement: added } });
  }
  return findings;
}

async function keyFindings({ aws }: World, key: string): Promise<Finding[]> {
  const found = objectIn((await aws.read('kms', 'DescribeKey', { KeyId: key }))?.['KeyMetadata']);
  const state = textIn(found['KeyState']);
  if (state === '') return [{ id: 'key-missing', values: { key } }];
  if (state === 'PendingDeletion') return [{ id: 'key-deletion', values: { key: textIn(found['KeyId']) } }];
  return state === 'Enabled' ? [] : [{ id: 'key-disabled', values: { key: textIn(found['KeyId']), state } }];
}

async function adopted(
  world: World,
  { bucket, account, prefix, kmsKeyArn, roleArn, announcedBy }: AdoptedBucket,
): Promise<Finding[]> {
  if (roleArn !== undefined) return [];
  const location = await world.aws.read('s3', 'GetBucketLocation', { Bucket: bucket });
  if (location === undefined) return [{ id: 'adopted-missing', values: { bucket } }];
  const findings: Finding[] = [];
  const at = textIn(location['LocationConstraint']) || 'us-east-1';
  if (at !== world.region) findings.push({ id: 'adopted-region', values: { bucket, at, region: world.region } });
  if (announcedBy === 'eventbridge' && !(await announces(world, bucket)))
    findings.push({ id: 'adopted-notification', values: { bucket } });
  const role = world.deployed.find(({ stage }) => stage === 'ingest')?.roleArn;
  if (role === undefined) return findings;
  const resource = `arn:aws:s3:::${bucket}/${prefix ?? ''}`;
  const isForeign = account !== undefined && account !== world.accountId;
  const asked = { principal: role, action: 's3:GetObject', resource: `${resource}x`, context: readerContext(world, role) };
  if (isForeign && !allows(await policyOf(world, bucket), asked))
    findings.push({
      id: 'adopted-policy',
      values: { bucket, statement: statement({ AWS: role }, ['s3:GetObject'], `${resource}*`) },
    });
  return kmsKeyArn === undefined ? findings : [...findings, ...(await adoptedKey(world, kmsKeyArn, role))];
}

async function adoptedKey(world: World, key: string, role: string): Promise<Finding[]> {
  const findings = await keyFindings(world, key);
  if (findings.length > 0) return findings;
  const policy = textIn((await world.aws.read('kms', 'GetKeyPolicy', { KeyId: key, PolicyName: 'default' }))?.['Policy']);
  if (allows(policy, { principal: role, action: 'kms:Decrypt', context: readerContext(world, role) })) return [];
  return [{ id: 'adopted-key-policy', values: { key, statement: statement({ AWS: role }, ['kms:Decrypt'], '*') } }];
}

/** The trails of an organization are seen from its members too. */
async function trails(world: World): Promise<Finding[]> {
  if (!world.sources.includes('aws-cloudtrail')) return [];
  const found = objectsIn((await world.aws.read('cloudtrail', 'DescribeTrails', {}))?.['trailList']);
  if (found.length === 0) return [{ id: 'trail-missing', values: { region: world.region } }];
  const findings = (await Promise.all(found.map((trail) => trailFindings(world, trail)))).flat();
  const data = await Promise.all(found.map((trail) => hasDataEvents(world, textIn(trail['TrailARN']))));
  if (!data.some(Boolean)) findings.push({ id: 'trail-data-events', values: { trail: textIn(found[0]?.['Name']) } });
  return findings;
}

async function trailFindings({ aws }: World, trail: JsonObject): Promise<Finding[]> {
  const values = { trail: textIn(trail['Name']) };
  const status = await aws.read('cloudtrail', 'GetTrailStatus', { Name: textIn(trail['TrailARN']) });
  const findings: Finding[] = [];
  if (status?.['IsLogging'] !== true) findings.push({ id: 'trail-stopped', values });
  const failure = textIn(status?.['LatestDeliveryError']);
  if (failure !== '')
    findings.push({ id: 'trail-delivery', values: { ...values, failure, bucket: textIn(trail['S3BucketName']) } });
  if (trail['IsMultiRegionTrail'] !== true) findings.push({ id: 'trail-one-region', values });
  if (trail['LogFileValidationEnabled'] !== true) findings.push({ id: 'trail-validation', values });
  return findings;
}

async function hasDataEvents({ aws }: World, trailArn: string): Promise<boolean> {
  const answer = await aws.read('cloudtrail', 'GetEventSelectors', { TrailName: trailArn });
  if (objectsIn(answer?.['EventSelectors']).some((one) => objectsIn(one['DataResources']).length > 0)) return true;
  return objectsIn(answer?.['AdvancedEventSelectors'])
    .flatMap((one) => objectsIn(one['FieldSelectors']))
    .some(({ Field, Equals }) => Field === 'eventCategory' && Array.isArray(Equals) && Equals.includes('Data'));
}

async function guardDuty({ aws, sources, region }: World): Promise<Finding[]> {
  if (!sources.includes('aws-guardduty')) return [];
  const ids = (await aws.read('guardduty', 'ListDetectors', {}))?.['DetectorIds'];
  const [id] = Array.isArray(ids) ? ids : [];
  if (typeof id !== 'string') return [{ id: 'guardduty-missing', values: { region } }];
  const detector = await aws.read('guardduty', 'GetDetector', { DetectorId: id });
  return detector?.['Status'] === 'ENABLED' ? [] : [{ id: 'guardduty-disabled', values: { detector: id } }];
}
