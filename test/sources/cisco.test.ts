/** Syslog messages of Cisco ASA and FTD, and CSV lines of Umbrella: who, from where, with what outcome; hostile ones are read quickly. */
import { expect, it } from 'vitest';
import { type JsonObject, valueAt } from '../../functions/core/json.ts';
import { ciscoAsa } from '../../functions/sources/cisco-asa/source.ts';
import { ciscoUmbrella } from '../../functions/sources/cisco-umbrella/source.ts';
import type { Source } from '../../functions/sources/source.ts';
import { NOW_MS } from './samples.ts';

function eventOf(source: Source, line: string): unknown {
  const read = source.lines?.open({ key: 'x.log' }).read(line);
  if (typeof read !== 'object') throw new Error(`not read: ${line}`);
  expect(source.recognizes(read.record)).toBe(true);
  return source.toOcsf(read.record, { nowMs: NOW_MS });
}

it.each<[string, number, JsonObject]>([
  [
    '%ASA-6-302015: Built inbound UDP connection 9 for outside:2001:db8::9/5353 (2001:db8::9/5353) to inside:2001:db8::1/53 (2001:db8::1/53)',
    4001,
    { activity_id: 1, 'src_endpoint.ip': '2001:db8::9', 'dst_endpoint.port': 53, 'connection_info.direction_id': 1 },
  ],
  [
    '%ASA-6-302020: Built outbound ICMP connection for faddr 198.51.100.1/0 gaddr 203.0.113.1/512 laddr 192.0.2.1/512 type 8 code 0',
    4001,
    { 'src_endpoint.ip': '192.0.2.1', 'dst_endpoint.ip': '198.51.100.1', 'connection_info.protocol_name': 'ICMP' },
  ],
  [
    '%ASA-6-305011: Built dynamic TCP translation from inside:192.0.2.1/40000 to outside:203.0.113.1/20000',
    4001,
    {
      activity_id: 99,
      'src_endpoint.ip': '192.0.2.1',
      'proxy_endpoint.ip': '203.0.113.1',
      'dst_endpoint.ip': undefined as never,
    },
  ],
  [
    '%ASA-2-106001: Inbound TCP connection denied from 198.51.100.1/4000 to 192.0.2.1/22 flags SYN on interface outside',
    4001,
    { activity_id: 5, action_id: 2, 'dst_endpoint.port': 22, severity_id: 4 },
  ],
  [
    '%ASA-3-710003: TCP access denied by ACL from 198.51.100.1/4000 to outside:203.0.113.1/22',
    4001,
    { activity_id: 5, 'src_endpoint.ip': '198.51.100.1', 'dst_endpoint.ip': '203.0.113.1' },
  ],
  [
    '%ASA-6-605004: Login denied from 192.0.2.9/1 to mgmt:192.0.2.1/ssh for user "eve"',
    3002,
    { status_id: 2, 'user.name': 'eve' },
  ],
  [
    '%ASA-6-113012: AAA user authentication Successful : local database : user = admin',
    3002,
    { status_id: 1, 'user.name': 'admin', activity_id: 1 },
  ],
  [
    '%ASA-6-113004: AAA user authentication Successful : server =  192.0.2.5 : user = mei',
    3002,
    { status_id: 1, 'user.name': 'mei', 'dst_endpoint.ip': '192.0.2.5' },
  ],
  ['%ASA-6-113006: User mei locked out on exceeding 3 successive failed authentication attempts', 3001, { activity_id: 9 }],
  [
    '%ASA-6-611102: User authentication failed: IP = 192.0.2.9, Uname: eve',
    3002,
    { status_id: 2, 'src_endpoint.ip': '192.0.2.9' },
  ],
  ['%ASA-6-611103: User logged out: Uname: admin', 3002, { activity_id: 2, status_id: 1, 'user.name': 'admin' }],
  [
    "%ASA-5-111008: User 'enable_15' executed the 'show running-config' command.",
    6003,
    { activity_id: 2, 'api.operation': 'show running-config', 'actor.user.name': 'enable_15' },
  ],
  [
    '%ASA-5-502102: User deleted from local dbase: Uname: old Priv: 1 Encpass: ****',
    3001,
    { activity_id: 6, 'user.name': 'old' },
  ],
  [
    '%ASA-6-716039: Group <DfltGrpPolicy> User <eve> IP <198.51.100.9> Authentication: rejected, Session Type: WebVPN.',
    3002,
    { status_id: 2, 'user.name': 'eve', 'src_endpoint.ip': '198.51.100.9', activity_id: 1 },
  ],
  [
    '%ASA-5-304001: mei@192.0.2.1 Accessed URL 198.51.100.1:http://www.example.com/a',
    4002,
    { 'http_request.url.hostname': 'www.example.com', 'src_endpoint.ip': '192.0.2.1', 'actor.user.name': 'mei' },
  ],
  [
    '%ASA-4-400014: IPS:2004 ICMP echo request from 198.51.100.1 to 192.0.2.1 on interface outside',
    2004,
    { 'finding_info.title': 'ICMP echo request', 'finding_info.uid': '2004' },
  ],
  ['%FTD-6-430002: SrcIP: 192.0.2.1, DstIP: 198.51.100.1, User: a, SrcIP: 203.0.113.9', 4001, { 'src_endpoint.ip': '192.0.2.1' }],
  ['%ASA-1-105005: (Primary) Lost Failover communications with mate', 0, { severity_id: 5, 'metadata.event_code': '105005' }],
])('%s', (line, class_uid, facts) => {
  const event = eventOf(ciscoAsa, `<166>Mar 04 2025 09:00:00 fw-1 : ${line}`);
  const wanted: JsonObject = { class_uid, time: 1741078800000, 'device.hostname': 'fw-1', ...facts };
  expect(Object.fromEntries(Object.keys(wanted).map((path) => [path, valueAt(event, path)]))).toEqual(wanted);
});

it.each([
  'Mar 04 2025 09:00:00 sw-1 : %SYS-5-CONFIG_I: Configured from console',
  '%ASA-9-302013: x',
  'a line that speaks of 100%',
  '"2025-03-04 09:00:00","a","b"',
])('%s is of neither', (line) => {
  for (const source of [ciscoAsa, ciscoUmbrella]) expect(source.lines?.recognizesLine(line)).toBe(false);
});

it('takes the header line of Umbrella for one', () => {
  const line = 'timestamp,most granular identity,identities,internal ip,external ip,action';
  expect(ciscoUmbrella.lines?.open({ key: 'x.csv' }).read(line)).toBe('header');
});

it('hostile lines are judged quickly', () => {
  const started = performance.now();
  for (const part of ['(', ':', '/1 ', ' : user = ', '<a> ', ', A: ', 'from 1 ', "' ", '"', '","'])
    for (const begin of [
      '%ASA-6-302013: Built inbound TCP connection 1 for a:1/1',
      '%ASA-6-113005: AAA user x Rejected',
      '%FTD-1-430001: ',
      'Group ',
    ])
      ciscoAsa.lines?.recognizesLine(`${begin}${part.repeat(50_000)}`);
  for (const part of ['"', '","', '""', ',']) ciscoUmbrella.lines?.recognizesLine(`"2025-03-04 09:00:00"${part.repeat(50_000)}`);
  expect(performance.now() - started).toBeLessThan(3000);
});
