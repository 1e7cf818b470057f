/** Who may do what to a case in which state, before an operation is looked at closely. */
import { levelRank } from '../finding.ts';
import { isEnded } from './lifecycle.ts';
import { mayRead } from './marking.ts';
import type { Operation, OperationName } from './operation.ts';
import { type ApplyContext, type Outcome, refused } from './outcome.ts';
import type { CaseState } from './state.ts';

/** A case that is elsewhere now is only spoken about. */
const ON_MERGED: readonly OperationName[] = ['comment', 'unmerge', 'record_export', 'record_custody'];
const ON_CLOSED: readonly OperationName[] = [
  ...ON_MERGED,
  'reopen',
  'link',
  'unlink',
  'watch',
  'unwatch',
  'set_tlp',
  'add_evidence',
  'add_timeline_entry',
  'complete_task',
  'record_timestamp',
  'log_work',
];
/** A model adds what it found and proposes; it decides nothing. */
const BY_AI: readonly OperationName[] = [
  'comment',
  'add_task',
  'add_observable',
  'add_sighting',
  'add_evidence',
  'add_timeline_entry',
  'link',
  'escalate',
  'set_severity',
  'set_tlp',
  'propose_close',
];
/** These are not yet work on the case. */
export const NO_TOUCH: readonly OperationName[] = ['watch', 'unwatch', 'record_export', 'link', 'unlink', 'acknowledge'];

/** The refusal, undefined where nothing speaks against it so far. */
export function guard(state: CaseState, operation: Operation, { actor }: ApplyContext): Outcome | undefined {
  const { op } = operation;
  if (actor.kind === 'ai' && !mayAiDo(state, operation))
    return refused({ en: `a model may not ${op} here`, ja: `AI は ${op} を実行できません` }, BY_AI);
  if (op === 'approve_close' && actor.kind !== 'human')
    return refused({ en: 'only a person approves a closing', ja: 'クローズを承認できるのは人だけです' });
  if (!isEnded(state.status)) return undefined;
  const allowed = state.status === 'closed' ? ON_CLOSED : ON_MERGED;
  if (allowed.includes(op)) return undefined;
  const where = state.mergedInto ?? '';
  if (where === '')
    return refused({ en: `the case is ${state.status}`, ja: `ケースは終了しています (${state.status})` }, allowed);
  return refused(
    {
      en: `the case was merged into ${where}; work goes on there`,
      ja: `ケースは ${where} に統合されました。作業はそちらで続けます`,
    },
    allowed,
  );
}

/** Up and stricter, never down and looser. */
function mayAiDo(state: CaseState, operation: Operation): boolean {
  if (operation.op === 'set_severity') return levelRank(operation.to) >= levelRank(state.severity);
  if (operation.op === 'set_tlp') return operation.pap === undefined && mayRead(operation.tlp ?? state.tlp, state.tlp);
  return BY_AI.includes(operation.op);
}
