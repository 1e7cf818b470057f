/** Disables a user of a Cognito user pool; its undo enables it where it was so before. */
import * as z from 'zod';
import { awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

export const awsCognitoUserDisable = defineChange({
  id: 'aws-cognito-user-disable',
  provider: 'aws',
  title: { en: 'Disable a user of a Cognito user pool', ja: 'Cognito ユーザープールのユーザーを無効にする' },
  does: {
    en: 'Disables the user: it can neither sign in nor refresh its tokens.',
    ja: 'ユーザーを無効にし、サインインとトークンの更新をできなくします。',
  },
  staysOpen: [
    {
      en: 'Access tokens that were issued already stay valid until they expire (at most 24 h) wherever nobody asks the pool.',
      ja: '発行済みのアクセストークンは、プールに問い合わせない相手では期限（最長 24 時間）まで有効です。',
    },
  ],
  undoes: { en: 'Enables the user where it was enabled before.', ja: '元々有効だった場合は有効に戻します。' },
  uses: ['cognito-idp:AdminGetUser', 'cognito-idp:AdminDisableUser', 'cognito-idp:AdminEnableUser'],
  resources: ['arn:*:cognito-idp:*:*:userpool/*'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-AL'),
  d3fendUndo: countermeasure('D3-ULA'),
  mitigation: 'M1018',
  parameters: z.strictObject({
    ...inRegion,
    userPoolId: z.string().regex(/^[\w-]{1,45}_[0-9A-Za-z]{1,20}$/),
    userName: z.string().regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u),
  }),
  state: z.strictObject({ isEnabled: z.boolean() }),
  target: (parameters) =>
    awsTarget(
      parameters,
      `${regional(parameters, 'cognito-idp', `userpool/${parameters.userPoolId}`)}/${parameters.userName}`,
      parameters.userName,
    ),
  look: async (context, { userPoolId, userName }) => {
    const answer = z.object({ Enabled: z.boolean() });
    const parameters = { UserPoolId: userPoolId, Username: userName };
    const found = await readAs(context, 'cognito-idp:AdminGetUser', { parameters, answer });
    return found && { isEnabled: found.Enabled };
  },
  wanted: () => ({ isEnabled: false }),
  calls: ({ from, to }, { userPoolId, userName }) => {
    if (from.isEnabled === to.isEnabled) return [];
    const named = { UserPoolId: userPoolId, Username: userName };
    return [contain(to.isEnabled ? 'cognito-idp:AdminEnableUser' : 'cognito-idp:AdminDisableUser', named)];
  },
});
