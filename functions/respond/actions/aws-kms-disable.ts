/** Disables a key, so that nothing under it can be read; its undo enables it. */
import { KeyParameters, KeyState, keyCalls, keyOf, keyTarget } from './aws-kms.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

export const awsKmsDisable = defineChange({
  id: 'aws-kms-disable',
  provider: 'aws',
  title: { en: 'Disable a key', ja: 'KMS キーを無効にする' },
  does: {
    en: 'Disables the key: nobody can encrypt or decrypt with it.',
    ja: 'キーを無効にし、誰も暗号化・復号できないようにします。',
  },
  staysOpen: [
    {
      en: 'Everything that is encrypted under the key stops: databases, volumes at their next attachment, queues.',
      ja: 'このキーで暗号化されたもの（データベース、次にアタッチするボリューム、キューなど）はすべて止まります。',
    },
    {
      en: 'Data keys that services hold in memory work until they are asked for anew.',
      ja: 'サービスがメモリに持つデータキーは、取り直すまで使えます。',
    },
  ],
  undoes: { en: 'Enables the key where it was enabled before.', ja: '元々有効だった場合は有効に戻します。' },
  uses: ['kms:DescribeKey', 'kms:DisableKey', 'kms:EnableKey'],
  resources: ['arn:*:kms:*:*:key/*'],
  blastRadius: 4,
  approvalTier: 3,
  reversible: 'full',
  d3fend: countermeasure('D3-CR'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1041',
  parameters: KeyParameters,
  state: KeyState,
  target: keyTarget,
  look: (context, { keyId }) => keyOf(context, keyId),
  refuses: ({ state, manager }) => [
    ...(manager === 'CUSTOMER' ? [] : ['AWS manages the key and does not let it be disabled']),
    ...(state === 'Enabled' ? [] : [`the key is ${state}: it cannot be disabled`]),
  ],
  wanted: (state) => ({ ...state, state: 'Disabled' }),
  calls: ({ from, to }, { keyId }) => keyCalls(from.state, to.state, keyId),
});
