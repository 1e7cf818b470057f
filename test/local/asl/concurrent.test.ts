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
