/** An execution outlives its process: tokens wait in the table, and a kill after any write changes nothing but repeated calls. */
import { describe, expect, test } from 'vitest';
import { isJsonObject } from '../../../functions/core/json.ts';
import type { Handlers } from '../../../local/asl/resource.ts';
import { ask, asking, laboratory, machineOf } from './laboratory.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function';

describe('a task that waits for a token', () => {
  test('goes on in another process with what was sent, and the events say how', async () => {
    const { tokens, handlers } = asking();
    const lab = laboratory(machineOf({ Ask: ask({ TimeoutSeconds: 3600, Next: 'Done' }), Done: { Type: 'Succeed' } }), handlers);
    await lab.executions.start('machine', 'run', {});
    await lab.executions.runToRest();
    expect((await lab.described()).status).toBe('RUNNING');

    const later = lab.reopen();
    await later.sendTaskSuccess(tokens[0] ?? '', { approved: true });
    await later.resume();

    expect(await lab.described()).toMatchObject({ status: 'SUCCEEDED', output: { approved: true } });
    expect(await lab.types()).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
    expect(tokens).toHaveLength(1);
  });

  test('takes one answer only, whoever sends the second', async () => {
    const { tokens, handlers } = asking();
    const lab = laboratory(machineOf({ Ask: ask({ End: true }) }), handlers);
    await lab.executions.start('machine', 'run', {});
    await lab.executions.runToRest();
    const token = tokens[0] ?? '';

    const both = await Promise.allSettled([
      lab.executions.sendTaskSuccess(token, 1),
      lab.reopen().sendTaskFailure(token, 'No', 'no'),
    ]);

    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(lab.executions.sendTaskSuccess(token, 2)).rejects.toMatchObject({ code: 'ApprovalInvalid' });
    await lab.executions.runToRest();
    await expect(lab.executions.sendTaskSuccess(token, 3)).rejects.toMatchObject({ code: 'ApprovalInvalid' });
  });

  test('refuses a token that nobody gave out', async () => {
    const lab = laboratory(machineOf({ Ask: ask({ End: true }) }), asking().handlers);
    await expect(lab.executions.sendTaskSuccess('made up', {})).rejects.toMatchObject({ code: 'ApprovalInvalid' });
  });

  test('refuses an answer after its time, even before the timeout was noticed', async () => {
    const { tokens, handlers } = asking();
    const lab = laboratory(machineOf({ Ask: ask({ TimeoutSeconds: 60, End: true }) }), handlers);
    await lab.executions.start('machine', 'run', {});
    await lab.executions.runToRest();
    lab.time.advance(60_000);
    await expect(lab.executions.sendTaskSuccess(tokens[0] ?? '', {})).rejects.toMatchObject({ code: 'ApprovalInvalid' });
    await lab.reopen().resume();
    expect(await lab.described()).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  test('fails with exactly the error that was sent, and Catch takes it', async () => {
    const { tokens, handlers } = asking();
    const caught = { ErrorEquals: ['ApprovalRejected'], Next: 'Rejected', Output: '{% $states.errorOutput %}' };
    const lab = laboratory(machineOf({ Ask: ask({ Catch: [caught], End: true }), Rejected: { Type: 'Succeed' } }), handlers);
    await lab.executions.start('machine', 'run', {});
    await lab.executions.runToRest();
    await lab.executions.sendTaskFailure(tokens[0] ?? '', 'ApprovalRejected', 'not now');
    await lab.executions.runToRest();
    expect(await lab.described()).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'ApprovalRejected', Cause: 'not now' } });
  });

  test('without a heartbeat in time fails as States.Timeout, which States.HeartbeatTimeout also catches', async () => {
    const { tokens, handlers } = asking();
    const caught = { ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Silent' };
    const lab = laboratory(
      machineOf({
        Ask: ask({ TimeoutSeconds: 3600, HeartbeatSeconds: 60, Catch: [caught], End: true }),
        Silent: { Type: 'Pass', End: true },
      }),
      handlers,
    );
    await lab.executions.start('machine', 'run', {});
    await lab.executions.runToRest();
    lab.time.advance(50_000);
    await lab.executions.sendTaskHeartbeat(tokens[0] ?? '');
    lab.time.advance(50_000);
    await lab.executions.runToRest();
    expect((await lab.described()).status).toBe('RUNNING');
    lab.time.advance(10_000);
    await lab.executions.runToRest();
    expect(await lab.described()).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.Timeout' } });
  });
});

/** Every kind of state, with branches, items, retries and a token. */
const everything = machineOf({
  Begin: { Type: 'Pass', Assign: { seen: [], total: 2 }, Next: 'Both' },
  Both: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 5, Output: 'waited', End: true } } },
      {
        StartAt: 'Call',
        States: { Call: { Type: 'Task', Resource: `${FUNCTION}:flaky`, Retry: [{ ErrorEquals: ['Flaky'] }], End: true } },
      },
    ],
    Assign: { both: '{% $states.result %}' },
    Next: 'Each',
  },
  Each: {
    Type: 'Map',
    Items: '{% [1..4] %}',
    MaxConcurrency: 2,
    ItemProcessor: {
      StartAt: 'Choose',
      States: {
        Choose: { Type: 'Choice', Choices: [{ Condition: '{% $states.input % 2 = 0 %}', Next: 'Even' }], Default: 'Odd' },
        Even: { Type: 'Task', Resource: `${FUNCTION}:double`, End: true },
        Odd: { Type: 'Pass', Output: '{% $states.input * 100 + $total %}', End: true },
      },
    },
    Next: 'Ask',
  },
  Ask: ask({
    Assign: { decision: '{% $states.result %}' },
    Output: '{% {"items": $states.input, "both": $both, "decision": $states.result} %}',
    Next: 'End',
  }),
  End: { Type: 'Succeed' },
});

/** Functions whose answers depend only on their input and attempt, as idempotent ones do. */
function idempotent(tokens: string[]): Handlers {
  return {
    functions: {
      ask: async (payload) => {
        const token = isJsonObject(payload) ? payload['token'] : undefined;
        if (typeof token === 'string' && !tokens.includes(token)) tokens.push(token);
        return null;
      },
      flaky: async (_payload, { attempt }) => {
        if (attempt < 2) throw Object.assign(new Error('again'), { name: 'Flaky' });
        return 'third time';
      },
      double: async (payload) => Number(payload) * 2,
    },
  };
}

const WANTED = { items: [102, 4, 302, 8], both: ['waited', 'third time'], decision: 'yes' };

describe('an execution that is killed after any one of its writes', () => {
  test('ends with the same output when it is resumed', async () => {
    const undisturbed = laboratory(everything, idempotent([]));
    await undisturbed.executions.start('machine', 'run', {});
    await undisturbed.executions.runToRest({ waitUpToMs: 60_000 });
    const writes = undisturbed.table.writes + 4;
    expect(writes).toBeGreaterThan(40);

    for (let kill = 2; kill <= writes; kill++) {
      const tokens: string[] = [];
      const lab = laboratory(everything, idempotent(tokens));
      lab.table.writesLeft = kill;
      const drive = async (executions: typeof lab.executions): Promise<void> => {
        await executions.runToRest({ waitUpToMs: 60_000 });
        const token = tokens.at(-1);
        if ((await lab.described()).status === 'RUNNING' && token !== undefined)
          await executions.sendTaskSuccess(token, 'yes').catch(refusedOnly);
        await executions.runToRest({ waitUpToMs: 60_000 });
      };
      await lab.executions.start('machine', 'run', {});
      await drive(lab.executions).catch(killedOnly);
      lab.table.writesLeft = Number.POSITIVE_INFINITY;
      await drive(lab.reopen());
      expect(await lab.described(), `killed after ${kill} writes`).toMatchObject({ status: 'SUCCEEDED', output: WANTED });
      const events = await lab.history();
      expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    }
  });
});

const killedOnly = (error: unknown): void => {
  if (!(error instanceof Error) || error.message !== 'killed') throw error;
};
const refusedOnly = (error: unknown): void => {
  if (!(error instanceof Error) || error.name !== 'ApprovalInvalid') throw error;
};

describe('starting', () => {
  const sleeper = machineOf({ Sleep: { Type: 'Wait', Seconds: 10, End: true } });

  test('again with the same name and input changes nothing while it runs, and conflicts afterwards', async () => {
    const lab = laboratory(sleeper);
    await lab.executions.start('machine', 'run', { a: 1 });
    await lab.executions.start('machine', 'run', { a: 1 });
    await expect(lab.executions.start('machine', 'run', { a: 2 })).rejects.toMatchObject({ code: 'Conflict' });
    await lab.executions.runToRest({ waitUpToMs: 10_000 });
    expect((await lab.described()).status).toBe('SUCCEEDED');
    await expect(lab.executions.start('machine', 'run', { a: 1 })).rejects.toMatchObject({ code: 'Conflict' });
  });

  test('an unknown playbook is NotFound, a bad name BadInput', async () => {
    const lab = laboratory(sleeper);
    await expect(lab.executions.start('other', 'run', {})).rejects.toMatchObject({ code: 'NotFound' });
    await expect(lab.executions.start('machine', 'a#b', {})).rejects.toMatchObject({ code: 'BadInput' });
  });

  test('an execution keeps the definition that it began with', async () => {
    const lab = laboratory(sleeper);
    await lab.executions.start('machine', 'run', { a: 1 });
    await lab.executions.runToRest();
    const changed = laboratory(
      machineOf({ Other: { Type: 'Fail' } }),
      {},
      { table: lab.table, clock: lab.time, scheduler: lab.time },
    );
    await changed.executions.resume({ waitUpToMs: 10_000 });
    expect(await lab.described()).toMatchObject({ status: 'SUCCEEDED', output: { a: 1 } });
  });

  test('a Resource that nothing is registered for is refused before anything runs', () => {
    const stranger = machineOf({ Call: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:iam:deleteUser', End: true } });
    expect(() => laboratory(stranger)).toThrow(
      /nothing is registered for the Resource "arn:aws:states:::aws-sdk:iam:deleteUser"/,
    );
  });
});
