/** Task: resolves what to call with what, and turns the answer, the failure or the silence into events and an outcome. */
import { isJsonObject, type Json, type JsonObject } from '../../../functions/core/json.ts';
import { MAX_SECONDS, type TaskState } from '../definition.ts';
import { type Failure, STATES_ERROR, StateFailure } from '../failure.ts';
import { errorDetails, inputDetails, outputDetails } from '../history.ts';
import { parseResource, type Resource } from '../resource.ts';
import type { Call } from '../snapshot.ts';
import { evaluateInteger, evaluateTemplate } from '../template.ts';
import { checkSize, conclude, type Exit, type Outcome, type StateRun } from './state-run.ts';

/** @throws StateFailure; an unknown Resource was refused before the execution began */
export function resourceOf(state: TaskState): Resource {
  const resource = parseResource(state.Resource);
  if (resource === undefined)
    throw new StateFailure({ error: STATES_ERROR.runtime, cause: `The resource '${state.Resource}' is not known` });
  return resource;
}

const bounds = { min: 1, max: MAX_SECONDS };

/** Evaluates the fields and announces the call; the caller stores it before anything is called. */
export async function prepareTask(state: TaskState, run: StateRun, token: string | undefined): Promise<Outcome> {
  const resource = resourceOf(state);
  const scope = run.scope();
  const args = state.Arguments === undefined ? run.active.input : await evaluateTemplate(state.Arguments, 'Arguments', scope);
  checkSize(args, run.active.name);
  const timeoutSec =
    state.TimeoutSeconds === undefined ? undefined : await evaluateInteger(state.TimeoutSeconds, 'TimeoutSeconds', scope, bounds);
  const heartbeatSec =
    state.HeartbeatSeconds === undefined
      ? undefined
      : await evaluateInteger(state.HeartbeatSeconds, 'HeartbeatSeconds', scope, bounds);
  const credentials =
    state.Credentials === undefined ? undefined : await evaluateTemplate(state.Credentials, 'Credentials', scope);
  const call: Call = {
    resource: state.Resource,
    arguments: args,
    attempt: run.active.retryCount,
    ...(timeoutSec === undefined ? {} : { timeoutAtMs: run.nowMs + timeoutSec * 1000 }),
    ...(heartbeatSec === undefined ? {} : { heartbeatSec }),
    ...(heartbeatSec === undefined || token === undefined ? {} : { heartbeatAtMs: run.nowMs + heartbeatSec * 1000 }),
    ...(isJsonObject(credentials) ? { credentials } : {}),
    ...(token === undefined ? {} : { token }),
  };
  announce(resource, run, { call, timeoutSec, heartbeatSec });
  return { kind: 'wait', phase: { kind: 'calling', call } };
}

interface Announcement {
  call: Call;
  timeoutSec: number | undefined;
  heartbeatSec: number | undefined;
}

function announce(resource: Resource, run: StateRun, { call, timeoutSec, heartbeatSec }: Announcement): void {
  const roleArn = call.credentials?.['RoleArn'];
  const shared: JsonObject = {
    ...(timeoutSec === undefined ? {} : { timeoutInSeconds: timeoutSec }),
    ...(typeof roleArn === 'string' ? { taskCredentials: { roleArn } } : {}),
  };
  if (resource.kind === 'function') {
    run.emit('LambdaFunctionScheduled', { ...inputDetails(call.arguments), resource: resource.arn, ...shared });
    run.emit('LambdaFunctionStarted');
    return;
  }
  const heartbeat = heartbeatSec === undefined ? {} : { heartbeatInSeconds: heartbeatSec };
  run.emit('TaskScheduled', {
    ...named(resource),
    region: run.region,
    parameters: JSON.stringify(call.arguments),
    ...heartbeat,
    ...shared,
  });
  run.emit('TaskStarted', named(resource));
}

const named = (resource: Extract<Resource, { kind: 'integration' }>): JsonObject => ({
  resource: resource.resource,
  resourceType: resource.resourceType,
});

/** The handler of a waitForTaskToken task returned: from now on only the token counts. */
export function submitted(resource: Resource, run: StateRun, output: Json): void {
  if (resource.kind === 'integration') run.emit('TaskSubmitted', { ...named(resource), ...outputDetails(output) });
}

/** The result is here. */
export async function taskSucceeded(state: TaskState, run: StateRun, result: Json): Promise<Exit> {
  const resource = resourceOf(state);
  checkSize(result, state.Resource);
  if (resource.kind === 'function') run.emit('LambdaFunctionSucceeded', outputDetails(result));
  else run.emit('TaskSucceeded', { ...named(resource), ...outputDetails(result) });
  return conclude(run, { fields: state, fallback: result, next: state.Next, extra: { result } });
}

/** Writes the event of a call that failed. */
export function taskFailed(state: TaskState, run: StateRun, failure: Failure): void {
  const resource = resourceOf(state);
  const timedOut = failure.error === STATES_ERROR.timeout;
  if (resource.kind === 'function') run.emit(timedOut ? 'LambdaFunctionTimedOut' : 'LambdaFunctionFailed', errorDetails(failure));
  else run.emit(timedOut ? 'TaskTimedOut' : 'TaskFailed', { ...errorDetails(failure), ...named(resource) });
}
