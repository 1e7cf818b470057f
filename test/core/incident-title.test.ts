// How incidents are called.
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../functions/core/alert.ts';
import { titleOf } from '../../functions/core/incident-title.ts';

const alert = (ruleId: string, tactics: string[], attack: string[] = []): Alert =>
  ({ ruleId, title: `Rule ${ruleId}`, tactics, attack }) as unknown as Alert;
const called = (...alerts: Alert[]): string => titleOf(alerts, [], false).en;

describe('the title of an incident', () => {
  it('is the furthest kind of attack that is told, and how it got there', () => {
    expect(called(alert('a', ['exfiltration']), alert('b', ['persistence']), alert('c', ['defense-impairment']))).toBe(
      'Data theft, after tampering with defenses and backdoor access',
    );
  });

  it('is not a kind that one rule names among three', () => {
    const read = alert('read', ['collection', 'exfiltration', 'impact'], ['T1213.004', 'T1567', 'T1485']);
    const export_ = alert('export', ['credential-access', 'exfiltration'], ['T1555.006']);
    expect(called(read, export_)).toBe('Data theft, after credential theft');
  });

  it('is such a kind where a second rule names it, but not where the same rule alerts twice', () => {
    const one = alert('a', ['collection', 'exfiltration', 'impact'], ['T1485']);
    const entry = alert('b', ['initial-access']);
    expect(called(one, one, entry)).toBe('Suspicious access');
    expect(called(one, alert('c', ['discovery', 'execution', 'impact'], ['T1485']), entry)).toMatch(/^Destruction or disruption/);
  });

  it('falls back to what is told most where nothing is told by half', () => {
    const three = ['collection', 'exfiltration', 'impact'];
    expect(called(alert('a', three, ['T1485']), alert('b', ['discovery', 'execution', 'stealth']))).toMatch(
      /^Destruction or disruption, after data theft/,
    );
  });

  it('calls ransom and the abuse of resources by their names', () => {
    const entry = alert('entry', ['initial-access'], ['T1078.004']);
    expect(called(alert('a', ['impact'], ['T1486']), alert('b', ['impact'], ['T1485']), entry)).toMatch(/^Encryption for ransom/);
    expect(called(alert('a', ['impact'], ['T1496.001']), entry)).toMatch(/^Abuse of resources/);
    expect(called(alert('a', ['impact'], ['T1496.001']), alert('b', ['impact'], ['T1485']), entry)).toMatch(/^Destruction/);
    expect(called(alert('a', ['execution'], ['T1496.001']), alert('b', ['impact'], ['T1489']), entry)).toMatch(/^Destruction/);
  });

  it('is the rule’s own where there is one, and says so where no tactic is known', () => {
    expect(called(alert('a', ['impact']), alert('a', ['impact']))).toBe('Rule a');
    expect(called(alert('a', []), alert('b', []))).toBe('Several alerts');
  });
});
