/** One machine, a virtual clock and a table in memory: what most tests of the interpreter need. */
import { isJsonObject, type Json, type JsonObject } from '../../../functions/core/json.ts';
import type { Ids } from '../../../functions/ports/clock.ts';
import type { Execution } from '../../../functions/ports/executions.ts';
import {
  createLocalExecutions,
  type LocalExecutions,
  type LocalExecutionsOptions,
} from '../../../local/adapters/local-executions.ts';
import type { HistoryEvent } from '../../../local/asl/history.ts';
import type { Handlers } from '../../../local/asl/resource.ts';
import { VirtualTime } from '../../../local/asl/scheduler.ts';
import { MemoryTable } from './memory-table.ts';

export const START_MS = Date.UTC(2026, 0, 1);
const PLAYBOOK = 'machine';

/** Ids that count up. */
export function countingIds(): Ids {
  let next = 0;
  return {
    uuid: () => `00000000-0000-4000-8000-${String(++next).padStart(12, '0')}`,
    token: (bytes) => `token-${++next}-${'x'.repeat(bytes)}`,
  };
}

export interface Laboratory {
  time: VirtualTime;
  table: MemoryTable;
  executions: LocalExecutions;
  /** Another process over the same table. */
  reopen(): LocalExecutions;
  /** Starts the machine and jumps over every timer. */
  run(input?: Json): Promise<Execution>;
  described(): Promise<Execution>;
  history(): Promise<HistoryEvent[]>;
  types(): Promise<string[]>;
}

export function laboratory(machine: JsonObject, handlers: Handlers = {}, more: Partial<LocalExecutionsOptions> = {}): Laboratory {
  const time = new VirtualTime(START_MS);
  const table = new MemoryTable();
  const ids = countingIds();
  const playbooks = { [PLAYBOOK]: { definition: JSON.stringify(machine) }, ...more.playbooks };
  const open = (): LocalExecutions =>
    createLocalExecutions({ table, clock: time, scheduler: time, ids, handlers, ...more, playbooks });
  const executions = open();
  const described = async (): Promise<Execution> => {
    const found = await executions.describe(PLAYBOOK, 'run');
    if (found === undefined) throw new Error('not started');
    return found;
  };
  const history = (): Promise<HistoryEvent[]> => executions.history(PLAYBOOK, 'run');
  return {
    time,
    table,
    executions,
    reopen: open,
    described,
    history,
    types: async () => (await history()).map(({ type }) => type),
    run: async (input = {}) => {
      await executions.start(PLAYBOOK, 'run', input);
      await executions.runToRest({ waitUpToMs: Number.POSITIVE_INFINITY });
      return described();
    },
  };
}

/** A JSONata machine of these states; the first is the start. */
export const machineOf = (states: JsonObject, more: JsonObject = {}): JsonObject => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(states)[0] ?? '',
  States: states,
  ...more,
});

/** A task that hands its token to the function `ask`. */
export const ask = (more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } },
  ...more,
});

/** A function that remembers the tokens it was given. */
export function asking(): { tokens: string[]; handlers: Handlers } {
  const tokens: string[] = [];
  const handler = async (payload: Json): Promise<Json> => {
    const token = isJsonObject(payload) ? payload['token'] : undefined;
    if (typeof token === 'string') tokens.push(token);
    return 'asked';
  };
  return { tokens, handlers: { functions: { ask: handler } } };
}
