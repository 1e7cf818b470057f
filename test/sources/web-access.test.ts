/** Access logs of web servers: read in every usual form, and what they are as HTTP activity. */
import { expect, it } from 'vitest';
import { type JsonObject, valueAt } from '../../functions/core/json.ts';
import type { ReadLine } from '../../functions/sources/source.ts';
import { webAccess } from '../../functions/sources/web-access/source.ts';
import { NOW_MS } from './samples.ts';

function readAll(...lines: string[]): ReadLine[] {
  const reader = webAccess.lines?.open({ key: 'x.log' });
  return lines.map((line) => reader?.read(line));
}

function eventOf(...lines: string[]): unknown {
  const read = readAll(...lines).at(-1);
  if (typeof read !== 'object') throw new Error(`not read: ${lines.at(-1)}`);
  expect(webAccess.recognizes(read.record)).toBe(true);
  return webAccess.toOcsf(read.record, { nowMs: NOW_MS });
}

const TIME = '[04/Mar/2025:09:00:00 +0000]';

it.each<[string, string[], JsonObject]>([
  [
    'common',
    [`192.0.2.1 - - ${TIME} "GET /a?b=c?d HTTP/1.0" 200 -`],
    {
      'http_request.url.path': '/a',
      'http_request.url.query_string': 'b=c?d',
      status_id: 1,
      activity_id: 3,
      time: 1741078800000,
    },
  ],
  [
    'a user with a space',
    [`192.0.2.1 - Ren Ito ${TIME} "HEAD / HTTP/1.1" 401 0 "-" "x"`],
    { 'actor.user.name': 'Ren Ito', 'src_endpoint.ip': '192.0.2.1', status_id: 2, activity_id: 4 },
  ],
  [
    'a host before the client',
    [`shop.example.com 2001:db8::1 - - ${TIME} "POST /x HTTP/2.0" 201 1 "-" "x"`],
    { 'http_request.url.hostname': 'shop.example.com', 'src_endpoint.ip': '2001:db8::1' },
  ],
  [
    'quotes and brackets in what the client says',
    [`192.0.2.1 - - ${TIME} "GET /\\"[x] \\"y\\" HTTP/1.1" 404 9 "a] \\"b" "\${jndi:ldap://x} \\"] \\" 200 1"`],
    {
      'http_request.user_agent': `\${jndi:ldap://x} \\"] \\" 200 1`,
      'http_response.code': 404,
      'http_request.referrer': 'a] \\"b',
    },
  ],
  [
    'forwarded for two',
    [`192.0.2.1 - - ${TIME} "GET / HTTP/1.1" 200 9 "-" "x" "198.51.100.1, 198.51.100.2"`],
    { 'http_request.x_forwarded_for': ['198.51.100.1', '198.51.100.2'] },
  ],
  [
    'no HTTP at all',
    [`192.0.2.1 - - ${TIME} "\\x03\\x00\\x00" 400 9 "-" "-"`],
    { activity_id: 99, 'unmapped.request': '\\x03\\x00\\x00', status_id: 2 },
  ],
  [
    'a method of tomorrow',
    [`192.0.2.1 - - ${TIME} "PROPFIND /dav HTTP/1.1" 207 9`],
    { activity_id: 99, 'unmapped.cs-method': 'PROPFIND', 'http_request.url.path': '/dav' },
  ],
  [
    'behind an IETF syslog header',
    [`<190>1 2025-03-04T09:00:00Z web-7 nginx - - - 192.0.2.1 - - ${TIME} "GET / HTTP/1.1" 200 9`],
    { 'device.hostname': 'web-7', 'metadata.log_name': 'nginx' },
  ],
  [
    'W3C fields in another order',
    [
      '#Software: Microsoft Internet Information Services 10.0',
      '#Fields: date time c-ip cs-method cs-uri-stem sc-status',
      '2025-03-04 09:00:00 192.0.2.1 GET /a 500',
    ],
    { 'src_endpoint.ip': '192.0.2.1', 'http_request.url.path': '/a', 'http_response.code': 500, time: 1741078800000 },
  ],
])('%s', (_, lines, facts) => {
  const event = eventOf(...lines);
  expect(Object.fromEntries(Object.keys(facts).map((path) => [path, valueAt(event, path)]))).toEqual(facts);
});

it.each([
  [
    'an S3 access log',
    `owner bucket ${TIME} 192.0.2.1 arn:x REQ REST.GET.OBJECT key "GET /b/k HTTP/1.1" 200 - 1 1 1 1 "-" "-" -`,
  ],
  ['a date alone', `192.0.2.1 - - ${TIME} GET / 200`],
  ['no client', `${TIME} "GET / HTTP/1.1" 200 9`],
  ['a status of four digits', `192.0.2.1 - - ${TIME} "GET / HTTP/1.1" 2000 9`],
  ['a row without its fields', '2025-03-04 09:00:00 192.0.2.1 GET /a 500'],
  ['a comment', '# a comment'],
])('%s is no access log', (_, line) => {
  expect(readAll(line)).toEqual([undefined]);
  expect(webAccess.lines?.recognizesLine(line)).toBe(false);
});

it('a long line without an end is judged quickly', () => {
  const started = performance.now();
  for (const part of ['a ', '\\"', '[', '" ', `${TIME} "`]) readAll(`192.0.2.1 - - ${TIME} "${part.repeat(100_000)}`);
  expect(performance.now() - started).toBeLessThan(2000);
});
