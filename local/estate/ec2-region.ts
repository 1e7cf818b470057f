/** Turns calls on what EC2 blocks in a whole region into changes of simulated accounts. */
import * as z from 'zod';
import { type At, resourceType } from './resource.ts';
import { operation, type SimulatedService } from './simulation.ts';

/** What is of a region as a whole; absent means AWS's defaults. */
export const REGION_SETTINGS = resourceType(
  'ec2/settings',
  z.strictObject({
    internetGatewayBlockMode: z.enum(['off', 'block-bidirectional', 'block-ingress']),
    snapshotBlockPublicAccess: z.enum(['unblocked', 'block-all-sharing', 'block-new-sharing']),
  }),
);
const DEFAULT_SETTINGS = { internetGatewayBlockMode: 'off', snapshotBlockPublicAccess: 'unblocked' } as const;

/** As they are, or AWS's defaults. */
export const settingsOf = async (at: At) => (await REGION_SETTINGS.get(at, 'settings')) ?? DEFAULT_SETTINGS;

/** Back at the defaults there is no trace of a setting, as with AWS. */
async function setSettings(at: At, change: Partial<Parameters<typeof REGION_SETTINGS.put>[2]>): Promise<void> {
  const next = { ...(await settingsOf(at)), ...change };
  const isDefault = next.internetGatewayBlockMode === 'off' && next.snapshotBlockPublicAccess === 'unblocked';
  if (isDefault) await REGION_SETTINGS.remove(at, 'settings');
  else await REGION_SETTINGS.put(at, 'settings', next);
}

export const EC2_REGION: SimulatedService = {
  'ec2:DescribeVpcBlockPublicAccessOptions': operation({}, async (at) => ({
    VpcBlockPublicAccessOptions: {
      InternetGatewayBlockMode: (await settingsOf(at)).internetGatewayBlockMode,
      State: 'update-complete',
    },
  })),
  'ec2:ModifyVpcBlockPublicAccessOptions': operation(
    { InternetGatewayBlockMode: z.enum(['off', 'block-bidirectional', 'block-ingress']) },
    async (at, { InternetGatewayBlockMode }) => {
      await setSettings(at, { internetGatewayBlockMode: InternetGatewayBlockMode });
      return { VpcBlockPublicAccessOptions: { InternetGatewayBlockMode, State: 'update-in-progress' } };
    },
  ),
  'ec2:GetSnapshotBlockPublicAccessState': operation({}, async (at) => ({
    State: (await settingsOf(at)).snapshotBlockPublicAccess,
  })),
  'ec2:EnableSnapshotBlockPublicAccess': operation(
    { State: z.enum(['block-all-sharing', 'block-new-sharing']) },
    async (at, { State }) => {
      await setSettings(at, { snapshotBlockPublicAccess: State });
      return { State };
    },
  ),
  'ec2:DisableSnapshotBlockPublicAccess': operation({}, async (at) => {
    await setSettings(at, { snapshotBlockPublicAccess: 'unblocked' });
    return { State: 'unblocked' };
  }),
};
