import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Enricher } from '../../../functions/core/enrichment/enricher.ts';
import { parseInventory } from '../../../functions/core/enrichment/inventory.ts';
import { Lookup } from '../../../functions/core/enrichment/lookup.ts';
import { IndicatorIndex } from '../../../functions/core/indicator/index-of.ts';
import { finding, ip, resource, T0, user } from '../../correlate/story.ts';

const files = (assets: string, identities?: string, vulnerabilities?: string) => [
  { file: 'inventory/assets.csv', text: assets },
  ...(identities === undefined ? [] : [{ file: 'inventory/identities.csv', text: identities }]),
  ...(vulnerabilities === undefined ? [] : [{ file: 'inventory/vulnerabilities.csv', text: vulnerabilities }]),
];

describe('the inventory', () => {
  it('is read by the names of its columns; an absent file is not an empty one', () => {
    const assets =
      'id,owner,tier,exposure,canary\narn:aws:s3:::vault,finance@example.com,Crown jewel,internal,no\n*-honey,soc@example.com,,,yes\n';
    expect(parseInventory(files(assets))).toEqual({
      assets: [
        { id: 'arn:aws:s3:::vault', owner: 'finance@example.com', tier: 'crown_jewel', exposure: 'internal' },
        { id: '*-honey', owner: 'soc@example.com', isCanary: true },
      ],
    });
    expect(parseInventory(files('id\n'))).toEqual({ assets: [] });
  });

  it('tells everything that is wrong, at its line, with what is allowed', () => {
    const text = 'id,owners,tier,canary\na,x,huge,maybe\n,x,,\n*,x,,\n';
    expect(() => parseInventory(files(text, 'name\nx\n'))).toThrow(
      /assets\.csv:1: unknown column "owners".*did you mean "owner".*assets\.csv:3: "id" is empty.*assets\.csv:4: the pattern fits everything.*assets\.csv:2: canary "maybe".*assets\.csv:2: tier "huge".*crown_jewel.*identities\.csv:1: unknown column "name".*no column "id"/s,
    );
  });
});

describe('the look-up', () => {
  it('finds exact ids in any case, and patterns', () => {
    const lookup = new Lookup([{ id: 'Vault' }, { id: 'arn:aws:s3:::prod-*-logs' }, { id: '*prod*' }, { id: 'a*a' }]);
    const found = (...names: string[]) => lookup.find(names).map(({ id }) => id);
    expect(found('vAULT')).toEqual(['Vault']);
    expect(found('arn:aws:s3:::prod-eu-logs')).toEqual(['arn:aws:s3:::prod-*-logs', '*prod*']);
    expect(found('arn:aws:s3:::prod-logs')).toEqual(['*prod*']);
    expect(found('a')).toEqual([]);
    expect(found('aa')).toEqual(['a*a']);
  });

  it('agrees with a regular expression on every pattern and text', () => {
    const letters = fc
      .string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 8 })
      .filter((id) => id.includes('*'));
    fc.assert(
      fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 }), (id, text) => {
        const expected = new RegExp(`^${id.replaceAll(/\*+/g, '.*')}$`).test(text);
        expect(new Lookup([{ id }]).find([text]).length === 1).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what is known of a finding', () => {
  const enricher = new Enricher(
    parseInventory(
      files(
        'id,tier,exposure,canary\nvault,crown_jewel,internal,\nshop,low,internet,\nhoney,,,yes\n',
        'id,kind,mfa\n*user/robot,service,no\n*user/breakglass,break_glass,yes\n',
        'id,cve,kev\ni-0123456789abcdef0,CVE-2024-12345,yes\n',
      ),
    ),
    new IndicatorIndex([{ type: 'ip', value: '203.0.113.7', confidence: 90, feed: 'f' }]),
  );
  const of = (...entities: Parameters<typeof finding>[0]['entities']) =>
    enricher.apply(finding({ rule: 'a', atMs: T0, level: 'medium', entities }));

  it('multiplies its risk by asset, exposure and intelligence, within their bounds', () => {
    expect(of(user('bob'), resource('arn:aws:s3:::vault')).factors).toEqual({ asset: 2, exposure: 1, intel: 1 });
    expect(of(user('bob'), resource('arn:aws:s3:::shop')).factors).toEqual({ asset: 0.75, exposure: 1.5, intel: 1 });
    expect(of(user('bob'), ip('203.0.113.7')).factors).toEqual({ asset: 1, exposure: 1, intel: 1.9 });
    expect(of(user('bob'), { type: 'host', id: 'i-0123456789abcdef0', part: 'target' }).factors?.exposure).toBe(1.5);
    expect(of(user('breakglass')).factors?.asset).toBe(2);
  });

  it('leaves a finding of which nothing is known as it is', () => {
    const plain = finding({ rule: 'a', atMs: T0, entities: [user('bob'), ip('192.0.2.1')] });
    expect(enricher.apply(plain)).toBe(plain);
    expect(new Enricher({}).apply(plain)).toBe(plain);
  });

  it('makes a touched canary critical, whatever the rule thought of it, and marks it', () => {
    expect(of(user('bob'), resource('arn:aws:s3:::honey'))).toMatchObject({ level: 'critical', isCanary: true });
    expect(of(user('bob'), resource('arn:aws:s3:::shop')).isCanary).toBeUndefined();
    expect(enricher.apply(finding({ rule: 'a', atMs: T0, level: 'critical', entities: [resource('honey')] })).level).toBe(
      'critical',
    );
  });

  it('tells triage what it learns by', () => {
    expect(enricher.knownOf([user('robot'), resource('arn:aws:s3:::shop')], T0)).toEqual({
      ...{ tier: 'low', exposure: 'internet', isService: true, hasMfa: false },
    });
    // Whom it was done to says nothing of who did it.
    expect(enricher.knownOf([user('robot', 'target')], T0)).toEqual({});
  });
});
