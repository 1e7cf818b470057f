/** Incidents that correlation keeps have no case until they grow, or until a person works on them. */
import { expect, it } from 'vitest';
import { updateCases } from '../../functions/case/stage.ts';
import type { BusEvents } from '../../functions/core/bus-event.ts';
import { listIncidents } from '../../functions/core/incident-store.ts';
import { readCase } from '../../functions/ports/case-store.ts';
import { finding, HOUR, ip, T0, user } from '../correlate/story.ts';
import { room } from './desk.ts';

const small = finding({ rule: 'm', atMs: T0, level: 'medium', entities: [user('zoe'), ip('192.0.2.9')], tactics: ['discovery'] });

async function kept() {
  const at = await room();
  await at.hear(small);
  const incident = (await listIncidents(at.ports.table)).find(({ id }) => id !== at.id);
  if (incident === undefined) throw new Error('there is one');
  const caseOf = async () => (await readCase(at.ports.table, incident.id))?.state;
  const cause = (name: 'IncidentChanged' | 'ResponseEnded', detail: object) =>
    updateCases([{ name, detail: { incidentId: incident.id, ...detail } as BusEvents['IncidentChanged'] } as never], at.ports);
  return { ...at, incident, caseOf, cause };
}

it('a kept incident is listed with its reason and has no case', async () => {
  const { incident, caseOf, cause } = await kept();
  expect(incident.surfacing).toMatchObject({ isSurfaced: false, reasons: [{ en: expect.stringContaining('Kept') }, {}] });
  await cause('IncidentChanged', { version: 2 });
  expect(await caseOf()).toBeUndefined();
});

it('its case is opened when it grows before a person, once', async () => {
  const { incident, caseOf, hear, kinds } = await kept();
  const more = finding({ rule: 'n', atMs: T0 + HOUR, level: 'critical', entities: [user('zoe')], tactics: ['impact'] });
  await hear(more);
  await hear(more);
  expect(await caseOf()).toMatchObject({ status: 'new', severity: 'critical' });
  expect((await kinds(incident.id)).filter((kind) => kind === 'opened')).toHaveLength(1);
});

it('its case is opened where a person wants it, and goes on when correlation still keeps it', async () => {
  const { incident, caseOf, cause, kinds } = await kept();
  await cause('IncidentChanged', { version: 1, isWanted: true });
  await cause('IncidentChanged', { version: 1, isWanted: true });
  expect(await caseOf()).toMatchObject({ status: 'new', times: { surfaceMs: expect.any(Number) } });
  expect(await kinds(incident.id)).toEqual(['opened']);
});

it('a response to it opens its case and is recorded there', async () => {
  const { incident, cause, kinds } = await kept();
  await cause('ResponseEnded', { runId: 'disable-access-key-1', outcome: 'done' });
  expect(await kinds(incident.id)).toEqual(['opened', 'response']);
});
