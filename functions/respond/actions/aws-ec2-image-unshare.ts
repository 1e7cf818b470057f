/** Takes a machine image (AMI) back from everybody it is shared with; its undo shares it with the same again. */
import * as z from 'zod';
import { AccountId, awsTarget, contain, readAs } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { keptSharing, Permissions, SHARING_STAYS_OPEN, Sharing, sharingChange, sharingOf } from './aws-sharing.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const ImageId = z.string().regex(/^ami-[0-9a-f]{8,17}$/);

export const awsEc2ImageUnshare = defineChange({
  id: 'aws-ec2-image-unshare',
  provider: 'aws',
  title: { en: 'Unshare a machine image', ja: 'マシンイメージの共有を解除する' },
  does: {
    en: 'Removes the launch permission of everybody, and of every account that is not named as one to keep.',
    ja: '全員と、残すと指定していないアカウントの起動許可を解除します。',
  },
  staysOpen: [
    SHARING_STAYS_OPEN,
    {
      en: 'Permissions of organizations and units are shown by the API apart, and are not touched.',
      ja: '組織と組織単位への許可には触れません。',
    },
  ],
  undoes: { en: 'Gives the same launch permissions again.', ja: '同じ起動許可を再び与えます。' },
  uses: ['ec2:DescribeImageAttribute', 'ec2:ModifyImageAttribute'],
  resources: ['arn:*:ec2:*::image/*'],
  blastRadius: 1,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-RFAM'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1022',
  parameters: z.strictObject({ ...inRegion, imageId: ImageId, keepAccounts: z.array(AccountId).max(50).exactOptional() }),
  state: Sharing,
  target: (parameters) =>
    awsTarget(parameters, `arn:aws:ec2:${parameters.region}::image/${parameters.imageId}`, parameters.imageId),
  look: async (context, { imageId }) => {
    const parameters = { ImageId: imageId, Attribute: 'launchPermission' };
    const answer = z.object({ LaunchPermissions: Permissions });
    const found = await readAs(context, 'ec2:DescribeImageAttribute', { parameters, answer });
    return found && sharingOf(found.LaunchPermissions);
  },
  wanted: (state, { keepAccounts = [] }) => keptSharing(state, keepAccounts),
  calls: (change, { imageId }) => {
    const LaunchPermission = sharingChange(change);
    const named = { ImageId: imageId, Attribute: 'launchPermission' };
    return LaunchPermission === undefined ? [] : [contain('ec2:ModifyImageAttribute', { ...named, LaunchPermission })];
  },
});
