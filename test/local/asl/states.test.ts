/** What each kind of state does with its fields, as the States Language says and AWS was seen to do. */
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../functions/core/json.ts';
import { laboratory, machineOf, START_MS } from './laboratory.ts';

const run = (states: JsonObject, input: Json = {}) => laboratory(machineOf(states)).run(input);
const pass = (more: JsonObject): JsonObject => ({ Type: 'Pass', ...more });

describe('Pass', () => {
  test('hands on its input, or its Output', async () => {
    expect((await run({ A: pass({ End: true }) }, { a: [1] })).output).toEqual({ a: [1] });
    expect((await run({ A: pass({ Output: { b: '{% $states.input.a %}' }, End: true }) }, { a: 1 })).output).toEqual({ b: 1 });
  });

  test('assigns with the values at its entry: an Output of the same state sees the old variable', async () => {
    const states = {
      A: pass({ Assign: { x: 1, y: 2 }, Next: 'B' }),
      B: pass({ Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% [$x, $y] %}', Next: 'C' }),
      C: pass({ Output: '{% {"before": $states.input, "after": [$x, $y]} %}', End: true }),
    };
    expect((await run(states)).output).toEqual({ before: [1, 2], after: [2, 1] });
  });

  test('only a string that is exactly {% … %} is an expression', async () => {
    const Output = { space: ' {% 1 %} ', text: 'x {% 1 %}', exact: '{% 1 %}', '{% key %}': [['{%2%}']] };
    expect((await run({ A: pass({ Output, End: true }) })).output).toEqual({
      space: ' {% 1 %} ',
      text: 'x {% 1 %}',
      exact: 1,
      '{% key %}': [[2]],
    });
  });

  test('names the place of an expression that returns nothing, with / for keys and [] for indexes', async () => {
    const ended = await run({ A: pass({ Output: { list: ['a', { deep: '{% $states.input.none %}' }] }, End: true }) });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(ended.cause).toBe(
      "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression '$states.input.none' specified for the field 'Output/list[1]/deep' returned nothing (undefined).",
    );
  });

  test('puts JSONata’s code and message behind AWS’s sentence', async () => {
    const ended = await run({ A: pass({ Output: '{% 1 + "a" %}', End: true }) });
    expect(ended.cause).toContain("specified for the field 'Output' threw an error during evaluation. T2002: ");
  });

  test('an output over 256 KiB is States.DataLimitExceeded', async () => {
    expect(await run({ A: pass({ Output: '{% $pad("", 262145, "x") %}', End: true }) })).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
    expect((await run({ A: pass({ Output: '{% $pad("", 262142, "x") %}', End: true }) })).status).toBe('SUCCEEDED');
  });
});

describe('Choice', () => {
  const choice = {
    A: pass({ Assign: { limit: 10 }, Next: 'Q' }),
    Q: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n > $limit %}', Next: 'Big', Output: 'big', Assign: { limit: 99 } },
        { Condition: '{% $states.input.n > 5 %}', Next: 'Big' },
      ],
      Default: 'Small',
      Output: 'small',
      Assign: { limit: 0 },
    },
    Big: pass({ Output: '{% {"in": $states.input, "limit": $limit} %}', End: true }),
    Small: pass({ Output: '{% {"in": $states.input, "limit": $limit} %}', End: true }),
  };

  test('takes the first rule that holds, with that rule’s Output and Assign', async () => {
    expect((await run(choice, { n: 11 })).output).toEqual({ in: 'big', limit: 99 });
  });

  test('hands on the input where the rule says nothing else', async () => {
    expect((await run(choice, { n: 6 })).output).toEqual({ in: { n: 6 }, limit: 10 });
  });

  test('takes the Default with the state’s own Output and Assign', async () => {
    expect((await run(choice, { n: 1 })).output).toEqual({ in: 'small', limit: 0 });
  });

  test('fails as States.Runtime where nothing holds, and where a condition is no boolean as an evaluation', async () => {
    const lost = await run({ Q: { Type: 'Choice', Choices: [{ Condition: false, Next: 'B' }] }, B: { Type: 'Succeed' } });
    expect(lost).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    const odd = await run({ Q: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'B' }] }, B: { Type: 'Succeed' } });
    expect(odd).toMatchObject({ error: 'States.QueryEvaluationError' });
    expect(odd.cause).toContain("'Choices[0]/Condition'");
  });
});

describe('Wait', () => {
  test('waits seconds, also computed ones, on the execution’s clock', async () => {
    const lab = laboratory(
      machineOf({ A: { Type: 'Wait', Seconds: '{% $states.input.s * 2 %}', Output: '{% $now() %}', End: true } }),
    );
    const ended = await lab.run({ s: 1800 });
    expect(ended.stoppedAtMs).toBe(START_MS + 3_600_000);
    expect(ended.output).toBe(new Date(START_MS + 3_600_000).toISOString());
  });

  test('waits until a time, and not at all for one that is over', async () => {
    const at = (Timestamp: string) => run({ A: { Type: 'Wait', Timestamp, End: true } });
    expect((await at('2026-01-01T00:01:00Z')).stoppedAtMs).toBe(START_MS + 60_000);
    expect((await at('2020-01-01T00:01:00Z')).stoppedAtMs).toBe(START_MS);
    expect(await at('{% "tomorrow" %}')).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });

  test('refuses seconds that are no whole number', async () => {
    expect(await run({ A: { Type: 'Wait', Seconds: '{% "5" %}', End: true } })).toMatchObject({
      error: 'States.QueryEvaluationError',
    });
    expect(await run({ A: { Type: 'Wait', Seconds: '{% -1 %}', End: true } })).toMatchObject({
      error: 'States.QueryEvaluationError',
    });
  });
});

describe('Succeed and Fail', () => {
  test('Succeed ends with its Output', async () => {
    expect(await run({ A: { Type: 'Succeed', Output: '{% $states.input.a %}' } }, { a: 7 })).toMatchObject({
      status: 'SUCCEEDED',
      output: 7,
    });
  });

  test('Fail ends with a computed error and cause, and has no exit event', async () => {
    const lab = laboratory(machineOf({ A: { Type: 'Fail', Error: '{% "E" & $states.input.n %}', Cause: 'because' } }));
    expect(await lab.run({ n: 1 })).toMatchObject({ status: 'FAILED', error: 'E1', cause: 'because' });
    expect(await lab.types()).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });
});

describe('the machine', () => {
  test('its TimeoutSeconds ends it as TIMED_OUT', async () => {
    const lab = laboratory(machineOf({ A: { Type: 'Wait', Seconds: 100, End: true } }, { TimeoutSeconds: 60 }));
    expect(await lab.run()).toMatchObject({ status: 'TIMED_OUT', stoppedAtMs: START_MS + 60_000 });
    expect((await lab.types()).at(-1)).toBe('ExecutionTimedOut');
  });

  test('a loop without end stops at 25,000 events', async () => {
    const lab = laboratory(machineOf({ A: pass({ Next: 'B' }), B: pass({ Next: 'A' }) }));
    expect(await lab.run()).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect((await lab.history()).length).toBeLessThanOrEqual(25_000);
  });

  test('shows itself in the context object', async () => {
    const lab = laboratory(machineOf({ A: pass({ Output: '{% $states.context %}', End: true }) }));
    expect((await lab.run({ a: 1 })).output).toEqual({
      Execution: {
        Id: 'arn:aws:states:us-east-1:111122223333:execution:machine:run',
        Input: { a: 1 },
        StartTime: '2026-01-01T00:00:00.000Z',
        Name: 'run',
        RoleArn: 'arn:aws:iam::111122223333:role/machine',
        RedriveCount: 0,
      },
      StateMachine: { Id: 'arn:aws:states:us-east-1:111122223333:stateMachine:machine', Name: 'machine' },
      State: { Name: 'A', EnteredTime: '2026-01-01T00:00:00.000Z' },
    });
  });

  test('can be stopped from outside', async () => {
    const lab = laboratory(machineOf({ A: { Type: 'Wait', Seconds: 100, End: true } }));
    await lab.executions.start('machine', 'run', {});
    await lab.executions.stop('machine', 'run', 'Stopped', 'by hand');
    expect(await lab.described()).toMatchObject({ status: 'ABORTED', error: 'Stopped', cause: 'by hand' });
  });
});

describe('a Pass state in JSONPath, in a machine that mixes', () => {
  const mixed = (state: JsonObject): JsonObject => ({
    StartAt: 'Old',
    States: {
      Old: { Type: 'Pass', Next: 'New', ...state },
      New: {
        QueryLanguage: 'JSONata',
        ...pass({ Output: '{% {"in": $states.input, "v": $exists($v) ? $v : null} %}', End: true }),
      },
    },
  });
  const output = async (state: JsonObject, input: Json): Promise<Json | undefined> =>
    (await laboratory(mixed(state)).run(input)).output;

  test('selects, combines and assigns by reference paths', async () => {
    const state = {
      InputPath: '$.a',
      Parameters: { 'n.$': '$.n', 'name.$': '$$.Execution.Name', c: '$' },
      ResultPath: '$.r.s',
      Assign: { 'v.$': '$.n' },
    };
    expect(await output(state, { a: { n: 1 }, r: 2 })).toEqual({
      in: { a: { n: 1 }, r: { s: { n: 1, name: 'run', c: '$' } } },
      v: 1,
    });
    expect(await output({ Result: [1], OutputPath: '$[0]' }, {})).toEqual({ in: 1, v: null });
    expect(await output({ ResultPath: null, Result: 1 }, { i: 1 })).toEqual({ in: { i: 1 }, v: null });
  });

  test('fails as States.Runtime where a path leads nowhere, and not into a prototype', async () => {
    for (const path of ['$.none', '$.constructor', '$[0]', '$none', '$..a', '$.a[?(@.b)]']) {
      expect(await laboratory(mixed({ Parameters: { 'x.$': path } })).run({})).toMatchObject({
        status: 'FAILED',
        error: 'States.Runtime',
      });
    }
  });
});
