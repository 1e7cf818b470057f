/** One execution, moved by several at once: one history, one output. */
import { describe, expect, test } from 'vitest';
import type { LocalExecutions } from '../../../local/adapters/local-executions.ts';
import { ask, asking, laboratory, machineOf } from './laboratory.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function';

describe('two that move the same execution', () => {
  test('leave one history and one output', async () => {
    const { tokens, handlers } = asking();
    const lab = laboratory(machineOf({ Ask: ask({ Next: 'Done' }), Done: { Type: 'Succeed' } }), handlers);
    await lab.executions.start('machine', 'run', {});
    await Promise.all([lab.executions.runToRest(), lab.reopen().runToRest(), lab.executions.runToRest()]);
    await lab.executions.sendTaskSuccess((await openToken(lab.executions, tokens)) ?? '', 1);
    await Promise.all([lab.executions.runToRest(), lab.reopen().runToRest()]);
    await lab.executions.runToRest();
    expect(await lab.described()).toMatchObject({ status: 'SUCCEEDED', output: 1 });
    const events = await lab.history();
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ type }) => type === 'TaskScheduled')).toHaveLength(1);
  });

  test('a handler may decide and ask for rest while its own execution runs', async () => {
    const { tokens, handlers } = asking();
    const lab = laboratory(
      machineOf({
        Both: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'Ask', States: { Ask: ask({ End: true }) } },
            {
              StartAt: 'Later',
              States: {
                Later: { Type: 'Wait', Seconds: 1, Next: 'Decide' },
                Decide: { Type: 'Task', Resource: `${FUNCTION}:decide`, End: true },
              },
            },
          ],
          End: true,
        },
      }),
      {
        functions: {
          ...handlers.functions,
          decide: async () => {
            await lab.executions.sendTaskSuccess(tokens[0] ?? '', 'decided');
            await lab.executions.runToRest();
            return 'done';
          },
        },
      },
    );
    expect((await lab.run()).output).toEqual(['decided', 'done']);
  });
});

/** The token that is really waited with, where two processes may have made one each. */
async function openToken(executions: LocalExecutions, tokens: readonly string[]): Promise<string | undefined> {
  for (const token of tokens) {
    const open = await executions.sendTaskHeartbeat(token).then(
      () => true,
      () => false,
    );
    if (open) return token;
  }
  return undefined;
}

describe('an answer and the timeout in the same moment', () => {
  /** A waiting task whose answer was sent in time, and is held back just before it is stored. */
  async function race() {
    const { tokens, handlers } = asking();
    const lab = laboratory(machineOf({ Ask: ask({ TimeoutSeconds: 60, End: true }) }), handlers);
    await lab.executions.start('machine', 'run', {});
    await lab.executions.runToRest();
    const gate = Promise.withResolvers<void>();
    const write = lab.table.write.bind(lab.table);
    lab.table.write = async (writes) => {
      if (JSON.stringify(writes).includes('"state":"answered"')) await gate.promise;
      return write(writes);
    };
    const sent = lab.executions.sendTaskSuccess(tokens[0] ?? '', 'yes').then(
      () => 'taken',
      (error: Error) => error.name,
    );
    await new Promise((resolve) => setImmediate(resolve));
    lab.time.advance(60_000);
    return { lab, sent, letThrough: gate.resolve };
  }

  test('the sender is told that it came too late where the timeout is stored first', async () => {
    const { lab, sent, letThrough } = await race();
    await lab.executions.runToRest();
    letThrough();
    expect(await sent).toBe('ApprovalInvalid');
    expect(await lab.described()).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  test('the answer counts where it is stored first, even if the driver had not seen it', async () => {
    const { lab, sent, letThrough } = await race();
    const get = lab.table.get.bind(lab.table);
    lab.table.get = async (pk, sk) => {
      const item = await get(pk, sk);
      if (pk.startsWith('asl#token#')) {
        letThrough();
        await sent;
      }
      return item;
    };
    await lab.executions.runToRest();
    expect(await sent).toBe('taken');
    expect(await lab.described()).toMatchObject({ status: 'SUCCEEDED', output: 'yes' });
  });
});

test('a call is in the stored history before its handler runs', async () => {
  const seen: string[] = [];
  const lab = laboratory(machineOf({ A: { Type: 'Task', Resource: `${FUNCTION}:look`, End: true } }), {
    functions: {
      look: async () => {
        seen.push(...(await lab.types()));
        return null;
      },
    },
  });
  await lab.run();
  expect(seen.at(-1)).toBe('LambdaFunctionStarted');
});
