/** Operations that add to the record of a case: comments, tasks, observables, evidence, timelines, work and moments. */
import type { Apply } from './apply-lifecycle.ts';
import { mentionsIn } from './mention.ts';
import { done, event, notFound, refused } from './outcome.ts';
import { timeField } from './project-time.ts';
import type { CaseState } from './state.ts';

/** Clocks of machines differ by this much. */
const SKEW_MS = 5 * 60_000;
const MAX_WORK_MS = 24 * 3_600_000;

const nextId = (letter: string, items: readonly { from?: string | null }[]): string =>
  `${letter}${items.filter(({ from }) => from === null || from === undefined).length + 1}`;

export const watch: Apply<'watch'> = (state, { who }, { actor }) =>
  done(state.watchers.includes(who ?? actor.id) ? [] : [event('watched', { who: who ?? actor.id })]);

export const unwatch: Apply<'unwatch'> = (state, { who }, { actor }) =>
  done(state.watchers.includes(who ?? actor.id) ? [event('unwatched', { who: who ?? actor.id })] : []);

export const comment: Apply<'comment'> = (_, { text, tlp }, { policy }) =>
  done([event('commented', { text, mentions: mentionsIn(text, policy), tlp: tlp ?? null })]);

export const addTask: Apply<'add_task'> = (state, operation) => {
  const { title, phase, required, dependsOn, dueMs, assignee } = operation;
  const ids = state.tasks.map(({ taskId }) => taskId);
  const unknown = dependsOn.find((id) => !ids.includes(id));
  if (unknown !== undefined) return notFound({ en: 'task', ja: 'タスク' }, unknown, ids);
  const words = typeof title === 'string' ? { en: title, ja: title } : title;
  return done([
    event('task_added', {
      taskId: nextId('T', state.tasks),
      title: words,
      phase,
      required,
      dependsOn,
      dueMs: dueMs ?? null,
      assignee: assignee ?? null,
      template: null,
    }),
  ]);
};

export const completeTask: Apply<'complete_task'> = (state, { taskId, result, note }) => {
  const task = state.tasks.find((one) => one.taskId === taskId);
  const open = state.tasks.filter((one) => one.result === null).map((one) => one.taskId);
  if (task === undefined) return notFound({ en: 'task', ja: 'タスク' }, taskId, open);
  if (task.result !== null)
    return task.result === result
      ? done([])
      : refused(
          { en: `${taskId} is ${task.result} already, by ${task.doneBy}`, ja: `${taskId} は ${task.doneBy} が処理済みです` },
          open,
          'Conflict',
        );
  if (result === 'skipped' && note === '')
    return refused({ en: 'a task is skipped for a reason', ja: 'スキップには理由が必要です' }, ['note'], 'BadInput');
  const waiting = result === 'done' ? task.dependsOn.filter((id) => open.includes(id)) : [];
  if (waiting.length > 0)
    return refused(
      { en: `${taskId} waits for ${waiting.join(', ')}`, ja: `${taskId} は ${waiting.join(', ')} の完了待ちです` },
      waiting,
    );
  return done([event('task_completed', { taskId, result, note })]);
};

export const setTlp: Apply<'set_tlp'> = (state, { tlp = state.tlp, pap = state.pap, reason }) =>
  done(tlp === state.tlp && pap === state.pap ? [] : [event('marking_set', { tlp, pap, reason })]);

export const addEvidence: Apply<'add_evidence'> = (state, operation, { actor, atMs }) => {
  const { name, sha256, sizeBytes, storedAt, collectedAtMs, note, tlp } = operation;
  // The same bytes are one piece of evidence.
  if (state.evidence.some((item) => item.sha256 === sha256)) return done([]);
  return done([
    event('evidence_added', {
      evidenceId: nextId('E', state.evidence),
      name,
      sha256,
      sizeBytes,
      storedAt: storedAt ?? null,
      collectedBy: actor.id,
      collectedAtMs: collectedAtMs ?? atMs,
      note,
      tlp: tlp ?? null,
    }),
  ]);
};

export const recordCustody: Apply<'record_custody'> = (state, { evidenceId, action, to, note }) => {
  const ids = state.evidence.map((item) => item.evidenceId);
  if (!ids.includes(evidenceId)) return notFound({ en: 'evidence', ja: '証拠' }, evidenceId, ids);
  if ((action === 'transferred' || action === 'released') && to === undefined)
    return refused({ en: `${action} to whom?`, ja: '引き渡し先が必要です' }, ['to'], 'BadInput');
  return done([event('custody_recorded', { evidenceId, action, to: to ?? null, note })]);
};

export const addObservable: Apply<'add_observable'> = (state, operation, { atMs }) => {
  const { type, value, isMalicious, note, tlp, pap } = operation;
  const known = state.observables.find((item) => item.type === type && item.value === value);
  if (known !== undefined)
    return done([event('sighting_added', { observableId: known.observableId, seenAtMs: atMs, source: '', note })]);
  return done([
    event('observable_added', {
      observableId: nextId('O', state.observables),
      type,
      value,
      isMalicious: isMalicious ?? null,
      note,
      tlp: tlp ?? null,
      pap: pap ?? null,
    }),
  ]);
};

export const addSighting: Apply<'add_sighting'> = (state, { observableId, seenAtMs, source, note }, { atMs }) => {
  const ids = state.observables.map((item) => item.observableId);
  if (!ids.includes(observableId)) return notFound({ en: 'observable', ja: '観測値' }, observableId, ids);
  return done([event('sighting_added', { observableId, seenAtMs: seenAtMs ?? atMs, source, note })]);
};

export const addTimelineEntry: Apply<'add_timeline_entry'> = (state, { side, occurredAtMs, text, eventIds, tlp }) =>
  done([
    event('timeline_entry_added', {
      entryId: `L${state.entries.length + 1}`,
      side,
      occurredAtMs,
      text,
      eventIds,
      tlp: tlp ?? null,
    }),
  ]);

const openWork = (state: CaseState, analyst: string): boolean =>
  state.work.some((span) => span.analyst === analyst && span.stopMs === null);

export const startWork: Apply<'start_work'> = (state, _, { actor }) =>
  done(openWork(state, actor.id) ? [] : [event('work_started', {})]);

export const stopWork: Apply<'stop_work'> = (state, _, { actor }) =>
  openWork(state, actor.id)
    ? done([event('work_stopped', {})])
    : refused({ en: 'you have not started work on it', ja: '作業が開始されていません' }, ['start_work', 'log_work']);

export const logWork: Apply<'log_work'> = (_, { startMs, stopMs, note }, { atMs }) =>
  stopMs <= startMs || stopMs - startMs > MAX_WORK_MS || stopMs > atMs + SKEW_MS
    ? refused(
        {
          en: 'work ends after it began, within a day, and not in the future',
          ja: '作業時間は 24 時間以内の過去の区間で指定します',
        },
        ['startMs < stopMs <= now'],
        'BadInput',
      )
    : done([event('work_logged', { startMs, stopMs, note })]);

export const recordTimestamp: Apply<'record_timestamp'> = (state, { name, occurredAtMs, reason }, { atMs }) => {
  const before = state.times[timeField(name)];
  if (before === occurredAtMs && state.recorded.includes(name)) return done([]);
  if (occurredAtMs > atMs + SKEW_MS)
    return refused(
      { en: `${name} cannot lie in the future`, ja: `${name} に未来の時刻は指定できません` },
      ['a past time'],
      'BadInput',
    );
  if (before !== null && state.recorded.includes(name) && reason === '')
    return refused(
      { en: `${name} was recorded before; say why it changes`, ja: `${name} は記録済みです。変更理由が必要です` },
      ['reason'],
      'BadInput',
    );
  return done([event('timestamp_recorded', { name, occurredAtMs, before, reason })]);
};

export const recordExport: Apply<'record_export'> = (_, { op: __, ...data }) => done([event('exported', data)]);
