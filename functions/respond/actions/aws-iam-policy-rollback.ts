/** Makes an earlier version of a managed policy its default again; its undo makes the one of before default. */
import * as z from 'zod';
import { AccountId, awsTarget, contain, GLOBAL_REGION, IAM_TOKEN, readPages } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const PolicyName = z.string().regex(/^[\w+=,.@/-]{1,512}$/);
const VersionId = z.string().regex(/^v[1-9]\d*(\.[A-Za-z0-9-]*)?$/);
const arnOf = ({ accountId, policyName }: { accountId: string; policyName: string }): string =>
  `arn:aws:iam::${accountId}:policy/${policyName}`;

export const awsIamPolicyRollback = defineChange({
  id: 'aws-iam-policy-rollback',
  provider: 'aws',
  title: { en: 'Roll an IAM policy back to an earlier version', ja: 'IAM ポリシーを以前の版に戻す' },
  does: {
    en: 'Makes the named version of the customer managed policy its default. The version of now is kept.',
    ja: 'カスタマー管理ポリシーの指定した版を既定にします。現在の版は残ります。',
  },
  staysOpen: [
    {
      en: 'Whoever may create versions can make another one: take away iam:CreatePolicyVersion too.',
      ja: '版を作成できる者は再び変更できます。iam:CreatePolicyVersion も取り上げてください。',
    },
  ],
  undoes: { en: 'Makes the version default that was so before.', ja: '元の既定の版に戻します。' },
  uses: ['iam:ListPolicyVersions', 'iam:SetDefaultPolicyVersion'],
  resources: ['arn:*:iam::*:policy/*'],
  blastRadius: 3,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-RC'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1026',
  parameters: z.strictObject({ accountId: AccountId, policyName: PolicyName, versionId: VersionId }),
  state: z.strictObject({ defaultVersion: z.string(), versions: z.array(z.string()) }),
  target: (parameters) =>
    awsTarget({ accountId: parameters.accountId, region: GLOBAL_REGION }, arnOf(parameters), parameters.policyName),
  look: async (context, parameters) => {
    const answer = z.object({ Versions: z.array(z.object({ VersionId: z.string(), IsDefaultVersion: z.boolean() })) });
    const named = { PolicyArn: arnOf(parameters) };
    const pages = await readPages(context, 'iam:ListPolicyVersions', { parameters: named, answer, token: IAM_TOKEN });
    const versions = pages?.flatMap((page) => page.Versions);
    const current = versions?.find((version) => version.IsDefaultVersion);
    if (versions === undefined || current === undefined) return undefined;
    return { defaultVersion: current.VersionId, versions: versions.map((version) => version.VersionId).sort() };
  },
  refuses: ({ versions }, { versionId }) =>
    versions.includes(versionId) ? [] : [`the policy has no version ${versionId} (it has ${versions.join(', ')})`],
  wanted: (state, { versionId }) => ({ ...state, defaultVersion: versionId }),
  calls: ({ from, to }, parameters) =>
    from.defaultVersion === to.defaultVersion
      ? []
      : [contain('iam:SetDefaultPolicyVersion', { PolicyArn: arnOf(parameters), VersionId: to.defaultVersion })],
});
