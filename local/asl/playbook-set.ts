/** The playbooks' definitions → machines that can all run, or every problem of all of them. */
import { digestOf } from '../../functions/core/digest.ts';
import { type Problem, YaguraError } from '../../functions/core/error.ts';
import type { Json } from '../../functions/core/json.ts';
import type { Machine } from './definition.ts';
import { parseMachine } from './parse.ts';
import { type Handlers, resourceProblems } from './resource.ts';

export interface Playbook {
  /** The text of machine.asl.json. */
  definition: string;
  /** Values for its `${Name}` placeholders. */
  substitutions?: Readonly<Record<string, string>>;
  /** Named in problems. */
  file?: string;
}

export interface LoadedPlaybook {
  machine: Machine;
  digest: string;
  document: Json;
}

/** @throws YaguraError BadContent: nothing runs before all of them can */
export function loadPlaybooks(
  playbooks: Readonly<Record<string, Playbook>>,
  handlers: Handlers,
): ReadonlyMap<string, LoadedPlaybook> {
  const loaded = new Map<string, LoadedPlaybook>();
  const problems: Problem[] = [];
  for (const [id, { definition, substitutions, file = id }] of Object.entries(playbooks)) {
    const parsed = parseMachine(definition, { file, ...(substitutions === undefined ? {} : { substitutions }) });
    problems.push(...parsed.problems);
    if (parsed.machine === undefined || parsed.document === undefined) continue;
    problems.push(...resourceProblems(parsed.machine, handlers).map((problem) => ({ at: file, ...problem })));
    loaded.set(id, { machine: parsed.machine, digest: digestOf(parsed.document), document: parsed.document });
  }
  if (problems.length > 0) throw new YaguraError('BadContent', 'the playbooks cannot run', { problems });
  return loaded;
}
