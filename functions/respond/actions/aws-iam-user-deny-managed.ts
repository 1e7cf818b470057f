/** Attaches AWS's deny-all policy to an IAM user; its undo detaches it where it was not attached before. */
import * as z from 'zod';
import { AccountId, awsTarget, contain, GLOBAL_REGION, IAM_TOKEN, readPages } from './aws.ts';
import { UserName, userArn } from './aws-iam.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const DENY_ALL_ARN = 'arn:aws:iam::aws:policy/AWSDenyAll';
/** @see IAM quotas: managed policies attached to a user, default */
const MOST_ATTACHED = 10;

export const awsIamUserDenyManaged = defineChange({
  id: 'aws-iam-user-deny-managed',
  provider: 'aws',
  title: { en: 'Attach AWSDenyAll to an IAM user', ja: 'IAM ユーザーに AWSDenyAll を付ける' },
  does: {
    en: "Attaches AWS's managed policy AWSDenyAll, where inline policies are forbidden or full.",
    ja: 'インラインポリシーが禁止または上限の場合に、AWS 管理ポリシー AWSDenyAll を付けます。',
  },
  staysOpen: [
    {
      en: 'Role sessions that the user has assumed already stay valid until they expire (at most 12 h).',
      ja: 'このユーザーが引き受け済みのロールのセッションは期限（最長 12 時間）まで有効です。',
    },
  ],
  undoes: { en: 'Detaches the policy where it was not attached before.', ja: '元々付いていなければ取り外します。' },
  uses: ['iam:ListAttachedUserPolicies', 'iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
  resources: ['arn:*:iam::*:user/*'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-AL'),
  d3fendUndo: countermeasure('D3-ULA'),
  mitigation: 'M1026',
  parameters: z.strictObject({ accountId: AccountId, userName: UserName }),
  state: z.strictObject({ isDenied: z.boolean(), hasRoom: z.boolean() }),
  target: ({ accountId, userName }) => awsTarget({ accountId, region: GLOBAL_REGION }, userArn(accountId, userName), userName),
  look: async (context, { userName }) => {
    const answer = z.object({ AttachedPolicies: z.array(z.object({ PolicyArn: z.string() })) });
    const parameters = { UserName: userName };
    const pages = await readPages(context, 'iam:ListAttachedUserPolicies', { parameters, answer, token: IAM_TOKEN });
    const arns = pages?.flatMap((page) => page.AttachedPolicies.map(({ PolicyArn }) => PolicyArn));
    if (arns === undefined) return undefined;
    const others = arns.filter((arn) => arn !== DENY_ALL_ARN);
    return { isDenied: arns.length > others.length, hasRoom: others.length < MOST_ATTACHED };
  },
  refuses: ({ hasRoom }, { userName }) =>
    hasRoom ? [] : [`${userName} has ${MOST_ATTACHED} managed policies, which is the most: deny it by an inline policy`],
  wanted: (state) => ({ ...state, isDenied: true }),
  calls: ({ from, to }, { userName }) => {
    if (from.isDenied === to.isDenied) return [];
    const named = { UserName: userName, PolicyArn: DENY_ALL_ARN };
    return [to.isDenied ? contain('iam:AttachUserPolicy', named) : contain('iam:DetachUserPolicy', named)];
  },
});
