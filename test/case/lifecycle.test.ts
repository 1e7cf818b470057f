import { describe, expect, it } from 'vitest';
import { room } from './desk.ts';

const FP = { op: 'set_verdict', verdict: 'false_positive', rootCause: 'rule_logic', reason: 'a backup job' } as const;

describe('the life of a case', () => {
  it('is acknowledged by the first touch of a person, never by a look from afar or a model', async () => {
    const { as, state } = await room();
    await as('bob')({ op: 'watch' });
    await as('model', 'ai')({ op: 'comment', text: 'looks like a backup' });
    expect((await state()).times.ackMs).toBeNull();
    await as('alice')({ op: 'comment', text: 'looking' });
    expect(await state()).toMatchObject({ status: 'triaging', owner: null, watchers: ['bob'] });
    expect((await state()).times.ackMs).not.toBeNull();
    await as('alice')({ op: 'acknowledge' });
    await expect(as('bob')({ op: 'acknowledge' })).rejects.toThrow('alice has it already');
  });

  it('says what is allowed where it refuses, in the language of who asks', async () => {
    const { as } = await room();
    await as('alice')({ op: 'acknowledge' });
    await expect(as('alice')({ op: 'set_status', to: 'recovering' })).rejects.toThrow(
      'triaging cannot become recovering\n  what is possible (allowed: investigating, containing, resolved)',
    );
    await expect(as('alice')({ op: 'set_status', to: 'resolved' }, { locale: 'ja' })).rejects.toThrow('まだ判定がありません');
    await expect(as('alice')({ ...FP, rootCause: 'phishing' })).rejects.toThrow(
      'rule_logic, bad_data, bad_intelligence, unknown',
    );
    await expect(as('alice')({ ...FP, alertIds: ['AL-x'] })).rejects.toMatchObject({ code: 'BadInput' });
  });

  it('records the moment at which each phase was left, and needs containment of harm', async () => {
    const { as, state, now } = await room({ policy: { fourEyes: { severities: [] } } });
    await as('alice')({ op: 'set_status', to: 'investigating' });
    await as('alice')({ op: 'set_verdict', verdict: 'true_positive', impact: 'high', rootCause: 'phishing', reason: 'mail' });
    await expect(as('alice')({ op: 'close', reason: 'done' })).rejects.toThrow('never contained');
    await as('alice')({ op: 'set_status', to: 'containing' });
    await as('alice')({ op: 'set_status', to: 'eradicating' });
    const contained = now.ms;
    await as('alice')({ op: 'set_status', to: 'recovering' });
    await as('alice')({ op: 'set_status', to: 'resolved' });
    const { times } = await state();
    expect(times.containMs).toBe(contained);
    expect(times.scopeMs).toBe(contained - 60_000);
    expect([times.eradicateMs, times.recoverMs, times.resolveMs, times.declareMs, times.awareMs].every((ms) => ms !== null)).toBe(
      true,
    );
    await as('alice')({ op: 'record_timestamp', name: 'contain', occurredAtMs: contained - 5, reason: 'the log says so' });
    expect((await state()).times.containMs).toBe(contained - 5);
    await expect(as('bob')({ op: 'record_timestamp', name: 'contain', occurredAtMs: contained - 9 })).rejects.toThrow('say why');
    await expect(
      as('bob')({ op: 'record_timestamp', name: 'scope', occurredAtMs: now.ms + 9_000_000, reason: 'x' }),
    ).rejects.toThrow('future');
    await as('alice')({ op: 'close', reason: 'done' });
    expect((await state()).status).toBe('closed');
  });

  it('is closed by two persons where it is grave; a changed verdict takes the proposal back', async () => {
    const { as, state } = await room();
    await as('alice')(FP);
    await expect(as('alice')({ op: 'close', reason: 'x' })).rejects.toThrow(/two persons.*\n.*propose_close, approve_close/);
    await as('alice')({ op: 'propose_close', reason: 'a backup' });
    await expect(as('alice')({ op: 'approve_close' })).rejects.toThrow('cannot approve');
    await expect(as('model', 'ai')({ op: 'approve_close' })).rejects.toMatchObject({ code: 'Refused' });
    await expect(as('yagura', 'rule')({ op: 'approve_close' })).rejects.toThrow('only a person');
    await as('bob')({ ...FP, rootCause: 'bad_data' });
    await expect(as('bob')({ op: 'approve_close' })).rejects.toThrow('nobody proposes');
    await as('alice')({ op: 'propose_close', reason: 'a backup' });
    await as('bob')({ op: 'approve_close' });
    expect(await state()).toMatchObject({ status: 'closed', proposal: null });
    await expect(as('alice')({ op: 'set_verdict', verdict: 'undetermined', reason: 'x' })).rejects.toThrow(/closed.*\n.*reopen/);
    await as('alice')({ op: 'reopen', reason: 'again' });
    expect(await state()).toMatchObject({ status: 'investigating', verdict: null });
  });

  it('waits for required tasks, and for tasks that come first', async () => {
    const { as } = await room({ level: 'medium' });
    await as('alice')({ op: 'add_task', title: 'first', required: 'always' });
    await as('alice')({ op: 'add_task', title: 'second', dependsOn: ['T1'] });
    await expect(as('alice')({ op: 'complete_task', taskId: 'T2' })).rejects.toThrow('T2 waits for T1');
    await expect(as('alice')({ op: 'complete_task', taskId: 'T9' })).rejects.toMatchObject({ code: 'NotFound' });
    await as('alice')(FP);
    await expect(as('alice')({ op: 'close', reason: 'x' })).rejects.toThrow('required tasks are open: T1');
    await expect(as('alice')({ op: 'complete_task', taskId: 'T1', result: 'skipped' })).rejects.toThrow('for a reason');
    await as('alice')({ op: 'complete_task', taskId: 'T1' });
    await expect(as('bob')({ op: 'complete_task', taskId: 'T1', result: 'skipped', note: 'n' })).rejects.toThrow(
      'done already, by alice',
    );
    await as('alice')({ op: 'close', reason: 'x' });
  });

  it('goes up, loses its owner to the queue of the next tier, and keeps them informed', async () => {
    const { as, state } = await room({ policy: { people: [{ id: 'alice' }, { id: 'carol', tier: 'tier3' }] } });
    await as('alice')({ op: 'acknowledge' });
    await expect(as('alice')({ op: 'assign', to: 'zed' })).rejects.toThrow('zed is not among the people');
    await expect(as('alice')({ op: 'escalate', to: 'tier1', reason: 'x' })).rejects.toThrow('tier2, tier3');
    await as('alice')({ op: 'escalate', to: 'tier3', reason: 'kernel' });
    expect(await state()).toMatchObject({ tier: 'tier3', owner: null, watchers: ['alice'] });
    await as('carol')({ op: 'comment', text: '@tier2 and @alice, not me@example.com or @nobody' });
    expect((await state()).comments[0]?.mentions).toEqual(['alice', 'tier2']);
  });

  it('is only raised and marked stricter by a model', async () => {
    const { as, state } = await room();
    await as('model', 'ai')({ op: 'set_severity', to: 'critical', reason: 'root' });
    await expect(as('model', 'ai')({ op: 'set_severity', to: 'low', reason: 'calm' })).rejects.toMatchObject({ code: 'Refused' });
    await as('model', 'ai')({ op: 'set_tlp', tlp: 'RED', reason: 'names' });
    await expect(as('model', 'ai')({ op: 'set_tlp', tlp: 'CLEAR', reason: 'calm' })).rejects.toMatchObject({ code: 'Refused' });
    expect(await state()).toMatchObject({ severity: 'critical', tlp: 'RED' });
  });
});
