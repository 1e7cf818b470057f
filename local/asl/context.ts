/** What an execution knows of itself → the context object, `$states.context`. */
import type { JsonObject } from '../../functions/core/json.ts';
import type { State } from './definition.ts';
import type { Snapshot, Thread } from './snapshot.ts';

const iso = (ms: number): string => new Date(ms).toISOString();
const WITH_RETRIES: readonly State['kind'][] = ['Task', 'Parallel', 'Map'];

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
export function contextObject(snapshot: Snapshot, thread: Thread, kind: State['kind']): JsonObject {
  const { active } = thread;
  const machineName = snapshot.machineArn.split(':').at(-1) ?? snapshot.playbook;
  return {
    Execution: {
      Id: snapshot.arn,
      Input: snapshot.input,
      StartTime: iso(snapshot.startedAtMs),
      Name: snapshot.name,
      RoleArn: snapshot.roleArn,
      RedriveCount: 0,
    },
    StateMachine: { Id: snapshot.machineArn, Name: machineName },
    ...(active === undefined
      ? {}
      : {
          State: {
            Name: active.name,
            EnteredTime: iso(active.enteredAtMs),
            ...(WITH_RETRIES.includes(kind) ? { RetryCount: active.retryCount } : {}),
          },
        }),
    ...(thread.mapItem === undefined ? {} : { Map: thread.mapItem }),
    ...(thread.token === undefined ? {} : { Task: { Token: thread.token } }),
  };
}
