/** Addresses are told from names, service names and near misses, as Node's own parser tells them. */
import { isIPv4, isIPv6 } from 'node:net';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isIp, isIpv4, isIpv6 } from '../../functions/core/ip.ts';

it.each([
  'AWS Internal',
  'ec2.amazonaws.com',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '01.2.3.4',
  '1..2.3',
  '1.2.3.',
  ':',
  ':::',
  '1::2::3',
  'fe80',
  '',
  '192.0.2.1:443',
])('%j is no address', (text) => expect(isIp(text)).toBe(false));

it.each(['0.0.0.0', '255.255.255.255', '::', '::1', '2001:db8::17', '::ffff:192.0.2.1', 'fe80::1%eth0', '1:2:3:4:5:6:7:8'])(
  '%s is one',
  (text) => expect(isIp(text)).toBe(true),
);

it('agrees with Node about any address, and about addresses with one character changed', () => {
  const nearly = fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(40), fc.constantFrom('', ':', '.', '0', 'f', 'g', '9', '%'));
  fc.assert(
    fc.property(nearly, ([address, at, character]) => {
      for (const text of [address, address.slice(0, at) + character + address.slice(at + 1)]) {
        expect([text, isIpv4(text)]).toEqual([text, isIPv4(text)]);
        if (!text.includes('%')) expect([text, isIpv6(text)]).toEqual([text, isIPv6(text)]);
      }
    }),
    { numRuns: 500 },
  );
});
