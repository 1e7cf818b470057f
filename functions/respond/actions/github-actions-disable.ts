/** Turns GitHub Actions off for a repository; its undo restores what was allowed. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { ofRepository, repositoryTarget } from './github.ts';
import { change } from './tenant.ts';

const Permissions = z.object({ enabled: z.boolean(), allowed_actions: z.string().nullish() });

export const githubActionsDisable = defineChange({
  id: 'github-actions-disable',
  provider: 'github',
  title: { en: 'Turn GitHub Actions off for a repository', ja: 'リポジトリの GitHub Actions を停止する' },
  does: {
    en: 'Turns Actions off: no workflow of the repository starts, whoever pushes one.',
    ja: 'Actions を停止し、誰がプッシュしてもこのリポジトリのワークフローが始まらないようにします。',
  },
  staysOpen: [
    { en: 'Runs that are under way go on: cancel them.', ja: '実行中のものは続きます。キャンセルしてください。' },
    {
      en: 'Cloud sessions that a run got by OIDC live on until they expire: revoke those of the role.',
      ja: '実行が OIDC で得たクラウドのセッションは期限まで残ります。ロールのセッションを失効させてください。',
    },
    { en: 'Nothing is built, tested or deployed from it meanwhile.', ja: 'その間、ビルド、テスト、デプロイは行われません。' },
  ],
  undoes: { en: 'Turns Actions on with what was allowed before.', ja: '以前の許可設定で Actions を有効に戻します。' },
  uses: ['github:GetActionsPermissions', 'github:SetActionsPermissions'],
  blastRadius: 3,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-EI'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1042',
  parameters: z.strictObject(ofRepository),
  state: z.strictObject({ isEnabled: z.boolean(), allowed: z.string().nullable() }),
  target: (parameters) => repositoryTarget(parameters, '/actions'),
  look: async (context, { tenant, repo }) => {
    const parameters = { org: tenant, repo };
    const found = await readAs(context, 'github:GetActionsPermissions', { parameters, answer: Permissions });
    // What is allowed counts only where Actions is on.
    return found && { isEnabled: found.enabled, allowed: found.enabled ? (found.allowed_actions ?? null) : null };
  },
  wanted: () => ({ isEnabled: false, allowed: null }),
  calls: ({ from, to }, { tenant, repo }) => {
    if (from.isEnabled === to.isEnabled) return [];
    const allowed = to.allowed === null ? {} : { allowed_actions: to.allowed };
    return [change('github:SetActionsPermissions', { org: tenant, repo, enabled: to.isEnabled, ...allowed })];
  },
});
