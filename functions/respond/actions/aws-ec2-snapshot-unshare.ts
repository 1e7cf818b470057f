/** Takes an EBS snapshot back from everybody it is shared with; its undo shares it with the same again. */
import * as z from 'zod';
import { AccountId, awsTarget, contain, readAs } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { keptSharing, Permissions, SHARING_STAYS_OPEN, Sharing, sharingChange, sharingOf } from './aws-sharing.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const SnapshotId = z.string().regex(/^snap-[0-9a-f]{8,17}$/);

export const awsEc2SnapshotUnshare = defineChange({
  id: 'aws-ec2-snapshot-unshare',
  provider: 'aws',
  title: { en: 'Unshare an EBS snapshot', ja: 'EBS スナップショットの共有を解除する' },
  does: {
    en: 'Removes the permission of everybody, and of every account that is not named as one to keep.',
    ja: '全員への公開と、残すと指定していないアカウントへの共有を解除します。',
  },
  staysOpen: [SHARING_STAYS_OPEN],
  undoes: {
    en: 'Shares it with the same accounts again, and with everybody where it was public.',
    ja: '同じアカウントに再び共有します。公開されていた場合は公開に戻します。',
  },
  uses: ['ec2:DescribeSnapshotAttribute', 'ec2:ModifySnapshotAttribute'],
  resources: ['arn:*:ec2:*::snapshot/*'],
  blastRadius: 1,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-RFAM'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1022',
  parameters: z.strictObject({ ...inRegion, snapshotId: SnapshotId, keepAccounts: z.array(AccountId).max(50).exactOptional() }),
  state: Sharing,
  target: (parameters) =>
    awsTarget(parameters, `arn:aws:ec2:${parameters.region}::snapshot/${parameters.snapshotId}`, parameters.snapshotId),
  look: async (context, { snapshotId }) => {
    const parameters = { SnapshotId: snapshotId, Attribute: 'createVolumePermission' };
    const answer = z.object({ CreateVolumePermissions: Permissions });
    const found = await readAs(context, 'ec2:DescribeSnapshotAttribute', { parameters, answer });
    return found && sharingOf(found.CreateVolumePermissions);
  },
  wanted: (state, { keepAccounts = [] }) => keptSharing(state, keepAccounts),
  calls: (change, { snapshotId }) => {
    const CreateVolumePermission = sharingChange(change);
    const named = { SnapshotId: snapshotId, Attribute: 'createVolumePermission' };
    return CreateVolumePermission === undefined
      ? []
      : [contain('ec2:ModifySnapshotAttribute', { ...named, CreateVolumePermission })];
  },
});
