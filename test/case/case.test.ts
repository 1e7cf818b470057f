import { describe, expect, it } from 'vitest';
import { type CasePorts, caseState, updateCases } from '../../functions/case/stage.ts';
import type { BusEvent } from '../../functions/core/bus-event.ts';
import { toCaseFinding } from '../../functions/core/case/finding.ts';
import { DEFAULT_POLICY } from '../../functions/core/case/policy.ts';
import { projectCase } from '../../functions/core/case/project.ts';
import { getIncident } from '../../functions/core/incident-store.ts';
import { errorsOf, validateEvent } from '../../functions/core/ocsf/validate.ts';
import { caseEvents, casePk, eventSk } from '../../functions/ports/case-store.ts';
import type { ObjectStore } from '../../functions/ports/object-store.ts';
import { verifyCase } from '../../functions/ports/verify-case.ts';
import { type Desk, desk, finding, HOUR, key, T0, user } from '../correlate/story.ts';

function room(at: Desk): { ports: CasePorts; objects: Map<string, Uint8Array>; puts: number[] } {
  const objects = new Map<string, Uint8Array>();
  const puts: number[] = [];
  const lake: ObjectStore = {
    get: async () => undefined,
    head: async () => undefined,
    put: async (name, bytes) => {
      puts.push(bytes.length);
      objects.set(name, bytes);
      return true;
    },
    list: async function* () {},
    delete: async () => {},
  };
  const bus = { publish: async () => {} };
  return { ports: { table: at.table, lake, bus, clock: { nowMs: () => T0 + HOUR }, meter: { count: () => {} } }, objects, puts };
}

async function opened(): Promise<{ at: Desk; id: string } & ReturnType<typeof room>> {
  const at = desk();
  await at.correlate([finding({ rule: 'a', atMs: T0, entities: [user('eve'), key('K')], tactics: ['persistence'] })]);
  const made = room(at);
  await updateCases(at.published.splice(0), made.ports);
  const [incident] = await at.incidents();
  return { at, id: incident?.id ?? '', ...made };
}
const kinds = async (at: Desk, id: string): Promise<string[]> => (await caseEvents(at.table, id)).map(({ kind }) => kind);

describe('the case of an incident', () => {
  it('knows when the first event was ingested, whatever came first, and nothing where nobody told', async () => {
    const { at, id, ports } = await opened();
    expect((await caseState(at.table, id))?.times.ingestMs).toBeNull();
    const later = [2, 1].map((hours) => ({
      ...finding({ rule: `r${hours}`, atMs: T0 + HOUR, entities: [user('eve')], tactics: ['exfiltration'] }),
      ingestedAtMs: T0 + hours * HOUR,
    }));
    for (const one of later) await at.correlate([one]);
    await updateCases(at.published, ports);
    const state = await caseState(at.table, id);
    expect(state?.times).toMatchObject({ ingestMs: T0 + HOUR, occurMs: T0 });
  });

  it('opens once, grows with the incident, and hears of responses; each cause adds one event however often it comes', async () => {
    const { at, id, ports, objects } = await opened();
    await at.correlate([finding({ rule: 'b', atMs: T0 + HOUR, entities: [user('eve')], tactics: ['exfiltration'] })]);
    const ended: BusEvent = { name: 'ResponseEnded', detail: { runId: 'run-1', incidentId: id, outcome: 'done' } };
    const causes = [...at.published, ended];
    await updateCases([...causes, ...causes], ports);
    await updateCases(causes.toReversed(), ports);
    expect(await kinds(at, id)).toEqual(['opened', 'updated', 'response']);
    expect(await caseState(at.table, id)).toMatchObject({
      seq: 3,
      status: 'new',
      severity: 'high',
      responses: [{ runId: 'run-1', outcome: 'done' }],
    });
    expect(await verifyCase(at.table, id)).toEqual({ ok: true, eventCount: 3 });
    expect([...objects.keys()].every((name) => name.includes('source=yagura'))).toBe(true);
    expect(objects.size).toBe(3);
  });

  it('closes the case of an incident that was merged away', async () => {
    const { at, id, ports } = await opened();
    await at.correlate([finding({ rule: 'z', atMs: T0 - 5 * HOUR, entities: [key('K')] })]);
    await updateCases(at.published, ports);
    expect(await kinds(at, id)).toEqual(['opened', 'merged']);
    expect((await getIncident(at.table, id))?.id).not.toBe(id);
  });

  it('tells the lake after a crash between the case and the lake, with whatever wakes the stage next', async () => {
    const { at, id, ports, objects } = await opened();
    const ended: BusEvent = { name: 'ResponseEnded', detail: { runId: 'run-1', incidentId: id, outcome: 'done' } };
    const broken = { ...ports.lake, put: () => Promise.reject(new Error('gone')) };
    await expect(updateCases([ended], { ...ports, lake: broken })).rejects.toThrow('gone');
    expect(await kinds(at, id)).toEqual(['opened', 'response']);
    expect(objects.size).toBe(1);
    await updateCases([], ports);
    expect([...objects.keys()].map((name) => name.replace(/^.*-(\d+)\.parquet$/, '$1'))).toEqual(['1', '2']);
    objects.clear();
    await updateCases([ended], ports);
    expect(objects.size).toBe(0);
  });

  it('loses nothing where two workers write one case at once', async () => {
    const { at, id, ports } = await opened();
    const ended = (run: number): BusEvent => ({
      name: 'ResponseEnded',
      detail: { runId: `run-${run}`, incidentId: id, outcome: 'done' },
    });
    await Promise.all(Array.from({ length: 6 }, (_, i) => updateCases([ended(i), ended(i)], ports)));
    expect((await caseState(at.table, id))?.responses.length).toBe(6);
    expect(await verifyCase(at.table, id)).toEqual({ ok: true, eventCount: 7 });
  });

  it('names the event that somebody changed, removed, or cut off', async () => {
    const { at, id, ports } = await opened();
    const ended = (run: number): BusEvent => ({
      name: 'ResponseEnded',
      detail: { runId: `run-${run}`, incidentId: id, outcome: 'done' },
    });
    await updateCases([ended(1), ended(2)], ports);
    const second = await at.table.get(casePk(id), eventSk(2));
    if (second === undefined) throw new Error('no second event');
    const changed = { ...second.data, actor: 'somebody' };
    await at.table.write([{ put: { pk: casePk(id), sk: eventSk(2), data: changed } }]);
    expect(await verifyCase(at.table, id)).toMatchObject({ ok: false, seq: 2, problem: expect.stringContaining('content') });
    await at.table.write([{ delete: { pk: casePk(id), sk: eventSk(2) } }]);
    expect(await verifyCase(at.table, id)).toMatchObject({ ok: false, seq: 2, problem: expect.stringContaining('missing') });
    await at.table.write([
      { put: { pk: casePk(id), sk: eventSk(2), data: second.data } },
      { delete: { pk: casePk(id), sk: eventSk(3) } },
    ]);
    expect(await verifyCase(at.table, id)).toMatchObject({ ok: false, seq: 3 });
  });

  it('becomes a valid Incident Finding at every step', async () => {
    const { at, id, ports } = await opened();
    await updateCases([{ name: 'ResponseEnded', detail: { runId: 'run-1', incidentId: id, outcome: 'done' } }], ports);
    const incident = await getIncident(at.table, id);
    if (incident === undefined) throw new Error('no incident');
    const events = await caseEvents(at.table, id);
    for (const [i, event] of events.entries()) {
      const state = projectCase(events.slice(0, i + 1));
      if (state === undefined) throw new Error('no state');
      const finding = toCaseFinding({ incident, state, event, policy: DEFAULT_POLICY });
      expect(errorsOf(validateEvent(finding))).toEqual([]);
      expect(validateEvent(finding)).toEqual([]);
      expect(finding).toMatchObject({ class_uid: 2005, activity_id: i + 1, assignee_group: { name: 'tier1' }, priority: 'High' });
    }
  });
});
