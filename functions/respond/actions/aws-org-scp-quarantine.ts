/** Attaches a prepared quarantine policy (SCP) to an account; its undo detaches it where it was not attached before. */
import * as z from 'zod';
import { AccountId, awsTarget, contain, GLOBAL_REGION, NEXT_TOKEN, readAs, readPages } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

/** @see Organizations API, PolicyId */
const PolicyId = z.string().regex(/^p-[0-9a-zA-Z_]{8,128}$/);

export const awsOrgScpQuarantine = defineChange({
  id: 'aws-org-scp-quarantine',
  provider: 'aws',
  title: { en: 'Quarantine an account by a service control policy', ja: 'サービスコントロールポリシーでアカウントを隔離する' },
  does: {
    en: 'Attaches the prepared quarantine policy to the account: its principals may do only what that policy leaves.',
    ja: '用意した隔離用ポリシーをアカウントに付けます。アカウントのプリンシパルは、それが許すことだけができます。',
  },
  staysOpen: [
    {
      en: 'Service control policies bind neither the management account nor service-linked roles.',
      ja: 'サービスコントロールポリシーは、管理アカウントとサービスリンクロールには効きません。',
    },
    {
      en: 'Principals of other accounts that resource policies let in are not bound.',
      ja: 'リソースポリシーで許可された他アカウントのプリンシパルには効きません。',
    },
  ],
  undoes: { en: 'Detaches the policy where it was not attached before.', ja: '元々付いていなければ取り外します。' },
  uses: [
    'organizations:DescribeOrganization',
    'organizations:DescribeAccount',
    'organizations:ListPoliciesForTarget',
    'organizations:AttachPolicy',
    'organizations:DetachPolicy',
  ],
  blastRadius: 4,
  approvalTier: 3,
  reversible: 'full',
  d3fend: countermeasure('D3-APA'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1018',
  parameters: z.strictObject({
    /** The management account, or the one that is delegated. */
    accountId: AccountId,
    memberAccountId: AccountId,
    policyId: PolicyId,
  }),
  state: z.strictObject({ isAttached: z.boolean(), managementAccount: z.string() }),
  target: ({ accountId, memberAccountId }) =>
    awsTarget(
      { accountId, region: GLOBAL_REGION },
      `arn:aws:organizations::${accountId}:account/${memberAccountId}`,
      memberAccountId,
    ),
  look: async (context, { memberAccountId, policyId }) => {
    const organization = await readAs(context, 'organizations:DescribeOrganization', {
      parameters: {},
      answer: z.object({ Organization: z.object({ MasterAccountId: z.string() }) }),
    });
    const account = await readAs(context, 'organizations:DescribeAccount', {
      parameters: { AccountId: memberAccountId },
      answer: z.object({ Account: z.object({ Id: z.string() }) }),
    });
    const pages = account && (await policiesOf(context, memberAccountId));
    if (organization === undefined || pages === undefined) return undefined;
    const managementAccount = organization.Organization.MasterAccountId;
    return { isAttached: pages.some((page) => page.Policies.some(({ Id }) => Id === policyId)), managementAccount };
  },
  refuses: ({ managementAccount }, { memberAccountId }) =>
    managementAccount === memberAccountId ? ['no service control policy binds the management account'] : [],
  wanted: (state) => ({ ...state, isAttached: true }),
  calls: ({ from, to }, { memberAccountId, policyId }) => {
    if (from.isAttached === to.isAttached) return [];
    const named = { PolicyId: policyId, TargetId: memberAccountId };
    return [to.isAttached ? contain('organizations:AttachPolicy', named) : contain('organizations:DetachPolicy', named)];
  },
});

const policiesOf = (context: Parameters<typeof readAs>[0], targetId: string) =>
  readPages(context, 'organizations:ListPoliciesForTarget', {
    parameters: { TargetId: targetId, Filter: 'SERVICE_CONTROL_POLICY' },
    answer: z.object({ Policies: z.array(z.object({ Id: z.string() })) }),
    token: NEXT_TOKEN,
  });
