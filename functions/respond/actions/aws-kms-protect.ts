/** Calls off the deletion of a key and enables it: everything under it can be read again. */

import { KeyParameters, KeyState, keyCalls, keyOf, keyTarget } from './aws-kms.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

export const awsKmsProtect = defineChange({
  id: 'aws-kms-protect',
  provider: 'aws',
  title: { en: 'Save a key from deletion', ja: 'KMS キーを削除から守る' },
  does: {
    en: 'Cancels the scheduled deletion and enables the key.',
    ja: '予定された削除を取り消し、キーを有効にします。',
  },
  staysOpen: [
    {
      en: 'Whoever scheduled the deletion can do it again: contain that principal.',
      ja: '削除を予定した者は再び行えます。そのプリンシパルを封じ込めてください。',
    },
    { en: 'Key policy and grants are as the intruder left them.', ja: 'キーポリシーと許可は侵入者が残したままです。' },
  ],
  undoes: {
    en: 'Nothing: a deletion is never scheduled again, and a key that was disabled is disabled by an action of its own.',
    ja: '何もしません。削除を再び予定することはありません。無効化は別のアクションで行います。',
  },
  uses: ['kms:DescribeKey', 'kms:CancelKeyDeletion', 'kms:EnableKey'],
  resources: ['arn:*:kms:*:*:key/*'],
  blastRadius: 1,
  approvalTier: 1,
  reversible: 'none',
  d3fend: countermeasure('D3-RA'),
  mitigation: 'M1041',
  parameters: KeyParameters,
  state: KeyState,
  target: keyTarget,
  look: (context, { keyId }) => keyOf(context, keyId),
  wanted: (state) => ({ ...state, state: 'Enabled' }),
  calls: ({ from, to }, { keyId }) => keyCalls(from.state, to.state, keyId),
});
