/** Denies an IAM user everything by an inline policy; its undo removes that policy, or puts back the one of that name. */
import * as z from 'zod';
import { canonicalJson } from '../../core/digest.ts';
import { type ActionContext, defineAction } from './action.ts';
import { AccountId, IAM_REGION, inlinePolicyOf, UserName, userArn } from './aws-iam.ts';

const Parameters = z.strictObject({ accountId: AccountId, userName: UserName });
type Parameters = z.infer<typeof Parameters>;
const Captured = z.strictObject({
  userName: UserName,
  policyName: z.string(),
  /** The policy that had our name before; null where there was none. */
  policyDocument: z.string().nullable(),
});

const DENY_ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'YaguraQuarantine', Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** IAM policy names take `[\w+=,.@-]`, at most 128. @see PutUserPolicy */
const policyNameOf = (incidentId: string): string => `YaguraQuarantine-${incidentId.replaceAll(/[^\w.-]/g, '-')}`.slice(0, 128);

const call = (operation: string, userName: string, more: Record<string, string>) => ({
  tier: 'contain' as const,
  service: 'iam',
  operation,
  parameters: { UserName: userName, ...more },
});

const sameJson = (a: string, b: string): boolean => {
  try {
    return canonicalJson(JSON.parse(a)) === canonicalJson(JSON.parse(b));
  } catch {
    return a === b;
  }
};

async function userExists(context: ActionContext, userName: string): Promise<boolean> {
  return (await context.read('iam', 'GetUser', { UserName: userName })) !== undefined;
}

export const awsIamUserDeny = defineAction({
  id: 'aws-iam-user-deny',
  provider: 'aws',
  title: { en: 'Deny an IAM user everything', ja: 'IAM ユーザーの全操作を拒否する' },
  does: {
    en: 'Puts an inline policy on the user that denies every action. It also stops sessions that the user got by GetSessionToken.',
    ja: '全操作を拒否するインラインポリシーをユーザーに付けます。GetSessionToken で得たセッションも止まります。',
  },
  staysOpen: [
    {
      en: 'Role sessions that the user has assumed already stay valid until they expire (at most 12 h).',
      ja: 'このユーザーが引き受け済みのロールのセッションは期限（最長 12 時間）まで有効です。',
    },
    {
      en: 'Other users, roles and keys that the attacker created are untouched.',
      ja: '攻撃者が作成したほかのユーザー、ロール、キーには影響しません。',
    },
  ],
  undoes: {
    en: 'Deletes the policy, or puts back the policy that had its name before.',
    ja: 'ポリシーを削除します。同じ名前のポリシーがあった場合は元に戻します。',
  },
  uses: ['iam:GetUser', 'iam:GetUserPolicy', 'iam:PutUserPolicy', 'iam:DeleteUserPolicy'],
  resources: ['arn:*:iam::*:user/*'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'full',
  d3fend: { id: 'D3-AL', name: 'Account Locking', tactic: 'Evict' },
  d3fendUndo: { id: 'D3-ULA', name: 'Unlock Account', tactic: 'Restore' },
  mitigation: 'M1026',
  parameters: Parameters,
  captured: Captured,
  target: (parameters: Parameters) => ({
    provider: 'aws',
    accountId: parameters.accountId,
    region: IAM_REGION,
    uid: userArn(parameters.accountId, parameters.userName),
    name: parameters.userName,
  }),
  preconditions: async (context, parameters) =>
    (await userExists(context, parameters.userName))
      ? []
      : [`there is no user ${parameters.userName} in ${parameters.accountId}`],
  plan: async (context, parameters) => {
    const policyName = policyNameOf(context.incidentId);
    const present = await inlinePolicyOf(context, parameters.userName, policyName);
    const holds = present !== undefined && sameJson(present, DENY_ALL);
    const put = call('PutUserPolicy', parameters.userName, { PolicyName: policyName, PolicyDocument: DENY_ALL });
    return { calls: holds ? [] : [put], observed: { policyName, policyDocument: present ?? null }, facts: {} };
  },
  capture: async (context, parameters) => {
    const policyName = policyNameOf(context.incidentId);
    const policyDocument = (await inlinePolicyOf(context, parameters.userName, policyName)) ?? null;
    return { userName: parameters.userName, policyName, policyDocument };
  },
  verify: async (context, parameters) => {
    const present = await inlinePolicyOf(context, parameters.userName, policyNameOf(context.incidentId));
    return present !== undefined && sameJson(present, DENY_ALL)
      ? undefined
      : 'the user does not carry the policy that denies everything';
  },
  planUndo: async (context, captured) => {
    const { userName, policyName, policyDocument: before } = captured;
    const present = (await inlinePolicyOf(context, userName, policyName)) ?? null;
    const observed = { policyName, policyDocument: present };
    if (present === before) return { calls: [], observed, facts: {} };
    const restore =
      before === null
        ? call('DeleteUserPolicy', userName, { PolicyName: policyName })
        : call('PutUserPolicy', userName, { PolicyName: policyName, PolicyDocument: before });
    return { calls: [restore], observed, facts: {} };
  },
  verifyUndo: async (context, captured) => {
    const present = (await inlinePolicyOf(context, captured.userName, captured.policyName)) ?? null;
    return present === captured.policyDocument ? undefined : `the policy ${captured.policyName} is not as it was before`;
  },
});
