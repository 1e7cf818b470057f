/** Texts of logs become the OCSF objects that they mean. */
import { describe, expect, it } from 'vitest';
import {
  addressOf,
  fileOf,
  fingerprintOf,
  ipVersionOf,
  isEmail,
  personOf,
  presentOrNone,
  protocolName,
  protocolNumber,
  urlOf,
} from '../../../functions/core/ocsf/parts.ts';

it.each<[string | undefined, unknown]>([
  ['192.0.2.1', { ip: '192.0.2.1' }],
  ['192.0.2.1:443', { ip: '192.0.2.1', port: 443 }],
  ['2001:db8::1', { ip: '2001:db8::1' }],
  ['[2001:db8::1]:443', { ip: '2001:db8::1', port: 443 }],
  ['[2001:db8::1]', { ip: '2001:db8::1' }],
  ['host.example.com:8443', { hostname: 'host.example.com', port: 8443 }],
  ['host.example.com', { hostname: 'host.example.com' }],
  ['host:99999', { hostname: 'host:99999' }],
  ['a:b:c', { hostname: 'a:b:c' }],
  ['-', undefined],
  ['', undefined],
  [undefined, undefined],
])('the address %s', (text, expected) => expect(addressOf(text)).toEqual(expected));

it.each<[string, unknown]>([
  [
    'https://me:pass@example.com:8443/a/b?c=d#e',
    { scheme: 'https', hostname: 'example.com', port: 8443, path: '/a/b', query_string: 'c=d' },
  ],
  ['/a/b?c=d', { path: '/a/b', query_string: 'c=d' }],
  ['http://[2001:db8::1]/', { scheme: 'http', hostname: '2001:db8::1', path: '/' }],
  ['example', { path: 'example' }],
])('the URL %s', (text, expected) => expect(urlOf(text)).toEqual({ url_string: text, ...(expected as object) }));

it.each<[string | undefined, unknown]>([
  ['/etc/passwd', { name: 'passwd', path: '/etc/passwd', type_id: 1, parent_folder: '/etc' }],
  ['C:\\Windows\\x.EXE', { name: 'x.EXE', path: 'C:\\Windows\\x.EXE', type_id: 1, parent_folder: 'C:\\Windows', ext: 'EXE' }],
  ['/var/log/', { name: 'log', path: '/var/log/', type_id: 2, parent_folder: '/var' }],
  ['x', { name: 'x', path: 'x', type_id: 1 }],
  ['/', { name: '/', path: '/', type_id: 1 }],
  ['', undefined],
])('the file %s', (path, expected) => expect(fileOf(path)).toEqual(expected));

describe('the rest', () => {
  it('names the algorithm of a digest by its name, else by its length', () => {
    expect(fingerprintOf('d41d8cd98f00b204e9800998ecf8427e')?.['algorithm_id']).toBe(1);
    expect(fingerprintOf('x', 'SHA-256')).toEqual({ algorithm_id: 3, value: 'x' });
    expect(fingerprintOf('x', 'whirlpool')).toEqual({ algorithm_id: 99, algorithm: 'whirlpool', value: 'x' });
    expect(fingerprintOf('zz')).toEqual({ algorithm_id: 0, value: 'zz' });
    expect(fingerprintOf(undefined)).toBeUndefined();
    expect(fingerprintOf('0'.repeat(40), 'sha1')).toBeUndefined();
  });

  it('knows people by address, name and id', () => {
    expect(personOf('a@example.com', '1')).toEqual({ name: 'a@example.com', uid: '1', email_addr: 'a@example.com' });
    expect(personOf('a')).toEqual({ name: 'a' });
    expect(personOf(undefined)).toBeUndefined();
    expect([isEmail('A <a@example.com>'), isEmail('a@example')]).toEqual([false, false]);
  });

  it('names protocols both ways', () => {
    expect([protocolName(6), protocolNumber('UDP'), protocolNumber('ICMPv6'), protocolName(254)]).toEqual([
      'tcp',
      17,
      58,
      undefined,
    ]);
    expect([ipVersionOf('192.0.2.1'), ipVersionOf('2001:db8::1'), ipVersionOf('x')]).toEqual([4, 6, undefined]);
    expect(presentOrNone({ a: undefined })).toBeUndefined();
  });
});
