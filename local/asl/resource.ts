/** A Task's Resource → what it calls and how the history names it; and the handlers that stand in for AWS on a laptop. */
import type { Problem } from '../../functions/core/error.ts';
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';
import { isExpression, type Scope, type TaskState } from './definition.ts';
import { TaskFailure } from './failure.ts';

/** How a Task waits: for the answer, for a task token, or for the job that it started. */
export type Pattern = 'request' | 'waitForTaskToken' | 'sync';

export type Resource =
  /** A Lambda function's own ARN as the Resource. */
  | { kind: 'function'; arn: string; functionName: string }
  /** `arn:aws:states:::<service>:<action>[.pattern]`. */
  | { kind: 'integration'; arn: string; key: string; pattern: Pattern; resourceType: string; resource: string };

const INTEGRATION =
  /^arn:(?:aws|aws-cn|aws-us-gov):states:[a-z0-9-]*:\d*:(?:(aws-sdk:[a-z0-9]+)|([a-z0-9]+)):([A-Za-z0-9]+)(\.waitForTaskToken|\.sync:2|\.sync)?$/;
const FUNCTION = /^arn:(?:aws|aws-cn|aws-us-gov):lambda:[a-z0-9-]+:\d{12}:function:([A-Za-z0-9_-]+)(?::([A-Za-z0-9_$-]+))?$/;

/** Undefined for anything that is not a Resource we know the shape of. */
export function parseResource(arn: string): Resource | undefined {
  const named = FUNCTION.exec(arn);
  if (named?.[1] !== undefined) return { kind: 'function', arn, functionName: named[1] };
  const found = INTEGRATION.exec(arn);
  const service = found?.[1] ?? found?.[2];
  const action = found?.[3];
  if (found === null || service === undefined || action === undefined || service === 'activity') return undefined;
  const suffix = found[4] ?? '';
  const pattern = suffix === '' ? 'request' : suffix === '.waitForTaskToken' ? 'waitForTaskToken' : 'sync';
  const key = `${service}:${action}${pattern === 'sync' ? suffix : ''}`;
  return { kind: 'integration', arn, key, pattern, resourceType: service, resource: `${action}${suffix}` };
}

/** What a handler learns besides its arguments. */
export interface TaskCall {
  resource: string;
  executionName: string;
  playbook: string;
  state: string;
  /** Rises with each retry; the same after a restart, so that a handler can recognise its own call. */
  attempt: number;
  taskToken?: string;
  credentials?: JsonObject;
  /** Aborted when the state timed out or the execution ended. */
  signal: AbortSignal;
  /** Waits in the execution's time, which may be virtual. */
  sleep(ms: number): Promise<void>;
}

/** The whole arguments in, the whole result out. Throw TaskFailure for an exact error name and cause. */
export type TaskHandler = (args: Json, call: TaskCall) => Promise<Json>;

/**
 * Where calls go. What is not here cannot be called: nothing ever reaches a network. A call that a crash interrupted is made again after
 * the restart, with the same arguments, attempt and token: handlers must be idempotent, as Lambda functions must.
 */
export interface Handlers {
  /** Lambda functions by name or ARN: payload in, payload out. */
  functions?: Readonly<Record<string, TaskHandler>>;
  /** Integrations by `service:action`: `lambda:invoke`, `aws-sdk:iam:updateAccessKey`, `states:startExecution.sync:2`. */
  integrations?: Readonly<Record<string, TaskHandler>>;
}

const own = (table: Readonly<Record<string, TaskHandler>> | undefined, key: string): TaskHandler | undefined =>
  table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;

/** The handler of a Lambda function by any name that `FunctionName` may have: name, ARN, with or without a qualifier. */
export function functionHandler(handlers: Handlers, functionName: string): TaskHandler | undefined {
  const byArn = FUNCTION.exec(functionName);
  const plain = byArn?.[1] ?? functionName.replace(/:[A-Za-z0-9_$-]+$/, '');
  return own(handlers.functions, functionName) ?? own(handlers.functions, plain);
}

/** The handler of a Resource, or undefined where nothing is registered for it. */
export function handlerOf(handlers: Handlers, resource: Resource): TaskHandler | undefined {
  if (resource.kind === 'function') return functionHandler(handlers, resource.arn);
  const direct = own(handlers.integrations, resource.key);
  return direct ?? (resource.key === 'lambda:invoke' && handlers.functions !== undefined ? invoke(handlers) : undefined);
}

/** `lambda:invoke` over the registered functions: `{FunctionName, Payload}` in, Lambda's Invoke result out. */
const invoke =
  (handlers: Handlers): TaskHandler =>
  async (args, call) => {
    const named = isJsonObject(args) ? args['FunctionName'] : undefined;
    const handler = typeof named === 'string' ? functionHandler(handlers, named) : undefined;
    if (!isJsonObject(args) || handler === undefined) {
      throw new TaskFailure(
        'Lambda.ResourceNotFoundException',
        `Function not found: ${JSON.stringify(named ?? null)} (Service: Lambda, Status Code: 404)`,
      );
    }
    const payload = await handler(args['Payload'] ?? {}, call);
    return { ExecutedVersion: '$LATEST', Payload: payload, SdkHttpMetadata: { HttpStatusCode: 200 }, StatusCode: 200 };
  };

/** Every Task whose Resource has no handler here. */
export function resourceProblems(machine: Scope, handlers: Handlers): Problem[] {
  return tasksOf(machine).flatMap(({ name, state }) => {
    const resource = parseResource(state.Resource);
    if (resource === undefined)
      return [{ what: `state "${name}": the Resource "${state.Resource}" is not one that can be run here` }];
    if (handlerOf(handlers, resource) === undefined)
      return [{ what: `state "${name}": nothing is registered for the Resource "${state.Resource}"` }];
    const args =
      resource.kind === 'integration' && resource.key === 'lambda:invoke' && isJsonObject(state.Arguments) ? state.Arguments : {};
    const named = args['FunctionName'];
    if (typeof named !== 'string' || isExpression(named) || own(handlers.integrations, 'lambda:invoke') !== undefined) return [];
    return functionHandler(handlers, named) === undefined
      ? [{ what: `state "${name}": nothing is registered for the function "${named}"` }]
      : [];
  });
}

/** All Task states, inner ones too. */
export function tasksOf(scope: Scope): { name: string; state: TaskState }[] {
  return [...scope.states].flatMap(([name, entry]) => {
    if (entry.kind === 'Task') return [{ name, state: entry.state }];
    if (entry.kind === 'Parallel') return entry.branches.flatMap(tasksOf);
    return entry.kind === 'Map' ? tasksOf(entry.processor) : [];
  });
}
