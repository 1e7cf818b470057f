import {
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { createSfnExecutions } from '../../../functions/adapters/aws/sfn-executions.ts';
import { executionsContract } from '../../contracts/executions.contract.ts';
import { serviceError } from './service-error.ts';

const PREFIX = 'arn:aws:states:us-east-1:111122223333:stateMachine:yagura-';

function fakeStepFunctions(): { client: SFNClient; mock: ReturnType<typeof mockClient> } {
  const client = new SFNClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const runs = new Map<string, { input: string; startDate: Date }>();
  mock.on(StartExecutionCommand).callsFake(({ stateMachineArn, name, input }) => {
    if (stateMachineArn !== `${PREFIX}wait`) throw serviceError('StateMachineDoesNotExist', 400);
    const arn = `arn:aws:states:us-east-1:111122223333:execution:yagura-wait:${name}`;
    const known = runs.get(arn);
    if (known !== undefined && known.input !== input) throw serviceError('ExecutionAlreadyExists', 400);
    runs.set(arn, known ?? { input, startDate: new Date() });
    return { executionArn: arn };
  });
  mock.on(DescribeExecutionCommand).callsFake(({ executionArn }) => {
    const found = runs.get(executionArn);
    if (found === undefined) throw serviceError('ExecutionDoesNotExist', 400);
    return { executionArn, status: 'RUNNING', ...found };
  });
  mock.on(SendTaskSuccessCommand).rejects(serviceError('InvalidToken', 400));
  mock.on(SendTaskFailureCommand).rejects(serviceError('InvalidToken', 400));
  return { client, mock };
}

executionsContract('Step Functions', async () => ({
  executions: createSfnExecutions(fakeStepFunctions().client, PREFIX),
  tokens: true,
}));

describe('Step Functions executions', () => {
  it('tells an ended execution with its output or its failure', async () => {
    const { client, mock } = fakeStepFunctions();
    const executions = createSfnExecutions(client, PREFIX);
    const startDate = new Date(1000);
    mock
      .on(DescribeExecutionCommand)
      .resolves({ status: 'SUCCEEDED', startDate, stopDate: new Date(2000), input: '{}', output: '{"a":1}' });
    expect(await executions.describe('wait', 'r')).toEqual({
      ...{ name: 'r', playbook: 'wait', status: 'SUCCEEDED', input: {}, output: { a: 1 }, startedAtMs: 1000, stoppedAtMs: 2000 },
    });
    mock.on(DescribeExecutionCommand).resolves({ status: 'FAILED', startDate, input: '{}', error: 'E', cause: 'c' });
    expect(await executions.describe('wait', 'r')).toMatchObject({ status: 'FAILED', error: 'E', cause: 'c' });
    mock.on(DescribeExecutionCommand).resolves({ status: 'PENDING_REDRIVE', startDate, input: '{}' });
    expect(await executions.describe('wait', 'r')).toMatchObject({ status: 'RUNNING' });
  });

  it.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])('tells %s of an answer as ApprovalInvalid', async (name) => {
    const { client, mock } = fakeStepFunctions();
    mock.on(SendTaskSuccessCommand).rejects(serviceError(name, 400));
    await expect(createSfnExecutions(client, PREFIX).sendTaskSuccess('t', {})).rejects.toMatchObject({ name: 'ApprovalInvalid' });
  });

  it('sends answers as JSON, and failures within the limits of the service', async () => {
    const { client, mock } = fakeStepFunctions();
    mock.on(SendTaskSuccessCommand).resolves({});
    mock.on(SendTaskFailureCommand).resolves({});
    const executions = createSfnExecutions(client, PREFIX);
    await executions.sendTaskSuccess('token', { approved: true });
    await executions.sendTaskFailure('token', 'E'.repeat(300), 'c'.repeat(40_000));
    expect(mock.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input).toEqual({
      taskToken: 'token',
      output: '{"approved":true}',
    });
    const failure = mock.commandCalls(SendTaskFailureCommand)[0]?.args[0].input;
    expect([failure?.error?.length, failure?.cause?.length]).toEqual([256, 32_768]);
  });

  it.each(['../other', 'a:b', 'a*'])('refuses the playbook %j, which would name another ARN', async (playbook) => {
    const { client, mock } = fakeStepFunctions();
    await expect(createSfnExecutions(client, PREFIX).start(playbook, 'r', {})).rejects.toMatchObject({ name: 'BadInput' });
    expect(mock.calls()).toHaveLength(0);
  });

  it('tells too many executions and a broken service as what a retry mends', async () => {
    const { client, mock } = fakeStepFunctions();
    mock.on(StartExecutionCommand).rejects(serviceError('ExecutionLimitExceeded', 400));
    await expect(createSfnExecutions(client, PREFIX).start('wait', 'r', {})).rejects.toMatchObject({
      name: 'Throttled',
      retryable: true,
    });
    mock.on(DescribeExecutionCommand).rejects(serviceError('ServiceUnavailable', 503));
    await expect(createSfnExecutions(client, PREFIX).describe('wait', 'r')).rejects.toMatchObject({
      name: 'Unavailable',
      retryable: true,
    });
  });
});
