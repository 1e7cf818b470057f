import { describe, expect, it } from 'vitest';
import type { Incident } from '../../functions/core/incident.ts';
import { incidentText } from '../../functions/core/incident-text.ts';
import { safeText } from '../../functions/core/terminal-text.ts';
import { DAY, desk, finding, HOUR, ip, key, T0, user } from '../correlate/story.ts';

async function incident(name = 'eve'): Promise<Incident> {
  const at = desk();
  const who = { ...user('eve'), name };
  await at.correlate([
    finding({ rule: 'recon', atMs: T0 - HOUR, level: 'low', entities: [who], tactics: ['discovery'], eventUid: 'ev-0' }),
    finding({
      rule: 'backdoor',
      atMs: T0,
      entities: [who, key('K'), ip('203.0.113.5')],
      tactics: ['persistence'],
      eventUid: 'ev-1',
    }),
    finding({
      rule: 'theft',
      atMs: T0 + 2 * HOUR,
      level: 'critical',
      entities: [who],
      tactics: ['exfiltration'],
      eventUid: 'ev-2',
    }),
  ]);
  const [only] = await at.incidents();
  if (only === undefined) throw new Error('no incident');
  return only;
}

describe('the page of an incident', () => {
  it('tells in English what, who, when, how bad and why, the chain, the timeline, the entities, what next and the evidence', async () => {
    const text = incidentText(await incident(), 'en', { nowMs: T0 + DAY });
    expect(text).toMatch(/^\[CRITICAL\] Data theft, after backdoor access by eve\nINC-2025/);
    expect(text).toContain('When: 2025-06-02 03:00:00 → 2025-06-02 05:00:00 (2 h), 22 h ago');
    expect(text).toContain('Its gravest alert is "Rule theft" (critical)');
    expect(text).toContain('3 of 3 alerts share principal eve');
    expect(text).toContain('Persistence → Discovery → Exfiltration');
    expect(text).toMatch(/02:00:00 {2}signal {2}\[Discovery T1098\] Rule recon.*\n.*03:00:00 {2}HIGH {2}\[Persistence/);
    expect(text).toMatch(/What next\n {2}1\. Ask the owner/);
    expect(text).toMatch(/Evidence\n {2}ev-0\n {2}ev-1\n {2}ev-2\n/);
    expect(text).not.toContain('\u001b');
  });

  it('names the playbooks that fit last, and none where none does', async () => {
    const playbooks = [{ id: 'save-key', title: { en: 'Save a key', ja: '鍵の保護' }, techniques: ['T1485', 'T1486'] }];
    const [en, ja] = await Promise.all(
      (['en', 'ja'] as const).map(async (locale) => incidentText(await incident(), locale, { nowMs: T0, playbooks })),
    );
    expect(en).toMatch(/Playbooks that fit\n {2}save-key {2}Save a key {2}\(T1485 T1486\)$/);
    expect(ja).toMatch(/適合するプレイブック\n {2}save-key {2}鍵の保護 {2}\(T1485 T1486\)$/);
    expect(incidentText(await incident(), 'en', { nowMs: T0, playbooks: [] })).not.toContain('Playbooks');
  });

  it('tells the same in Japanese', async () => {
    const text = incidentText(await incident(), 'ja', { nowMs: T0 + DAY });
    expect(text).toMatch(/^\[重大\] データ窃取\(永続化を経て\)\(eve\)/);
    expect(text).toContain('3 件中 3 件のアラートがプリンシパル eve を共有');
    expect(text).toContain('次にすること');
  });

  it('lets no log text reach the terminal as a control sequence, in colour neither', async () => {
    const evil = 'a\u001b]0;owned\u0007\u001b[2Jb\u202etxt.exe\nINC-fake\u0085\u009b31m';
    const text = incidentText(await incident(evil), 'en', { nowMs: T0, colour: true });
    const rest = text.replaceAll(/\u001b\[[0-9;]*m/g, '');
    expect(rest).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(rest.split('\n').some((line) => line.startsWith('INC-fake'))).toBe(false);
    expect(rest).toContain('\\x1b]0;owned');
  });

  it('folds the signals of one rule between two alerts into one line, and shortens long lists by saying how much is left out', async () => {
    const at = desk();
    const loop = Array.from({ length: 90 }, (_, i) =>
      finding({
        rule: `list${i % 2}`,
        atMs: T0 + i * 60_000 * 61,
        level: 'informational',
        entities: [user('eve')],
        tactics: ['discovery'],
        eventUid: `s-${i}`,
      }),
    );
    await at.correlate([...loop, finding({ rule: 'theft', atMs: T0 + 40 * HOUR + 1, entities: [user('eve')], eventUid: 'ev' })]);
    const [only] = await at.incidents();
    if (only === undefined) throw new Error('no incident');
    const lines = incidentText(only, 'en', { nowMs: T0 }).split('\n');
    expect(lines.filter((line) => /^ {2}\d{4}-.*Rule list/.test(line)).length).toBe(4);
    expect(lines.find((line) => /^ {2}\d{4}-.*Rule list/.test(line))).toMatch(/signal ×\d+ \(→ \d\d:\d\d:\d\d\) {2}\[Discovery/);
    expect(lines).toContain(`  … ${only.eventIds.length - 15} more`);
  });

  it('cuts between characters, never inside one', () => {
    expect(safeText('櫓🏯'.repeat(300), 11)).toBe(`${'櫓🏯'.repeat(5)}…`);
    expect(safeText('\ud83c')).toBe('\ufffd');
  });
});
