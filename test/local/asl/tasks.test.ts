/** Tasks: what is called with what, and what failures, retries, catches and silence lead to. */
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../functions/core/json.ts';
import type { TaskCall } from '../../../local/asl/resource.ts';
import { laboratory, machineOf, START_MS } from './laboratory.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:work';
const INVOKE = 'arn:aws:states:::lambda:invoke';
const task = (more: JsonObject = {}): JsonObject => ({ Type: 'Task', Resource: FUNCTION, End: true, ...more });
type Work = (args: Json, call: TaskCall) => Promise<Json>;

describe('a call', () => {
  test('gets the state’s input without Arguments, and its answer is the output', async () => {
    const work: Work = async (args) => ({ got: args });
    expect((await laboratory(machineOf({ A: task() }), { functions: { work } }).run({ a: 1 })).output).toEqual({ got: { a: 1 } });
  });

  test('over lambda:invoke gets the payload, and answers as Lambda’s Invoke does', async () => {
    const work: Work = async (payload) => [payload];
    const state = task({
      Resource: INVOKE,
      Arguments: { FunctionName: `${FUNCTION}:live`, Payload: { p: '{% $states.input.a %}' } },
      Output: '{% $states.result %}',
    });
    expect((await laboratory(machineOf({ A: state }), { functions: { work } }).run({ a: 1 })).output).toMatchObject({
      Payload: [{ p: 1 }],
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
    });
  });

  test('of the AWS SDK goes to its handler, and the history names service and action', async () => {
    const updateAccessKey: Work = async (args) => ({ asked: args });
    const state = task({
      Resource: 'arn:aws:states:::aws-sdk:iam:updateAccessKey',
      Arguments: { Status: 'Inactive' },
      TimeoutSeconds: 30,
    });
    const lab = laboratory(machineOf({ A: state }), { integrations: { 'aws-sdk:iam:updateAccessKey': updateAccessKey } });
    expect((await lab.run()).output).toEqual({ asked: { Status: 'Inactive' } });
    expect((await lab.history())[2]).toMatchObject({
      type: 'TaskScheduled',
      taskScheduledEventDetails: {
        resourceType: 'aws-sdk:iam',
        resource: 'updateAccessKey',
        region: 'us-east-1',
        parameters: '{"Status":"Inactive"}',
        timeoutInSeconds: 30,
      },
    });
  });

  test('to a function that only the input names, and nobody registered, fails and calls nothing', async () => {
    const work: Work = async () => 'called';
    const state = task({ Resource: INVOKE, Arguments: { FunctionName: '{% $states.input.f %}' } });
    expect(await laboratory(machineOf({ A: state }), { functions: { work } }).run({ f: 'constructor' })).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.ResourceNotFoundException',
    });
  });

  test('carries its credentials to the handler and into the history', async () => {
    const seen: unknown[] = [];
    const work: Work = async (_args, { credentials }) => {
      seen.push(credentials);
      return null;
    };
    const lab = laboratory(
      machineOf({ A: task({ Credentials: { RoleArn: '{% "arn:aws:iam::111122223333:role/" & $states.input.r %}' } }) }),
      { functions: { work } },
    );
    await lab.run({ r: 'x' });
    expect(seen).toEqual([{ RoleArn: 'arn:aws:iam::111122223333:role/x' }]);
    expect(JSON.stringify(await lab.history())).toContain('"taskCredentials":{"roleArn":"arn:aws:iam::111122223333:role/x"}');
  });

  test('that answers more than 256 KiB is States.DataLimitExceeded, which States.ALL does not catch', async () => {
    const work: Work = async () => 'x'.repeat(262_143);
    const state = task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }] });
    const lab = laboratory(machineOf({ A: state, Z: { Type: 'Succeed' } }), { functions: { work } });
    expect(await lab.run()).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('that throws an Error of its own fails with the error’s name, as Lambda reports it', async () => {
    const work: Work = async () => {
      throw Object.assign(new Error('no such key'), { name: 'NotFound' });
    };
    const ended = await laboratory(machineOf({ A: task() }), { functions: { work } }).run();
    expect(ended.error).toBe('NotFound');
    expect(JSON.parse(ended.cause ?? '')).toMatchObject({ errorType: 'NotFound', errorMessage: 'no such key' });
  });
});

describe('startExecution.sync:2', () => {
  const child = JSON.stringify(
    machineOf({
      C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.ok %}', Next: 'Good' }], Default: 'Bad' },
      Good: { Type: 'Wait', Seconds: 60, Output: { did: 1 }, End: true },
      Bad: { Type: 'Fail', Error: 'ChildError' },
    }),
  );
  const parent = machineOf({
    S: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: { StateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:child', Input: '{% $states.input %}' },
      Output: '{% $states.result.Output %}',
      End: true,
    },
  });
  const lab = () => laboratory(parent, {}, { playbooks: { child: { definition: child } } });

  test('waits for the other playbook and takes its output', async () => {
    expect(await lab().run({ ok: true })).toMatchObject({
      status: 'SUCCEEDED',
      output: { did: 1 },
      stoppedAtMs: START_MS + 60_000,
    });
  });

  test('fails as States.TaskFailed where the other one fails, with its error in the cause', async () => {
    const ended = await lab().run({ ok: false });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(JSON.parse(ended.cause ?? '{}')).toMatchObject({ Status: 'FAILED', Error: 'ChildError' });
  });
});
