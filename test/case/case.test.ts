import { describe, expect, it } from 'vitest';
import { caseEvents, casePk, eventSk, verifyCase } from '../../functions/case/events.ts';
import { type CasePorts, caseState, updateCases } from '../../functions/case/stage.ts';
import type { BusEvent } from '../../functions/core/bus-event.ts';
import { toIncidentFinding } from '../../functions/core/incident-ocsf.ts';
import { getIncident } from '../../functions/core/incident-store.ts';
import { errorsOf, validateEvent } from '../../functions/core/ocsf/validate.ts';
import type { ObjectStore } from '../../functions/ports/object-store.ts';
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
  return { ports: { table: at.table, lake, clock: { nowMs: () => T0 + HOUR }, meter: { count: () => {} } }, objects, puts };
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

  it('writes the same object again after a crash between the case and the lake', async () => {
    const { at, objects, ports, puts } = await opened();
    const [name] = [...objects.keys()];
    const bytes = objects.get(name ?? '');
    objects.clear();
    const [incident] = await at.incidents();
    await updateCases([{ name: 'IncidentChanged', detail: { incidentId: incident?.id ?? '', version: 1 } }], ports);
    expect([...objects.keys()]).toEqual([name]);
    expect(Buffer.compare(objects.get(name ?? '') ?? Buffer.alloc(0), bytes ?? Buffer.alloc(1))).toBe(0);
    expect(puts.length).toBe(2);
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
    const { at, id } = await opened();
    const incident = await getIncident(at.table, id);
    if (incident === undefined) throw new Error('no incident');
    for (const kind of ['opened', 'updated', 'response', 'merged'] as const) {
      const event = toIncidentFinding(incident, { seq: 2, atMs: T0, kind, comment: kind });
      expect(errorsOf(validateEvent(event))).toEqual([]);
      expect(validateEvent(event)).toEqual([]);
      expect(event).toMatchObject({
        class_uid: 2005,
        activity_id: kind === 'merged' ? 3 : 2,
        assignee_group: { name: 'unassigned' },
        priority: 'High',
      });
    }
  });
});
