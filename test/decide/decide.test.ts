// The attacks on approvals, each by its name.
import { describe, expect, it } from 'vitest';
import { approve } from '../../functions/approve/stage.ts';
import { decide } from '../../functions/decide/stage.ts';
import { respond } from '../../functions/respond/stage.ts';
import { EXECUTE, each, keyDisable, plan, planTask } from '../respond/run.ts';
import { createWorld, recordingExecutions } from '../respond/world.ts';

const TOKEN = 'AQCEAAAAKgAAAAMAAAAA-task-token';

/** A plan that waits for its approval; `needed: 2` makes it one for two persons. */
async function asked({ needed = 1 }: { needed?: 1 | 2 } = {}) {
  const world = await createWorld();
  const planned = await plan(world, planTask([keyDisable()], { requester: 'alice' }));
  const { approvalId } = await approve({ ...of(planned), taskToken: TOKEN, expiresInSec: 3600 }, world.ports);
  if (needed === 2) {
    const item = await world.table.get(`APPROVAL#${approvalId}`, 'APPROVAL');
    if (item === undefined) throw new Error('no approval');
    await world.table.write([{ put: { ...item, data: { ...item.data, needed: 2, tier: 3 } } }]);
  }
  const { executions, sent, open } = recordingExecutions([TOKEN]);
  const vote = (more: object = {}) =>
    decide(
      { approvalId, planHash: planned.planHash, decision: 'approve', approver: 'bob', reason: 'seen', ...more },
      { ...world.ports, executions },
    );
  return { world, planned, approvalId, sent, open, vote, executions };
}
const of = ({ runId, planHash }: { runId: string; planHash: string }) => ({ runId, planHash });

describe('an approval', () => {
  it('lets the playbook go on once, and only with its plan hash', async () => {
    const { vote, sent, planned, approvalId } = await asked();
    expect(await vote()).toEqual({ approvalId, runId: 'run-1', status: 'approved', missing: 0 });
    expect(sent).toEqual([{ token: TOKEN, output: { approvalId, planHash: planned.planHash, decision: 'approve' } }]);
  });

  it('stops the playbook on a rejection, with the person and the reason', async () => {
    const { vote, sent } = await asked();
    await vote({ decision: 'reject', reason: 'this is our own scanner' });
    expect(sent).toEqual([{ token: TOKEN, error: 'ApprovalRejected', cause: 'bob: this is our own scanner' }]);
  });

  it('replay: a second vote on a decided approval is refused', async () => {
    const { vote, sent } = await asked();
    await vote();
    await expect(vote()).rejects.toMatchObject({ code: 'ApprovalInvalid' });
    await expect(vote({ approver: 'carol', decision: 'reject' })).rejects.toThrow('already approved');
    expect(sent).toHaveLength(1);
  });

  it('double submit race: of many votes at once, one is delivered', async () => {
    const { vote, sent } = await asked();
    const people = ['bob', 'carol', 'dave', 'erin', 'bob', 'frank'];
    const all = await Promise.allSettled(
      people.map((approver, i) => vote({ approver, decision: i % 2 === 0 ? 'approve' : 'reject' })),
    );
    expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(sent).toHaveLength(1);
  });

  it('double submit race: two persons who vote at once both count', async () => {
    const { vote, sent } = await asked({ needed: 2 });
    const both = await Promise.all([vote({ approver: 'bob' }), vote({ approver: 'carol' })]);
    expect(both.map(({ missing }) => missing).sort()).toEqual([0, 1]);
    expect(sent).toHaveLength(1);
  });

  it('expired: a vote at or after the end is refused and changes nothing', async () => {
    const { world, vote, sent, approvalId } = await asked();
    world.clock.at += 3_600_000;
    await expect(vote()).rejects.toMatchObject({ code: 'ApprovalExpired' });
    expect((await world.table.get(`APPROVAL#${approvalId}`, 'APPROVAL'))?.data).toMatchObject({ status: 'pending', votes: [] });
    expect(sent).toEqual([]);
  });

  it('expired: where the playbook stopped waiting first, the vote is refused and the run stays unapproved', async () => {
    const { world, vote, open, planned } = await asked();
    open.clear();
    await expect(vote()).rejects.toMatchObject({ code: 'ApprovalExpired' });
    await expect(each(world, planned, EXECUTE)).rejects.toMatchObject({ code: 'ApprovalInvalid' });
  });

  it('wrong plan hash: a vote for another plan is refused', async () => {
    const { vote, sent } = await asked();
    await expect(vote({ planHash: 'e'.repeat(64) })).rejects.toThrow('another plan');
    expect(sent).toEqual([]);
  });

  it('self approval: who asked cannot be one of two, in any spelling', async () => {
    const { vote, sent } = await asked({ needed: 2 });
    for (const approver of ['alice', 'ALICE', 'ａｌｉｃｅ']) {
      await expect(vote({ approver })).rejects.toMatchObject({ code: 'ApprovalInvalid' });
    }
    expect(sent).toEqual([]);
  });

  it('one person cannot be two', async () => {
    const { vote, sent } = await asked({ needed: 2 });
    await vote({ approver: 'bob' });
    for (const approver of ['bob', 'Bob']) await expect(vote({ approver })).rejects.toThrow('has voted already');
    await vote({ approver: 'carol' });
    expect(sent).toHaveLength(1);
  });

  it('who asked may reject', async () => {
    const { vote, sent } = await asked({ needed: 2 });
    await vote({ approver: 'alice', decision: 'reject', reason: 'never mind' });
    expect(sent).toHaveLength(1);
  });

  it('unknown id: refused, and nothing is written', async () => {
    const { vote } = await asked();
    await expect(vote({ approvalId: 'AAAAAAAAAAAAAAAAAAAAAA' })).rejects.toMatchObject({ code: 'ApprovalInvalid' });
  });

  it.each([
    ['no reason', { reason: '  ' }],
    ['no approver', { approver: '' }],
    ['control characters in the approver', { approver: 'bob\u001b[2J' }],
    ['an id that is a key', { approvalId: '../APPROVAL#x' }],
    ['an unknown field', { taskToken: TOKEN }],
  ])('%s is bad input', async (_what, more) => {
    const { vote } = await asked();
    await expect(vote(more)).rejects.toMatchObject({ code: 'BadInput' });
  });

  it('keeps the task token out of the approval, of every answer and of every message', async () => {
    const { world, vote, approvalId, sent } = await asked();
    const refusedText = await vote({ planHash: 'e'.repeat(64) }).catch((error: unknown) => String(error));
    const answered = await vote();
    const item = await world.table.get(`APPROVAL#${approvalId}`, 'APPROVAL');
    const pointer = await world.table.get('RUN#run-1', 'APPROVAL');
    expect(JSON.stringify([refusedText, answered, item, pointer, sent[0]?.output])).not.toContain(TOKEN);
    expect(await world.table.get(`APPROVAL#${approvalId}`, 'TOKEN')).toBeUndefined();
  });

  it('is delivered by the same vote again where the first was lost after it was written', async () => {
    const { world, vote, sent } = await asked();
    let writes = 0;
    world.probe.after = (name) => {
      if (name === 'table.write' && ++writes === 1) throw new Error('crash');
    };
    await expect(vote()).rejects.toThrow('crash');
    expect(sent).toEqual([]);
    await expect(vote()).rejects.toMatchObject({ code: 'ApprovalInvalid' });
    world.clock.at += 61_000;
    await expect(vote({ decision: 'reject' })).rejects.toMatchObject({ code: 'ApprovalInvalid' });
    expect(await vote()).toMatchObject({ status: 'approved' });
    expect(sent).toHaveLength(1);
  });

  it('asked about twice with one token is one question; with a new token the first one is void', async () => {
    const { world, planned, approvalId, vote, sent } = await asked();
    const again = await approve({ ...of(planned), taskToken: TOKEN, expiresInSec: 3600 }, world.ports);
    expect(again).toEqual({ approvalId });
    const retried = await approve({ ...of(planned), taskToken: 'another-token', expiresInSec: 3600 }, world.ports);
    expect(retried.approvalId).not.toBe(approvalId);
    await expect(vote()).rejects.toThrow('superseded');
    expect(sent).toEqual([]);
  });

  it('of a plan that was altered is not even asked for', async () => {
    const { world, planned } = await asked();
    const item = await world.table.get('RUN#run-1', 'PLAN');
    await world.table.write([{ put: { pk: 'RUN#run-1', sk: 'PLAN', data: { ...item?.data, requester: 'mallory' } } }]);
    await expect(approve({ ...of(planned), taskToken: 'x', expiresInSec: 60 }, world.ports)).rejects.toMatchObject({
      code: 'PlanChanged',
    });
  });

  it('is closed, with its token, when the run ends as expired', async () => {
    const { world, approvalId, vote } = await asked();
    await respond({ op: 'record', runId: 'run-1', incidentId: 'INC-1', outcome: 'expired' }, world.ports);
    expect(await world.table.get(`APPROVAL#${approvalId}`, 'TOKEN')).toBeUndefined();
    expect(await world.table.queryIndex('APPROVALS#pending')).toEqual([]);
    await expect(vote()).rejects.toThrow('already expired');
  });
});
