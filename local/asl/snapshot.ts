/** Everything that one execution must remember to go on in another process, as JSON. */
import * as z from 'zod';
import { YaguraError } from '../../functions/core/error.ts';
import type { Json, JsonObject } from '../../functions/core/json.ts';
import type { Execution } from '../../functions/ports/executions.ts';

/** Values come from our own writes; they are JSON already. */
const json = z.custom<Json>((value) => value !== undefined);
const object = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const ms = z.number();

/** A task that was handed to a handler, or will be. */
const call = z.object({
  resource: z.string(),
  arguments: json,
  credentials: object.optional(),
  /** Tells this attempt's answer from one of an attempt that timed out. */
  attempt: z.int(),
  timeoutAtMs: ms.optional(),
  heartbeatSec: z.number().optional(),
  heartbeatAtMs: ms.optional(),
  token: z.string().optional(),
});
export type Call = z.infer<typeof call>;

const children = z.object({
  kind: z.literal('children'),
  /** Inputs of the items or branches, in order. */
  inputs: z.array(json),
  /** What the context object says of each item (Map only). */
  items: z.array(json).optional(),
  results: z.array(json.nullable()),
  started: z.int(),
  ended: z.int(),
  /** Indexes of tolerated failures: they have no place in the result. */
  failed: z.array(z.int()),
  maxConcurrency: z.int(),
  /** More failed items than this end the Map. */
  tolerated: z.number(),
  /** True where the machine itself set a threshold, or the mode has one: then the error is States.ExceedToleratedFailureThreshold. */
  threshold: z.boolean(),
  distributed: z.boolean(),
});
export type Children = z.infer<typeof children>;

const phase = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('until'), atMs: ms }),
  z.object({ kind: z.literal('retry'), atMs: ms }),
  z.object({ kind: z.literal('calling'), call }),
  z.object({ kind: z.literal('token'), call }),
  children,
]);
export type Phase = z.infer<typeof phase>;

const active = z.object({
  name: z.string(),
  input: json,
  enteredEventId: z.int(),
  /** The event before the state was entered: what an evaluation failure points at. */
  beforeEventId: z.int(),
  enteredAtMs: ms,
  retryCount: z.int(),
  /** Retries used, by the index of the retrier. */
  attempts: z.record(z.string(), z.int()),
  phase,
});
export type ActiveState = z.infer<typeof active>;

const thread = z.object({
  id: z.int(),
  parent: z.int().optional(),
  /** Which branch or item of the parent. */
  index: z.int(),
  /** The Parallel (branch ≥ 0) and Map (branch -1) states around this thread, outermost first. */
  within: z.array(z.object({ state: z.string(), branch: z.int() })),
  variables: object,
  /** `Map` of the context object, inside an iteration. */
  mapItem: object.optional(),
  previousEventId: z.int(),
  /** Inside a distributed Map: its events belong to a child execution, not to this history. */
  quiet: z.boolean(),
  entering: z.object({ name: z.string(), input: json }).optional(),
  active: active.optional(),
  /** The task token of the active state. */
  token: z.string().optional(),
});
export type Thread = z.infer<typeof thread>;

const snapshot = z.object({
  playbook: z.string(),
  name: z.string(),
  arn: z.string(),
  machineArn: z.string(),
  roleArn: z.string(),
  definitionDigest: z.string(),
  status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
  input: json,
  output: json.optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
  startedAtMs: ms,
  stoppedAtMs: ms.optional(),
  deadlineAtMs: ms.optional(),
  /** The token that a waiting parent execution continues with (startExecution.sync). */
  parentToken: z.string().optional(),
  eventCount: z.int(),
  transitionCount: z.int(),
  nextThreadId: z.int(),
  threads: z.array(thread),
});
export type Snapshot = z.infer<typeof snapshot>;

/** @throws YaguraError BadInput where a stored execution is not what we write */
export function readSnapshot(data: unknown): Snapshot {
  const outcome = snapshot.safeParse(data);
  if (outcome.success) return outcome.data;
  throw new YaguraError('BadInput', 'a stored execution cannot be read', { cause: outcome.error });
}

/** A copy that shares nothing with the running execution. */
export function writeSnapshot(value: Snapshot): JsonObject {
  const copy: JsonObject = JSON.parse(JSON.stringify(value));
  return copy;
}

/** What the Executions port tells of it. */
export function describeSnapshot({
  playbook,
  name,
  status,
  input,
  startedAtMs,
  output,
  error,
  cause,
  stoppedAtMs,
}: Snapshot): Execution {
  return {
    name,
    playbook,
    status,
    input,
    startedAtMs,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    ...(stoppedAtMs === undefined ? {} : { stoppedAtMs }),
  };
}
