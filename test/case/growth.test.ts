import { describe, expect, it } from 'vitest';
import { reopening } from '../../functions/core/case/reopening.ts';
import { verifyCase } from '../../functions/ports/verify-case.ts';
import { DAY, finding, HOUR, key, T0, user } from '../correlate/story.ts';
import { type Room, room } from './desk.ts';

const FP = { op: 'set_verdict', verdict: 'false_positive', rootCause: 'rule_logic', reason: 'a backup job' } as const;
const more = (rule: string, atMs: number, level: 'high' | 'critical' = 'high') =>
  finding({ rule, atMs, level, entities: [user('eve'), key('K')], tactics: ['persistence'] });

async function closed(verdict: 'fp' | 'tp'): Promise<Room> {
  const of = await room({ policy: { fourEyes: { severities: [] } } });
  await of.as('alice')({ op: 'acknowledge' });
  await of.as('alice')(
    verdict === 'fp' ? FP : { op: 'set_verdict', verdict: 'true_positive', rootCause: 'phishing', reason: 'a mail' },
  );
  await of.as('alice')({ op: 'close', reason: 'done' });
  return of;
}

describe('a closed case that gets new alerts', () => {
  it('stays closed and counts them where they are what was judged false', async () => {
    const of = await closed('fp');
    await of.hear(more('a', T0 + 3 * HOUR));
    expect(await of.state()).toMatchObject({ status: 'closed', repeatCount: 1 });
    expect(await of.kinds()).not.toContain('reopened');
  });

  it.each([
    ['by another rule', 'fp', more('b', T0 + 3 * HOUR), 0],
    ['that are graver', 'fp', more('a', T0 + 3 * HOUR, 'critical'), 0],
    ['long after', 'fp', more('a', T0 + 3 * HOUR), 20 * DAY],
    ['of a true positive', 'tp', more('a', T0 + 3 * HOUR), 0],
  ] as const)('comes back %s, unacknowledged, with a new clock, and keeps its owner', async (_, verdict, finds, later) => {
    const of = await closed(verdict);
    of.now.ms += later;
    await of.hear(finds);
    expect(await of.state()).toMatchObject({
      status: 'new',
      owner: 'alice',
      verdict: null,
      times: { ackMs: null, closeMs: null },
    });
    expect((await of.state()).reopens.length).toBe(1);
    expect((await verifyCase(of.at.table, of.id)).ok).toBe(true);
  });
});

it('comes back where what is known makes it graver, without any new alert', async () => {
  const of = await closed('fp');
  const state = await of.state();
  const context = { policy: of.policy, nowMs: of.now.ms };
  expect(reopening(state, { severity: 'critical', alertsAdded: [] }, context)).toBe('it became critical after it was closed');
  expect(reopening(state, { severity: 'high', alertsAdded: [] }, context)).toBeUndefined();
});

describe('what people decided', () => {
  it('holds when the incident grows, until it is graver than they knew', async () => {
    const of = await room();
    await of.as('alice')({ op: 'set_severity', to: 'medium', reason: 'a test account' });
    await of.hear(more('b', T0 + HOUR));
    expect(await of.state()).toMatchObject({ severity: 'medium', severityAuto: 'high' });
    await of.as('alice')({ op: 'pause', reason: 'asked', waitingFor: 'owner' });
    await of.hear(more('c', T0 + 2 * HOUR, 'critical'));
    expect(await of.state()).toMatchObject({ severity: 'critical' });
    expect((await of.state()).pauses[0]?.toMs).not.toBeNull();
  });

  it('goes with a case that correlation merges into another, and both histories stay', async () => {
    const of = await room();
    await of.as('alice')({ op: 'acknowledge' });
    await of.as('alice')({ op: 'add_observable', type: 'ip', value: '192.0.2.7' });
    await of.as('alice')({ op: 'add_task', title: 'call eve' });
    await of.as('alice')({ op: 'set_tlp', tlp: 'RED', reason: 'names' });
    // An older alert of the same key: the incident has another root, and with it another id.
    await of.hear(finding({ rule: 'z', atMs: T0 - 5 * HOUR, entities: [key('K')] }));
    const [standing] = await of.at.incidents();
    const into = standing?.id ?? '';
    expect(into).not.toBe(of.id);
    expect(await of.state()).toMatchObject({ status: 'merged', mergedInto: into, owner: 'alice' });
    expect(await of.state(into)).toMatchObject({
      status: 'new',
      owner: 'alice',
      tlp: 'RED',
      absorbed: [{ caseId: of.id, by: 'correlation' }],
      observables: [{ observableId: `${of.id}/O1`, value: '192.0.2.7', from: of.id }],
      tasks: [{ taskId: `${of.id}/T1`, result: null }],
    });
    expect((await of.state(into)).times.ackMs).not.toBeNull();
    await expect(of.as('alice')({ op: 'set_severity', to: 'low', reason: 'x' })).rejects.toThrow(`merged into ${into}`);
    await of.as('alice')({ op: 'comment', text: 'for the record' });
    for (const id of [of.id, into]) expect((await verifyCase(of.at.table, id)).ok).toBe(true);
  });

  it('merges by hand, hears of growth, and comes apart again as it was', async () => {
    const of = await room();
    await of.hear(finding({ rule: 'q', atMs: T0, entities: [user('mallory')], tactics: ['impact'] }));
    const other = (await of.at.incidents()).find(({ id }) => id !== of.id)?.id ?? '';
    await of.as('alice')({ op: 'set_status', to: 'investigating' });
    await of.as('alice')({ op: 'add_observable', type: 'ip', value: '192.0.2.7' });
    await of.as('alice')({ op: 'merge', into: other, reason: 'one actor' });
    await of.hear(more('c', T0 + 2 * HOUR, 'critical'));
    expect(await of.state(other)).toMatchObject({
      severity: 'critical',
      absorbed: [{ caseId: of.id, by: 'person', alertCount: 2 }],
    });
    expect(await of.kinds(other)).toContain('member_grew');
    await expect(of.as('bob')({ op: 'merge', into: of.id, reason: 'x' }, { on: other })).rejects.toThrow('is merged');
    await of.as('alice')({ op: 'unmerge', reason: 'two actors' });
    expect(await of.state()).toMatchObject({ status: 'investigating', mergedInto: null, severity: 'critical' });
    expect(await of.state(other)).toMatchObject({ severity: 'high', absorbed: [] });
    await of.as('alice')({ op: 'merge', into: other, reason: 'one actor after all' });
    expect((await of.state(other)).observables.length).toBe(1);
  });

  it('is linked from both sides', async () => {
    const of = await room();
    await of.hear(finding({ rule: 'q', atMs: T0, entities: [user('mallory')] }));
    const other = (await of.at.incidents()).find(({ id }) => id !== of.id)?.id ?? '';
    await of.as('alice')({ op: 'link', to: other, relation: 'parent' });
    expect((await of.state(other)).links).toEqual([{ to: of.id, relation: 'child' }]);
    await of.as('bob')({ op: 'unlink', to: of.id, relation: 'child' }, { on: other });
    expect((await of.state()).links).toEqual([]);
    await expect(of.as('bob')({ op: 'link', to: 'INC-nowhere' })).rejects.toMatchObject({ code: 'NotFound' });
  });
});
