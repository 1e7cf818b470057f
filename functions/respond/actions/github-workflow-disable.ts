/** Disables one workflow of GitHub Actions; its undo enables it. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { NumericId, ofRepository, repositoryTarget } from './github.ts';
import { change } from './tenant.ts';

const Workflow = z.object({ state: z.string(), name: z.string(), path: z.string() });

export const githubWorkflowDisable = defineChange({
  id: 'github-workflow-disable',
  provider: 'github',
  title: { en: 'Disable a workflow of GitHub Actions', ja: 'GitHub Actions のワークフローを無効にする' },
  does: {
    en: 'Disables the workflow: no event starts it any more.',
    ja: 'ワークフローを無効にし、イベントで開始されないようにします。',
  },
  staysOpen: [
    { en: 'Runs that are under way go on: cancel them.', ja: '実行中のものは続きます。キャンセルしてください。' },
    {
      en: 'Whoever can push can add another workflow, and secrets that were read are read: rotate them.',
      ja: 'プッシュできる者は別のワークフローを追加できます。読み取られたシークレットは更新してください。',
    },
  ],
  undoes: { en: 'Enables it where it was active before.', ja: '元々有効だった場合は有効に戻します。' },
  uses: ['github:GetWorkflow', 'github:DisableWorkflow', 'github:EnableWorkflow'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-EI'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1042',
  parameters: z.strictObject({ ...ofRepository, workflowId: NumericId }),
  state: z.strictObject({ state: z.string(), path: z.string() }),
  target: (parameters) => repositoryTarget(parameters, `/workflows/${parameters.workflowId}`),
  look: async (context, { tenant, repo, workflowId }) => {
    const found = await readAs(context, 'github:GetWorkflow', {
      parameters: { org: tenant, repo, workflowId },
      answer: Workflow,
    });
    return found && { state: found.state, path: found.path };
  },
  wanted: (state) => ({ ...state, state: 'disabled_manually' }),
  holds: ({ state }) => state !== 'active',
  calls: ({ from, to }, { tenant, repo, workflowId }) => {
    if ((from.state === 'active') === (to.state === 'active')) return [];
    const of = { org: tenant, repo, workflowId };
    return [change(to.state === 'active' ? 'github:EnableWorkflow' : 'github:DisableWorkflow', of)];
  },
});
