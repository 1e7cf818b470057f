// Which playbooks an incident proposes.
import { describe, expect, it } from 'vitest';
import type { Entity } from '../../functions/core/finding.ts';
import type { Playbook } from '../../functions/core/playbook.ts';
import { proposedPlaybooks } from '../../functions/core/proposed-playbooks.ts';

const bucket: Entity = { type: 'resource', id: 'arn:aws:s3:::example', part: 'target' };
const key: Entity = { type: 'access_key', id: 'AKIAIOSFODNN7EXAMPLE', part: 'actor' };
const input = (pattern: string): Playbook['inputs'][string] => ({
  type: 'text',
  pattern,
  required: true,
  text: { en: 'What.', ja: '対象' },
});
const account = { accountId: input('\\d{12}') };
const playbooks = [
  {
    id: 'protect-bucket',
    actions: ['aws-s3-protect'],
    triggers: { entities: ['resource' as const], attack: ['T1485', 'T1486'] },
    inputs: { ...account, bucket: input('[a-z0-9.-]{3,30}') },
  },
  {
    id: 'save-key',
    actions: ['aws-kms-save'],
    triggers: { entities: ['resource' as const], attack: ['T1485', 'T1486'] },
    inputs: { ...account, keyId: input('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}') },
  },
  {
    id: 'disable-key',
    actions: ['aws-iam-key-disable'],
    triggers: { entities: ['access_key' as const], attack: ['T1078.004'] },
    inputs: { ...account, accessKeyId: input('AKIA[A-Z0-9]{12,124}') },
  },
  {
    id: 'block-address',
    actions: ['aws-waf-block'],
    triggers: { entities: ['ip' as const], attack: ['T1190'] },
    inputs: { cidr: input('(\\d{1,3}\\.){3}\\d{1,3}/\\d\\d') },
  },
  {
    id: 'contain-user',
    actions: ['aws-sso-contain'],
    triggers: { entities: ['principal' as const], attack: ['T1621'] },
    inputs: { userId: input('[0-9a-f]{32}') },
  },
  { id: 'undo', actions: [], triggers: { entities: [], attack: [] }, inputs: {} },
];
const alert = { source: 'aws-cloudtrail', level: 'high' as const, attack: ['T1486'], entities: [bucket, key] };
const names = (...alerts: Parameters<typeof proposedPlaybooks>[0]): string[] =>
  proposedPlaybooks(alerts, playbooks).map(({ playbook }) => playbook);

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
    expect(names(one)).toEqual([]);
  });

  it('take the entity by an input of theirs: a key is saved, no bucket; an address as a range; a person is looked up', () => {
    const kms: Entity = {
      type: 'resource',
      id: 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-00000000000a',
      part: 'target',
    };
    expect(names({ ...alert, entities: [kms] })).toEqual(['save-key']);
    const from: Entity = { type: 'ip', id: '198.51.100.7', part: 'actor' };
    expect(names({ ...alert, attack: ['T1190'], entities: [from] })).toEqual(['block-address']);
    const of = { ...alert, attack: ['T1190'], entities: [{ ...from, id: '2001:db8::1' }] };
    expect(names(of)).toEqual([]);
    expect(
      names({ ...alert, attack: ['T1621'], entities: [{ type: 'principal', id: 'eve@example.com', part: 'actor' }] }),
    ).toEqual(['contain-user']);
  });

  it('need technique and entity in one alert', () => {
    expect(names({ ...alert, entities: [key] }, { ...alert, attack: ['T1526'] })).toEqual([]);
  });
});
