import { describe, expect, it } from 'vitest';
import { openCases } from '../../functions/ports/case-store.ts';
import { verifyCase } from '../../functions/ports/verify-case.ts';
import { room } from './desk.ts';

const TP = { op: 'set_verdict', verdict: 'true_positive', impact: 'low', rootCause: 'phishing', reason: 'a mail' } as const;
const FP = { op: 'set_verdict', verdict: 'false_positive', rootCause: 'rule_logic', reason: 'a backup job' } as const;

describe('two analysts and one case', () => {
  it('tells the second one who decided meanwhile what, and writes nothing', async () => {
    const { as, state, kinds, id, at } = await room();
    const { seq } = await state();
    await as('alice')(TP, { expectedSeq: seq });
    const late = as('bob')(FP, { expectedSeq: seq });
    await expect(late).rejects.toMatchObject({ code: 'Conflict', retryable: false });
    await expect(late).rejects.toThrow(/alice: verdict true positive.*look at the case/);
    expect((await state()).verdict?.by).toBe('alice');
    expect((await kinds()).filter((kind) => kind === 'verdict_set').length).toBe(1);
    expect((await verifyCase(at.table, id)).ok).toBe(true);
  });

  it('takes what only adds, whatever happened meanwhile', async () => {
    const { as, state } = await room();
    const { seq } = await state();
    await as('alice')(TP, { expectedSeq: seq });
    await as('bob')({ op: 'comment', text: 'seen before, ask @carol' }, { expectedSeq: seq });
    expect((await state()).comments).toMatchObject([{ by: 'bob', mentions: ['carol'] }]);
    expect((await state()).watchers).toEqual(['carol']);
  });

  it('loses nothing where twenty comments and one verdict arrive at once', async () => {
    const { as, state, at, id } = await room();
    const comments = Array.from({ length: 20 }, (_, i) => as(`p${i % 3}`)({ op: 'comment', text: `number ${i}` }));
    const results = await Promise.allSettled([...comments, as('alice')(FP)]);
    // Contention is told as such and may be repeated; everything that was acknowledged is there.
    const failed = results.filter((one) => one.status === 'rejected');
    expect(failed.every(({ reason }) => reason.retryable === true)).toBe(true);
    expect((await state()).comments.length + ((await state()).verdict === null ? 0 : 1)).toBe(21 - failed.length);
    expect((await verifyCase(at.table, id)).ok).toBe(true);
  });

  it('does a request once, however often it is sent', async () => {
    const { as, state } = await room();
    const once = await as('alice')({ op: 'comment', text: 'hello' }, { requestId: 'r1' });
    const again = await as('alice')({ op: 'comment', text: 'hello' }, { requestId: 'r1' });
    expect(again.events).toEqual(once.events);
    expect((await state()).comments.length).toBe(1);
  });

  it('announces every change with its events, and keeps the queue', async () => {
    const { as, told, id, at } = await room();
    told.length = 0;
    await as('alice')({ op: 'acknowledge' });
    expect(told).toEqual([
      { name: 'CaseChanged', detail: { incidentId: id, fromSeq: 2, seq: 3, kinds: ['acknowledged', 'assigned'] } },
    ]);
    expect(await openCases(at.table)).toMatchObject([{ incidentId: id, owner: 'alice', status: 'triaging' }]);
  });

  it('refuses an operation that is not understood, with every problem', async () => {
    const { as } = await room();
    await expect(as('alice')({ op: 'set_severity', to: 'huge', reason: '' } as never)).rejects.toMatchObject({
      code: 'BadInput',
      problems: [{ at: 'to' }, { at: 'reason' }],
    });
    await expect(as('alice')({ op: 'acknowledge' }, { on: 'INC-none' })).rejects.toMatchObject({ code: 'NotFound' });
  });
});
