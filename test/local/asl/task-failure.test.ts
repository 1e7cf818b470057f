/** Tasks that fail or fall silent: retries, catches, timeouts, and the names that meet them. */
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
