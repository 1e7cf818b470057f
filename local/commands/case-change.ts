/** `yagura case ack|assign|comment|…`: one operation each; what happened is told, and where somebody was quicker, who and what. */

import { eventText } from '../../functions/core/case/event-text.ts';
import type { Phase } from '../../functions/core/case/lifecycle.ts';
import type { Tlp } from '../../functions/core/case/marking.ts';
import { strangersIn } from '../../functions/core/case/mention.ts';
import type { OperationInput } from '../../functions/core/case/operation.ts';
import type { RecordedTime, SIDES, TASK_REQUIRED } from '../../functions/core/case/terms.ts';
import { YaguraError } from '../../functions/core/error.ts';
import { safeText } from '../../functions/core/terminal-text.ts';
import type { Verdict } from '../../functions/core/verdict.ts';
import type { CaseChange } from '../../functions/ports/change-case.ts';
import { type AnalystOptions, atDesk, type Desk, headOf } from '../analyst.ts';
import { taskLines } from '../case-page.ts';
import { lengthOf, timeOf } from '../case-time.ts';
import { EXIT, note, out } from './io.ts';

/** Applies one operation to a case, or to several. */
export const changeCommand = (
  texts: readonly string[],
  options: AnalystOptions,
  operation: OperationInput | ((desk: Desk) => OperationInput | Promise<OperationInput>),
): Promise<number> =>
  atDesk(options, async (desk) => {
    for (const text of texts) {
      const input = typeof operation === 'function' ? await operation(desk) : operation;
      tell(await desk.change(text, input), options);
    }
    return EXIT.ok;
  });

/** What it made happen, or that it was so already. */
export function tell({ state, events }: CaseChange, { json, locale }: AnalystOptions): void {
  if (json) {
    out(JSON.stringify({ case: headOf(state), events }));
    return;
  }
  const lines = events.map((event) => safeText(eventText(event)[locale], 300));
  const nothing = locale === 'en' ? 'it is so already' : 'すでにその状態です';
  out(`${state.incidentId} #${state.seq}: ${lines.length === 0 ? nothing : lines.join('; ')}`);
}

/** `tp`, `btp`, `fp`, `und` and the whole words. */
export const VERDICT_OF: Readonly<Record<string, Verdict>> = {
  tp: 'true_positive',
  btp: 'benign_true_positive',
  fp: 'false_positive',
  und: 'undetermined',
  true_positive: 'true_positive',
  benign_true_positive: 'benign_true_positive',
  false_positive: 'false_positive',
  undetermined: 'undetermined',
};

export async function commentCommand(
  text: string,
  words: readonly string[],
  options: AnalystOptions & { tlp?: Tlp },
): Promise<number> {
  const said = words.length === 1 && words[0] === '-' ? await standardInput() : words.join(' ');
  return atDesk(options, async (desk) => {
    const strangers = strangersIn(said, desk.policy);
    tell(
      await desk.change(text, { op: 'comment', text: said, ...(options.tlp === undefined ? {} : { tlp: options.tlp }) }),
      options,
    );
    if (strangers.length > 0) note(`nobody is called ${strangers.map((name) => `@${safeText(name, 64)}`).join(', ')}`);
    return EXIT.ok;
  });
}

async function standardInput(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString('utf8');
}

export const taskListCommand = (text: string, options: AnalystOptions): Promise<number> =>
  atDesk(options, async (desk) => {
    const state = await desk.read(text);
    await desk.look(state);
    if (options.json) for (const task of state.tasks) out(JSON.stringify(task));
    else {
      const lines = taskLines(state, options.locale, desk.state.clock.nowMs());
      if (lines.length === 0) note(options.locale === 'en' ? 'no tasks' : 'タスクはありません');
      for (const line of lines) out(line);
    }
    return EXIT.ok;
  });

export interface TaskOptions extends AnalystOptions {
  phase?: Phase;
  required?: (typeof TASK_REQUIRED)[number];
  after?: string;
  due?: string;
  assignee?: string;
}

export const taskAddCommand = (text: string, words: readonly string[], options: TaskOptions): Promise<number> =>
  changeCommand([text], options, (desk) => ({
    op: 'add_task',
    title: words.join(' '),
    ...(options.phase === undefined ? {} : { phase: options.phase }),
    ...(options.required === undefined ? {} : { required: options.required }),
    dependsOn: (options.after ?? '').split(',').filter((id) => id !== ''),
    ...(options.due === undefined ? {} : { dueMs: desk.state.clock.nowMs() + lengthOf(options.due) }),
    ...(options.assignee === undefined ? {} : { assignee: options.assignee }),
  }));

export const tasksDoneCommand = (
  text: string,
  taskIds: readonly string[],
  options: AnalystOptions & { note?: string },
  result: 'done' | 'skipped',
): Promise<number> =>
  atDesk(options, async (desk) => {
    for (const taskId of taskIds)
      tell(
        await desk.change(text, {
          op: 'complete_task',
          taskId: taskId.replace(/^t(?=\d)/, 'T'),
          result,
          note: options.note ?? '',
        }),
        options,
      );
    return EXIT.ok;
  });

export const timeCommand = (
  text: string,
  name: RecordedTime,
  at: string,
  options: AnalystOptions & { reason: string },
): Promise<number> =>
  changeCommand([text], options, (desk) => ({
    op: 'record_timestamp',
    name,
    occurredAtMs: timeOf(at, desk.state.clock.nowMs()),
    reason: options.reason,
  }));

export const timelineCommand = (
  text: string,
  words: readonly string[],
  options: AnalystOptions & { side: (typeof SIDES)[number]; at: string; tlp?: Tlp },
): Promise<number> =>
  changeCommand([text], options, (desk) => ({
    op: 'add_timeline_entry',
    side: options.side,
    occurredAtMs: timeOf(options.at, desk.state.clock.nowMs()),
    text: words.join(' '),
    ...(options.tlp === undefined ? {} : { tlp: options.tlp }),
  }));

/** `work start`, `work stop`, `work log 45m`. */
export function workCommand(
  text: string,
  what: 'start' | 'stop' | 'log',
  options: AnalystOptions & { length?: string; note?: string },
): Promise<number> {
  if (what !== 'log') return changeCommand([text], options, { op: what === 'start' ? 'start_work' : 'stop_work' });
  if (options.length === undefined)
    throw new YaguraError('BadInput', 'how long?', {
      problems: [{ what: 'no length', allowed: '45m, 2h', fix: 'yagura case work log <id> 45m' }],
    });
  const ms = lengthOf(options.length);
  return changeCommand([text], options, (desk) => {
    const stopMs = desk.state.clock.nowMs();
    return { op: 'log_work', startMs: stopMs - ms, stopMs, note: options.note ?? '' };
  });
}
