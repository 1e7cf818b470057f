import { describe, expect, it } from 'vitest';
import { exportCase } from '../../../functions/core/case/export.ts';
import { exportText } from '../../../functions/core/case/export-text.ts';
import type { Tlp, Use } from '../../../functions/core/case/marking.ts';
import { readIncident } from '../../../functions/core/incident-store.ts';
import { type Room, room } from '../../case/desk.ts';

async function exported(of: Room, clearance: Tlp, use: Use = 'record') {
  const incident = await readIncident(of.at.table, of.id);
  return exportCase({
    state: await of.state(),
    events: await of.events(),
    incidents: incident === undefined ? [] : [incident],
    recipient: 'partner',
    clearance,
    use,
    policy: of.policy,
    atMs: of.now.ms,
  });
}

async function marked(): Promise<Room> {
  const of = await room();
  await of.as('alice')({ op: 'set_tlp', tlp: 'GREEN', pap: 'AMBER', reason: 'for the ISAC' });
  await of.as('alice')({ op: 'comment', text: 'our informant is at 192.0.2.77', tlp: 'RED' });
  await of.as('alice')({ op: 'comment', text: 'blocked 192.0.2.77 at the edge <img src=x> [x](http://192.0.2.9)' });
  await of.as('alice')({ op: 'add_observable', type: 'ip', value: '192.0.2.77', tlp: 'AMBER' });
  await of.as('alice')({ op: 'add_observable', type: 'ip', value: '192.0.2.9', pap: 'RED' });
  return of;
}

describe('an export', () => {
  it('is refused above the clearance of who gets it', async () => {
    const of = await room();
    const result = await exported(of, 'GREEN');
    expect(result).toMatchObject({ ok: false, refusal: { code: 'Refused', what: { en: expect.stringContaining('TLP:AMBER') } } });
    expect((await exported(of, 'AMBER')).ok).toBe(true);
  });

  it('leaves out what is marked above it, wherever its value stands', async () => {
    const result = await exported(await marked(), 'GREEN');
    if (!result.ok) throw new Error('refused');
    const text = JSON.stringify(result.document);
    expect(text).not.toContain('192.0.2.77');
    expect(text).not.toContain('informant');
    expect(text).toContain('blocked [redacted] at the edge');
    expect(text).toContain('192.0.2.9');
    expect(result.redactedCount).toBeGreaterThanOrEqual(3);
    const all = await exported(await marked(), 'RED');
    expect(all.ok && JSON.stringify(all.document)).toContain('informant');
    expect(all.ok && all.redactedCount).toBe(0);
  });

  it('keeps from those who act what must not be acted on', async () => {
    const of = await marked();
    const active = await exported(of, 'RED', 'active');
    const passive = await exported(of, 'RED', 'passive');
    expect(active.ok && JSON.stringify(active.document)).not.toContain('192.0.2.77');
    expect(passive.ok && JSON.stringify(passive.document)).toContain('192.0.2.77');
    expect(passive.ok && JSON.stringify(passive.document)).not.toContain('192.0.2.9');
  });

  it('is text in Markdown, whatever logs and people wrote', async () => {
    const result = await exported(await marked(), 'RED');
    if (!result.ok) throw new Error('refused');
    const text = exportText(result.document, 'ja');
    expect(text).toContain('## 対応の経過');
    expect(text).not.toMatch(/<img|[^\\]\]\(http|http:\/\//);
  });
});
