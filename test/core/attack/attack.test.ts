/** ATT&CK facts: every word that a rule was ever tagged with means something today, or is known to mean nothing. */
import { describe, expect, test } from 'vitest';
import {
  currentTechnique,
  ICS_TECHNIQUES,
  isSplitTactic,
  revokedBy,
  TACTICS,
  TECHNIQUES,
  tacticOf,
  tacticRank,
  techniqueById,
} from '../../../functions/core/attack/attack.ts';
import { REVOKED_ROWS, TECHNIQUE_ROWS } from '../../../functions/core/attack/facts.generated.ts';
import { ICS_ROWS } from '../../../functions/core/attack/ics.generated.ts';

describe('techniques', () => {
  test('the release is whole: 697 enterprise techniques, 152 of them on cloud platforms, each with tactics we know', () => {
    expect(TECHNIQUES).toHaveLength(697);
    expect(TECHNIQUES.filter(({ cloud }) => cloud)).toHaveLength(152);
    for (const [index, technique] of TECHNIQUES.entries()) {
      expect(technique.id).toMatch(/^T\d{4}(\.\d{3})?$/);
      expect(technique.tactics.join(' ')).toBe(TECHNIQUE_ROWS[index]?.[2]);
    }
  });

  test('techniques of plants are known too, with their place in the same chain', () => {
    expect(ICS_TECHNIQUES).toHaveLength(83);
    for (const [index, technique] of ICS_TECHNIQUES.entries()) {
      expect(technique.id).toMatch(/^T0\d{3}$/);
      const own = new Set(ICS_ROWS[index]?.[2].split(' '));
      expect([technique.id, technique.tactics.length]).toEqual([technique.id, own.size]);
    }
    expect(techniqueById('t0855')).toMatchObject({ name: 'Unauthorized Command Message', tactics: ['impact'], cloud: false });
    expect(techniqueById('T0878')).toMatchObject({ name: 'Alarm Suppression', tactics: ['defense-impairment'] });
  });

  test('an id is found in any case', () => {
    expect(techniqueById('t1098.001')).toMatchObject({ id: 'T1098.001', name: 'Additional Cloud Credentials', cloud: true });
    expect(techniqueById('T1562.008')).toBeUndefined();
    expect(techniqueById('constructor')).toBeUndefined();
  });

  test('every revoked id leads to an active technique', () => {
    for (const [from] of REVOKED_ROWS) {
      expect(techniqueById(from)).toBeUndefined();
      expect([from, currentTechnique(from)?.id]).toEqual([from, expect.stringMatching(/^T/)]);
    }
  });

  test('current ids stay, revoked ids move, unknown ids are undefined', () => {
    expect(currentTechnique('T1685.002')?.id).toBe('T1685.002');
    expect(currentTechnique('t1562.008')?.id).toBe('T1685.002');
    expect(revokedBy('T1562.008')).toBe('T1685.002');
    expect(currentTechnique('T9999')).toBeUndefined();
  });
});

describe('tactics', () => {
  test('are in the order of the kill chain', () => {
    expect(TACTICS.map(({ slug }) => slug)).toEqual([
      ...[
        'reconnaissance',
        'resource-development',
        'initial-access',
        'execution',
        'persistence',
        'privilege-escalation',
        'stealth',
      ],
      ...[
        'defense-impairment',
        'credential-access',
        'discovery',
        'lateral-movement',
        'collection',
        'command-and-control',
        'exfiltration',
        'impact',
      ],
    ]);
    expect(tacticRank('impact')).toBeGreaterThan(tacticRank('ta0001'));
    expect(tacticRank('nonsense')).toBe(-1);
  });

  test.each([
    ['privilege-escalation', 'privilege-escalation'],
    ['attack.privilege_escalation', 'privilege-escalation'],
    ['attack.ta0005', 'stealth'],
    ['TA0112', 'defense-impairment'],
    ['attack.defense_evasion', 'stealth'],
    ['defence-evasion', 'stealth'],
    ['Command and Control', 'command-and-control'],
    ['attack.t1098', undefined],
    ['constructor', undefined],
  ])('%s is %s', (word, slug) => expect(tacticOf(word)?.slug).toBe(slug));

  test('the tactic that was split is known', () => {
    expect(['attack.defense-evasion', 'defense_evasion', 'attack.stealth', 'ta0005'].map(isSplitTactic)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
