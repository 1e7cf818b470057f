/** Enables a GuardDuty detector; its undo disables it where it was so before. */
import * as z from 'zod';
import { awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

export const awsGuarddutyHeal = defineChange({
  id: 'aws-guardduty-heal',
  provider: 'aws',
  title: { en: 'Enable a GuardDuty detector again', ja: 'GuardDuty ディテクターを再び有効にする' },
  does: {
    en: 'Enables the detector: it sees events from now on.',
    ja: 'ディテクターを有効にします。以後のイベントを検知します。',
  },
  staysOpen: [
    { en: 'What happened while it was disabled was not looked at.', ja: '無効中の出来事は検査されていません。' },
    {
      en: 'Suppression filters, trusted lists and member accounts are as the intruder left them.',
      ja: '抑制フィルター、信頼リスト、メンバーアカウントは侵入者が残したままです。',
    },
  ],
  undoes: { en: 'Disables it where it was disabled before.', ja: '元々無効だった場合は無効に戻します。' },
  uses: ['guardduty:GetDetector', 'guardduty:UpdateDetector'],
  resources: ['arn:*:guardduty:*:*:detector/*'],
  blastRadius: 3,
  approvalTier: 0,
  reversible: 'full',
  d3fend: countermeasure('D3-RC'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1047',
  parameters: z.strictObject({ ...inRegion, detectorId: z.string().regex(/^[0-9a-f]{32}$/) }),
  state: z.strictObject({ isEnabled: z.boolean() }),
  target: (parameters) =>
    awsTarget(parameters, regional(parameters, 'guardduty', `detector/${parameters.detectorId}`), parameters.detectorId),
  look: async (context, { detectorId }) => {
    const answer = z.object({ Status: z.string() });
    const found = await readAs(context, 'guardduty:GetDetector', { parameters: { DetectorId: detectorId }, answer });
    return found && { isEnabled: found.Status === 'ENABLED' };
  },
  wanted: () => ({ isEnabled: true }),
  calls: ({ from, to }, { detectorId }) =>
    from.isEnabled === to.isEnabled
      ? []
      : [contain('guardduty:UpdateDetector', { DetectorId: detectorId, Enable: to.isEnabled })],
});
