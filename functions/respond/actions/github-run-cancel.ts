/** Cancels one run of GitHub Actions by force; it cannot be taken back. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { NumericId, ofRepository, repositoryTarget } from './github.ts';
import { change } from './tenant.ts';

const Run = z.object({
  status: z.string(),
  name: z.string().nullish(),
  event: z.string().nullish(),
  head_sha: z.string().nullish(),
  run_started_at: z.string().nullish(),
});

export const githubRunCancel = defineChange({
  id: 'github-run-cancel',
  provider: 'github',
  title: { en: 'Cancel a run of GitHub Actions', ja: 'GitHub Actions の実行をキャンセルする' },
  does: {
    en: 'Cancels the run by force, also where it says that it must always run.',
    ja: '常に実行する指定があっても、実行を強制的にキャンセルします。',
  },
  staysOpen: [
    {
      en: 'What the run has done, read or published already stays: secrets, packages, deployments.',
      ja: '実行がすでに行ったこと（シークレットの読み取り、パッケージ、デプロイ）は残ります。',
    },
    {
      en: 'The next event starts another: disable the workflow first. A self-hosted runner may keep what the run left there.',
      ja: '次のイベントで再び始まります。先にワークフローを無効にしてください。セルフホストランナーには痕跡が残り得ます。',
    },
  ],
  undoes: { en: 'Nothing: the run is started again by hand.', ja: '元に戻せません。必要なら手動で再実行します。' },
  uses: ['github:GetRun', 'github:ForceCancelRun'],
  blastRadius: 1,
  approvalTier: 1,
  reversible: 'none',
  d3fend: countermeasure('D3-PT'),
  mitigation: 'M1042',
  parameters: z.strictObject({ ...ofRepository, runId: NumericId }),
  state: z.strictObject({ isOver: z.boolean() }),
  target: (parameters) => repositoryTarget(parameters, `/runs/${parameters.runId}`),
  look: async (context, { tenant, repo, runId }) => {
    const found = await readAs(context, 'github:GetRun', { parameters: { org: tenant, repo, runId }, answer: Run });
    return found && { isOver: found.status === 'completed' };
  },
  wanted: () => ({ isOver: true }),
  calls: ({ from, to }, { tenant, repo, runId }) =>
    to.isOver && !from.isOver ? [change('github:ForceCancelRun', { org: tenant, repo, runId })] : [],
  facts: async (context, _, { tenant, repo, runId }) => {
    const run = await readAs(context, 'github:GetRun', { parameters: { org: tenant, repo, runId }, answer: Run });
    return { name: run?.name ?? '', event: run?.event ?? '', commit: run?.head_sha ?? '', startedAt: run?.run_started_at ?? '' };
  },
});
