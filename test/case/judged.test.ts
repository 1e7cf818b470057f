/** What a person judged harmless counts no more, until somebody doubts it. */
import { describe, expect, it } from 'vitest';
import { updateCases } from '../../functions/case/stage.ts';
import { INCIDENTS_PK } from '../../functions/core/incident.ts';
import { getIncident } from '../../functions/core/incident-store.ts';
import { parting } from '../../functions/core/link-decision.ts';
import { partIncidents } from '../../functions/correlate/stage.ts';
import { judgedKey, readCase } from '../../functions/ports/case-store.ts';
import { finding, HOUR, ip, key, T0, user } from '../correlate/story.ts';
import { type Room, room } from './desk.ts';

const small = (rule: string, hours: number) =>
  finding({ rule, atMs: T0 + hours * HOUR, level: 'medium', entities: [user('eve'), key('K')], tactics: ['discovery'] });

const FP = { op: 'set_verdict', verdict: 'false_positive', reason: 'a backup job' } as const;
const TP = { op: 'set_verdict', verdict: 'true_positive', reason: 'a stolen key' } as const;

async function closedAs(verdict: typeof FP | typeof TP, of: Room): Promise<void> {
  await of.as('alice')({ op: 'acknowledge' });
  await of.as('alice')(verdict);
  await of.as('alice')({ op: 'close', reason: 'done' });
}

async function judged(): Promise<Room> {
  const of = await room({ policy: { fourEyes: { severities: [] } } });
  await closedAs(FP, of);
  return of;
}

const markOf = async (of: Room, alertId: string) => {
  const { pk, sk } = judgedKey(alertId);
  return (await of.at.table.get(pk, sk))?.data;
};
const incidentOf = async (of: Room) => {
  const incident = await getIncident(of.at.table, of.id);
  if (incident === undefined) throw new Error('no incident');
  return incident;
};

describe('an alert that was judged harmless', () => {
  it('is marked with the severity of that day, and raises nothing any more', async () => {
    const of = await judged();
    const [alertId = ''] = (await of.state()).alertIds;
    expect(await markOf(of, alertId)).toEqual({ severity: 'high' });
    await of.hear(small('b', 4));
    const incident = await incidentOf(of);
    expect(incident).toMatchObject({ severity: 'medium', surfacing: { isSurfaced: false } });
    expect(incident.alertIds).toContain(alertId);
    expect(incident.explanation.at(-1)?.en).toBe('Judged false or benign, and counted no more: 1 of its alerts');
    expect(await of.state()).toMatchObject({ status: 'closed', repeatCount: 1 });
  });

  it('brings its case back together with nothing: what is new has to be enough by itself', async () => {
    const of = await judged();
    await of.hear(small('b', 4), small('c', 5));
    expect((await of.state()).status).toBe('closed');
    await of.hear(small('d', 6));
    expect(await of.state()).toMatchObject({
      status: 'new',
      reopens: [{ reason: expect.stringMatching(/rules were not judged/) }],
    });
  });

  it('counts again when a person reopens the case', async () => {
    const of = await judged();
    const [alertId = ''] = (await of.state()).alertIds;
    await of.as('bob')({ op: 'reopen', reason: 'the backup runs elsewhere' });
    expect(await markOf(of, alertId)).toBeUndefined();
    await of.hear(small('b', 4));
    expect(await incidentOf(of)).toMatchObject({ severity: 'high', surfacing: { isSurfaced: true } });
  });

  it('counts again when its case came back and is closed as malicious', async () => {
    const of = await judged();
    const [alertId = ''] = (await of.state()).alertIds;
    await of.hear(small('b', 4), small('c', 5), small('d', 6));
    expect(await markOf(of, alertId)).toBeDefined();
    await closedAs(TP, of);
    for (const id of (await of.state()).alertIds) expect(await markOf(of, id)).toBeUndefined();
  });

  it('is one of those that the verdict names, where it names any', async () => {
    const of = await room({ policy: { fourEyes: { severities: [] } } });
    await of.hear(small('b', 4));
    const [first = '', second = ''] = (await of.state()).alertIds;
    await of.as('alice')({ op: 'acknowledge' });
    await of.as('alice')({ ...FP, alertIds: [second] });
    await of.as('alice')({ op: 'close', reason: 'done' });
    expect([await markOf(of, first), await markOf(of, second)]).toEqual([undefined, { severity: expect.any(String) }]);
  });
});

describe('a judged case', () => {
  const elder = finding({
    rule: 'm',
    atMs: T0 - 2 * HOUR,
    level: 'medium',
    entities: [user('zoe'), ip('192.0.2.9')],
    tactics: ['discovery'],
  });
  const bridge = finding({
    rule: 'n',
    atMs: T0 + HOUR,
    level: 'medium',
    entities: [user('zoe'), key('K')],
    tactics: ['discovery'],
  });

  async function mergedInto(of: Room): Promise<string> {
    await of.hear(elder);
    await of.hear(bridge);
    const target = await getIncident(of.at.table, of.id);
    expect(target?.id).not.toBe(of.id);
    return target?.id ?? '';
  }

  it('opens no case of the kept incident that it is merged into', async () => {
    const of = await judged();
    const target = await mergedInto(of);
    expect((await getIncident(of.at.table, target))?.surfacing.isSurfaced).toBe(false);
    expect(await readCase(of.at.table, target)).toBeUndefined();
  });

  it('that nobody judged opens one', async () => {
    const of = await room();
    const target = await mergedInto(of);
    expect((await readCase(of.at.table, target))?.state.status).toBe('new');
  });

  it('that merged into a judged one, and stands alone again by itself, is closed with the same verdict', async () => {
    const of = await room({ policy: { fourEyes: { severities: [] } } });
    const target = await mergedInto(of);
    await of.as('alice')({ op: 'acknowledge' }, { on: target });
    await of.as('alice')(FP, { on: target });
    await of.as('alice')({ op: 'close', reason: 'done' }, { on: target });
    const stored = await of.at.table.get(INCIDENTS_PK, of.id);
    if (stored === undefined) throw new Error('no incident');
    // As correlation writes it where the link is gone.
    const { mergedInto: _, ...head } = stored.data;
    const surfacing = { isSurfaced: false, isSettled: true, reasons: [] };
    const put = { pk: INCIDENTS_PK, sk: of.id, data: { ...head, status: 'new', mergedInto: null, surfacing } };
    await of.at.table.write([{ put, condition: { version: stored.version } }]);
    await updateCases([{ name: 'IncidentChanged', detail: { incidentId: of.id, version: 9 } }], of.ports);
    expect(await of.state()).toMatchObject({ status: 'closed', verdict: { verdict: 'false_positive', byKind: 'rule' } });
  });

  it('that a person takes apart counts again where it is another story', async () => {
    const of = await judged();
    const [alertId = ''] = (await of.state()).alertIds;
    await of.hear(small('b', 4));
    const { alertIds } = await incidentOf(of);
    const decision = parting({ incidentId: of.id, alertIds, apart: [alertId], by: 'bob', reason: 'two people', atMs: T0 });
    await partIncidents(decision, of.ports);
    expect(await markOf(of, alertId)).toBeUndefined();
    expect(await incidentOf(of)).toMatchObject({ severity: 'high', surfacing: { isSurfaced: true } });
  });
});
