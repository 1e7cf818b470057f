/** Parallel and Map: what runs inside, in which order, how many at once, and what a failure inside does. */
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../functions/core/json.ts';
import { laboratory, machineOf, START_MS } from './laboratory.ts';

const run = (states: JsonObject, input: Json = {}) => laboratory(machineOf(states)).run(input);
const pass = (more: JsonObject): JsonObject => ({ Type: 'Pass', ...more });

describe('Parallel', () => {
  const branch = (name: string, state: JsonObject): JsonObject => ({ StartAt: name, States: { [name]: state } });

  test('gives every branch the input or the Arguments, and its results in order', async () => {
    const both = {
      Type: 'Parallel',
      Branches: [
        branch('One', { Type: 'Wait', Seconds: 9, End: true }),
        branch('Two', pass({ Output: '{% $states.input.a + 1 %}', End: true })),
      ],
    };
    expect((await run({ P: { ...both, End: true } }, { a: 1 })).output).toEqual([{ a: 1 }, 2]);
    expect(
      (await run({ P: { ...both, Arguments: { a: 10 }, Output: '{% $states.result[1] %}', End: true } }, { a: 1 })).output,
    ).toBe(11);
  });

  test('lets branches read outer variables and keeps their own inside', async () => {
    const inner = { B: pass({ Assign: { inner: '{% $x + 1 %}' }, Next: 'C' }), C: pass({ Output: '{% $inner %}', End: true }) };
    const states = {
      A: pass({ Assign: { x: 1 }, Next: 'P' }),
      P: { Type: 'Parallel', Branches: [{ StartAt: 'B', States: inner }], Next: 'Z' },
      Z: pass({ Output: '{% $exists($inner) %}', End: true }),
    };
    const lab = laboratory(machineOf(states));
    expect((await lab.run()).output).toBe(false);
    const exited = (await lab.history()).find(({ type }) => type === 'ParallelStateExited');
    expect(JSON.stringify(exited)).toContain('"output":"[2]"');
  });

  test('fails with the error of the branch that fails, and stops the others', async () => {
    const lab = laboratory(
      machineOf({
        P: {
          Type: 'Parallel',
          Branches: [
            branch('Slow', { Type: 'Wait', Seconds: 999, End: true }),
            branch('Bad', { Type: 'Fail', Error: 'Oops', Cause: 'c' }),
          ],
          End: true,
        },
      }),
    );
    const ended = await lab.run();
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Oops', cause: 'c', stoppedAtMs: START_MS });
    expect((await lab.types()).slice(-3)).toEqual(['FailStateEntered', 'ParallelStateFailed', 'ExecutionFailed']);
  });

  test('its Catch takes a branch’s error, its Retry runs all branches again', async () => {
    let calls = 0;
    const flaky = async (): Promise<Json> => {
      if (++calls < 3) throw Object.assign(new Error('x'), { name: 'Flaky' });
      return 'ok';
    };
    const call = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111122223333:function:flaky', End: true };
    const P = {
      Type: 'Parallel',
      Branches: [branch('Call', call)],
      Retry: [{ ErrorEquals: ['Flaky'], MaxAttempts: 2 }],
      End: true,
    };
    expect((await laboratory(machineOf({ P }), { functions: { flaky } }).run()).output).toEqual(['ok']);
    const caught = await run({
      P: {
        Type: 'Parallel',
        Branches: [branch('Bad', { Type: 'Fail', Error: 'Oops' })],
        Catch: [{ ErrorEquals: ['Oops'], Next: 'Z' }],
        End: true,
      },
      Z: pass({ End: true }),
    });
    expect(caught.output).toEqual({ Error: 'Oops', Cause: '' });
  });
});

describe('Map', () => {
  const inner = (state: JsonObject, more: JsonObject = {}): JsonObject => ({
    ...more,
    StartAt: 'Item',
    States: { Item: { ...state, End: true } },
  });
  const map = (more: JsonObject, state: JsonObject = pass({})): JsonObject => ({
    M: { Type: 'Map', ItemProcessor: inner(state), End: true, ...more },
  });

  test('runs over its input, or its Items, and keeps the order', async () => {
    expect((await run(map({}, pass({ Output: '{% $states.input * 2 %}' })), [1, 2, 3])).output).toEqual([2, 4, 6]);
    expect((await run(map({ Items: '{% $states.input.list %}' }), { list: [] })).output).toEqual([]);
  });

  test('ItemSelector and the items’ context see index and value', async () => {
    const selected = map({
      Items: ['a', 'b'],
      ItemSelector: {
        i: '{% $states.context.Map.Item.Index %}',
        v: '{% $states.context.Map.Item.Value %}',
        outer: '{% $states.input.o %}',
      },
    });
    expect((await run(selected, { o: 1 })).output).toEqual([
      { i: 0, v: 'a', outer: 1 },
      { i: 1, v: 'b', outer: 1 },
    ]);
    const inside = map(
      { Items: ['a', 'b'] },
      pass({ Output: '{% $states.context.Map.Item.Value & $states.context.Map.Item.Index %}' }),
    );
    expect((await run(inside)).output).toEqual(['a0', 'b1']);
  });

  test('never runs more items at once than MaxConcurrency', async () => {
    let now = 0;
    let most = 0;
    const busy = async (_: Json, { sleep }: { sleep(ms: number): Promise<void> }): Promise<Json> => {
      most = Math.max(most, ++now);
      await sleep(1000);
      now--;
      return null;
    };
    const task = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111122223333:function:busy' };
    const ended = await laboratory(machineOf(map({ Items: [1, 2, 3, 4, 5], MaxConcurrency: 2 }, task)), {
      functions: { busy },
    }).run();
    expect(ended.status).toBe('SUCCEEDED');
    expect(most).toBe(2);
    expect(ended.stoppedAtMs).toBe(START_MS + 3000);
  });

  test('items that are no array fail as an evaluation', async () => {
    const ended = await run(map({ Items: '{% "text" %}' }));
    expect(ended).toMatchObject({ error: 'States.QueryEvaluationError' });
    expect(ended.cause).toContain("Expected 'array', but was 'string'");
  });

  const odd = { Type: 'Choice', Choices: [{ Condition: '{% $states.input % 2 = 1 %}', Next: 'Bad' }], Default: 'Good' };
  const failing = (more: JsonObject): JsonObject => ({
    M: {
      Type: 'Map',
      Items: [1, 2, 3, 4],
      MaxConcurrency: 1,
      ItemProcessor: { StartAt: 'Odd', States: { Odd: odd, Bad: { Type: 'Fail', Error: 'Odd' }, Good: pass({ End: true }) } },
      End: true,
      ...more,
    },
  });

  test('fails with the item’s own error where no failure is tolerated', async () => {
    const lab = laboratory(machineOf(failing({})));
    expect(await lab.run()).toMatchObject({ status: 'FAILED', error: 'Odd' });
    expect((await lab.types()).slice(-3)).toEqual(['MapIterationFailed', 'MapStateFailed', 'ExecutionFailed']);
  });

  test('tolerates as many failures as it is told, by count or by percentage', async () => {
    expect((await run(failing({ ToleratedFailureCount: 2 }))).output).toEqual([2, 4]);
    expect((await run(failing({ ToleratedFailurePercentage: '{% 50 %}' }))).status).toBe('SUCCEEDED');
    expect(await run(failing({ ToleratedFailureCount: 1 }))).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
    expect(await run(failing({ ToleratedFailurePercentage: 49 }))).toMatchObject({
      error: 'States.ExceedToleratedFailureThreshold',
    });
  });

  test('batches by count and by bytes', async () => {
    const byCount = map({ Items: [1, 2, 3], ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { k: '{% $states.input.k %}' } } });
    expect((await run(byCount, { k: 'v' })).output).toEqual([
      { BatchInput: { k: 'v' }, Items: [1, 2] },
      { BatchInput: { k: 'v' }, Items: [3] },
    ]);
    expect((await run(map({ Items: ['aaaa', 'bbbb', 'cccc'], ItemBatcher: { MaxInputBytesPerBatch: 15 } }))).output).toEqual([
      { Items: ['aaaa', 'bbbb'] },
      { Items: ['cccc'] },
    ]);
  });

  test('a distributed Map keeps its items’ events out of the history and its variables out of the items', async () => {
    const processor = inner(pass({ Output: '{% $exists($x) %}' }), {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    });
    const lab = laboratory(
      machineOf({
        A: pass({ Assign: { x: 1 }, Next: 'M' }),
        M: { Type: 'Map', Items: [1, 2], ItemProcessor: processor, End: true },
      }),
    );
    expect((await lab.run()).output).toEqual([false, false]);
    expect((await lab.types()).slice(3)).toEqual([
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('an ItemReader is refused clearly', async () => {
    expect((await run(map({ ItemReader: { Resource: 'arn:aws:states:::s3:getObject' } }))).cause).toContain('ItemReader');
  });
});
