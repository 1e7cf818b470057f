/** What every Executions adapter promises, as tests that any adapter can be put through. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Execution, Executions } from '../../functions/ports/executions.ts';

/** The machine of the playbook `wait`: it waits for one hour, and then succeeds. Its file is the same for every adapter. */
export const WAITING_MACHINE = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Pause',
  States: { Pause: { Type: 'Wait', Seconds: 3600, End: true } },
});

/** An adapter that knows one playbook, `wait`. */
export interface ExecutionsUnderTest {
  executions: Executions;
  /** False where the emulator behind the adapter does not keep task tokens. */
  tokens: boolean;
  close?: () => Promise<void> | void;
}

let runs = 0;
const freshName = (): string => `run-${process.pid}-${Date.now()}-${++runs}`;

/** Runs the suite against one adapter. `make` is called once. */
export function executionsContract(name: string, make: () => Promise<ExecutionsUnderTest>): void {
  describe(`executions: ${name}`, () => {
    let made: ExecutionsUnderTest | undefined;
    const under = (): ExecutionsUnderTest => {
      if (made === undefined) throw new Error('not made');
      return made;
    };
    const executions = (): Executions => under().executions;
    beforeAll(async () => {
      made = await make();
    });
    afterAll(async () => {
      await made?.close?.();
    });

    it('starts an execution and describes it with its input', async () => {
      const run = freshName();
      const beforeMs = Date.now();
      await executions().start('wait', run, { incidentId: 'inc-1', list: [1, '櫓', null] });
      const found: Execution | undefined = await executions().describe('wait', run);
      expect(found).toMatchObject({
        name: run,
        playbook: 'wait',
        status: 'RUNNING',
        input: { incidentId: 'inc-1', list: [1, '櫓', null] },
      });
      expect(found?.startedAtMs).toBeGreaterThan(beforeMs - 60_000);
      expect(found).not.toHaveProperty('stoppedAtMs');
    });

    it('starts once where it is told twice, and refuses the name for another input', async () => {
      const run = freshName();
      await executions().start('wait', run, { a: 1 });
      await executions().start('wait', run, { a: 1 });
      await expect(executions().start('wait', run, { a: 2 })).rejects.toMatchObject({ name: 'Conflict' });
      expect(await executions().describe('wait', run)).toMatchObject({ input: { a: 1 } });
    });

    it('tells an execution that never was as undefined, and a playbook that is none as NotFound', async () => {
      expect(await executions().describe('wait', freshName())).toBeUndefined();
      await expect(executions().start('no-such-playbook', freshName(), {})).rejects.toMatchObject({ name: 'NotFound' });
    });

    it.each(['', 'a/b', 'a:b', '..', 'x'.repeat(81), 'a b'])('refuses the execution name %j as bad input', async (run) => {
      await expect(executions().start('wait', run, {})).rejects.toMatchObject({ name: 'BadInput' });
    });

    it('refuses answers to a token that nobody waits with', async (test) => {
      if (!under().tokens) test.skip('the emulator keeps no task tokens');
      await expect(executions().sendTaskSuccess('no-such-token', {})).rejects.toMatchObject({ name: 'ApprovalInvalid' });
      await expect(executions().sendTaskFailure('no-such-token', 'E', 'c')).rejects.toMatchObject({ name: 'ApprovalInvalid' });
    });
  });
}
