/** A small world for tests of responses: every port in memory, two simulated accounts, a clock that stands still. */

import type { BusEvent } from '../../functions/core/bus-event.ts';
import { sha256 } from '../../functions/core/digest.ts';
import { YaguraError } from '../../functions/core/error.ts';
import type { Json, JsonObject } from '../../functions/core/json.ts';
import type { TenantRequest } from '../../functions/core/tenant/operation.ts';
import type { Clock } from '../../functions/ports/clock.ts';
import type { CloudTarget } from '../../functions/ports/cloud.ts';
import type { Executions } from '../../functions/ports/executions.ts';
import type { ObjectStore } from '../../functions/ports/object-store.ts';
import type { TenantTarget } from '../../functions/ports/tenants.ts';
import { createSimulatedAws, type SimulatedEstate, type SimulatedUser } from '../../local/adapters/simulated-aws.ts';
import { createSimulatedTenants } from '../../local/adapters/simulated-tenants.ts';
import { createSqliteTable } from '../../local/adapters/sqlite-table.ts';

export const ACCOUNT = '111122223333';
export const KEY = 'AKIAIOSFODNN7EXAMPLE';
export const SECOND_KEY = 'AKIAI44QH8DHBEXAMPLE';
export const USER = 'deploy-bot';
export const NOW_MS = Date.UTC(2026, 2, 4, 9, 30);

export const user = (userName: string, more: Partial<SimulatedUser> = {}): SimulatedUser => ({
  arn: `arn:aws:iam::${ACCOUNT}:user/${userName}`,
  userId: 'AIDACKCEVSQ6C2EXAMPLE',
  accessKeys: {},
  attachedPolicies: [],
  inlinePolicies: {},
  tags: {},
  ...more,
});

export const ESTATE: SimulatedEstate = {
  accounts: {
    [ACCOUNT]: {
      users: {
        [USER]: user(USER, {
          accessKeys: {
            [KEY]: {
              status: 'Active',
              createdAtMs: NOW_MS - 1e9,
              lastUsed: { atMs: NOW_MS - 60_000, service: 'iam', region: 'us-east-1' },
            },
            [SECOND_KEY]: { status: 'Inactive', createdAtMs: NOW_MS - 2e9 },
          },
          attachedPolicies: ['arn:aws:iam::aws:policy/PowerUserAccess'],
          inlinePolicies: { own: '{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}' },
        }),
        alice: user('alice'),
      },
    },
    '444455556666': { users: {} },
  },
};

export const memoryStore = (): ObjectStore & { keys(): string[]; text(key: string): string } => {
  const objects = new Map<string, { bytes: Uint8Array; retainUntilMs?: number }>();
  const info = (key: string, bytes: Uint8Array) => ({ key, sizeBytes: bytes.length, etag: sha256(bytes) });
  return {
    keys: () => [...objects.keys()],
    text: (key) => Buffer.from(objects.get(key)?.bytes ?? []).toString(),
    get: async (key) => {
      const found = objects.get(key);
      if (found === undefined) return undefined;
      return {
        ...info(key, found.bytes),
        body: (async function* () {
          yield found.bytes;
        })(),
      };
    },
    head: async (key) => {
      const found = objects.get(key);
      return found === undefined ? undefined : info(key, found.bytes);
    },
    put: async (key, bytes, options = {}) => {
      const found = objects.get(key);
      if (found !== undefined && options.ifAbsent === true) return false;
      if (found?.retainUntilMs !== undefined) throw new YaguraError('Refused', 'locked');
      objects.set(key, { bytes, ...(options.retainUntilMs === undefined ? {} : { retainUntilMs: options.retainUntilMs }) });
      return true;
    },
    list: async function* (prefix) {
      for (const [key, { bytes }] of [...objects].sort()) if (key.startsWith(prefix)) yield info(key, bytes);
    },
    delete: async (key) => {
      objects.delete(key);
    },
  };
};

/** Executions that only remember what they were told; a token works once. */
export const recordingExecutions = (tokens: string[] = ['token-1']) => {
  const open = new Set(tokens);
  const sent: { token: string; output?: Json; error?: string; cause?: string }[] = [];
  const take = (token: string): void => {
    if (!open.delete(token)) throw new YaguraError('ApprovalInvalid', 'unknown or used token');
  };
  const executions: Executions = {
    start: async () => undefined,
    describe: async () => undefined,
    sendTaskSuccess: async (token, output) => {
      take(token);
      sent.push({ token, output });
    },
    sendTaskFailure: async (token, error, cause) => {
      take(token);
      sent.push({ token, error, cause });
    },
  };
  return { executions, sent, open };
};

/** A request to a tenant as it was made. */
export interface TenantCall {
  target: TenantTarget;
  request: TenantRequest;
}

export interface CloudCall {
  target: CloudTarget;
  service: string;
  operation: string;
  parameters: JsonObject;
}

/** `before` and `after` run around every port call (named `port.method`): they may count, or throw to play a crash. */
export interface Probe {
  before?: (name: string) => void;
  after?: (name: string) => void;
}

/** `time` is a clock for the ports where the standing one will not do. */
export async function createWorld(estate: SimulatedEstate = ESTATE, time?: Clock) {
  const table = createSqliteTable(':memory:');
  const clock = { at: NOW_MS, nowMs: (): number => clock.at };
  const aws = createSimulatedAws({ table, clock: time ?? clock });
  await aws.seed(estate);
  const evidence = memoryStore();
  const lake = memoryStore();
  const calls: CloudCall[] = [];
  const asked: TenantCall[] = [];
  const simulatedTenants = createSimulatedTenants({ table, clock: time ?? clock });
  const published: BusEvent[] = [];
  let tokens = 0;
  const probe: Probe = {};
  const cloud = {
    call: async (target: CloudTarget, service: string, operation: string, parameters: JsonObject) => {
      calls.push({ target, service, operation, parameters });
      return await aws.call(target, service, operation, parameters);
    },
  };
  const tenants = {
    request: async (target: TenantTarget, request: TenantRequest) => {
      asked.push({ target, request });
      return await simulatedTenants.request(target, request);
    },
  };
  const ports = {
    table: probed('table', table, probe),
    evidence: probed('evidence', evidence, probe),
    lake: probed('lake', lake, probe),
    cloud: probed('cloud', cloud, probe),
    tenants: probed('tenants', tenants, probe),
    bus: probed('bus', { publish: async (events: readonly BusEvent[]) => void published.push(...events) }, probe),
    clock: time ?? clock,
    ids: { uuid: () => '00000000-0000-4000-8000-000000000000', token: () => `approval-id-${String(++tokens).padStart(6, '0')}` },
    meter: { count: () => undefined },
  };
  return { ports, table, aws, evidence, lake, calls, asked, published, clock, probe };
}
export type World = Awaited<ReturnType<typeof createWorld>>;

function probed<T extends object>(name: string, port: T, probe: Probe): T {
  return new Proxy(port, {
    get: (target, method, receiver) => {
      const value: unknown = Reflect.get(target, method, receiver);
      if (typeof value !== 'function' || typeof method !== 'string') return value;
      return async (...args: unknown[]) => {
        probe.before?.(`${name}.${method}`);
        const result: unknown = await Reflect.apply(value, target, args);
        probe.after?.(`${name}.${method}`);
        return result;
      };
    },
  });
}
