/** Turns calls of S3, KMS, RDS, CloudTrail, GuardDuty, Config, Cognito and SES into changes of simulated accounts. */
import * as z from 'zod';
import { isJsonObject, type JsonObject } from '../../functions/core/json.ts';
import { type At, type ResourceType, resourceType } from './resource.ts';
import { defined, invalid, jsonObject, operation, refused, refuseMalformed, type SimulatedService, text } from './simulation.ts';

const Block = z.strictObject({
  BlockPublicAcls: z.boolean(),
  IgnorePublicAcls: z.boolean(),
  BlockPublicPolicy: z.boolean(),
  RestrictPublicBuckets: z.boolean(),
});
const GLOBAL = { global: true };
export const BUCKET = resourceType(
  's3/bucket',
  z.strictObject({
    region: text,
    publicAccessBlock: Block.nullable(),
    policy: z.string().nullable(),
    versioning: z.enum(['Enabled', 'Suspended']).nullable(),
    lifecycle: jsonObject.nullable(),
    replication: jsonObject.nullable(),
  }),
  GLOBAL,
);
export const S3_ACCOUNT = resourceType('s3/account', z.strictObject({ publicAccessBlock: Block }), GLOBAL);

const Bucket = text;
/** A setting of a bucket that is there or not: read, put, deleted. */
const setting = async (at: At, name: string, field: 'publicAccessBlock' | 'policy' | 'lifecycle' | 'replication', as: string) => {
  const value = (await BUCKET.get(at, name))?.[field] ?? null;
  return value === null ? undefined : { [as]: value };
};
const change = async (at: At, name: string, values: Partial<Parameters<typeof BUCKET.put>[2]>) =>
  (await BUCKET.change(at, name, (data) => void Object.assign(data, values))) && {};

/** Only that part of S3's own judgement that a response can run into: a policy that lets everybody in. */
function refusePublicPolicy(policy: string, block: z.infer<typeof Block> | null): void {
  const statements = [JSON.parse(policy).Statement].flat().filter(isJsonObject);
  const isPublic = statements.some(
    (one) => one['Effect'] === 'Allow' && one['Principal'] === '*' && one['Condition'] === undefined,
  );
  if (isPublic && block?.BlockPublicPolicy === true) throw refused('AccessDenied', 'public policies are blocked');
}

const s3: SimulatedService = {
  's3:GetBucketLocation': operation({ Bucket }, async (at, named) => {
    const found = await BUCKET.get(at, named.Bucket);
    return found && (found.region === 'us-east-1' ? {} : { LocationConstraint: found.region });
  }),
  's3:GetPublicAccessBlock': operation({ Bucket }, (at, named) =>
    setting(at, named.Bucket, 'publicAccessBlock', 'PublicAccessBlockConfiguration'),
  ),
  's3:PutPublicAccessBlock': operation({ Bucket, PublicAccessBlockConfiguration: Block }, (at, named) =>
    change(at, named.Bucket, { publicAccessBlock: named.PublicAccessBlockConfiguration }),
  ),
  's3:DeletePublicAccessBlock': operation({ Bucket }, (at, named) => change(at, named.Bucket, { publicAccessBlock: null })),
  's3:GetBucketPolicy': operation({ Bucket }, (at, named) => setting(at, named.Bucket, 'policy', 'Policy')),
  's3:PutBucketPolicy': operation({ Bucket, Policy: text }, async (at, named) => {
    refuseMalformed(named.Policy);
    refusePublicPolicy(named.Policy, (await BUCKET.get(at, named.Bucket))?.publicAccessBlock ?? null);
    return await change(at, named.Bucket, { policy: named.Policy });
  }),
  's3:DeleteBucketPolicy': operation({ Bucket }, (at, named) => change(at, named.Bucket, { policy: null })),
  's3:GetBucketVersioning': operation({ Bucket }, async (at, named) => {
    const found = await BUCKET.get(at, named.Bucket);
    return found && defined({ Status: found.versioning ?? undefined });
  }),
  's3:PutBucketVersioning': operation(
    { Bucket, VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }) },
    (at, named) => change(at, named.Bucket, { versioning: named.VersioningConfiguration.Status }),
  ),
  's3:GetBucketLifecycleConfiguration': operation({ Bucket }, async (at, named) => {
    const found = (await BUCKET.get(at, named.Bucket))?.lifecycle ?? null;
    return found === null ? undefined : found;
  }),
  's3:PutBucketLifecycleConfiguration': operation({ Bucket, LifecycleConfiguration: jsonObject }, (at, named) =>
    change(at, named.Bucket, { lifecycle: named.LifecycleConfiguration }),
  ),
  's3:DeleteBucketLifecycle': operation({ Bucket }, (at, named) => change(at, named.Bucket, { lifecycle: null })),
  's3:GetBucketReplication': operation({ Bucket }, (at, named) =>
    setting(at, named.Bucket, 'replication', 'ReplicationConfiguration'),
  ),
  's3:PutBucketReplication': operation({ Bucket, ReplicationConfiguration: jsonObject }, async (at, named) => {
    if ((await BUCKET.get(at, named.Bucket))?.versioning !== 'Enabled')
      throw invalid('InvalidRequest', 'versioning must be enabled on the bucket to apply a replication configuration');
    return await change(at, named.Bucket, { replication: named.ReplicationConfiguration });
  }),
  's3:DeleteBucketReplication': operation({ Bucket }, (at, named) => change(at, named.Bucket, { replication: null })),
};

const s3control: SimulatedService = {
  's3control:GetPublicAccessBlock': operation({ AccountId: text }, async (at) => {
    const found = await S3_ACCOUNT.get(at, 'account');
    return found && { PublicAccessBlockConfiguration: found.publicAccessBlock };
  }),
  's3control:PutPublicAccessBlock': operation({ AccountId: text, PublicAccessBlockConfiguration: Block }, async (at, named) => {
    await S3_ACCOUNT.put(at, 'account', { publicAccessBlock: named.PublicAccessBlockConfiguration });
    return {};
  }),
  's3control:DeletePublicAccessBlock': operation({ AccountId: text }, async (at) => {
    await S3_ACCOUNT.remove(at, 'account');
    return {};
  }),
};

export const KEY = resourceType(
  'kms/key',
  z.strictObject({ state: z.enum(['Enabled', 'Disabled', 'PendingDeletion']), isRotated: z.boolean() }),
);
const keyChange = (allowed: readonly string[], state: 'Enabled' | 'Disabled') =>
  operation({ KeyId: text }, async (at, { KeyId }) => {
    const changed = await KEY.change(at, KeyId, (data) => {
      if (!allowed.includes(data.state)) throw invalid('KMSInvalidStateException', `${KeyId} is ${data.state}`);
      data.state = state;
    });
    return changed && {};
  });
const kms: SimulatedService = {
  'kms:DescribeKey': operation({ KeyId: text }, async (at, { KeyId }) => {
    const found = await KEY.get(at, KeyId);
    return found && { KeyMetadata: { KeyId, KeyState: found.state, KeyManager: 'CUSTOMER', Enabled: found.state === 'Enabled' } };
  }),
  'kms:EnableKey': keyChange(['Enabled', 'Disabled'], 'Enabled'),
  'kms:DisableKey': keyChange(['Enabled', 'Disabled'], 'Disabled'),
  // What was to be deleted is disabled afterwards, whatever it was before.
  'kms:CancelKeyDeletion': keyChange(['PendingDeletion'], 'Disabled'),
};

/** A service whose things have one switch: read it, turn it. */
function toggled<T extends JsonObject>(
  type: ResourceType<T>,
  of: { read: string; name: string; shown: (data: T, id: string, at: At) => JsonObject; turn: Record<string, Partial<T>> },
): SimulatedService {
  const named = { [of.name]: text };
  const turns = Object.entries(of.turn).map(([name, values]) => [
    name,
    operation(
      named,
      async (at, parameters) =>
        (await type.change(at, parameters[of.name] ?? '', (data) => void Object.assign(data, values))) && {},
    ),
  ]);
  const read = operation(named, async (at, parameters) => {
    const id = parameters[of.name] ?? '';
    const found = await type.get(at, id);
    return found && of.shown(found, id, at);
  });
  return { [of.read]: read, ...Object.fromEntries(turns) };
}

export const TRAIL = resourceType('cloudtrail/trail', z.strictObject({ isLogging: z.boolean() }));
const cloudtrail = toggled(TRAIL, {
  ...{ read: 'cloudtrail:GetTrailStatus', name: 'Name' },
  shown: ({ isLogging }) => ({ IsLogging: isLogging }),
  turn: { 'cloudtrail:StartLogging': { isLogging: true }, 'cloudtrail:StopLogging': { isLogging: false } },
});

export const DETECTOR = resourceType('guardduty/detector', z.strictObject({ isEnabled: z.boolean() }));
const guardduty: SimulatedService = {
  'guardduty:GetDetector': operation({ DetectorId: text }, async (at, { DetectorId }) => {
    const found = await DETECTOR.get(at, DetectorId);
    return found && { Status: found.isEnabled ? 'ENABLED' : 'DISABLED' };
  }),
  'guardduty:UpdateDetector': operation({ DetectorId: text, Enable: z.boolean() }, async (at, { DetectorId, Enable }) => {
    const changed = await DETECTOR.change(at, DetectorId, (data) => {
      data.isEnabled = Enable;
    });
    return changed && {};
  }),
};

export const RECORDER = resourceType('config/recorder', z.strictObject({ isRecording: z.boolean() }));
const recorderChange = (isRecording: boolean) =>
  operation({ ConfigurationRecorderName: text }, async (at, named) => {
    const changed = await RECORDER.change(at, named.ConfigurationRecorderName, (data) => {
      data.isRecording = isRecording;
    });
    return changed && {};
  });
const config: SimulatedService = {
  'config:DescribeConfigurationRecorderStatus': operation({ ConfigurationRecorderNames: z.array(text) }, async (at, named) => {
    const [name = ''] = named.ConfigurationRecorderNames;
    const found = await RECORDER.get(at, name);
    return found && { ConfigurationRecordersStatus: [{ name, recording: found.isRecording }] };
  }),
  'config:StartConfigurationRecorder': recorderChange(true),
  'config:StopConfigurationRecorder': recorderChange(false),
};

export const DB_INSTANCE = resourceType('rds/instance', z.strictObject({ isPublic: z.boolean(), isProtected: z.boolean() }));
export const DB_SNAPSHOT = resourceType('rds/snapshot', z.strictObject({ restore: z.array(z.string()) }));
const rds: SimulatedService = {
  'rds:DescribeDBInstances': operation({ DBInstanceIdentifier: text }, async (at, { DBInstanceIdentifier }) => {
    const found = await DB_INSTANCE.get(at, DBInstanceIdentifier);
    return (
      found && {
        DBInstances: [{ DBInstanceIdentifier, PubliclyAccessible: found.isPublic, DeletionProtection: found.isProtected }],
      }
    );
  }),
  'rds:ModifyDBInstance': operation(
    {
      DBInstanceIdentifier: text,
      ...{ PubliclyAccessible: z.boolean().optional(), DeletionProtection: z.boolean().optional() },
      ApplyImmediately: z.boolean(),
    },
    async (at, { DBInstanceIdentifier, PubliclyAccessible, DeletionProtection }) => {
      const changed = await DB_INSTANCE.change(at, DBInstanceIdentifier, (data) => {
        data.isPublic = PubliclyAccessible ?? data.isPublic;
        data.isProtected = DeletionProtection ?? data.isProtected;
      });
      return changed && {};
    },
  ),
  'rds:DescribeDBSnapshotAttributes': operation({ DBSnapshotIdentifier: text }, async (at, { DBSnapshotIdentifier }) => {
    const found = await DB_SNAPSHOT.get(at, DBSnapshotIdentifier);
    const attributes = [{ AttributeName: 'restore', AttributeValues: found?.restore ?? [] }];
    return found && { DBSnapshotAttributesResult: { DBSnapshotIdentifier, DBSnapshotAttributes: attributes } };
  }),
  'rds:ModifyDBSnapshotAttribute': operation(
    {
      ...{ DBSnapshotIdentifier: text, AttributeName: z.literal('restore') },
      ...{ ValuesToAdd: z.array(text).optional(), ValuesToRemove: z.array(text).optional() },
    },
    async (at, { DBSnapshotIdentifier, ValuesToAdd = [], ValuesToRemove = [] }) => {
      const changed = await DB_SNAPSHOT.change(at, DBSnapshotIdentifier, (data) => {
        data.restore = [...new Set([...data.restore, ...ValuesToAdd])].filter((value) => !ValuesToRemove.includes(value)).sort();
      });
      return changed && {};
    },
  ),
};

export const POOL_USER = resourceType('cognito/user', z.strictObject({ isEnabled: z.boolean() }));
const poolUser = (isEnabled: boolean) =>
  operation({ UserPoolId: text, Username: text }, async (at, { UserPoolId, Username }) => {
    const changed = await POOL_USER.change(at, `${UserPoolId}/${Username}`, (data) => {
      data.isEnabled = isEnabled;
    });
    return changed && {};
  });
const cognito: SimulatedService = {
  'cognito-idp:AdminGetUser': operation({ UserPoolId: text, Username: text }, async (at, { UserPoolId, Username }) => {
    const found = await POOL_USER.get(at, `${UserPoolId}/${Username}`);
    return found && { Username, Enabled: found.isEnabled, UserStatus: 'CONFIRMED' };
  }),
  'cognito-idp:AdminDisableUser': poolUser(false),
  'cognito-idp:AdminEnableUser': poolUser(true),
};

export const SES_ACCOUNT = resourceType('ses/account', z.strictObject({ isSending: z.boolean() }));
const ses: SimulatedService = {
  'sesv2:GetAccount': operation({}, async (at) => {
    const found = await SES_ACCOUNT.get(at, 'account');
    return found && { SendingEnabled: found.isSending };
  }),
  'sesv2:PutAccountSendingAttributes': operation({ SendingEnabled: z.boolean() }, async (at, { SendingEnabled }) => {
    await SES_ACCOUNT.put(at, 'account', { isSending: SendingEnabled });
    return {};
  }),
};

export const DATA: SimulatedService = {
  ...{ ...s3, ...s3control, ...kms, ...cloudtrail, ...guardduty, ...config, ...rds, ...cognito, ...ses },
};
