/** Turns Step Functions into the Executions port: a playbook is the state machine `<prefix><playbook>` of our account. */
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { YaguraError } from '../../core/error.ts';
import type { Json } from '../../core/json.ts';
import type { Execution, ExecutionStatus, Executions } from '../../ports/executions.ts';
import { calling, nameOf } from './failure.ts';

/** @param machineArnPrefix `arn:aws:states:<region>:<account>:stateMachine:<prefix>`, to which the playbook's id is added */
export function createSfnExecutions(client: SFNClient, machineArnPrefix: string): Executions {
  const machineArn = (playbook: string): string => machineArnPrefix + checkedName('playbook', playbook);
  return {
    start: async (playbook, name, input) => {
      const order = { stateMachineArn: machineArn(playbook), name: checkedName('execution', name), input: JSON.stringify(input) };
      await translating(`states StartExecution ${playbook}`, () => client.send(new StartExecutionCommand(order)));
    },
    describe: async (playbook, name) => {
      const executionArn = `${machineArn(playbook).replace(':stateMachine:', ':execution:')}:${checkedName('execution', name)}`;
      try {
        return toExecution(playbook, name, await client.send(new DescribeExecutionCommand({ executionArn })));
      } catch (error) {
        if (nameOf(error) === 'ExecutionDoesNotExist') return undefined;
        return await translating('states DescribeExecution', () => Promise.reject(error));
      }
    },
    sendTaskSuccess: async (taskToken, output) => {
      const answer = { taskToken, output: JSON.stringify(output) };
      await translating('states SendTaskSuccess', () => client.send(new SendTaskSuccessCommand(answer)));
    },
    sendTaskFailure: async (taskToken, error, cause) => {
      // Step Functions' limits: 256 and 32,768 characters.
      const answer = { taskToken, error: error.slice(0, 256), cause: cause.slice(0, 32_768) };
      await translating('states SendTaskFailure', () => client.send(new SendTaskFailureCommand(answer)));
    },
  };
}

/** Step Functions' names, without what would point an ARN elsewhere. @see StartExecution, parameter `name` */
function checkedName(kind: string, name: string): string {
  if (/^[\w-]{1,80}$/.test(name)) return name;
  throw new YaguraError('BadInput', `${kind} name ${JSON.stringify(name.slice(0, 100))} (allowed: 1 to 80 of A-Z a-z 0-9 - _)`);
}

const OWN_CODES = new Map<string, ConstructorParameters<typeof YaguraError>[0]>([
  ['StateMachineDoesNotExist', 'NotFound'],
  ['StateMachineDeleting', 'NotFound'],
  ['ExecutionAlreadyExists', 'Conflict'],
  ['ExecutionLimitExceeded', 'Throttled'],
  ['InvalidToken', 'ApprovalInvalid'],
  ['TaskDoesNotExist', 'ApprovalInvalid'],
  ['TaskTimedOut', 'ApprovalInvalid'],
]);

async function translating<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = OWN_CODES.get(nameOf(error));
    if (code === undefined) return await calling(what, () => Promise.reject(error));
    throw new YaguraError(code, `${what}: ${nameOf(error)}`, { cause: error });
  }
}

const STATUSES: readonly ExecutionStatus[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

function toExecution(playbook: string, name: string, found: DescribeExecutionOutput): Execution {
  // An execution that waits for a redrive has run before and may run again.
  const status = STATUSES.find((known) => known === found.status) ?? 'RUNNING';
  return {
    name,
    playbook,
    status,
    input: parsed(found.input),
    startedAtMs: found.startDate?.getTime() ?? 0,
    ...(found.stopDate === undefined ? {} : { stoppedAtMs: found.stopDate.getTime() }),
    ...(found.output === undefined ? {} : { output: parsed(found.output) }),
    ...(found.error === undefined ? {} : { error: found.error }),
    ...(found.cause === undefined ? {} : { cause: found.cause }),
  };
}

function parsed(text: string | undefined): Json {
  const value: Json = text === undefined ? null : JSON.parse(text);
  return value;
}
