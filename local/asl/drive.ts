/** Moves one execution on until it ended or only a token or a later timer can move it. */
import type { Json } from '../../functions/core/json.ts';
import { moveChildren } from './child-end.ts';
import { type Failure, STATES_ERROR, StateFailure, TaskFailure } from './failure.ts';
import type { Execution } from './interpreter.ts';
import { handlerOf, type TaskCall } from './resource.ts';
import type { Call, Thread } from './snapshot.ts';
import { resourceOf, submitted, taskFailed, taskSucceeded } from './states/task.ts';
import { endWait } from './states/wait.ts';

/** How a call ended. */
type Ended = { output: Json } | { failure: Failure };

interface Flight {
  call: Call;
  abort: AbortController;
  ended?: Ended;
}

export class Driver {
  readonly #execution: Execution;
  readonly #flights = new Map<number, Flight>();
  #wake = (): void => {};

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  /** Resolves with the time of the next timer (epoch ms), or undefined where there is none. */
  async drive(): Promise<number | undefined> {
    const { snapshot, world } = this.#execution;
    try {
      while (snapshot.status === 'RUNNING') {
        if (await this.#move()) continue;
        const landed = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#callAll();
        const timer = this.#nextTimerMs();
        if (this.#flights.size === 0) return timer;
        if ([...this.#flights.values()].some(({ ended }) => ended !== undefined)) continue;
        const stop = new AbortController();
        const waits = timer === undefined ? [] : [world.scheduler.sleepUntil(timer, stop.signal)];
        await Promise.race([landed, ...waits]);
        stop.abort();
      }
      return undefined;
    } finally {
      for (const { abort } of this.#flights.values()) abort.abort();
    }
  }

  /** Does everything that can be done now, each thread in turn. False where nothing could. */
  async #move(): Promise<boolean> {
    const execution = this.#execution;
    const { snapshot } = execution;
    if (snapshot.deadlineAtMs !== undefined && snapshot.deadlineAtMs <= execution.world.clock.nowMs()) return this.#timeOut();
    let moved = false;
    for (const thread of [...snapshot.threads]) {
      if (snapshot.status !== 'RUNNING') break;
      if (!snapshot.threads.includes(thread)) continue;
      if (!(await this.#moveThread(thread))) continue;
      moved = true;
      await execution.store();
    }
    return moved;
  }

  async #timeOut(): Promise<boolean> {
    const root = this.#execution.snapshot.threads.find(({ parent }) => parent === undefined);
    if (root === undefined) return false;
    this.#execution.end('TIMED_OUT', root, {});
    await this.#execution.store();
    return true;
  }

  async #moveThread(thread: Thread): Promise<boolean> {
    const execution = this.#execution;
    const nowMs = execution.world.clock.nowMs();
    const phase = thread.active?.phase;
    if (thread.entering !== undefined || phase?.kind === 'ready') {
      await execution.step(thread);
      return true;
    }
    switch (phase?.kind) {
      case 'children':
        return moveChildren(execution, thread);
      case 'until':
        if (phase.atMs > nowMs) return false;
        await execution.act(thread, async (entry, run) => (entry.kind === 'Wait' ? endWait(entry.state, run) : undefined));
        return true;
      case 'retry':
        if (phase.atMs > nowMs || thread.active === undefined) return false;
        thread.active.phase = { kind: 'ready' };
        return true;
      case 'calling':
        return this.#moveCall(thread, phase.call);
      case 'token':
        return this.#moveToken(thread, phase.call);
      default:
        return false;
    }
  }

  async #moveCall(thread: Thread, call: Call): Promise<boolean> {
    const flight = this.#flights.get(thread.id);
    if (flight?.ended !== undefined) {
      this.#flights.delete(thread.id);
      await this.#landed(thread, call, flight.ended);
      return true;
    }
    if (call.timeoutAtMs === undefined || call.timeoutAtMs > this.#execution.world.clock.nowMs()) return false;
    flight?.abort.abort();
    this.#flights.delete(thread.id);
    this.#execution.closeToken(call.token);
    await this.#failTask(thread, { error: STATES_ERROR.timeout });
    return true;
  }

  async #landed(thread: Thread, call: Call, ended: Ended): Promise<void> {
    if ('failure' in ended) {
      this.#execution.closeToken(call.token);
      return this.#failTask(thread, ended.failure);
    }
    await this.#execution.act(thread, async (entry, run) => {
      if (entry.kind !== 'Task') return undefined;
      if (call.token === undefined) return taskSucceeded(entry.state, run, ended.output);
      submitted(resourceOf(entry.state), run, ended.output);
      return { kind: 'wait', phase: { kind: 'token', call } };
    });
  }

  async #moveToken(thread: Thread, call: Call): Promise<boolean> {
    const { journal, world } = this.#execution;
    const answer = call.token === undefined ? undefined : await journal.answer(call.token);
    if (answer !== undefined) {
      if ('error' in answer) await this.#failTask(thread, { error: answer.error, cause: answer.cause });
      else
        await this.#execution.act(thread, async (entry, run) =>
          entry.kind === 'Task' ? taskSucceeded(entry.state, run, answer.output) : undefined,
        );
      return true;
    }
    const nowMs = world.clock.nowMs();
    if (call.timeoutAtMs !== undefined && call.timeoutAtMs <= nowMs) return this.#silent(thread, call, {});
    if (call.heartbeatAtMs === undefined || call.heartbeatAtMs > nowMs) return false;
    const beatAtMs = call.token === undefined ? undefined : await journal.heartbeatAtMs(call.token);
    const due = (beatAtMs ?? 0) + (call.heartbeatSec ?? 0) * 1000;
    if (due <= call.heartbeatAtMs) return this.#silent(thread, call, { heartbeat: true });
    call.heartbeatAtMs = due;
    return true;
  }

  /** AWS calls both kinds of silence States.Timeout. */
  async #silent(thread: Thread, call: Call, kind: { heartbeat?: boolean }): Promise<true> {
    this.#execution.closeToken(call.token, true);
    await this.#failTask(thread, { error: STATES_ERROR.timeout, ...kind });
    return true;
  }

  /** The call failed: its event, then Retry and Catch. */
  async #failTask(thread: Thread, failure: Failure): Promise<void> {
    await this.#execution.act(thread, async (entry, run) => {
      if (entry.kind === 'Task') taskFailed(entry.state, run, failure);
      throw new StateFailure(failure);
    });
  }

  /** Calls every handler that is due; a call that a crash interrupted is made again. */
  #callAll(): void {
    for (const thread of this.#execution.threadsWhere(({ active }) => active?.phase.kind === 'calling')) {
      const phase = thread.active?.phase;
      if (phase?.kind === 'calling' && !this.#flights.has(thread.id)) this.#call(thread, phase.call);
    }
    for (const [id, { abort }] of this.#flights) {
      if (this.#execution.threadsWhere((thread) => thread.id === id).length > 0) continue;
      abort.abort();
      this.#flights.delete(id);
    }
  }

  #call(thread: Thread, call: Call): void {
    const flight: Flight = { call, abort: new AbortController() };
    this.#flights.set(thread.id, flight);
    const release = { now: this.#execution.world.scheduler.hold() };
    void this.#ask(thread, call, flight.abort.signal, release).then((ended) => {
      flight.ended = ended;
      release.now();
      this.#wake();
    });
  }

  async #ask(thread: Thread, call: Call, signal: AbortSignal, release: { now: () => void }): Promise<Ended> {
    const { world, snapshot } = this.#execution;
    const context: TaskCall = {
      resource: call.resource,
      executionName: snapshot.name,
      playbook: snapshot.playbook,
      state: thread.active?.name ?? '',
      attempt: call.attempt,
      signal,
      ...(call.token === undefined ? {} : { taskToken: call.token }),
      ...(call.credentials === undefined ? {} : { credentials: call.credentials }),
      sleep: async (ms) => {
        release.now();
        await world.scheduler.sleepUntil(world.clock.nowMs() + ms, signal);
        release.now = world.scheduler.hold();
      },
    };
    try {
      const resource = resourceOf({ Type: 'Task', Resource: call.resource });
      const handler = handlerOf(world.handlers, resource);
      if (handler === undefined)
        throw new TaskFailure(STATES_ERROR.runtime, `nothing is registered for the Resource "${call.resource}"`);
      const output: Json | undefined = await handler(structuredClone(call.arguments), context);
      return { output: output === undefined ? null : JSON.parse(JSON.stringify(output)) };
    } catch (error) {
      return { failure: failureOf(error) };
    }
  }

  /** The earliest time at which something happens by itself. */
  #nextTimerMs(): number | undefined {
    const { snapshot } = this.#execution;
    const times = snapshot.threads.flatMap((thread) => {
      const phase = thread.active?.phase;
      if (phase?.kind === 'until' || phase?.kind === 'retry') return [phase.atMs];
      if (phase?.kind === 'calling') return phase.call.timeoutAtMs ?? [];
      return phase?.kind === 'token' ? [phase.call.timeoutAtMs ?? [], phase.call.heartbeatAtMs ?? []].flat() : [];
    });
    const all = [...times, ...(snapshot.deadlineAtMs === undefined ? [] : [snapshot.deadlineAtMs])];
    return all.length === 0 ? undefined : Math.min(...all);
  }
}

/** A thrown value → the error name and cause that Lambda would report for it. */
function failureOf(error: unknown): Failure {
  if (error instanceof TaskFailure)
    return { error: error.error, ...(error.causeText === undefined ? {} : { cause: error.causeText }) };
  const errorType = error instanceof Error ? error.name : 'Error';
  const errorMessage = error instanceof Error ? error.message : String(error);
  return { error: errorType, cause: JSON.stringify({ errorType, errorMessage, trace: [] }) };
}
