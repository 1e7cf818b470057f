/** The instances of EC2 as actions see them. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { AccountId, awsTarget, NEXT_TOKEN, Region, readAs, readPages, regional } from './aws.ts';

export const InstanceId = z.string().regex(/^i-[0-9a-f]{8,17}$/);
export const SubnetId = z.string().regex(/^subnet-[0-9a-f]{8,17}$/);
export const inRegion = { accountId: AccountId, region: Region };
export const InstanceParameters = z.strictObject({ ...inRegion, instanceId: InstanceId });
export type InstanceParameters = z.infer<typeof InstanceParameters>;

export const instanceTarget = (parameters: InstanceParameters) =>
  awsTarget(parameters, regional(parameters, 'ec2', `instance/${parameters.instanceId}`), parameters.instanceId);

const Instance = z.object({
  VpcId: z.string().optional(),
  State: z.object({ Name: z.string() }),
  MetadataOptions: z.record(z.string(), z.json()).optional(),
  BlockDeviceMappings: z.array(z.object({ Ebs: z.object({ VolumeId: z.string() }).optional() })).optional(),
});
const Reservations = z.object({ Reservations: z.array(z.object({ Instances: z.array(Instance) })) });

/** Undefined also for a terminated instance: there is nothing left of it to act on. */
export async function instanceOf(context: ActionContext, instanceId: string): Promise<z.infer<typeof Instance> | undefined> {
  const parameters = { InstanceIds: [instanceId] };
  const found = await readAs(context, 'ec2:DescribeInstances', { parameters, answer: Reservations });
  const instance = found?.Reservations[0]?.Instances[0];
  return instance?.State.Name === 'terminated' ? undefined : instance;
}

export interface InterfaceOf {
  id: string;
  vpcId: string;
  subnetId: string;
  groups: string[];
}

const Interface = z.object({
  NetworkInterfaceId: z.string(),
  VpcId: z.string(),
  SubnetId: z.string(),
  Groups: z.array(z.object({ GroupId: z.string() })),
});

/** The network interfaces of an instance, sorted by id. */
export async function interfacesOf(context: ActionContext, instanceId: string): Promise<InterfaceOf[]> {
  const pages = await readPages(context, 'ec2:DescribeNetworkInterfaces', {
    parameters: { Filters: [{ Name: 'attachment.instance-id', Values: [instanceId] }] },
    answer: z.object({ NetworkInterfaces: z.array(Interface) }),
    token: NEXT_TOKEN,
  });
  const all = (pages ?? []).flatMap((page) => page.NetworkInterfaces);
  return all
    .map((one) => ({
      id: one.NetworkInterfaceId,
      vpcId: one.VpcId,
      subnetId: one.SubnetId,
      groups: one.Groups.map(({ GroupId }) => GroupId),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
