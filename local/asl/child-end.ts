/** A branch or an item ended → the Parallel or Map around it goes on, ends, or fails. */
import type { Json } from '../../functions/core/json.ts';
import { type Failure, STATES_ERROR } from './failure.ts';
import type { Execution } from './interpreter.ts';
import type { Children, Thread } from './snapshot.ts';
import { conclude } from './states/state-run.ts';

type End = { output: Json } | { failure: Failure };

const childrenOf = (thread: Thread | undefined): Children | undefined => {
  const phase = thread?.active?.phase;
  return phase?.kind === 'children' ? phase : undefined;
};

export async function childEnded(execution: Execution, child: Thread, end: End): Promise<void> {
  const { snapshot } = execution;
  const parent = snapshot.threads.find(({ id }) => id === child.parent);
  const children = childrenOf(parent);
  execution.closeTokensOf(child);
  snapshot.threads = snapshot.threads.filter((thread) => thread !== child);
  const { active } = parent ?? {};
  if (parent === undefined || children === undefined || active === undefined) return;
  const entry = execution.stateOf(parent, active.name);
  if (!child.quiet || parent.quiet) parent.previousEventId = child.previousEventId;
  children.ended++;
  if ('output' in end) {
    children.results[child.index] = end.output;
    if (entry.kind === 'Map' && !children.distributed)
      execution.emit(parent, 'MapIterationSucceeded', { index: child.index, name: active.name }, false);
    return;
  }
  if (entry.kind === 'Parallel') return failParent(execution, parent, end.failure);
  children.failed.push(child.index);
  if (!children.distributed) execution.emit(parent, 'MapIterationFailed', { index: child.index, name: active.name });
  if (children.failed.length > children.tolerated) await failParent(execution, parent, mapFailure(children, end.failure));
}

function mapFailure(children: Children, failure: Failure): Failure {
  if (!children.threshold) return failure;
  return { error: STATES_ERROR.exceedTolerated, cause: 'The specified tolerated failure threshold was exceeded' };
}

async function failParent(execution: Execution, parent: Thread, failure: Failure): Promise<void> {
  const { active } = parent;
  const children = childrenOf(parent);
  if (active === undefined || children === undefined) return;
  const isMap = execution.stateOf(parent, active.name).kind === 'Map';
  for (const child of dropDescendants(execution, parent)) {
    if (isMap && !children.distributed && child.parent === parent.id)
      execution.emit(parent, 'MapIterationAborted', { index: child.index, name: active.name }, false);
  }
  if (children.distributed) execution.emit(parent, 'MapRunFailed', { error: failure.error ?? '', cause: failure.cause ?? '' });
  execution.emit(parent, isMap ? 'MapStateFailed' : 'ParallelStateFailed');
  const { location: _, ...outer } = failure;
  await execution.fail(parent, outer);
}

function dropDescendants(execution: Execution, parent: Thread): Thread[] {
  const dropped: Thread[] = [];
  const ids = new Set([parent.id]);
  // Children always come after their parents in the list.
  for (const thread of execution.snapshot.threads) {
    if (thread.parent === undefined || !ids.has(thread.parent)) continue;
    ids.add(thread.id);
    dropped.push(thread);
    execution.closeTokensOf(thread);
  }
  execution.snapshot.threads = execution.snapshot.threads.filter((thread) => !dropped.includes(thread));
  return dropped;
}

/** Starts what may start, and leaves the state when everything inside ended. False where nothing changed. */
export async function moveChildren(execution: Execution, parent: Thread): Promise<boolean> {
  const children = childrenOf(parent);
  if (children === undefined) return false;
  if (children.ended === children.inputs.length) {
    await leave(execution, parent, children);
    return true;
  }
  const before = children.started;
  while (children.started < children.inputs.length && children.started - children.ended < children.maxConcurrency) {
    execution.startChild(parent, children, children.started++);
  }
  return children.started > before;
}

async function leave(execution: Execution, parent: Thread, children: Children): Promise<void> {
  await execution.act(parent, async (entry, run) => {
    if (entry.kind !== 'Parallel' && entry.kind !== 'Map') return undefined;
    if (children.distributed) execution.emit(parent, 'MapRunSucceeded', {}, false);
    execution.emit(parent, entry.kind === 'Map' ? 'MapStateSucceeded' : 'ParallelStateSucceeded', {}, false);
    const result = children.results.filter((_, index) => !children.failed.includes(index));
    return conclude(run, { fields: entry.state, fallback: result, next: entry.state.Next, extra: { result } });
  });
}
