/** Where a thread is → the machine around it, and the variables that it sees. */
import { YaguraError } from '../../functions/core/error.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import type { Machine, Scope } from './definition.ts';
import type { Snapshot, Thread } from './snapshot.ts';

/** The innermost machine, branch or item processor. */
export function scopeAt(machine: Machine, within: Thread['within']): Scope {
  let scope: Scope = machine;
  for (const { state, branch } of within) {
    const entry = scope.states.get(state);
    const inner = entry?.kind === 'Parallel' ? entry.branches[branch] : entry?.kind === 'Map' ? entry.processor : undefined;
    if (inner === undefined) throw new YaguraError('Bug', `no inner machine at "${state}"`);
    scope = inner;
  }
  return scope;
}

/** Own variables over those of the states around; a distributed Map's children see none from outside. */
export function variablesOf(snapshot: Snapshot, thread: Thread): JsonObject {
  const parent = thread.parent === undefined ? undefined : snapshot.threads.find(({ id }) => id === thread.parent);
  const phase = parent?.active?.phase;
  if (parent === undefined || (phase?.kind === 'children' && phase.distributed)) return thread.variables;
  return { ...variablesOf(snapshot, parent), ...thread.variables };
}
