/** Runs playbooks of the repository on the interpreter, over simulated accounts whose calls can fail or lag. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { approve } from '../../functions/approve/stage.ts';
import { Approval, approvalsPk } from '../../functions/core/approval.ts';
import { AWS_OPERATIONS } from '../../functions/core/aws/operation.ts';
import { YaguraError } from '../../functions/core/error.ts';
import type { Json, JsonObject } from '../../functions/core/json.ts';
import { BREAKER_PK, LIMITS_SK } from '../../functions/core/response-run.ts';
import { TENANT_OPERATIONS } from '../../functions/core/tenant/operation.ts';
import { decide } from '../../functions/decide/stage.ts';
import type { Tenants } from '../../functions/ports/tenants.ts';
import { respond } from '../../functions/respond/stage.ts';
import { createLocalExecutions } from '../../local/adapters/local-executions.ts';
import type { SimulatedEstate } from '../../local/adapters/simulated-aws.ts';
import { VirtualTime } from '../../local/asl/scheduler.ts';
import { createWorld, NOW_MS } from '../respond/world.ts';
import { estateOf, type Fault, PLAYBOOKS_DIR, playbookIds, type Scenarios } from './scenario.ts';

const RESPOND_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:yagura-respond';
const APPROVE_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:yagura-approve';
/** Longer than any retry of a playbook, shorter than any approval. */
const RETRIES_MS = 600_000;
const UNDO_RESPONSE_ARN = 'arn:aws:states:us-east-1:111122223333:stateMachine:undo-response';
const RUN_RESPONSE_ARN = 'arn:aws:states:us-east-1:111122223333:stateMachine:run-response';
const CHANGES = new Set(
  [...AWS_OPERATIONS, ...TENANT_OPERATIONS]
    .filter(([, { tier }]) => tier !== 'read')
    .map(([name]) => name.slice(name.indexOf(':') + 1)),
);
/** The machine that playbooks share. */
export const SHARED_MACHINE = new URL('../../functions/respond/machine.asl.json', import.meta.url).pathname;

export const readMachine = (playbook: string): string => readFileSync(join(PLAYBOOKS_DIR, playbook, 'machine.asl.json'), 'utf8');

export async function createStage(scenarios: Scenarios) {
  const time = new VirtualTime(NOW_MS);
  const world = await createWorld(estateOf(scenarios), time);
  const { limits } = scenarios;
  if (limits !== undefined) await world.table.write([{ put: { pk: BREAKER_PK, sk: LIMITS_SK, data: limits } }]);
  const sabotaged = new Set<string>();
  const sabotage = (op: string): void => {
    if (sabotaged.has(op)) throw new YaguraError('Unavailable', `${op} is down`, { retryable: false });
  };
  const faulty = createFaults();
  const { cloud, tenants } = world.ports;
  const ports = {
    ...world.ports,
    cloud: {
      call: (...args: Parameters<Cloud['call']>) => faulty.through(args[2], () => cloud.call(...args)),
    },
    tenants: {
      request: (...args: Parameters<Tenants['request']>) =>
        faulty.through(args[1].operation.slice(args[1].operation.indexOf(':') + 1), () => tenants.request(...args)),
    },
  };
  const substitutions = {
    RespondFunctionArn: RESPOND_ARN,
    ApproveFunctionArn: APPROVE_ARN,
    RunResponseMachineArn: RUN_RESPONSE_ARN,
    UndoResponseMachineArn: UNDO_RESPONSE_ARN,
  };
  const shared = { definition: readFileSync(SHARED_MACHINE, 'utf8'), substitutions, file: 'functions/respond/machine.asl.json' };
  const executions = createLocalExecutions({
    table: world.table,
    clock: time,
    ids: {
      uuid: () => crypto.randomUUID(),
      token: (bytes) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex'),
    },
    scheduler: time,
    playbooks: {
      'run-response': shared,
      ...Object.fromEntries(
        playbookIds().map((id) => [id, { definition: readMachine(id), substitutions, file: `playbooks/${id}/machine.asl.json` }]),
      ),
    },
    handlers: {
      functions: {
        'yagura-respond': async (payload) => {
          sabotage(String(Object(payload).op));
          return await respond(payload, ports);
        },
        'yagura-approve': async (payload) => {
          sabotage('approve');
          return await approve(payload, ports);
        },
      },
    },
  });
  const rest = () => executions.runToRest({ waitUpToMs: RETRIES_MS });
  return {
    ...{ world, executions, faulty, rest, time, sabotaged },
    start: async (playbook: string, name: string, input: JsonObject) => {
      await executions.start(playbook, name, input);
      await rest();
    },
    pass: async (sec: number) => {
      time.advance(sec * 1000);
      await rest();
    },
    expire: async () => {
      time.advance(3_600_001);
      await rest();
    },
    pending: async () => (await world.table.queryIndex(approvalsPk('pending'))).map((item) => Approval.parse(item.data)),
    vote: async (by: string, decision: 'approve' | 'reject', reason = 'seen') => {
      const [pending] = (await world.table.queryIndex(approvalsPk('pending'))).map((item) => Approval.parse(item.data));
      if (pending === undefined) throw new Error('nothing waits for an approval');
      const { approvalId, planHash } = pending;
      await decide({ approvalId, planHash, decision, approver: by, reason }, { ...ports, executions });
      await rest();
    },
    outcome: async (runId: string): Promise<Json | undefined> =>
      (await world.table.get(`RUN#${runId}`, 'OUTCOME'))?.data['outcome'],
    visits: async (playbook: string, name: string) =>
      (await executions.history(playbook, name)).flatMap((event) => {
        const entered = JSON.parse(JSON.stringify(event))['stateEnteredEventDetails'];
        return typeof entered?.name === 'string' ? [String(entered.name)] : [];
      }),
  };
}
/** Snapshots that a response took as evidence stay; all else is compared. */
export function withoutEvidence({ accounts, ...others }: SimulatedEstate): SimulatedEstate {
  const kept = Object.entries(accounts).map(([id, { users, resources = {} }]) => {
    const { 'ec2/snapshot': snapshots = {}, ...others } = resources;
    const own = Object.entries(snapshots).filter(([, data]) => Object(data['tags'])['yagura:incident'] === undefined);
    const all = own.length === 0 ? others : { ...others, 'ec2/snapshot': Object.fromEntries(own) };
    return [id, { users, resources: all }] as const;
  });
  return { ...others, accounts: Object.fromEntries(kept) };
}

export type Stage = Awaited<ReturnType<typeof createStage>>;

type Cloud = Awaited<ReturnType<typeof createWorld>>['ports']['cloud'];

/** Faults of calls; `changes` are the operations that changed something and returned. */
function createFaults() {
  let faults: (Fault & { seen: number; done: number; armed: boolean })[] = [];
  const changes: string[] = [];
  const old = new Map<string, unknown>();
  return {
    changes,
    breakWith: (wanted: readonly Fault[]) => {
      faults = wanted.map((fault) => ({ ...fault, seen: 0, done: 0, armed: false }));
      changes.length = 0;
    },
    through: async <T>(operation: string, call: () => Promise<T>): Promise<T> => {
      for (const fault of faults.filter((candidate) => candidate.operation === operation)) {
        if (
          fault.error !== undefined &&
          fault.seen++ >= (fault.skip ?? 0) &&
          fault.done < (fault.times ?? Number.POSITIVE_INFINITY)
        ) {
          fault.done++;
          throw new YaguraError(fault.error, `${operation} fails as the scenario says`);
        }
        if (fault.stale !== undefined && fault.armed && fault.done++ < fault.stale) return old.get(operation) as T;
      }
      const result = await call();
      old.set(operation, result);
      if (CHANGES.has(operation)) changes.push(operation);
      for (const fault of faults) if (fault.after === operation) fault.armed = true;
      return result;
    },
  };
}
