/** Removes a self-hosted runner of a GitHub organization; it cannot be taken back. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { GithubTenant, githubTarget, NumericId } from './github.ts';
import { change } from './tenant.ts';

const Runner = z.object({ name: z.string(), os: z.string(), status: z.string(), busy: z.boolean() });

export const githubRunnerRemove = defineChange({
  id: 'github-runner-remove',
  provider: 'github',
  title: { en: 'Remove a self-hosted runner of a GitHub organization', ja: 'GitHub 組織のセルフホストランナーを削除する' },
  does: {
    en: 'Removes the runner from the organization: it gets no more jobs, and with them no secrets and no code.',
    ja: 'ランナーを組織から外し、ジョブ（とそれに含まれるシークレットやコード）を受け取れないようにします。',
  },
  staysOpen: [
    {
      en: 'The machine is untouched: what runs there goes on, with whatever credentials it has. Isolate it too.',
      ja: 'マシン自体はそのままで、持っている資格情報で動き続けます。マシンの隔離も検討してください。',
    },
    {
      en: 'Whoever may register runners registers another.',
      ja: 'ランナーを登録できる者は別のランナーを登録できます。',
    },
  ],
  undoes: { en: 'Nothing: the runner is registered again on its machine.', ja: '元に戻せません。マシン上で登録し直します。' },
  uses: ['github:GetRunner', 'github:DeleteRunner'],
  blastRadius: 2,
  approvalTier: 2,
  reversible: 'none',
  d3fend: countermeasure('D3-CR'),
  mitigation: 'M1018',
  parameters: z.strictObject({ tenant: GithubTenant, runnerId: NumericId }),
  state: z.strictObject({ isThere: z.boolean(), name: z.string() }),
  target: ({ tenant, runnerId }) => githubTarget(tenant, `runners/${runnerId}`, runnerId),
  look: async (context, { tenant, runnerId }) => {
    const parameters = { org: tenant, runnerId };
    const found = await readAs(context, 'github:GetRunner', { parameters, answer: Runner });
    return { isThere: found !== undefined, name: found?.name ?? '' };
  },
  wanted: () => ({ isThere: false, name: '' }),
  calls: ({ from, to }, { tenant, runnerId }) =>
    from.isThere && !to.isThere ? [change('github:DeleteRunner', { org: tenant, runnerId })] : [],
});
