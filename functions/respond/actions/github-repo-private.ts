/** Makes a GitHub repository private; its undo gives it the visibility from before. */
import * as z from 'zod';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { ofRepository, repositoryOf, repositoryTarget } from './github.ts';
import { change } from './tenant.ts';

export const githubRepoPrivate = defineChange({
  id: 'github-repo-private',
  provider: 'github',
  title: { en: 'Make a GitHub repository private', ja: 'GitHub リポジトリを非公開にする' },
  does: {
    en: 'Sets the visibility to private: only who was given access sees it.',
    ja: '公開範囲を private にし、アクセス権のある者だけが見られるようにします。',
  },
  staysOpen: [
    {
      en: 'Clones, forks, caches and archives that others made while it was public are theirs: rotate every secret in its history.',
      ja: '公開中に作られたクローン、フォーク、キャッシュ、アーカイブは残ります。履歴内のシークレットはすべて更新してください。',
    },
    {
      en: 'Stars and watchers are lost and do not come back with an undo; public forks stay public, in a network of their own.',
      ja: 'スターとウォッチは失われ、元に戻しても復元されません。公開フォークは別のネットワークとして公開のまま残ります。',
    },
  ],
  undoes: { en: 'Gives it the visibility from before.', ja: '以前の公開範囲に戻します。' },
  uses: ['github:GetRepository', 'github:UpdateRepositoryVisibility'],
  blastRadius: 3,
  approvalTier: 2,
  reversible: 'partial',
  d3fend: countermeasure('D3-RFAM'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1022',
  parameters: z.strictObject(ofRepository),
  state: z.strictObject({ visibility: z.string(), isArchived: z.boolean(), isFork: z.boolean() }),
  target: (parameters) => repositoryTarget(parameters),
  look: async (context, parameters) => {
    const found = await repositoryOf(context, parameters);
    return found && { visibility: found.visibility, isArchived: found.archived, isFork: found.fork };
  },
  refuses: ({ isArchived, isFork }) => [
    ...(isArchived ? ['the repository is archived: GitHub changes nothing of it'] : []),
    ...(isFork ? ['the repository is a fork: GitHub does not change the visibility of one'] : []),
  ],
  wanted: (state) => ({ ...state, visibility: 'private' }),
  calls: ({ from, to }, { tenant, repo }) =>
    from.visibility === to.visibility
      ? []
      : [change('github:UpdateRepositoryVisibility', { org: tenant, repo, visibility: to.visibility })],
  facts: async (context, _, parameters) => ({ forks: (await repositoryOf(context, parameters))?.forks_count ?? 0 }),
});
