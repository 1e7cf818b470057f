/** Makes a configuration recorder record again; its undo stops it where it was stopped before. */
import * as z from 'zod';
import { awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

export const awsConfigHeal = defineChange({
  id: 'aws-config-heal',
  provider: 'aws',
  title: { en: 'Make AWS Config record again', ja: 'AWS Config の記録を再開する' },
  does: { en: 'Starts the configuration recorder.', ja: '設定レコーダーを開始します。' },
  staysOpen: [{ en: 'Changes of the time while it was stopped are not in the history.', ja: '停止中の変更は履歴にありません。' }],
  undoes: { en: 'Stops it where it was stopped before.', ja: '元々停止していた場合は停止に戻します。' },
  uses: ['config:DescribeConfigurationRecorderStatus', 'config:StartConfigurationRecorder', 'config:StopConfigurationRecorder'],

  blastRadius: 3,
  approvalTier: 0,
  reversible: 'full',
  d3fend: countermeasure('D3-RC'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1047',
  parameters: z.strictObject({ ...inRegion, recorderName: z.string().regex(/^[\w.-]{1,256}$/) }),
  state: z.strictObject({ isRecording: z.boolean() }),
  target: (parameters) =>
    awsTarget(
      parameters,
      regional(parameters, 'config', `configuration-recorder/${parameters.recorderName}`),
      parameters.recorderName,
    ),
  look: async (context, { recorderName }) => {
    const answer = z.object({ ConfigurationRecordersStatus: z.array(z.object({ recording: z.boolean() })) });
    const parameters = { ConfigurationRecorderNames: [recorderName] };
    const found = await readAs(context, 'config:DescribeConfigurationRecorderStatus', { parameters, answer });
    const own = found?.ConfigurationRecordersStatus[0];
    return own && { isRecording: own.recording };
  },
  wanted: () => ({ isRecording: true }),
  calls: ({ from, to }, { recorderName }) => {
    if (from.isRecording === to.isRecording) return [];
    const named = { ConfigurationRecorderName: recorderName };
    return [contain(to.isRecording ? 'config:StartConfigurationRecorder' : 'config:StopConfigurationRecorder', named)];
  },
});
