/** The `members` section of the configuration: the accounts of the organization that get responder roles and forward their events. */
import * as z from 'zod';
import { option, text } from './config-option.ts';
import type { Problem } from './error.ts';

/** What products find; an organization's trail brings API calls already, and each copy over EventBridge is charged. */
export const FORWARDED = [
  'aws-guardduty',
  'aws-security-hub',
  'ocsf',
  'aws-inspector',
  'aws-macie',
  'aws-access-analyzer',
  'aws-health',
] as const;

export const membersSchema = z.strictObject({
  organizationalUnits: option(
    z.array(z.string().regex(/^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$/, 'ou-… or r-…')).default([]),
    {
      ...text(
        'Organizational units (or the root) whose accounts get the member template as a StackSet, new accounts by themselves. Empty: you deploy it in your own way.',
        'メンバー用テンプレートを StackSet で配布する組織単位（またはルート）。新しいアカウントにも自動で配布されます。空の場合は自分の方法で配布します。',
      ),
      why: text(
        'Roles in every account are a decision of the organization.',
        'すべてのアカウントにロールを作るのは、組織の決定であるべきだから。',
      ),
    },
  ),
  regions: option(
    z
      .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as ap-northeast-1'))
      .max(50)
      .default([]),
    {
      ...text(
        'Regions beside the home region whose events are forwarded to it, of every member account.',
        'ホームリージョンのほかに、各メンバーアカウントのイベントを転送するリージョン。',
      ),
      why: text(
        'Where nothing runs, a service control policy is cheaper than a forwarder.',
        '使わないリージョンは、転送よりも SCP で閉じる方が安いため。',
      ),
    },
  ),
  callAs: option(z.enum(['delegated-admin', 'self']).default('delegated-admin'), {
    ...text(
      'How the SOC account may deploy StackSets: as delegated administrator, or itself as the management account.',
      'SOC アカウントが StackSet を配布する立場。委任管理者、または管理アカウント自身（self）。',
    ),
    why: text('A SOC does not belong into the management account.', 'SOC は管理アカウントに置くべきではないため。'),
  }),
  forward: option(z.array(z.string()).default([...FORWARDED]), {
    ...text(
      'Ids of the sources whose events member accounts forward over EventBridge.',
      'メンバーアカウントが EventBridge で転送するソースの ID。',
    ),
    why: text(
      "What products find, within seconds; an organization's trail brings API calls already, and each copy is charged.",
      '検知サービスの結果を数秒で届けるため。API 呼び出しは組織の証跡で届き、転送すると二重に課金されます。',
    ),
  }),
});
export type MembersConfig = z.output<typeof membersSchema>;

/** A StackSet's instances must know where the SOC is, and whom it may trust. */
export function membersProblems(
  members: MembersConfig,
  said: { region?: string | undefined; organizationId?: string | undefined },
): Problem[] {
  if (members.organizationalUnits.length === 0) return [];
  return (['region', 'organizationId'] as const)
    .filter((key) => said[key] === undefined)
    .map((key) => ({
      at: key,
      what: 'not said, and members.organizationalUnits is',
      fix: `say ${key}, or remove members.organizationalUnits`,
    }));
}
