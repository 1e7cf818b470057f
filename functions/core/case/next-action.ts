/** What has to be done next about a case, in one line: for the queue, and for who takes over. */
import type { LocalText } from '../text.ts';
import { PHASE_OF, PHASE_WORDS } from './lifecycle.ts';
import type { CaseState } from './state.ts';

type NextInput = Pick<CaseState, 'status' | 'proposal' | 'pauses' | 'times' | 'owner' | 'verdict' | 'tasks' | 'isIncidentGone'>;

export function nextAction(state: NextInput): LocalText {
  const { proposal, times, owner, verdict, status } = state;
  const pause = state.pauses.find(({ toMs }) => toMs === null);
  if (proposal !== null)
    return { en: `another person than ${proposal.by} approves the closing`, ja: `${proposal.by} 以外の人がクローズを承認する` };
  if (times.ackMs === null) return { en: 'acknowledge it', ja: '確認する' };
  if (pause !== undefined) return { en: `wait for ${pause.waitingFor}`, ja: `${pause.waitingFor} を待つ` };
  if (owner === null) return { en: 'assign it', ja: '担当を決める' };
  if (state.isIncidentGone)
    return {
      en: 'its alerts went to other incidents: close or merge it',
      ja: 'アラートは別のインシデントへ移動。クローズまたは統合する',
    };
  const task = nextTask(state);
  if (task !== undefined) return { en: `${task.taskId} ${task.title.en}`, ja: `${task.taskId} ${task.title.ja}` };
  if (verdict === null) return { en: 'judge it', ja: '判定する' };
  if (status === 'resolved') return { en: 'close it', ja: 'クローズする' };
  const phase = PHASE_WORDS[PHASE_OF[status]];
  return { en: `go on: ${phase.en}`, ja: `続ける: ${phase.ja}` };
}

/** Of the tasks that nothing stands before, the one that is due first. */
export function nextTask({ tasks }: Pick<CaseState, 'tasks'>): CaseState['tasks'][number] | undefined {
  const open = new Set(tasks.filter(({ result }) => result === null).map(({ taskId }) => taskId));
  return tasks
    .filter(({ result, dependsOn }) => result === null && !dependsOn.some((id) => open.has(id)))
    .sort((a, b) => (a.dueMs ?? Number.MAX_SAFE_INTEGER) - (b.dueMs ?? Number.MAX_SAFE_INTEGER))[0];
}
