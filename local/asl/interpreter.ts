/** One execution, moved on transition by transition; each one is stored before anything that depends on it happens. */
import { YaguraError } from '../../functions/core/error.ts';
import type { Json, JsonObject } from '../../functions/core/json.ts';
import { childEnded } from './child-end.ts';
import { contextObject } from './context.ts';
import type { Machine, State } from './definition.ts';
import { type Failure, STATES_ERROR, StateFailure, stateCause } from './failure.ts';
import { detailsKey, errorDetails, exitDetails, type HistoryEvent, inputDetails, MAX_EVENTS, outputDetails } from './history.ts';
import { DEFAULT_LIMITS } from './jsonata.ts';
import { catcherFor, retryFor } from './recovery.ts';
import { scopeAt, variablesOf } from './scope.ts';
import type { ActiveState, Children, Snapshot, Thread } from './snapshot.ts';
import { runState } from './states/run-state.ts';
import { conclude, type Exit, type Outcome, type StateRun } from './states/state-run.ts';
import { resourceOf } from './states/task.ts';
import type { Journal, TokenChange, World } from './world.ts';

/** Transitions of one execution. A loop that never writes history would otherwise never end. */
const MAX_TRANSITIONS = 200_000;

export class Execution {
  readonly snapshot: Snapshot;
  readonly world: World;
  readonly #machine: Machine;
  readonly #journal: Journal;
  #events: HistoryEvent[] = [];
  #tokens: TokenChange[] = [];

  constructor(machine: Machine, snapshot: Snapshot, world: World, journal: Journal) {
    this.#machine = machine;
    this.snapshot = snapshot;
    this.world = world;
    this.#journal = journal;
  }

  get journal(): Journal {
    return this.#journal;
  }

  /** The first transition: the execution exists. */
  begin(): void {
    const { snapshot } = this;
    const thread = this.#thread({
      index: 0,
      within: [],
      previousEventId: 0,
      quiet: false,
      entering: { name: this.#machine.startAt, input: snapshot.input },
    });
    this.emit(thread, 'ExecutionStarted', { ...inputDetails(snapshot.input), roleArn: snapshot.roleArn });
    // AWS: the first state points at event 0, not at ExecutionStarted.
    thread.previousEventId = 0;
    if (this.#machine.timeoutSec !== undefined) snapshot.deadlineAtMs = snapshot.startedAtMs + this.#machine.timeoutSec * 1000;
  }

  /** Stores what changed since the last time. @throws YaguraError Conflict where somebody else moves this execution */
  async store(): Promise<void> {
    this.snapshot.transitionCount++;
    const stored = await this.#journal.save(this.snapshot, this.#events, this.#tokens);
    if (!stored) throw new YaguraError('Conflict', `execution ${this.snapshot.name} was changed by somebody else`);
    this.#events = [];
    this.#tokens = [];
  }

  threadsWhere(test: (thread: Thread) => boolean): Thread[] {
    return this.snapshot.threads.filter(test);
  }

  /** Enters the next state, or runs the one that is ready. */
  async step(thread: Thread): Promise<void> {
    const { snapshot } = this;
    if (snapshot.eventCount > MAX_EVENTS - 10 || snapshot.transitionCount > MAX_TRANSITIONS) {
      const cause = `The execution reached the maximum number of history events (${MAX_EVENTS}).`;
      return this.end('FAILED', thread, { failure: { error: STATES_ERROR.runtime, cause } });
    }
    if (thread.entering !== undefined) return this.#enter(thread, thread.entering);
    await this.act(thread, (entry, run) => this.#run(thread, entry, run));
  }

  #enter(thread: Thread, { name, input }: { name: string; input: Json }): void {
    const beforeEventId = thread.previousEventId;
    const entry = this.stateOf(thread, name);
    this.emit(thread, `${entry.state.Type}StateEntered`, { ...inputDetails(input), name });
    thread.active = {
      name,
      input,
      beforeEventId,
      enteredEventId: thread.previousEventId,
      enteredAtMs: this.world.clock.nowMs(),
      retryCount: 0,
      attempts: {},
      phase: { kind: 'ready' },
    };
    delete thread.entering;
  }

  /** Runs a piece of a state and does what it answers; a failure goes through Retry and Catch. */
  async act(thread: Thread, piece: (entry: State, run: StateRun) => Promise<Outcome | undefined>): Promise<void> {
    const active = thread.active;
    if (active === undefined) return;
    try {
      const outcome = await piece(this.stateOf(thread, active.name), this.#stateRun(thread, active));
      if (outcome?.kind === 'exit') await this.#exit(thread, outcome);
      else if (outcome?.kind === 'wait') active.phase = outcome.phase;
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      await this.fail(thread, error.failure);
    }
  }

  async #run(thread: Thread, entry: State, run: StateRun): Promise<Outcome> {
    const token = entry.kind === 'Task' ? this.#openToken(thread, resourceOf(entry.state)) : undefined;
    const outcome = await runState(entry, run, token);
    if (outcome.kind === 'wait' && outcome.phase.kind === 'children' && outcome.phase.distributed) {
      const prefix = this.snapshot.arn.replace(':execution:', ':mapRun:');
      this.emit(thread, 'MapRunStarted', { mapRunArn: `${prefix}:${this.world.ids.uuid()}` });
    }
    return outcome;
  }

  #openToken(thread: Thread, resource: ReturnType<typeof resourceOf>): string | undefined {
    const waits =
      resource.kind === 'integration' &&
      (resource.pattern === 'waitForTaskToken' || resource.key.startsWith('states:startExecution.sync'));
    if (!waits) return undefined;
    const token = this.world.ids.token(48);
    // The token must be in the context before Arguments are evaluated.
    thread.token = token;
    this.#tokens.push({ open: token });
    return token;
  }

  /** From here on nobody can answer this token. */
  closeToken(token: string | undefined, silent = false): void {
    if (token !== undefined) this.#tokens.push({ close: token, silent });
  }

  async #exit(thread: Thread, exit: Exit): Promise<void> {
    const { active } = thread;
    if (active === undefined) return;
    const { state } = this.stateOf(thread, active.name);
    this.emit(thread, `${state.Type}StateExited`, exitDetails(active.name, exit.output, exit.assigned));
    thread.variables = { ...thread.variables, ...exit.assigned };
    delete thread.active;
    delete thread.token;
    if (exit.next !== undefined) thread.entering = { name: exit.next, input: exit.output };
    else if (thread.parent === undefined) this.end('SUCCEEDED', thread, { output: exit.output });
    else await childEnded(this, thread, { output: exit.output });
  }

  /** Retry, Catch, or the end of the thread. */
  async fail(thread: Thread, failure: Failure): Promise<void> {
    const { active } = thread;
    if (active === undefined) return this.#give(thread, failure);
    const entry = this.stateOf(thread, active.name);
    if (failure.location !== undefined) this.#evaluationFailed(thread, active, failure);
    const retry = retryFor(entry, active, failure, () => this.world.random());
    if (retry !== undefined) {
      active.attempts[retry.index] = (active.attempts[retry.index] ?? 0) + 1;
      active.retryCount++;
      active.phase = { kind: 'retry', atMs: this.world.clock.nowMs() + retry.delayMs };
      return;
    }
    const found = catcherFor(entry, failure);
    if (found === undefined) return this.#give(thread, failure);
    const errorOutput: JsonObject = { Error: failure.error ?? '', Cause: failure.cause ?? '' };
    const { catcher, index } = found;
    try {
      const conclusion = {
        fields: catcher,
        fallback: errorOutput,
        next: catcher.Next,
        prefix: `Catch[${index}]/`,
        extra: { errorOutput },
      };
      await this.#exit(thread, await conclude(this.#stateRun(thread, active), conclusion));
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      if (error.failure.location !== undefined) this.#evaluationFailed(thread, active, error.failure);
      await this.#give(thread, error.failure);
    }
  }

  #evaluationFailed(thread: Thread, active: ActiveState, failure: Failure): void {
    // AWS: an evaluation that fails before anything else happened points at the event before the state's entry.
    if (thread.previousEventId === active.enteredEventId) thread.previousEventId = active.beforeEventId;
    this.emit(thread, 'EvaluationFailed', { ...errorDetails(failure), location: failure.location ?? '', state: active.name });
  }

  async #give(thread: Thread, failure: Failure): Promise<void> {
    if (thread.parent === undefined) this.end('FAILED', thread, { failure });
    else await childEnded(this, thread, { failure });
  }

  /** The execution is over. */
  end(status: Exclude<Snapshot['status'], 'RUNNING'>, thread: Thread, how: { output?: Json; failure?: Failure }): void {
    const { snapshot } = this;
    const { output, failure = {} } = how;
    for (const each of snapshot.threads) this.closeTokensOf(each);
    if (output !== undefined) snapshot.output = output;
    if (failure.error !== undefined) snapshot.error = failure.error;
    if (failure.cause !== undefined) snapshot.cause = failure.cause;
    const type = {
      SUCCEEDED: 'ExecutionSucceeded',
      FAILED: 'ExecutionFailed',
      TIMED_OUT: 'ExecutionTimedOut',
      ABORTED: 'ExecutionAborted',
    }[status];
    thread.quiet = false;
    this.emit(thread, type, output === undefined ? errorDetails(failure) : outputDetails(output));
    snapshot.status = status;
    snapshot.stoppedAtMs = this.world.clock.nowMs();
    snapshot.threads = [];
  }

  closeTokensOf(thread: Thread): void {
    const phase = thread.active?.phase;
    if (phase?.kind === 'calling' || phase?.kind === 'token') this.closeToken(phase.call.token);
  }

  /** Adds an event. `chained: false` leaves the thread's next event pointing where this one points. */
  emit(thread: Thread, type: string, details: JsonObject = {}, chained = true): void {
    if (thread.quiet) return;
    const id = ++this.snapshot.eventCount;
    const key = Object.keys(details).length === 0 ? undefined : detailsKey(type);
    this.#events.push({
      id,
      previousEventId: thread.previousEventId,
      timestamp: new Date(this.world.clock.nowMs()).toISOString(),
      type,
      ...(key === undefined ? {} : { [key]: details }),
    });
    if (chained) thread.previousEventId = id;
  }

  /** A new thread in this execution. */
  #thread(parts: Omit<Thread, 'id' | 'variables'>): Thread {
    const thread: Thread = { id: this.snapshot.nextThreadId++, variables: {}, ...parts };
    this.snapshot.threads.push(thread);
    return thread;
  }

  /** Starts branch or item `index` of a Parallel or Map state. */
  startChild(parent: Thread, children: Children, index: number): void {
    const { active } = parent;
    if (active === undefined) return;
    const entry = this.stateOf(parent, active.name);
    const within = [...parent.within, { state: active.name, branch: entry.kind === 'Parallel' ? index : -1 }];
    if (entry.kind === 'Map' && !children.distributed) this.emit(parent, 'MapIterationStarted', { index, name: active.name });
    const startAt = scopeAt(this.#machine, within).startAt;
    const value = children.items?.[index] ?? children.inputs[index] ?? null;
    this.#thread({
      parent: parent.id,
      index,
      within,
      previousEventId: parent.previousEventId,
      quiet: parent.quiet || children.distributed,
      entering: { name: startAt, input: children.inputs[index] ?? null },
      ...(entry.kind === 'Map'
        ? { mapItem: { Item: { Index: index, Value: value } } }
        : parent.mapItem === undefined
          ? {}
          : { mapItem: parent.mapItem }),
    });
  }

  stateOf(thread: Thread, name: string): State {
    const state = scopeAt(this.#machine, thread.within).states.get(name);
    if (state === undefined) throw new YaguraError('Bug', `no state "${name}" in ${this.snapshot.playbook}`);
    return state;
  }

  #stateRun(thread: Thread, active: ActiveState): StateRun {
    const { world, snapshot } = this;
    const nowMs = world.clock.nowMs();
    const variables = variablesOf(snapshot, thread);
    return {
      active,
      nowMs,
      region: world.region,
      emit: (type, details) => this.emit(thread, type, details),
      scope: (extra = {}) => ({
        states: {
          input: active.input,
          context: contextObject(snapshot, thread, this.stateOf(thread, active.name).kind),
          ...extra,
        },
        variables,
        ambient: { nowMs, uuid: () => world.ids.uuid(), random: () => world.random() },
        limits: world.limits ?? DEFAULT_LIMITS,
        cause: (what) => stateCause(active.name, active.enteredEventId, what),
      }),
    };
  }
}
