// Addresses, ranges and distances.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressBlock, addressNumber } from '../../../functions/core/geo/address.ts';
import { countryPlace } from '../../../functions/core/geo/countries.ts';
import { distanceKm, leastKm } from '../../../functions/core/geo/geo.ts';
import { networkKind } from '../../../functions/core/geo/networks.ts';
import { openGeo, packGeo } from '../../../functions/core/geo/pack.ts';

const COUNTRIES = '192.0.2.0,192.0.2.127,JP\n192.0.2.128,192.0.2.255,SG\n2001:db8::,2001:db8:0:ffff:ffff:ffff:ffff:ffff,JP\n';
const NETWORKS =
  '3221225984,3221226239,64500,"Example, ""Inc"""\n42540766411282592856903984951653826560,42540766490510755371168322545197776895,64501,Six\n';

describe('packed ranges', () => {
  const geo = openGeo(packGeo({ countries: [COUNTRIES], networks: [NETWORKS] }));

  it('answer for addresses as text, as numbers, of both versions, and at their ends', () => {
    expect(geo.network('192.0.2.0')).toEqual({ country: 'JP', asn: 64500, org: 'Example, "Inc"' });
    expect(geo.network('192.0.2.127')?.country).toBe('JP');
    expect(geo.network('192.0.2.128')?.country).toBe('SG');
    expect(geo.network('::ffff:192.0.2.200')?.country).toBe('SG');
    expect(geo.network('2001:db8::1')).toEqual({ country: 'JP', asn: 64501, org: 'Six' });
  });

  it('know nothing of the rest', () => {
    for (const ip of [
      '192.0.1.255',
      '192.0.3.0',
      '10.0.0.1',
      '2001:db9::1',
      'ec2.amazonaws.com',
      '',
      '0.0.0.0',
      '255.255.255.255',
    ])
      expect(geo.network(ip), ip).toBeUndefined();
  });

  it('are the same bytes for the same texts, and agree with a plain search', () => {
    const range = fc.tuple(
      fc.integer({ min: 0, max: 2 ** 20 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.constantFrom('JP', 'US', 'DE'),
    );
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 30 }),
        fc.array(fc.integer({ min: 0, max: 2 ** 20 }), { maxLength: 30 }),
        (parts, asked) => {
          let next = 0;
          const ranges = parts.map(([gap, length, country]) => {
            const first = next + (gap % 1000);
            next = first + length;
            return { first, last: next - 1, country };
          });
          const text = ranges.map(({ first, last, country }) => `${first},${last},${country}`).join('\n');
          const packed = packGeo({ countries: [text], networks: [] });
          expect(packGeo({ countries: [text], networks: [] })).toEqual(packed);
          const opened = openGeo(packed);
          for (const value of [...asked, ...ranges.flatMap(({ first, last }) => [first, last, last + 1])]) {
            const ip = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
            expect(opened.network(ip)?.country).toBe(ranges.find(({ first, last }) => value >= first && value <= last)?.country);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('say which line is no range', () => {
    expect(() => packGeo({ countries: ['192.0.2.0,192.0.2.1,JP\nnonsense'], networks: [] })).toThrow(/countries:2/);
    expect(() => openGeo(packGeo({ countries: [], networks: [] }).slice(0, 10))).toThrow();
  });
});

describe('places', () => {
  it('are as far apart as on the globe', () => {
    const [tokyo, london] = [
      { lat: 35.68, long: 139.69 },
      { lat: 51.51, long: -0.13 },
    ];
    expect(distanceKm(tokyo, london)).toBeGreaterThan(9540);
    expect(distanceKm(tokyo, london)).toBeLessThan(9600);
    expect(leastKm({ ...tokyo, radiusKm: 20 }, { ...tokyo, radiusKm: 20 })).toBe(0);
  });

  it('of neighbours touch, of the far ends of the world do not', () => {
    const between = (a: string, b: string) => {
      const [one, other] = [countryPlace(a), countryPlace(b)];
      return one === undefined || other === undefined ? Number.NaN : leastKm(one, other);
    };
    for (const [a, b] of [
      ['FR', 'DE'],
      ['US', 'CA'],
      ['US', 'MX'],
      ['JP', 'KR'],
      ['SG', 'MY'],
      ['AT', 'CH'],
      ['RU', 'FI'],
      ['CN', 'VN'],
    ] as const)
      expect(between(a, b), `${a} ${b}`).toBe(0);
    for (const [a, b] of [
      ['JP', 'BR'],
      ['JP', 'US'],
      ['GB', 'AU'],
      ['DE', 'NG'],
      ['SG', 'FR'],
    ] as const)
      expect(between(a, b), `${a} ${b}`).toBeGreaterThan(2000);
    expect(countryPlace('Japan')).toBeUndefined();
  });

  it('are one subscriber by /64', () => {
    expect(addressBlock('2001:db8:1:2:aaaa::1')).toBe(addressBlock('2001:db8:1:2:bbbb::2'));
    expect(addressBlock('2001:db8:1:3::1')).not.toBe(addressBlock('2001:db8:1:2::1'));
    expect(addressBlock('192.0.2.7')).toBe('192.0.2.7');
    expect(addressNumber('192.0.2.1')).toEqual({ version: 4, value: 3221225985 });
  });

  it('and networks have kinds', () => {
    expect(networkKind({ asn: 14593 })).toBe('satellite');
    expect(networkKind({ asn: 1, org: 'Example VPN Ltd' })).toBe('vpn');
    expect(networkKind({ asn: 2, org: 'Example Broadband' })).toBeUndefined();
    expect(networkKind(undefined)).toBeUndefined();
  });
});
