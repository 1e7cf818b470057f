import { describe, expect, it } from 'vitest';
import { updateCases } from '../../functions/case/stage.ts';
import type { OperationInput } from '../../functions/core/case/operation.ts';
import { watchCases } from '../../functions/duty/stage.ts';
import { caseEvents, casePk, eventSk } from '../../functions/ports/case-store.ts';
import type { Table } from '../../functions/ports/table.ts';
import { verifyCase } from '../../functions/ports/verify-case.ts';
import { finding, T0, user } from '../correlate/story.ts';
import { room } from './desk.ts';

/** A table whose n-th write from now fails: before it happened, or after it did and nobody heard. */
function faulty() {
  const fault = { left: Number.POSITIVE_INFINITY, isAfter: false };
  const wrap = (table: Table): Table => ({
    ...table,
    write: async (writes) => {
      if (--fault.left !== 0) return table.write(writes);
      if (fault.isAfter) await table.write(writes);
      throw new Error('the power went');
    },
  });
  return { fault, wrap };
}

const STEPS: OperationInput[] = [
  { op: 'acknowledge' },
  { op: 'comment', text: 'hello' },
  { op: 'set_verdict', verdict: 'false_positive', reason: 'backup' },
  { op: 'propose_close', reason: 'backup' },
];

describe('a crash between any two writes', () => {
  it.each([
    ['before', false],
    ['after', true],
  ])('%s the write leaves whole cases, and the same request again completes the work, once', async (_, isAfter) => {
    for (let at = 1; at <= 14; at++) {
      const { fault, wrap } = faulty();
      const of = await room({ wrap });
      await of.hear(finding({ rule: 'q', atMs: T0, entities: [user('mallory')] }));
      const other = (await of.at.incidents()).find(({ id }) => id !== of.id)?.id ?? '';
      Object.assign(fault, { left: at, isAfter });
      const work: (() => Promise<unknown>)[] = [
        ...STEPS.map((step, i) => () => of.as('alice')(step, { requestId: `r${i}` })),
        () => of.as('bob')({ op: 'approve_close' }, { requestId: 'r8' }),
        () => of.as('bob')({ op: 'merge', into: of.id, reason: 'x' }, { on: other, requestId: 'r9' }).catch(refusalIsFine),
        () => updateCases([], of.ports),
        () => watchCases(of.ports, of.policy),
        () => updateCases([], of.ports),
      ];
      let crashes = 0;
      for (const one of work)
        await one().catch(async (error: Error) => {
          crashes++;
          expect(error.message).toBe('the power went');
          await one();
        });
      fault.left = Number.POSITIVE_INFINITY;
      for (const id of [of.id, other]) expect(await verifyCase(of.at.table, id)).toMatchObject({ ok: true });
      expect((await of.kinds()).filter((kind) => !kind.startsWith('sla'))).toEqual([
        'opened',
        'acknowledged',
        'assigned',
        'commented',
        'verdict_set',
        'close_proposed',
        'status_changed',
        'closed',
      ]);
      await updateCases([], of.ports);
      const told = [...of.objects.keys()].filter((name) => name.includes(of.id)).length;
      expect(told).toBe((await caseEvents(of.at.table, of.id)).length);
      expect(crashes).toBeLessThanOrEqual(1);
      if (at <= 5) expect(crashes).toBe(1);
    }
  });
});

const refusalIsFine = (error: Error & { code?: string }): void => {
  if (error.code !== 'Refused') throw error;
};

describe('a record that somebody tampered with', () => {
  it('is named by the number of the event, whatever was done to it', async () => {
    const of = await room();
    for (const step of STEPS) await of.as('alice')(step);
    const { table } = of.at;
    const pk = casePk(of.id);
    const item = async (seq: number) => {
      const found = await table.get(pk, eventSk(seq));
      if (found === undefined) throw new Error('no event');
      return found.data;
    };
    const put = (seq: number, data: Awaited<ReturnType<typeof item>>) => table.write([{ put: { pk, sk: eventSk(seq), data } }]);
    const verdict = await verifyCase(table, of.id);
    expect(verdict).toEqual({ ok: true, eventCount: 6 });
    const [third, fourth, fifth] = [await item(3), await item(4), await item(5)];
    // Changed: the text of a comment.
    await put(4, { ...fourth, data: { text: 'bye', mentions: [], tlp: null } });
    expect(await verifyCase(table, of.id)).toMatchObject({ ok: false, seq: 4, problem: expect.stringContaining('content') });
    // Reordered.
    await put(4, { ...fifth, seq: 4 });
    await put(5, { ...fourth, seq: 5 });
    expect(await verifyCase(table, of.id)).toMatchObject({ ok: false, seq: 4, problem: expect.stringContaining('follow') });
    await put(4, fourth);
    // Removed.
    await table.write([{ delete: { pk, sk: eventSk(5) } }]);
    expect(await verifyCase(table, of.id)).toMatchObject({ ok: false, seq: 5, problem: expect.stringContaining('missing') });
    await put(5, fifth);
    // Inserted.
    await put(7, { ...third, seq: 7 });
    expect(await verifyCase(table, of.id)).toMatchObject({ ok: false, seq: 7 });
    await table.write([{ delete: { pk, sk: eventSk(7) } }]);
    expect((await verifyCase(table, of.id)).ok).toBe(true);
    // The state beside the events.
    const state = await table.get(pk, 'state');
    const snapshot = { ...(state?.data['snapshot'] as object), owner: 'mallory' };
    await table.write([{ put: { pk, sk: 'state', data: { ...state?.data, snapshot } } }]);
    expect(await verifyCase(table, of.id)).toMatchObject({ ok: false, problem: expect.stringContaining('state') });
  });
});
