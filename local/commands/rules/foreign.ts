/** The rules that `replay --rules` names → those that run beside ours, and what is told of the others, once. */
import { type Problem, problemText } from '../../../functions/core/error.ts';
import { isStaged } from '../../../functions/core/sigma/staged.ts';
import type { Source } from '../../../functions/sources/source.ts';
import { type ForeignContent, loadRules } from '../../content.ts';
import { type Judged, judgeForeign } from '../../foreign-rules.ts';
import { findRuleFiles } from '../../rule-files.ts';
import { sampleSources } from '../../source-fields.ts';
import { plainLines } from '../../table-text.ts';
import { note, out } from '../io.ts';

export interface ForeignRun extends ForeignContent {
  /** Rules that cannot be run at all. */
  refused: Judged[];
  /** Rules whose log source is not connected. */
  waiting: number;
}

/** @throws YaguraError BadInput for paths that do not exist */
export async function foreignRules(paths: readonly string[], sources?: readonly Source[]): Promise<ForeignRun> {
  const found = await findRuleFiles(paths);
  const own = new Set((await loadRules()).map(({ info }) => info.id));
  // Fields are not doubted here: the logs themselves say what they carry.
  const judged = judgeForeign(found.files, { sources: sampleSources(new Map(), sources), taken: own });
  return {
    runnable: judged.runnable,
    filters: judged.filters,
    // Correlations are refused where they are compiled, at the line that is wrong.
    refused: judged.judged.filter(({ fate, kind }) => fate === 'unsupported' && kind !== 'correlation'),
    waiting: judged.judged.filter(({ fate, kind }) => fate === 'not-applicable' && kind === 'rule').length,
    correlations: judged.correlations,
  };
}

/** Correlations that name rules which are not there, as refused documents. */
export const refusedCorrelations = (problems: readonly Problem[]): Judged[] =>
  problems.map((detail) => ({
    file: detail.at ?? '',
    at: detail.at ?? '',
    kind: 'correlation',
    fate: 'unsupported',
    reason: detail.what,
    detail,
  }));

export const foreignDocument = (run: ForeignRun | undefined): Record<string, unknown> =>
  run === undefined
    ? {}
    : {
        rules: {
          run: run.runnable.length,
          notApplicable: run.waiting,
          correlations: run.correlations.length,
          refused: run.refused,
        },
      };

const FIRST = 10;

export function tellForeign({ runnable, refused, waiting, correlations }: ForeignRun): void {
  out(`${runnable.length} further rules run, ${waiting} read log sources that are not connected, ${refused.length} are refused`);
  const staged = runnable.filter(({ info }) => isStaged(info)).length;
  if (staged > 0) out(`  ${staged} of them are experimental: their findings are recorded and do not alert`);
  if (correlations.length > 0) out(`  with ${correlations.length} correlation rules over their matches`);
  for (const { at, reason, detail } of refused.slice(0, FIRST))
    note(`! ${plainLines(detail === undefined ? `${at}: ${reason}` : problemText({ ...detail, at }))}`);
  if (refused.length > FIRST) note(`! … and ${refused.length - FIRST} more; \`yagura rules import\` lists them`);
}
