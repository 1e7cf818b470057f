/** Turns calls on instances, snapshots and images of EC2 into changes of simulated accounts. */
import * as z from 'zod';
import { sha256 } from '../../functions/core/digest.ts';
import { EC2_REGION, settingsOf } from './ec2-region.ts';
import { type At, resourceType } from './resource.ts';
import { defined, invalid, operation, refused, type SimulatedService, text } from './simulation.ts';

export const INSTANCE = resourceType(
  'ec2/instance',
  z.strictObject({
    state: z.enum(['running', 'stopped', 'terminated']),
    vpcId: text,
    subnetId: text,
    profileArn: z.string().nullable(),
    volumes: z.array(z.string()),
    disableApiTermination: z.boolean(),
    disableApiStop: z.boolean(),
    shutdownBehavior: z.enum(['stop', 'terminate']),
    metadata: z.strictObject({
      HttpTokens: z.enum(['optional', 'required']),
      HttpPutResponseHopLimit: z.int().min(1).max(64),
      HttpEndpoint: z.enum(['enabled', 'disabled']),
    }),
  }),
);
const sharing = z.strictObject({ accounts: z.array(z.string()), isPublic: z.boolean() });
export const SNAPSHOT = resourceType(
  'ec2/snapshot',
  z.strictObject({ volumeId: text, shared: sharing, tags: z.record(z.string(), z.string()), isEncrypted: z.boolean() }),
);
export const IMAGE = resourceType('ec2/image', z.strictObject({ shared: sharing }));
const filters = z.array(z.strictObject({ Name: text, Values: z.array(z.string()) })).optional();
const NextToken = z.string().optional();
const flag = z.strictObject({ Value: z.boolean() }).optional();

const arnOf = (at: At, profile: string): string => `arn:aws:iam::${at.accountId}:instance-profile/${profile}`;
const associationOf = (instanceId: string, profileArn: string): string =>
  `iip-assoc-${sha256(`${instanceId} ${profileArn}`).slice(0, 17)}`;

const instances: SimulatedService = {
  'ec2:DescribeInstances': operation({ InstanceIds: z.array(text).optional(), NextToken }, async (at, { InstanceIds }) => {
    const all = (await INSTANCE.all(at)).filter(([id]) => InstanceIds === undefined || InstanceIds.includes(id));
    if (InstanceIds !== undefined && all.length < InstanceIds.length) return undefined;
    const shown = all.map(([InstanceId, one]) =>
      defined({
        ...{ InstanceId, VpcId: one.vpcId, SubnetId: one.subnetId, State: { Name: one.state } },
        MetadataOptions: { ...one.metadata, State: 'applied' },
        IamInstanceProfile: one.profileArn === null ? undefined : { Arn: one.profileArn },
        BlockDeviceMappings: one.volumes.map((VolumeId, index) => ({
          DeviceName: `/dev/xvd${'abcdef'[index]}`,
          Ebs: { VolumeId },
        })),
      }),
    );
    return { Reservations: shown.map((Instance) => ({ Instances: [Instance] })) };
  }),
  'ec2:DescribeInstanceAttribute': operation({ InstanceId: text, Attribute: text }, async (at, { InstanceId, Attribute }) => {
    const one = await INSTANCE.get(at, InstanceId);
    if (one === undefined) return undefined;
    const values: Record<string, boolean | string> = {
      disableApiTermination: one.disableApiTermination,
      disableApiStop: one.disableApiStop,
      instanceInitiatedShutdownBehavior: one.shutdownBehavior,
    };
    const value = values[Attribute];
    if (value === undefined) throw invalid('InvalidParameterValue', 'this attribute is not simulated');
    return { InstanceId, [Attribute.replace(/^./, (letter) => letter.toUpperCase())]: { Value: value } };
  }),
  'ec2:ModifyInstanceAttribute': operation(
    {
      InstanceId: text,
      ...{ DisableApiTermination: flag, DisableApiStop: flag },
      InstanceInitiatedShutdownBehavior: z.strictObject({ Value: z.enum(['stop', 'terminate']) }).optional(),
    },
    async (at, { InstanceId, DisableApiTermination, DisableApiStop, InstanceInitiatedShutdownBehavior }) => {
      const given = [DisableApiTermination, DisableApiStop, InstanceInitiatedShutdownBehavior].filter((one) => one !== undefined);
      if (given.length !== 1) throw invalid('InvalidParameterCombination', 'exactly one attribute can be modified at once');
      const changed = await INSTANCE.change(at, InstanceId, (one) => {
        one.disableApiTermination = DisableApiTermination?.Value ?? one.disableApiTermination;
        one.disableApiStop = DisableApiStop?.Value ?? one.disableApiStop;
        one.shutdownBehavior = InstanceInitiatedShutdownBehavior?.Value ?? one.shutdownBehavior;
      });
      return changed && {};
    },
  ),
  'ec2:ModifyInstanceMetadataOptions': operation(
    {
      InstanceId: text,
      HttpTokens: z.enum(['optional', 'required']).optional(),
      HttpPutResponseHopLimit: z.int().min(1).max(64).optional(),
      HttpEndpoint: z.enum(['enabled', 'disabled']).optional(),
    },
    async (at, { InstanceId, ...options }) => {
      const changed = await INSTANCE.change(at, InstanceId, (one) => {
        Object.assign(one.metadata, defined(options));
      });
      return changed && { InstanceId, InstanceMetadataOptions: changed.metadata };
    },
  ),
  'ec2:StopInstances': operation({ InstanceIds: z.array(text).min(1) }, async (at, { InstanceIds }) => {
    for (const id of InstanceIds) {
      const changed = await INSTANCE.change(at, id, (one) => {
        if (one.disableApiStop) throw refused('OperationNotPermitted', `${id} is protected from being stopped`);
        if (one.state === 'terminated') throw refused('IncorrectInstanceState', `${id} is terminated`);
        one.state = 'stopped';
      });
      if (changed === undefined) return undefined;
    }
    return { StoppingInstances: InstanceIds.map((InstanceId) => ({ InstanceId, CurrentState: { Name: 'stopping' } })) };
  }),
  'ec2:StartInstances': operation({ InstanceIds: z.array(text).min(1) }, async (at, { InstanceIds }) => {
    for (const id of InstanceIds) {
      const changed = await INSTANCE.change(at, id, (one) => {
        if (one.state === 'terminated') throw refused('IncorrectInstanceState', `${id} is terminated`);
        one.state = 'running';
      });
      if (changed === undefined) return undefined;
    }
    return { StartingInstances: InstanceIds.map((InstanceId) => ({ InstanceId, CurrentState: { Name: 'pending' } })) };
  }),
};

const profiles: SimulatedService = {
  'ec2:DescribeIamInstanceProfileAssociations': operation(
    { Filters: filters, AssociationIds: z.array(text).optional(), NextToken },
    async (at, { Filters = [] }) => {
      const ids = Filters.find(({ Name }) => Name === 'instance-id')?.Values;
      const all = (await INSTANCE.all(at)).filter(([id]) => ids === undefined || ids.includes(id));
      return {
        IamInstanceProfileAssociations: all.flatMap(([InstanceId, { profileArn }]) =>
          profileArn === null
            ? []
            : [
                {
                  AssociationId: associationOf(InstanceId, profileArn),
                  InstanceId,
                  IamInstanceProfile: { Arn: profileArn },
                  State: 'associated',
                },
              ],
        ),
      };
    },
  ),
  'ec2:DisassociateIamInstanceProfile': operation({ AssociationId: text }, async (at, { AssociationId }) => {
    const found = (await INSTANCE.all(at)).find(
      ([id, { profileArn }]) => profileArn !== null && associationOf(id, profileArn) === AssociationId,
    );
    if (found === undefined) return undefined;
    await INSTANCE.change(at, found[0], (one) => {
      one.profileArn = null;
    });
    return { IamInstanceProfileAssociation: { AssociationId, State: 'disassociating' } };
  }),
  'ec2:AssociateIamInstanceProfile': operation(
    { InstanceId: text, IamInstanceProfile: z.strictObject({ Arn: text.optional(), Name: text.optional() }) },
    async (at, { InstanceId, IamInstanceProfile: { Arn, Name } }) => {
      const arn = Arn ?? arnOf(at, Name ?? '');
      const changed = await INSTANCE.change(at, InstanceId, (one) => {
        if (one.profileArn !== null && one.profileArn !== arn)
          throw refused('IncorrectState', 'There is an existing association for the instance');
        one.profileArn = arn;
      });
      return (
        changed && { IamInstanceProfileAssociation: { AssociationId: associationOf(InstanceId, arn), State: 'associating' } }
      );
    },
  ),
};

const Change = z.strictObject({
  Add: z.array(z.strictObject({ UserId: text.optional(), Group: z.literal('all').optional() })).optional(),
  Remove: z.array(z.strictObject({ UserId: text.optional(), Group: z.literal('all').optional() })).optional(),
});
type Sharing = z.infer<typeof sharing>;

function share(shared: Sharing, { Add = [], Remove = [] }: z.infer<typeof Change>): void {
  const added = Add.flatMap(({ UserId }) => UserId ?? []);
  const removed = new Set(Remove.flatMap(({ UserId }) => UserId ?? []));
  shared.accounts = [...new Set([...shared.accounts, ...added])].filter((id) => !removed.has(id)).sort();
  if (Add.some(({ Group }) => Group === 'all')) shared.isPublic = true;
  if (Remove.some(({ Group }) => Group === 'all')) shared.isPublic = false;
}
const sharedAs = ({ accounts, isPublic }: Sharing) => [
  ...accounts.map((UserId) => ({ UserId })),
  ...(isPublic ? [{ Group: 'all' }] : []),
];

const copies: SimulatedService = {
  'ec2:DescribeSnapshotAttribute': operation(
    { SnapshotId: text, Attribute: z.literal('createVolumePermission') },
    async (at, { SnapshotId }) => {
      const found = await SNAPSHOT.get(at, SnapshotId);
      return found && { SnapshotId, CreateVolumePermissions: sharedAs(found.shared) };
    },
  ),
  'ec2:ModifySnapshotAttribute': operation(
    { SnapshotId: text, Attribute: z.literal('createVolumePermission'), CreateVolumePermission: Change },
    async (at, { SnapshotId, CreateVolumePermission }) => {
      const settings = await settingsOf(at);
      const isOpened = CreateVolumePermission.Add?.some(({ Group }) => Group === 'all') === true;
      if (isOpened && settings.snapshotBlockPublicAccess !== 'unblocked')
        throw refused('OperationNotPermitted', 'block public access for snapshots is on');
      const changed = await SNAPSHOT.change(at, SnapshotId, ({ shared }) => share(shared, CreateVolumePermission));
      return changed && {};
    },
  ),
  'ec2:DescribeImageAttribute': operation(
    { ImageId: text, Attribute: z.literal('launchPermission') },
    async (at, { ImageId }) => {
      const found = await IMAGE.get(at, ImageId);
      return found && { ImageId, LaunchPermissions: sharedAs(found.shared) };
    },
  ),
  'ec2:ModifyImageAttribute': operation(
    { ImageId: text, Attribute: z.literal('launchPermission'), LaunchPermission: Change },
    async (at, { ImageId, LaunchPermission }) => {
      const changed = await IMAGE.change(at, ImageId, ({ shared }) => share(shared, LaunchPermission));
      return changed && {};
    },
  ),
  'ec2:DescribeSnapshots': operation(
    { SnapshotIds: z.array(text).optional(), Filters: filters, OwnerIds: z.array(text).optional(), NextToken },
    async (at, { Filters = [], SnapshotIds }) => {
      const all = (await SNAPSHOT.all(at)).filter(([id, { tags, volumeId }]) => {
        const fits = ({ Name, Values }: { Name: string; Values: string[] }): boolean =>
          Values.includes(Name === 'volume-id' ? volumeId : (tags[Name.replace(/^tag:/, '')] ?? ''));
        return (SnapshotIds === undefined || SnapshotIds.includes(id)) && Filters.every(fits);
      });
      return {
        Snapshots: all.map(([SnapshotId, { volumeId, isEncrypted }]) => ({
          ...{ SnapshotId, VolumeId: volumeId, State: 'completed', Encrypted: isEncrypted },
        })),
      };
    },
  ),
  'ec2:CreateSnapshots': operation(
    {
      InstanceSpecification: z.strictObject({ InstanceId: text, ExcludeBootVolume: z.boolean().optional() }),
      Description: text,
      TagSpecifications: z.array(
        z.strictObject({ ResourceType: z.literal('snapshot'), Tags: z.array(z.strictObject({ Key: text, Value: z.string() })) }),
      ),
    },
    async (at, { InstanceSpecification: { InstanceId }, TagSpecifications }) => {
      const one = await INSTANCE.get(at, InstanceId);
      if (one === undefined) return undefined;
      const tags = Object.fromEntries(TagSpecifications.flatMap(({ Tags }) => Tags.map(({ Key, Value }) => [Key, Value])));
      const made = one.volumes.map((volumeId) => [`snap-${sha256(`${volumeId} ${at.nowMs}`).slice(0, 17)}`, volumeId] as const);
      for (const [id, volumeId] of made)
        await SNAPSHOT.put(at, id, { volumeId, tags, shared: { accounts: [], isPublic: false }, isEncrypted: true });
      return { Snapshots: made.map(([SnapshotId, VolumeId]) => ({ SnapshotId, VolumeId, State: 'pending' })) };
    },
  ),
};

export const EC2: SimulatedService = { ...instances, ...profiles, ...copies, ...EC2_REGION };
