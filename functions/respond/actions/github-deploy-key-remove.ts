/** Removes a deploy key of a GitHub repository; it cannot be taken back. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { NumericId, type OfRepository, ofRepository, repositoryOf, repositoryTarget } from './github.ts';
import { change } from './tenant.ts';

const Key = z.object({
  title: z.string(),
  key: z.string(),
  read_only: z.boolean(),
  created_at: z.string().nullish(),
  last_used: z.string().nullish(),
});

const keyOf = (
  context: ActionContext,
  { tenant, repo, keyId }: OfRepository & { keyId: string },
): Promise<z.infer<typeof Key> | undefined> =>
  readAs(context, 'github:GetDeployKey', { parameters: { org: tenant, repo, keyId }, answer: Key });

export const githubDeployKeyRemove = defineChange({
  id: 'github-deploy-key-remove',
  provider: 'github',
  title: { en: 'Remove a deploy key of a GitHub repository', ja: 'GitHub リポジトリのデプロイキーを削除する' },
  does: {
    en: 'Deletes the deploy key: whoever has its private half no longer reads or writes the repository.',
    ja: 'デプロイキーを削除し、秘密鍵を持つ者がリポジトリを読み書きできないようにします。',
  },
  staysOpen: [
    {
      en: 'Clones that were made are made; commits that were pushed stay.',
      ja: '作成済みのクローンとプッシュ済みのコミットは残ります。',
    },
    { en: 'What deploys with the key rightly stops at once.', ja: 'このキーを使う正規のデプロイも直ちに止まります。' },
  ],
  undoes: {
    en: 'Nothing: the plan shows the public key, with which a person adds it again.',
    ja: '元に戻せません。計画に公開鍵が示されるので、必要なら人が再び追加します。',
  },
  uses: ['github:GetRepository', 'github:GetDeployKey', 'github:DeleteDeployKey'],
  blastRadius: 2,
  approvalTier: 2,
  reversible: 'none',
  d3fend: countermeasure('D3-CR'),
  mitigation: 'M1018',
  parameters: z.strictObject({ ...ofRepository, keyId: NumericId }),
  state: z.strictObject({ isThere: z.boolean() }),
  target: (parameters) => repositoryTarget(parameters, `/keys/${parameters.keyId}`),
  look: async (context, parameters) => {
    if ((await repositoryOf(context, parameters)) === undefined) return undefined;
    return { isThere: (await keyOf(context, parameters)) !== undefined };
  },
  wanted: () => ({ isThere: false }),
  calls: ({ from, to }, { tenant, repo, keyId }) =>
    from.isThere && !to.isThere ? [change('github:DeleteDeployKey', { org: tenant, repo, keyId })] : [],
  facts: async (context, _, parameters) => {
    const found = await keyOf(context, parameters);
    const { title = '', key = '', read_only: isReadOnly = true } = found ?? {};
    return { title, publicKey: key, mayWrite: !isReadOnly, created: found?.created_at ?? '', lastUsed: found?.last_used ?? '' };
  },
});
