import { describe, expect, it } from 'vitest';
import type { Finding } from '../../functions/core/finding.ts';
import { readIncident } from '../../functions/core/incident-store.ts';
import { parting } from '../../functions/core/link-decision.ts';
import { partIncidents } from '../../functions/correlate/stage.ts';
import { type Desk, desk, finding, HOUR, ip, T0, user } from './story.ts';

const ports = ({ table }: Desk) => ({
  table,
  bus: { publish: async () => {} },
  clock: { nowMs: () => T0 },
  meter: { count: () => {} },
});
const of = (name: string, hours: number, rule: string, address = '198.51.100.7'): Finding =>
  finding({ rule, atMs: T0 + hours * HOUR, entities: [user(name), ip(address)], eventUid: `${name} ${rule}` });

/** Ann and Bob behind one rare address: one incident, until somebody says that they are two. */
async function together(): Promise<{ at: Desk; id: string; bobs: string[]; all: string[] }> {
  const at = desk();
  await at.correlate([of('ann', 0, 'a'), of('ann', 1, 'b'), of('bob', 2, 'c'), of('bob', 3, 'd')]);
  const [only, ...more] = await at.incidents();
  if (only === undefined || more.length > 0) throw new Error('not one incident');
  const bobs = only.timeline.filter(({ who }) => who === 'bob').map(({ alertId }) => alertId);
  return { at, id: only.id, bobs, all: only.alertIds };
}

const told = { by: 'eve', reason: 'two people', atMs: T0 };

describe('a person who parts an incident', () => {
  it('gets two, and correlation keeps to it for alerts that come later, in any batch', async () => {
    const { at, id, bobs, all } = await together();
    const decision = parting({ incidentId: id, alertIds: all, apart: bobs, ...told });
    await partIncidents(decision, ports(at));
    expect((await at.incidents()).map(({ alertIds }) => alertIds.length)).toEqual([2, 2]);
    await at.correlate([of('bob', 4, 'e'), of('ann', 5, 'f')]);
    const incidents = await at.incidents();
    const rulesOf = (name: string) =>
      incidents
        .filter(({ timeline }) => timeline.some(({ who }) => who === name))
        .map(({ timeline }) => timeline.map(({ ruleId }) => ruleId));
    expect(rulesOf('ann')).toEqual([['a', 'b', 'f']]);
    expect(rulesOf('bob')).toEqual([['c', 'd', 'e']]);
  });

  it('loses nothing: every alert stays in one incident, and saying it twice changes nothing', async () => {
    const { at, id, bobs, all } = await together();
    const decision = parting({ incidentId: id, alertIds: all, apart: bobs, ...told });
    await partIncidents(decision, ports(at));
    const before = await at.incidents();
    await partIncidents(decision, ports(at));
    expect(await at.incidents()).toEqual(before);
    expect(before.flatMap(({ alertIds }) => alertIds).sort()).toEqual([...all].sort());
  });

  it('can undo a merge: the one that was merged away stands again under its own id', async () => {
    const at = desk();
    await at.correlate([of('ann', 0, 'a'), of('bob', 2, 'c', '203.0.113.9')]);
    const separate = (await at.incidents()).map(({ id }) => id);
    await at.correlate([of('bob', 3, 'd')]);
    const [whole] = await at.incidents();
    const mergedId = separate.find((id) => id !== whole?.id) ?? '';
    const merged = await readIncident(at.table, mergedId);
    expect(merged?.mergedInto).toBe(whole?.id);
    const decision = parting({
      incidentId: whole?.id ?? '',
      alertIds: whole?.alertIds ?? [],
      apart: merged?.alertIds ?? [],
      ...told,
    });
    await partIncidents(decision, ports(at));
    expect((await at.incidents()).map(({ id }) => id).sort()).toEqual([...separate].sort());
  });

  it('is told what is wrong where nothing, all, or the alerts of others are set apart', () => {
    const of = (apart: string[]) => () => parting({ incidentId: 'INC-1', alertIds: ['x', 'y'], apart, ...told });
    expect(of([])).toThrow(/cannot be parted/);
    expect(of(['x', 'y'])).toThrow(/cannot be parted/);
    expect(of(['z'])).toThrow(/cannot be parted/);
    expect(of(['x'])().sides).toEqual([['x'], ['y']]);
  });
});
