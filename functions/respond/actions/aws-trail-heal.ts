/** Makes a trail log again; its undo stops it where it was stopped before. */
import * as z from 'zod';
import { awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

export const awsTrailHeal = defineChange({
  id: 'aws-trail-heal',
  provider: 'aws',
  title: { en: 'Make a trail log again', ja: '証跡のログ記録を再開する' },
  does: { en: 'Starts logging of the trail.', ja: '証跡のログ記録を開始します。' },
  staysOpen: [
    {
      en: 'What happened while it was stopped is not in the trail: look at other sources for the gap.',
      ja: '停止中のイベントは証跡にありません。ほかのソースで補ってください。',
    },
    {
      en: 'Event selectors, bucket and key of the trail are as the intruder left them.',
      ja: 'イベントセレクター、バケット、キーは侵入者が残したままです。',
    },
  ],
  undoes: { en: 'Stops logging where it was stopped before.', ja: '元々停止していた場合は停止に戻します。' },
  uses: ['cloudtrail:GetTrailStatus', 'cloudtrail:StartLogging', 'cloudtrail:StopLogging'],
  resources: ['arn:*:cloudtrail:*:*:trail/*'],
  blastRadius: 3,
  approvalTier: 0,
  reversible: 'full',
  d3fend: countermeasure('D3-RC'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1047',
  parameters: z.strictObject({ ...inRegion, trailName: z.string().regex(/^[A-Za-z0-9][\w.-]{2,127}$/) }),
  state: z.strictObject({ isLogging: z.boolean() }),
  target: (parameters) =>
    awsTarget(parameters, regional(parameters, 'cloudtrail', `trail/${parameters.trailName}`), parameters.trailName),
  look: async (context, { trailName }) => {
    const answer = z.object({ IsLogging: z.boolean() });
    const found = await readAs(context, 'cloudtrail:GetTrailStatus', { parameters: { Name: trailName }, answer });
    return found && { isLogging: found.IsLogging };
  },
  wanted: () => ({ isLogging: true }),
  calls: ({ from, to }, { trailName }) =>
    from.isLogging === to.isLogging
      ? []
      : [contain(to.isLogging ? 'cloudtrail:StartLogging' : 'cloudtrail:StopLogging', { Name: trailName })],
});
