import { describe, expect, it } from 'vitest';
import { type IncidentContext, incidentContextSchema } from '../../functions/core/enrichment/context.ts';
import { Enricher } from '../../functions/core/enrichment/enricher.ts';
import { parseInventory } from '../../functions/core/enrichment/inventory.ts';
import { incidentText } from '../../functions/core/incident-text.ts';
import { prepared } from '../../functions/correlate/content.ts';
import { contextOf, enrichIncidents } from '../../functions/correlate/enrich.ts';
import type { Table } from '../../functions/ports/table.ts';
import { DAY, type Desk, desk, finding, HOUR, ip, resource, T0, user } from './story.ts';

const inventory = parseInventory([
  { file: 'inventory/assets.csv', text: 'id,owner,tier\nvault,finance@example.com,crown_jewel\n' },
  { file: 'inventory/identities.csv', text: 'id,kind\nnobody,person\n' },
]);
const enricher = new Enricher(inventory);
const geo = {
  network: (address: string) => (address === '203.0.113.7' ? { country: 'DE', asn: 64500, org: 'Example' } : undefined),
};
const counts: Record<string, number> = {};
const portsOf = (at: Desk, table: Table = at.table) => ({
  ...{ table, geo, clock: { nowMs: () => T0 } },
  meter: { count: (values: Readonly<Record<string, number>>) => void Object.assign(counts, values) },
});
const theft = finding({ rule: 'theft', atMs: T0, entities: [user('eve'), ip('203.0.113.7'), resource('arn:aws:s3:::vault')] });

async function enriched(): Promise<{ at: Desk; id: string }> {
  const at = desk();
  await at.correlate([finding({ rule: 'scan', atMs: T0 - 40 * DAY, level: 'low', entities: [user('eve')] })]);
  await at.correlate(prepared([theft], { enricher }));
  const [incident] = await at.incidents();
  return { at, id: incident?.id ?? '' };
}

describe('the context of an incident', () => {
  it('tells found, nothing found and could not look apart, in JSON and in both languages', async () => {
    const { at, id } = await enriched();
    await enrichIncidents([id], portsOf(at), { enricher });
    const [incident] = await at.incidents();
    expect(incident?.context?.parts).toMatchObject({
      assets: { state: 'found' },
      identities: { state: 'nothing' },
      network: { state: 'found' },
      history: { state: 'found' },
      indicators: { state: 'could_not_look' },
      vulnerabilities: { state: 'could_not_look' },
    });
    if (incident === undefined) throw new Error('there is one');
    const page = incidentText(incident, 'en', { nowMs: T0 });
    expect(page).toContain('assets: arn:aws:s3:::vault: owner finance@example.com, tier crown_jewel');
    expect(page).toContain('identities: nothing found');
    expect(page).toContain('network: 203.0.113.7: DE, AS64500, Example');
    expect(page).toMatch(/history: eve: 1 alerts and signals before, since 2025-04-23/);
    expect(page).toContain('vulnerabilities: could not look: there is no inventory/vulnerabilities.csv');
    expect(incidentText(incident, 'ja', { nowMs: T0 })).toContain(
      '脆弱性: 確認できず: inventory/vulnerabilities.csv がありません',
    );
  });

  it("does not take an incident's own signals for what was before it", async () => {
    const at = desk();
    const signal = finding({ rule: 'look', atMs: T0 - HOUR, level: 'low', entities: [user('eve')] });
    await at.correlate([signal, theft]);
    const [incident] = await at.incidents();
    if (incident === undefined) throw new Error('there is one');
    expect(incident.alertCount).toBe(2);
    const { parts } = await contextOf(incident, portsOf(at), { enricher });
    expect(parts.history).toMatchObject({ facts: [{ en: expect.stringMatching(/^eve: no alert or signal before/) }, {}] });
  });

  it('raises the risk by what is at stake', async () => {
    const { at } = await enriched();
    const plain = desk();
    await plain.correlate([theft]);
    const [[known], [unknown]] = [await at.incidents(), await plain.incidents()];
    expect(known?.risk).toBeGreaterThan(unknown?.risk ?? Number.POSITIVE_INFINITY);
  });

  it('keeps every other part where one is slow or broken, and says which', async () => {
    const { at, id } = await enriched();
    const head = (await at.incidents())[0];
    if (head === undefined) throw new Error('there is one');
    const slow: Table = { ...at.table, get: () => new Promise(() => undefined) };
    const broken: Table = { ...at.table, get: async () => Promise.reject(new Error('table is away')) };
    const of = (table: Table): Promise<IncidentContext> => contextOf(head, portsOf(at, table), { enricher, partMs: 20 });
    const late = incidentContextSchema.parse(await of(slow));
    expect(late.parts.history).toMatchObject({ state: 'could_not_look', why: { en: 'no answer within 20 ms' } });
    expect(late.parts.assets.state).toBe('found');
    expect((await of(broken)).parts.history).toMatchObject({ state: 'could_not_look', why: { en: 'table is away' } });
    await enrichIncidents([id], portsOf(at, broken), { enricher });
    expect(counts['EnrichmentFailedCount']).toBe(1);
  });
});
