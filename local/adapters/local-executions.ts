/** Playbooks' definitions → the Executions port on a laptop: our interpreter over a Table, so that runs outlive the process. */
import { digestOf } from '../../functions/core/digest.ts';
import { YaguraError } from '../../functions/core/error.ts';
import { isJsonObject, type Json } from '../../functions/core/json.ts';
import type { Clock, Ids } from '../../functions/ports/clock.ts';
import type { Execution as Described, Executions } from '../../functions/ports/executions.ts';
import type { Table } from '../../functions/ports/table.ts';
import type { Machine } from '../asl/definition.ts';
import { Driver } from '../asl/drive.ts';
import { TaskFailure } from '../asl/failure.ts';
import type { HistoryEvent } from '../asl/history.ts';
import { Execution } from '../asl/interpreter.ts';
import type { Limits } from '../asl/jsonata.ts';
import { parseMachine } from '../asl/parse.ts';
import { type LoadedPlaybook, loadPlaybooks, type Playbook } from '../asl/playbook-set.ts';
import type { Handlers, TaskHandler } from '../asl/resource.ts';
import { RealTime, type Scheduler } from '../asl/scheduler.ts';
import { describeSnapshot, type Snapshot } from '../asl/snapshot.ts';
import { MAX_PAYLOAD_BYTES } from '../asl/states/state-run.ts';
import { TableJournal, type Token } from '../asl/table-journal.ts';
import type { World } from '../asl/world.ts';

export interface LocalExecutionsOptions {
  table: Table;
  clock: Clock;
  ids: Ids;
  playbooks: Readonly<Record<string, Playbook>>;
  handlers: Handlers;
  /** Default: the machine's own time. Give the same VirtualTime as `clock` to jump over waits. */
  scheduler?: Scheduler;
  /** In [0, 1): jitter and $random. Default: from `ids`. */
  random?: () => number;
  /** What one JSONata evaluation may cost. */
  limits?: Limits;
  region?: string;
  accountId?: string;
}

export interface RestOptions {
  /** Waits for timers (Wait, Retry, timeouts) that are due within so many ms from now. Default 0: only those that are due. */
  waitUpToMs?: number;
}

export interface LocalExecutions extends Executions {
  /** Moves every running execution on until each has ended or waits for a token or a timer. */
  runToRest(options?: RestOptions): Promise<void>;
  /** The same, said after a restart: executions of earlier processes go on where they stopped; an interrupted call is made again. */
  resume(options?: RestOptions): Promise<void>;
  /** The events, in the shape of GetExecutionHistory. */
  history(playbook: string, name: string): Promise<HistoryEvent[]>;
  /** @throws YaguraError ApprovalInvalid */
  sendTaskHeartbeat(taskToken: string): Promise<void>;
  /** Ends a running execution as ABORTED; no effect on one that ended. @throws YaguraError NotFound */
  stop(playbook: string, name: string, error: string, cause: string): Promise<void>;
}

/** @see StartExecution, "name": 1–80 characters; we keep to those without a meaning elsewhere, as our AWS adapter does */
const NAME = /^[\w-]{1,80}$/;

/** @throws YaguraError BadContent with every problem of every playbook: nothing runs before all of them can */
export function createLocalExecutions(options: LocalExecutionsOptions): LocalExecutions {
  return new InterpretedExecutions(options);
}

class InterpretedExecutions implements LocalExecutions {
  readonly #playbooks: ReadonlyMap<string, LoadedPlaybook>;
  readonly #journal: TableJournal;
  readonly #world: World;
  readonly #accountId: string;
  /** Executions that this process is moving on right now: a handler may ask for rest while it runs. */
  readonly #busy = new Set<string>();

  constructor(options: LocalExecutionsOptions) {
    const { table, clock, ids } = options;
    const builtIn = { 'states:startExecution': this.#startChild, 'states:startExecution.sync:2': this.#startChild };
    this.#world = {
      clock,
      ids,
      scheduler: options.scheduler ?? new RealTime(clock),
      random: options.random ?? (() => Number.parseInt(ids.uuid().replaceAll('-', '').slice(0, 8), 16) / 2 ** 32),
      handlers: { ...options.handlers, integrations: { ...builtIn, ...options.handlers.integrations } },
      region: options.region ?? 'us-east-1',
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    };
    this.#accountId = options.accountId ?? '111122223333';
    this.#journal = new TableJournal(table);
    this.#playbooks = loadPlaybooks(options.playbooks, this.#world.handlers);
  }

  async start(playbook: string, name: string, input: Json): Promise<void> {
    await this.#start(playbook, name, input, {});
  }

  async #start(playbook: string, name: string, input: Json, more: { parentToken?: string }): Promise<Snapshot> {
    const loaded = this.#playbooks.get(playbook);
    if (loaded === undefined) throw new YaguraError('NotFound', `there is no playbook "${playbook}"`);
    if (!NAME.test(name)) throw new YaguraError('BadInput', `"${name}" cannot name an execution (allowed: ${NAME.source})`);
    if (Buffer.byteLength(JSON.stringify(input)) > MAX_PAYLOAD_BYTES)
      throw new YaguraError('BadInput', `the input is larger than ${MAX_PAYLOAD_BYTES} bytes`);
    await this.#journal.storeDefinition(loaded.digest, loaded.document);
    const execution = new Execution(
      loaded.machine,
      { ...this.#fresh(playbook, name, loaded), input: structuredClone(input), ...more },
      this.#world,
      this.#journal.of(0),
    );
    execution.begin();
    const stored = await execution.store().then(
      () => true,
      (error: unknown) => {
        if (error instanceof YaguraError && error.code === 'Conflict') return false;
        throw error;
      },
    );
    if (stored) return execution.snapshot;
    const known = (await this.#journal.load(playbook, name))?.snapshot;
    if (known?.status === 'RUNNING' && digestOf(known.input) === digestOf(input)) return known;
    throw new YaguraError('Conflict', `an execution "${name}" of "${playbook}" exists already`);
  }

  #fresh(playbook: string, name: string, loaded: LoadedPlaybook): Omit<Snapshot, 'input'> {
    const prefix = `arn:aws:states:${this.#world.region}:${this.#accountId}`;
    return {
      playbook,
      name,
      arn: `${prefix}:execution:${playbook}:${name}`,
      machineArn: `${prefix}:stateMachine:${playbook}`,
      roleArn: `arn:aws:iam::${this.#accountId}:role/${playbook}`,
      definitionDigest: loaded.digest,
      status: 'RUNNING',
      startedAtMs: this.#world.clock.nowMs(),
      eventCount: 0,
      transitionCount: 0,
      nextThreadId: 0,
      threads: [],
    };
  }

  async describe(playbook: string, name: string): Promise<Described | undefined> {
    const found = await this.#journal.load(playbook, name);
    return found && describeSnapshot(found.snapshot);
  }

  async sendTaskSuccess(taskToken: string, output: Json): Promise<void> {
    await this.#answer(taskToken, { output });
  }

  async sendTaskFailure(taskToken: string, error: string, cause: string): Promise<void> {
    // Step Functions' limits: 256 and 32,768 characters.
    await this.#answer(taskToken, { error: error.slice(0, 256), cause: cause.slice(0, 32_768) });
  }

  async #answer(taskToken: string, answer: { output: Json } | { error: string; cause: string }): Promise<void> {
    if (Buffer.byteLength(JSON.stringify(answer)) > MAX_PAYLOAD_BYTES)
      throw new YaguraError('BadInput', `the answer is larger than ${MAX_PAYLOAD_BYTES} bytes`);
    const token = await this.#waiting(taskToken);
    if (!(await this.#journal.answer(token, answer)))
      throw new YaguraError('ApprovalInvalid', 'the task token was used by somebody else just now');
  }

  async sendTaskHeartbeat(taskToken: string): Promise<void> {
    await this.#journal.beat(await this.#waiting(taskToken), this.#world.clock.nowMs());
  }

  /** The token, where a running execution really waits with it. */
  async #waiting(taskToken: string): Promise<Token> {
    const token = await this.#journal.token(taskToken);
    if (token === undefined) throw new YaguraError('ApprovalInvalid', 'the task token is unknown');
    if (token.state !== 'open')
      throw new YaguraError(
        'ApprovalInvalid',
        token.state === 'answered' ? 'the task token was used already' : 'the task timed out',
      );
    const snapshot = (await this.#journal.load(token.playbook, token.name))?.snapshot;
    const nowMs = this.#world.clock.nowMs();
    const call = snapshot?.threads
      .map(({ active }) => active?.phase)
      .flatMap((phase) => (phase?.kind === 'calling' || phase?.kind === 'token' ? [phase.call] : []))
      .find((waiting) => waiting.token === taskToken);
    if (call === undefined || (call.timeoutAtMs ?? nowMs + 1) <= nowMs || (snapshot?.deadlineAtMs ?? nowMs + 1) <= nowMs) {
      throw new YaguraError('ApprovalInvalid', 'the task timed out');
    }
    return token;
  }

  async history(playbook: string, name: string): Promise<HistoryEvent[]> {
    return this.#journal.history(playbook, name);
  }

  async stop(playbook: string, name: string, error: string, cause: string): Promise<void> {
    const execution = await this.#open(playbook, name);
    if (execution === undefined) throw new YaguraError('NotFound', `there is no execution "${name}" of "${playbook}"`);
    const root = execution.snapshot.threads.find(({ parent }) => parent === undefined);
    if (execution.snapshot.status !== 'RUNNING' || root === undefined) return;
    execution.end('ABORTED', root, { failure: { error, cause } });
    await execution.store();
  }

  resume(options: RestOptions = {}): Promise<void> {
    return this.runToRest(options);
  }

  async runToRest({ waitUpToMs = 0 }: RestOptions = {}): Promise<void> {
    const untilMs = this.#world.clock.nowMs() + waitUpToMs;
    for (;;) {
      const nextMs = await this.#driveAll();
      if (nextMs === undefined || nextMs > untilMs) return;
      await this.#world.scheduler.sleepUntil(nextMs);
    }
  }

  /** Repeats while anything moves: a child's end wakes its parent. */
  async #driveAll(): Promise<number | undefined> {
    const conflicts = new Map<string, number>();
    for (;;) {
      let moved = false;
      let nextMs: number | undefined;
      for (const { playbook, name } of await this.#journal.running()) {
        const driven = await this.#drive(playbook, name, conflicts);
        moved ||= driven.moved;
        if (driven.nextMs !== undefined) nextMs = Math.min(nextMs ?? driven.nextMs, driven.nextMs);
      }
      if (!moved) return nextMs;
    }
  }

  async #drive(playbook: string, name: string, conflicts: Map<string, number>): Promise<{ moved: boolean; nextMs?: number }> {
    const key = `${playbook}/${name}`;
    if (this.#busy.has(key)) return { moved: false };
    this.#busy.add(key);
    try {
      const execution = await this.#open(playbook, name);
      if (execution === undefined) return { moved: false };
      const before = execution.snapshot.transitionCount;
      const nextMs = await new Driver(execution).drive();
      return { moved: execution.snapshot.transitionCount > before, ...(nextMs === undefined ? {} : { nextMs }) };
    } catch (error) {
      if (!(error instanceof YaguraError) || error.code !== 'Conflict') throw error;
      // A decision came in the same moment: what is stored decides, so look again. Or another process has it: leave it to that one.
      const seen = (conflicts.get(key) ?? 0) + 1;
      conflicts.set(key, seen);
      return { moved: seen < 3 };
    } finally {
      this.#busy.delete(key);
    }
  }

  async #open(playbook: string, name: string): Promise<Execution | undefined> {
    const stored = await this.#journal.load(playbook, name);
    if (stored === undefined) return undefined;
    const { snapshot, version } = stored;
    return new Execution(await this.#machineOf(snapshot), snapshot, this.#world, this.#journal.of(version));
  }

  /** An execution keeps the definition that it began with, as on AWS. */
  async #machineOf(snapshot: Snapshot): Promise<Machine> {
    const current = this.#playbooks.get(snapshot.playbook);
    if (current?.digest === snapshot.definitionDigest) return current.machine;
    const document = await this.#journal.definition(snapshot.definitionDigest);
    const machine = document === undefined ? undefined : parseMachine(JSON.stringify(document)).machine;
    if (machine === undefined)
      throw new YaguraError('NotFound', `the definition that "${snapshot.name}" of "${snapshot.playbook}" began with is gone`);
    return machine;
  }

  /** `states:startExecution` and `.sync:2`: a playbook starts another one. */
  readonly #startChild: TaskHandler = async (args, call) => {
    const fields = isJsonObject(args) ? args : {};
    const arn = fields['StateMachineArn'];
    const playbook = typeof arn === 'string' ? (arn.split(':').at(-1) ?? '') : '';
    const given = fields['Name'];
    // The same name after a restart, so that the call finds the child that it started already.
    const name =
      typeof given === 'string'
        ? given
        : `${call.executionName}-${call.state}-${call.attempt}`.replaceAll(/[^\w-]/g, '_').slice(-80);
    const parent = call.taskToken === undefined ? {} : { parentToken: call.taskToken };
    try {
      const child = await this.#start(playbook, name, fields['Input'] ?? {}, parent);
      return { ExecutionArn: child.arn, StartDate: child.startedAtMs };
    } catch (error) {
      if (!(error instanceof YaguraError)) throw error;
      const names: Partial<Record<string, string>> = {
        NotFound: 'StateMachineDoesNotExistException',
        Conflict: 'ExecutionAlreadyExistsException',
      };
      throw new TaskFailure(`StepFunctions.${names[error.code] ?? 'ValidationException'}`, error.message);
    }
  };
}
