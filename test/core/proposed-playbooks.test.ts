// Which playbooks an incident proposes.
import { describe, expect, it } from 'vitest';
import type { Entity } from '../../functions/core/finding.ts';
import { proposedPlaybooks } from '../../functions/core/proposed-playbooks.ts';

const bucket: Entity = { type: 'resource', id: 'arn:aws:s3:::example', part: 'target' };
const key: Entity = { type: 'access_key', id: 'AKIAIOSFODNN7EXAMPLE', part: 'actor' };
const playbooks = [
  {
    id: 'protect-bucket',
    actions: ['aws-s3-protect'],
    triggers: { entities: ['resource' as const], attack: ['T1485', 'T1486'] },
  },
  { id: 'disable-key', actions: ['aws-iam-key-disable'], triggers: { entities: ['access_key' as const], attack: ['T1078.004'] } },
  { id: 'undo', actions: [], triggers: { entities: [], attack: [] } },
];
const alert = { source: 'aws-cloudtrail', level: 'high' as const, attack: ['T1486'], entities: [bucket, key] };
const names = (...alerts: (typeof alert)[]): string[] => proposedPlaybooks(alerts, playbooks).map(({ playbook }) => playbook);

describe('the playbooks that an incident proposes', () => {
  it('answer a technique on an entity of theirs, and say why', () => {
    expect(proposedPlaybooks([alert, { ...alert, attack: ['T1485'] }], playbooks)).toEqual([
      { playbook: 'protect-bucket', techniques: ['T1485', 'T1486'], entities: [bucket] },
    ]);
  });

  it('are those with the most reason first, then in the order of their names', () => {
    const both = { ...alert, attack: ['T1078.004', 'T1485', 'T1486'] };
    expect(names(both)).toEqual(['protect-bucket', 'disable-key']);
    expect(names({ ...alert, attack: ['T1078.004', 'T1486'] })).toEqual(['disable-key', 'protect-bucket']);
  });

  it.each([
    ['another provider’s alert', { ...alert, source: 'm365' }],
    ['a signal', { ...alert, level: 'low' as const }],
    ['another technique', { ...alert, attack: ['T1526'] }],
    ['a sub-technique that the playbook does not name', { ...alert, attack: ['T1485.001'] }],
    ['no entity of its types', { ...alert, entities: [key] }],
    ['an entity that only surrounds it', { ...alert, entities: [{ ...bucket, part: 'context' as const }] }],
  ])('are none for %s', (_, one) => {
    expect(names(one as typeof alert)).toEqual([]);
  });

  it('need technique and entity in one alert', () => {
    expect(names({ ...alert, entities: [key] }, { ...alert, attack: ['T1526'] })).toEqual([]);
  });
});
