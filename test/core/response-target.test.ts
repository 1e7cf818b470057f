// Which keys of an incident a playbook could disable.
import { describe, expect, it } from 'vitest';
import type { Entity } from '../../functions/core/finding.ts';
import { responseInputs } from '../../functions/core/response-target.ts';

const key = (id: string, part: Entity['part'] = 'actor'): Entity => ({ type: 'access_key', id, part });
const principal = (id: string, part: Entity['part'] = 'actor'): Entity => ({ type: 'principal', id, part });
const KEY = 'AKIAIOSFODNN7EXAMPLE';
const arn = (user: string, account = '111122223333') => `arn:aws:iam::${account}:user/${user}`;
const inputs = (...entities: Entity[]) => responseInputs({ incidentId: 'INC-1', entities });

describe('inputs for a response', () => {
  it('pair the key that acted with the user that acted', () => {
    expect(inputs(principal(arn('bob')), key(KEY))).toEqual([
      {
        playbook: 'disable-access-key',
        incidentId: 'INC-1',
        target: { accountId: '111122223333', userName: 'bob', accessKeyId: KEY },
        isCertain: true,
      },
    ]);
  });

  it('leave the path out of the user name, and take every partition', () => {
    const found = inputs(principal('arn:aws-us-gov:iam::111122223333:user/division/team/bob'), key(KEY));
    expect(found[0]?.target.userName).toBe('bob');
  });

  it('say where the pairing is not certain', () => {
    const found = inputs(principal(arn('bob')), principal(arn('eve', '444455556666')), key(KEY));
    expect(found.map(({ target, isCertain }) => [target.userName, target.accountId, isCertain])).toEqual([
      ['bob', '111122223333', false],
      ['eve', '444455556666', false],
    ]);
  });

  it('pair by alert where alerts are known: several users, and still certain', () => {
    const first = [principal(arn('bob')), key(KEY)];
    const second = [principal(arn('eve')), key('AKIAEVEEVEEVEEXAMPLE')];
    const found = responseInputs({ incidentId: 'INC-1', entities: [...first, ...second], groups: [first, second] });
    expect(found.map(({ target, isCertain }) => [target.userName, target.accessKeyId, isCertain])).toEqual([
      ['bob', KEY, true],
      ['eve', 'AKIAEVEEVEEVEEXAMPLE', true],
    ]);
  });

  it('fall back to every user for a key that no alert pairs', () => {
    const entities = [principal(arn('bob')), principal(arn('eve')), key(KEY)];
    const found = responseInputs({ incidentId: 'INC-1', entities, groups: [[key(KEY)], [principal(arn('bob'))]] });
    expect(found.map(({ isCertain }) => isCertain)).toEqual([false, false]);
  });

  it('name each key once', () => {
    expect(inputs(principal(arn('bob')), principal(arn('bob')), key(KEY), key(KEY))).toHaveLength(1);
  });

  it.each([
    ['a temporary key', [principal(arn('bob')), key('ASIAIOSFODNN7EXAMPLE')]],
    ['a key that was a target', [principal(arn('bob')), key(KEY, 'target')]],
    ['no user', [key(KEY)]],
    ['a role', [principal('arn:aws:sts::111122223333:assumed-role/r/s'), key(KEY)]],
    ['the root user', [principal('arn:aws:iam::111122223333:root'), key(KEY)]],
    ['a user that is only the target', [principal(arn('bob'), 'target'), key(KEY)]],
    ['an injected ARN', [principal(`${arn('bob')}:x`), key(KEY)]],
    ['an injected wildcard', [principal(arn('*')), key(KEY)]],
    ['an injected line', [principal(`${arn('bob')}\n${arn('eve')}`), key(KEY)]],
    ['JSONata', [principal(arn("{% $eval('1') %}")), key(KEY)]],
    ['an injected key', [principal(arn('bob')), key(`${KEY}","Status":"Active`)]],
  ])('give nothing for %s', (_what, entities) => {
    expect(inputs(...entities)).toEqual([]);
  });
});
