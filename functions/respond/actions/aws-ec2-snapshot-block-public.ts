/** Forbids public sharing of EBS snapshots in a region; its undo restores the state of before. */
import * as z from 'zod';
import { awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

export const awsEc2SnapshotBlockPublic = defineChange({
  id: 'aws-ec2-snapshot-block-public',
  provider: 'aws',
  title: { en: 'Block public sharing of snapshots', ja: 'スナップショットの公開をブロックする' },
  does: {
    en: 'Turns block public access for snapshots on in the region: public snapshots are treated as private, and none can be made public.',
    ja: 'リージョンでスナップショットのブロックパブリックアクセスを有効にします。公開中のものは非公開として扱われ、新たに公開できません。',
  },
  staysOpen: [
    {
      en: 'Snapshots that are shared with named accounts stay shared with them.',
      ja: '特定のアカウントに共有したスナップショットは共有されたままです。',
    },
    { en: 'Copies that others have made already are theirs.', ja: 'ほかの人がすでに作ったコピーは残ります。' },
  ],
  undoes: { en: 'Restores the state of before.', ja: '元の状態に戻します。' },
  uses: ['ec2:GetSnapshotBlockPublicAccessState', 'ec2:EnableSnapshotBlockPublicAccess', 'ec2:DisableSnapshotBlockPublicAccess'],
  blastRadius: 4,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-RFAM'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1022',
  parameters: z.strictObject(inRegion),
  state: z.strictObject({ state: z.string() }),
  target: (parameters) => awsTarget(parameters, regional(parameters, 'ec2', 'snapshot-block-public-access'), parameters.region),
  look: async (context) => {
    const answer = z.object({ State: z.string() });
    const found = await readAs(context, 'ec2:GetSnapshotBlockPublicAccessState', { parameters: {}, answer });
    return found && { state: found.State };
  },
  wanted: () => ({ state: 'block-all-sharing' }),
  calls: ({ from, to }) => {
    if (from.state === to.state) return [];
    return to.state === 'unblocked'
      ? [contain('ec2:DisableSnapshotBlockPublicAccess', {})]
      : [contain('ec2:EnableSnapshotBlockPublicAccess', { State: to.state })];
  },
});
