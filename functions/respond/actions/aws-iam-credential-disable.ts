/** Disables a service-specific credential (Bedrock API key, CodeCommit, Keyspaces) of an IAM user; its undo gives it the status of before. */
import * as z from 'zod';
import { AccountId, awsTarget, contain, GLOBAL_REGION, readAs } from './aws.ts';
import { UserName, userArn } from './aws-iam.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

/** @see UpdateServiceSpecificCredential: 20–128 of `[\w]` */
const CredentialId = z.string().regex(/^\w{20,128}$/);
const Credential = z.object({ ServiceSpecificCredentialId: z.string(), Status: z.string(), ServiceName: z.string() });

export const awsIamCredentialDisable = defineChange({
  id: 'aws-iam-credential-disable',
  provider: 'aws',
  title: { en: 'Disable a service-specific credential', ja: 'サービス固有の認証情報を無効にする' },
  does: {
    en: 'Sets the credential (a Bedrock API key, or one for CodeCommit or Keyspaces) to Inactive.',
    ja: '認証情報（Bedrock API キー、CodeCommit・Keyspaces 用など）を Inactive にします。',
  },
  staysOpen: [
    { en: 'Access keys and passwords of the user are untouched.', ja: 'ユーザーのアクセスキーとパスワードには影響しません。' },
    {
      en: 'Short-lived Bedrock tokens that were made from access keys stay valid up to 12 h.',
      ja: 'アクセスキーから作られた短期の Bedrock トークンは最長 12 時間有効です。',
    },
  ],
  undoes: { en: 'Gives the credential the status that it had before.', ja: '認証情報を元の状態に戻します。' },
  uses: ['iam:ListServiceSpecificCredentials', 'iam:UpdateServiceSpecificCredential'],
  resources: ['arn:*:iam::*:user/*'],
  blastRadius: 1,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-CR'),
  d3fendUndo: countermeasure('D3-RUAA'),
  mitigation: 'M1018',
  parameters: z.strictObject({ accountId: AccountId, userName: UserName, credentialId: CredentialId }),
  state: z.strictObject({ status: z.string(), serviceName: z.string() }),
  target: ({ accountId, userName, credentialId }) =>
    awsTarget({ accountId, region: GLOBAL_REGION }, `${userArn(accountId, userName)}/credential/${credentialId}`, credentialId),
  look: async (context, { userName, credentialId }) => {
    const answer = z.object({ ServiceSpecificCredentials: z.array(Credential) });
    const found = await readAs(context, 'iam:ListServiceSpecificCredentials', { parameters: { UserName: userName }, answer });
    const own = found?.ServiceSpecificCredentials.find(({ ServiceSpecificCredentialId: id }) => id === credentialId);
    return own && { status: own.Status, serviceName: own.ServiceName };
  },
  wanted: (state) => ({ ...state, status: 'Inactive' }),
  calls: ({ from, to }, { userName, credentialId }) =>
    from.status === to.status
      ? []
      : [
          contain('iam:UpdateServiceSpecificCredential', {
            UserName: userName,
            ServiceSpecificCredentialId: credentialId,
            Status: to.status,
          }),
        ],
});
