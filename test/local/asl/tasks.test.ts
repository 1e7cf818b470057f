/** Tasks: what is called with what, and what failures, retries, catches and silence lead to. */
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../functions/core/json.ts';
import { errorMatches, TaskFailure } from '../../../local/asl/failure.ts';
import type { TaskCall } from '../../../local/asl/resource.ts';
import { laboratory, machineOf, START_MS } from './laboratory.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:work';
const INVOKE = 'arn:aws:states:::lambda:invoke';
const task = (more: JsonObject = {}): JsonObject => ({ Type: 'Task', Resource: FUNCTION, End: true, ...more });
type Work = (args: Json, call: TaskCall) => Promise<Json>;
const failing = (name: string, times = Number.POSITIVE_INFINITY) => {
  const calls: TaskCall[] = [];
  const work: Work = async (_args, call) => {
    calls.push(call);
    if (calls.length <= times) throw new TaskFailure(name, `cause of ${name}`);
    return 'done';
  };
  return { calls, work };
};

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

describe('Retry', () => {
  const attempts = async (retry: JsonObject, error = 'E') => {
    const { calls, work } = failing(error);
    const lab = laboratory(
      machineOf({ A: task({ Retry: [{ ErrorEquals: [error], ...retry }] }) }),
      { functions: { work } },
      { random: () => 0.5 },
    );
    const ended = await lab.run();
    return {
      count: calls.length,
      tookSec: ((ended.stoppedAtMs ?? 0) - START_MS) / 1000,
      attempts: calls.map(({ attempt }) => attempt),
    };
  };

  test('tries three times more by default, after 1, 2 and 4 seconds', async () => {
    expect(await attempts({})).toEqual({ count: 4, tookSec: 7, attempts: [0, 1, 2, 3] });
  });

  test('keeps to interval, rate, most attempts and longest delay', async () => {
    expect(await attempts({ IntervalSeconds: 3, BackoffRate: 3, MaxAttempts: 4, MaxDelaySeconds: 10 })).toMatchObject({
      count: 5,
      tookSec: 3 + 9 + 10 + 10,
    });
    expect(await attempts({ MaxAttempts: 0 })).toMatchObject({ count: 1, tookSec: 0 });
  });

  test('with full jitter waits a random part of each delay', async () => {
    expect(await attempts({ JitterStrategy: 'FULL' })).toMatchObject({ count: 4, tookSec: 3.5 });
  });

  test('counts each retrier for itself, and shows the count in the context', async () => {
    const errors = ['A', 'B', 'A', 'B'];
    const counts: Json[] = [];
    const work: Work = async (args) => {
      counts.push(args);
      const name = errors[counts.length - 1];
      if (name !== undefined) throw new TaskFailure(name);
      return 'done';
    };
    const Retry = ['A', 'B'].map((name) => ({ ErrorEquals: [name], MaxAttempts: 2 }));
    const ended = await laboratory(machineOf({ S: task({ Arguments: '{% $states.context.State.RetryCount %}', Retry }) }), {
      functions: { work },
    }).run();
    expect(ended.status).toBe('SUCCEEDED');
    expect(counts).toEqual([0, 1, 2, 3, 4]);
  });

  test('writes one TaskFailed and one TaskScheduled for each attempt, and no other event between', async () => {
    const { work } = failing('E', 1);
    const state = task({ Resource: INVOKE, Arguments: { FunctionName: 'work' }, Retry: [{ ErrorEquals: ['E'] }] });
    const lab = laboratory(machineOf({ A: state }), { functions: { work } });
    await lab.run();
    expect((await lab.types()).slice(2, -2)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskFailed',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
    ]);
  });
});

describe('Catch', () => {
  const caught = async (Catch: JsonObject[], name = 'E') => {
    const { work } = failing(name);
    const Z = { Type: 'Pass', Output: '{% {"in": $states.input, "v": $exists($v) ? $v : null} %}', End: true };
    return laboratory(machineOf({ A: task({ Catch }), Z, Y: { Type: 'Pass', Output: 'Y', End: true } }), {
      functions: { work },
    }).run({ i: 1 });
  };

  test('goes on with the error as output, or with its own Output and Assign', async () => {
    expect((await caught([{ ErrorEquals: ['E'], Next: 'Z' }])).output).toEqual({
      in: { Error: 'E', Cause: 'cause of E' },
      v: null,
    });
    const own = {
      ErrorEquals: ['E'],
      Next: 'Z',
      Output: '{% $states.input %}',
      Assign: { v: '{% $states.errorOutput.Error %}' },
    };
    expect((await caught([own])).output).toEqual({ in: { i: 1 }, v: 'E' });
  });

  test('takes the first that matches, and a wildcard takes the rest', async () => {
    expect(
      (
        await caught([
          { ErrorEquals: ['F'], Next: 'Z' },
          { ErrorEquals: ['States.ALL'], Next: 'Y' },
        ])
      ).output,
    ).toBe('Y');
    expect((await caught([{ ErrorEquals: ['States.TaskFailed'], Next: 'Y' }])).output).toBe('Y');
    expect(await caught([{ ErrorEquals: ['F'], Next: 'Y' }])).toMatchObject({
      status: 'FAILED',
      error: 'E',
      cause: 'cause of E',
    });
  });

  test('takes an evaluation that failed, before and after the call', async () => {
    const work: Work = async () => ({});
    const wrong = async (more: JsonObject) =>
      laboratory(
        machineOf({
          A: task({ ...more, Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Z' }] }),
          Z: { Type: 'Succeed', Output: '{% $states.input.Error %}' },
        }),
        {
          functions: { work },
        },
      ).run();
    expect((await wrong({ Arguments: '{% $nothing %}' })).output).toBe('States.QueryEvaluationError');
    expect((await wrong({ Output: '{% $states.result.nothing %}' })).output).toBe('States.QueryEvaluationError');
  });

  test('does not catch what goes wrong in itself', async () => {
    const ended = await caught([{ ErrorEquals: ['States.ALL'], Next: 'Z', Output: '{% $nothing %}' }]);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(ended.cause).toContain("'Catch[0]/Output'");
  });
});

describe('TimeoutSeconds', () => {
  test('ends a call that takes too long as States.Timeout, and the late answer changes nothing', async () => {
    const late: Work = async (_args, { sleep }) => {
      await sleep(120_000);
      return 'late';
    };
    const state = task({ Resource: INVOKE, Arguments: { FunctionName: 'work' }, TimeoutSeconds: '{% $states.input.t %}' });
    const lab = laboratory(machineOf({ A: state }), { functions: { work: late } });
    expect(await lab.run({ t: 60 })).toMatchObject({ status: 'FAILED', error: 'States.Timeout', stoppedAtMs: START_MS + 60_000 });
    expect((await lab.types()).slice(-2)).toEqual(['TaskTimedOut', 'ExecutionFailed']);
    expect((await laboratory(machineOf({ A: state }), { functions: { work: late } }).run({ t: 121 })).status).toBe('SUCCEEDED');
  });

  test('does not pass while a call is under way that does not tell its time', async () => {
    const real: Work = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      return 'in time';
    };
    expect((await laboratory(machineOf({ A: task({ TimeoutSeconds: 1 }) }), { functions: { work: real } }).run()).output).toBe(
      'in time',
    );
  });

  test('tells the handler by its signal', async () => {
    const signals: AbortSignal[] = [];
    const work: Work = async (_args, { signal, sleep }) => {
      signals.push(signal);
      await sleep(10_000);
      return null;
    };
    await laboratory(machineOf({ A: task({ TimeoutSeconds: 1 }) }), { functions: { work } }).run();
    expect(signals[0]?.aborted).toBe(true);
  });
});

describe('names in ErrorEquals', () => {
  test.each([
    ['States.ALL', 'Anything', true],
    ['States.ALL', 'States.Timeout', true],
    ['States.ALL', 'States.Runtime', false],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.TaskFailed', 'Anything', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.TaskFailed', 'States.Runtime', false],
    ['States.Runtime', 'States.Runtime', true],
    ['States.Timeout', 'States.Timeout', true],
    ['lambda.x', 'Lambda.x', false],
  ])('%s and the error %s: %s', (name, error, expected) => {
    expect(errorMatches([name], { error })).toBe(expected);
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
