/** Turns a long-lived access key inactive; its undo gives it back the status that it had. */
import * as z from 'zod';
import { type ActionContext, defineAction } from './action.ts';
import { AccessKeyId, AccountId, IAM_REGION, keysOf, lastUseOf, UserName, userArn } from './aws-iam.ts';

const Status = z.enum(['Active', 'Inactive']);
const Parameters = z.strictObject({ accountId: AccountId, userName: UserName, accessKeyId: AccessKeyId });
type Parameters = z.infer<typeof Parameters>;
const Captured = z.strictObject({
  userName: UserName,
  accessKeyId: AccessKeyId,
  status: Status,
  createDate: z.string().optional(),
  lastUsed: z.record(z.string(), z.json()),
  /** Every key of the user at that time. */
  keys: z.array(z.strictObject({ accessKeyId: z.string(), status: z.string() })),
});

const setStatus = (of: { userName: string; accessKeyId: string }, status: z.infer<typeof Status>) => ({
  tier: 'contain' as const,
  service: 'iam',
  operation: 'UpdateAccessKey',
  parameters: { UserName: of.userName, AccessKeyId: of.accessKeyId, Status: status },
});

async function statusOf(context: ActionContext, of: { userName: string; accessKeyId: string }): Promise<string | undefined> {
  const keys = await keysOf(context, of.userName);
  return keys?.find((key) => key.AccessKeyId === of.accessKeyId)?.Status;
}

export const awsIamKeyDisable = defineAction({
  id: 'aws-iam-key-disable',
  provider: 'aws',
  title: { en: 'Disable an IAM access key', ja: 'IAM アクセスキーを無効にする' },
  does: {
    en: 'Sets the access key to Inactive. The key is not deleted: its id stays searchable in CloudTrail.',
    ja: 'アクセスキーを Inactive にします。削除はしないため、キー ID で CloudTrail を引き続き検索できます。',
  },
  staysOpen: [
    {
      en: 'Sessions that the key has already minted (GetSessionToken up to 36 h, AssumeRole up to 12 h) stay valid until they expire.',
      ja: 'このキーで発行済みのセッション（GetSessionToken は最長 36 時間、AssumeRole は最長 12 時間）は期限まで有効です。',
    },
    {
      en: 'Other keys, the console password and whatever the attacker created with the key are untouched.',
      ja: 'ほかのキー、コンソールのパスワード、攻撃者がこのキーで作成したものには影響しません。',
    },
  ],
  undoes: { en: 'Gives the key the status that it had before.', ja: 'キーを元の状態に戻します。' },
  uses: ['iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed', 'iam:UpdateAccessKey'],
  resources: ['arn:*:iam::*:user/*'],
  blastRadius: 1,
  approvalTier: 1,
  reversible: 'full',
  d3fend: { id: 'D3-CR', name: 'Credential Revocation', tactic: 'Evict' },
  d3fendUndo: { id: 'D3-RUAA', name: 'Restore User Account Access', tactic: 'Restore' },
  mitigation: 'M1018',
  parameters: Parameters,
  captured: Captured,
  target: (parameters: Parameters) => ({
    provider: 'aws',
    accountId: parameters.accountId,
    region: IAM_REGION,
    uid: `${userArn(parameters.accountId, parameters.userName)}/access-key/${parameters.accessKeyId}`,
    name: `${parameters.accessKeyId} (${parameters.userName})`,
  }),
  preconditions: async (context, parameters) => {
    const status = await statusOf(context, parameters);
    return status === undefined
      ? [`user ${parameters.userName} has no access key ${parameters.accessKeyId} in ${parameters.accountId}`]
      : [];
  },
  plan: async (context, parameters) => {
    const status = (await statusOf(context, parameters)) ?? 'absent';
    const lastUse = await lastUseOf(context, parameters.accessKeyId);
    return {
      calls: status === 'Active' ? [setStatus(parameters, 'Inactive')] : [],
      observed: { status },
      facts: { lastUsed: lastUse?.lastUsed ?? {} },
    };
  },
  capture: async (context, parameters) => {
    const keys = (await keysOf(context, parameters.userName)) ?? [];
    const own = keys.find((key) => key.AccessKeyId === parameters.accessKeyId);
    const lastUse = await lastUseOf(context, parameters.accessKeyId);
    return {
      userName: parameters.userName,
      accessKeyId: parameters.accessKeyId,
      status: Status.parse(own?.Status),
      ...(own?.CreateDate === undefined ? {} : { createDate: own.CreateDate }),
      lastUsed: lastUse?.lastUsed ?? {},
      keys: keys.map((key) => ({ accessKeyId: key.AccessKeyId, status: key.Status })),
    };
  },
  verify: async (context, parameters) => {
    const status = await statusOf(context, parameters);
    return status === 'Inactive' ? undefined : `the key is ${status ?? 'gone'}, not Inactive`;
  },
  planUndo: async (context, captured) => {
    const status = (await statusOf(context, captured)) ?? 'absent';
    const needed = status !== captured.status && status !== 'absent';
    return {
      calls: needed ? [setStatus(captured, captured.status)] : [],
      observed: { status },
      facts: { restores: captured.status },
    };
  },
  verifyUndo: async (context, captured) => {
    const status = await statusOf(context, captured);
    return status === captured.status ? undefined : `the key is ${status ?? 'gone'}, not ${captured.status} as before`;
  },
});
