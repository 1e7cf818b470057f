import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indicatorsOf, parseFeeds } from '../../../functions/core/indicator/feeds.ts';
import { parseIndicators } from '../../../functions/core/indicator/file.ts';
import { HitFindings, indicatorFinding } from '../../../functions/core/indicator/finding.ts';
import { IndicatorIndex } from '../../../functions/core/indicator/index-of.ts';
import type { Indicator } from '../../../functions/core/indicator/indicator.ts';
import { indicatorValue } from '../../../functions/core/indicator/value.ts';
import type { OcsfObservable } from '../../../functions/core/ocsf/event.ts';

const T0 = Date.UTC(2026, 0, 1);
const seen = (type_id: number, value: string): OcsfObservable => ({ name: 'x', type: '', type_id, value });
const [HOST, IP, EMAIL, URL, HASH] = [1, 2, 5, 6, 8];
const of = (value: string, over: Partial<Indicator> = {}): Indicator => {
  const found = indicatorValue(value);
  if (found === undefined) throw new Error(`${value} is none`);
  return { ...found, confidence: 60, feed: 'test', ...over };
};
const hit = (indicators: readonly Indicator[], observable: OcsfObservable): string | undefined =>
  new IndicatorIndex(indicators).hits([observable], T0)[0]?.indicator.value;

describe('values of feeds', () => {
  it.each([
    ['203.0.113.7', 'ip', '203.0.113.7'],
    ['2001:DB8:0:0::1', 'ip', '2001:db8::1'],
    ['203.0.113.0/24', 'cidr', '203.0.113.0/24'],
    ['203.0.113.9/32', 'ip', '203.0.113.9'],
    ['EVIL[.]Example.com.', 'domain', 'evil.example.com'],
    ['hxxps://Evil[.]example.com:8443/A?b#c', 'url', 'https://evil.example.com:8443/A?b'],
    ['D41D8CD98F00B204E9800998ECF84270', 'hash', 'd41d8cd98f00b204e9800998ecf84270'],
    ['Bad[@]example.com', 'email', 'bad@example.com'],
  ])('%s is %s %s', (raw, type, value) => expect(indicatorValue(raw)).toEqual({ type, value }));

  it.each(['', 'localhost', '1.2.3', '0.0.0.0/0', '300.1.1.1', 'a b.com', 'abc123', '-.com', '10.0.0.1/33'])(
    '%j is none',
    (raw) => expect(indicatorValue(raw)).toBeUndefined(),
  );
});

describe('files of feeds', () => {
  it('plain lines: comments, a confidence and an end for the lines below', () => {
    const { indicators } = parseIndicators(
      '# mine\n203.0.113.7 # scanner\n# confidence: 90\n# expires: 2026-02-01\nevil.example.com\n',
      'indicators/own.txt',
    );
    expect(indicators).toEqual([
      { type: 'ip', value: '203.0.113.7', confidence: 50, feed: 'own', says: 'scanner' },
      { type: 'domain', value: 'evil.example.com', confidence: 90, feed: 'own', untilMs: Date.UTC(2026, 1, 1) },
    ]);
  });

  it('CSV: columns by name, quoted cells, what is wrong at its line', () => {
    const text =
      'type,Value,confidence,description\ndomain,evil.example.com,high,"C2, seen ""live"""\nip,evil.example.com,50,\nip,203.0.113.7,500,\n';
    const { indicators, notes } = parseIndicators(text, 'indicators/x.csv');
    expect(indicators).toEqual([
      { type: 'domain', value: 'evil.example.com', confidence: 85, feed: 'x', says: 'C2, seen "live"' },
    ]);
    expect(notes.map(({ at, what }) => `${at} ${what}`)).toEqual([
      'indicators/x.csv:3 "evil.example.com" is no ip',
      'indicators/x.csv:4 confidence "500"',
    ]);
    expect(parseIndicators('a,b\n1,2', 'x.csv').problems[0]?.fix).toBe('name the column "value"');
  });

  it('STIX 2.1: patterns of one value or several, not those that need more than one to be true', () => {
    const indicator = (pattern: string, more: object = {}) => ({
      type: 'indicator',
      name: 'n',
      pattern,
      confidence: 80,
      ...more,
    });
    const text = JSON.stringify({
      type: 'bundle',
      objects: [
        { type: 'malware' },
        indicator("[ipv4-addr:value = '203.0.113.7' OR domain-name:value = 'evil.example.com']", {
          valid_until: '2026-03-01T00:00:00Z',
        }),
        indicator("[file:hashes.'SHA-256' = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']"),
        indicator("[ipv4-addr:value = '203.0.113.8' AND network-traffic:dst_port = 443]"),
        indicator("[ipv4-addr:value = '203.0.113.9']", { revoked: true }),
      ],
    });
    const { indicators, notes } = parseIndicators(text, 'feed.json');
    expect(indicators.map(({ value, confidence, untilMs }) => [value, confidence, untilMs])).toEqual([
      ['203.0.113.7', 80, Date.UTC(2026, 2, 1)],
      ['evil.example.com', 80, Date.UTC(2026, 2, 1)],
      ['a'.repeat(64), 80, undefined],
    ]);
    expect(notes).toHaveLength(1);
    expect(parseIndicators('{', 'feed.json').problems[0]?.what).toContain('no JSON');
  });

  it('leaves out what everybody meets, and what the user allows', () => {
    const own = {
      file: 'indicators/own.txt',
      text: '8.8.8.8\n10.1.2.3\namazonaws.com\nfine.example.com\nevil.example.com\nc2.amazonaws.com',
    };
    const [feed] = parseFeeds([own, { file: 'indicators/allow.txt', text: 'Fine.example.com # ours' }]);
    expect(feed?.indicators.map(({ value }) => value)).toEqual(['evil.example.com', 'c2.amazonaws.com']);
    expect(feed?.notes).toHaveLength(4);
  });

  it('has each value once, as the surest feed has it', () => {
    const feeds = parseFeeds([
      { file: 'a.txt', text: '# confidence: 30\nevil.example.com' },
      { file: 'b.txt', text: '# confidence: 70\nEVIL.example.com' },
    ]);
    expect(indicatorsOf(feeds)).toEqual([{ type: 'domain', value: 'evil.example.com', confidence: 70, feed: 'b' }]);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.constantFrom('x.txt', 'x.csv', 'x.json'), (text, file) => {
        parseIndicators(text, file);
      }),
    );
  });
});

describe('the index', () => {
  it('meets addresses alone and in networks, the nearest first', () => {
    const all = [of('203.0.113.0/24'), of('203.0.113.128/25'), of('203.0.113.7'), of('2001:db8::/32'), of('2001:db9::1')];
    expect(hit(all, seen(IP, '203.0.113.7'))).toBe('203.0.113.7');
    expect(hit(all, seen(IP, '203.0.113.9'))).toBe('203.0.113.0/24');
    expect(hit(all, seen(IP, '203.0.113.200'))).toBe('203.0.113.128/25');
    expect(hit(all, seen(IP, '203.0.114.1'))).toBeUndefined();
    expect(hit(all, seen(IP, '2001:DB8::5'))).toBe('2001:db8::/32');
    expect(hit(all, seen(IP, '2001:db9:0:0::1'))).toBe('2001:db9::1');
    expect(hit(all, seen(IP, 'not an address'))).toBeUndefined();
  });

  it('meets names below a domain, and URLs whole or by their host', () => {
    const all = [of('evil.example.com'), of('https://files.example.net/a'), of('203.0.113.7')];
    expect(hit(all, seen(HOST, 'a.b.EVIL.example.com.'))).toBe('evil.example.com');
    expect(hit(all, seen(HOST, 'notevil.example.com'))).toBeUndefined();
    expect(hit(all, seen(HOST, 'example.com'))).toBeUndefined();
    expect(hit(all, seen(URL, 'https://FILES.example.net/a'))).toBe('https://files.example.net/a');
    expect(hit(all, seen(URL, 'https://files.example.net/b'))).toBeUndefined();
    expect(hit(all, seen(URL, 'http://x.evil.example.com/q'))).toBe('evil.example.com');
  });

  it('meets digests and mail addresses in any case, and only in fields that hold such', () => {
    const all = [of('D41D8CD98F00B204E9800998ECF84270'), of('bad@example.com')];
    expect(hit(all, seen(HASH, 'd41d8cd98f00b204e9800998ecf84270'))).toBeDefined();
    expect(hit(all, seen(EMAIL, 'Bad@Example.com'))).toBe('bad@example.com');
    expect(hit(all, seen(4, 'bad@example.com'))).toBeUndefined();
  });

  it('does not meet what had expired when it happened', () => {
    const index = new IndicatorIndex([of('203.0.113.7', { untilMs: T0 })]);
    expect(index.hits([seen(IP, '203.0.113.7')], T0)).toEqual([]);
    expect(index.hits([seen(IP, '203.0.113.7')], T0 - 1)).toHaveLength(1);
  });

  it('agrees with arithmetic on every IPv4 network and address', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), fc.integer({ min: 8, max: 31 }), (network, address, bits) => {
        const text = (n: number): string => [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join('.');
        const near = network - (network % 2 ** (32 - bits)) + (address % 2 ** (32 - bits));
        const one: Indicator = { type: 'cidr', value: `${text(network)}/${bits}`, confidence: 1, feed: 'f' };
        expect(hit([one], seen(IP, text(near)))).toBeDefined();
        const isIn = Math.floor(address / 2 ** (32 - bits)) === Math.floor(network / 2 ** (32 - bits));
        expect(hit([one], seen(IP, text(address))) !== undefined).toBe(isIn);
      }),
    );
  });
});

describe('findings of hits', () => {
  const met = (eventUid: string, over: Partial<Parameters<typeof indicatorFinding>[0]> = {}) => ({
    ...{ indicator: of('203.0.113.7'), source: 's', eventUid, timeMs: T0, name: 'src_endpoint.ip' },
    entities: [{ type: 'principal' as const, id: 'alice', part: 'actor' as const }],
    ...over,
  });

  it('are as grave as the feed is sure, and raise the risk as much', () => {
    const level = (confidence: number) => indicatorFinding(met('e', { indicator: of('203.0.113.7', { confidence }) })).level;
    expect([10, 20, 50, 80].map(level)).toEqual(['informational', 'low', 'medium', 'high']);
    expect(indicatorFinding(met('e')).factors?.intel).toBe(1.6);
  });

  it('are one for each indicator, actor and hour, with all events up to a bound', () => {
    const found = new HitFindings<number>();
    for (let i = 0; i < 500; i++) found.add(met(`e${i % 400}`), i);
    found.add(met('other', { entities: [] }), 0);
    const [first, second, ...more] = found.take();
    expect(more).toEqual([]);
    expect(first?.finding.eventUids).toHaveLength(200);
    expect(second?.finding.dedupKey).toContain('event:other');
    expect(found.take()).toEqual([]);
  });
});
