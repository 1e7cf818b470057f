/** Log lines of firewalls: read with and without headers, in old and new forms, and what they are as OCSF events. */
import { expect, it } from 'vitest';
import { type JsonObject, valueAt } from '../../functions/core/json.ts';
import { fortigate } from '../../functions/sources/fortigate/source.ts';
import { paloAlto } from '../../functions/sources/palo-alto/source.ts';
import type { Source } from '../../functions/sources/source.ts';
import { NOW_MS } from './samples.ts';

function recordOf(source: Source, line: string): JsonObject {
  const read = source.lines?.open({ key: 'x.log' }).read(line);
  if (typeof read !== 'object') throw new Error(`not read: ${line}`);
  return read.record;
}

const PAN = '2025/03/04 09:00:05,0072,';
const FGT = 'devname="fw" devid="FGT1" logid="0000000013" vd="root"';

it.each<[string, Source, string, number, number, JsonObject]>([
  [
    'traffic allowed',
    paloAlto,
    `1,${PAN}TRAFFIC,end,1,2025/03/04 09:00:05,192.0.2.1,198.51.100.1,,,web,a\\b,,ssl,v,in,out,,,,,9,1,1024,443,0,0,0x0,tcp,allow,3,1,2`,
    4001,
    2,
    { 'src_endpoint.ip': '192.0.2.1', 'dst_endpoint.port': 443, action_id: 1, 'traffic.bytes_in': 2, 'actor.user.name': 'a\\b' },
  ],
  [
    'traffic dropped, IETF header',
    paloAlto,
    `<14>1 2025-03-04T09:00:05Z fw-9 - - - - 1,${PAN}TRAFFIC,drop,1,2025/03/04 09:00:05,2001:db8::1,2001:db8::2,,,no,,,ssh,v,in,out,,,,,9,1,1024,22,0,0,0x0,tcp,drop,3`,
    4001,
    5,
    { 'src_endpoint.ip': '2001:db8::1', action_id: 2, 'device.hostname': 'fw-9' },
  ],
  [
    'a type of tomorrow',
    paloAlto,
    `1,${PAN}DECRYPTION,start,1,2025/03/04 09:00:05,192.0.2.1`,
    0,
    99,
    { 'metadata.log_name': 'DECRYPTION' },
  ],
  [
    'administrator signed in',
    paloAlto,
    `1,${PAN}SYSTEM,general,1,2025/03/04 09:00:05,,general,,0,0,general,informational,"User admin logged in via Web from 192.0.2.9 using https"`,
    3002,
    1,
    { 'user.name': 'admin', 'src_endpoint.ip': '192.0.2.9', status_id: 1 },
  ],
  [
    'administrator refused',
    paloAlto,
    `1,${PAN}SYSTEM,auth,1,2025/03/04 09:00:05,,auth-fail,x,0,0,general,medium,"failed authentication for user 'eve'. Reason: bad. From: 203.0.113.9."`,
    3002,
    1,
    { 'user.name': 'eve', 'src_endpoint.ip': '203.0.113.9', status_id: 2 },
  ],
  [
    'configuration with details',
    paloAlto,
    `1,${PAN}CONFIG,0,1,2025/03/04 09:00:05,192.0.2.5,,delete,eve,CLI,Failed, rule x,old,new,7,0x0,0,0,0,0,,fw,0,why,,`,
    6003,
    4,
    { 'actor.user.name': 'eve', status_id: 2, 'device.hostname': 'fw' },
  ],
  [
    'traffic',
    fortigate,
    `<189>date=2025-03-04 time=09:00:05 ${FGT} type="traffic" subtype="forward" level="notice" tz="+0900" srcip=192.0.2.1 dstip=198.51.100.1 dstport=443 action="accept"`,
    4001,
    6,
    { time: Date.parse('2025-03-04T00:00:05Z'), action_id: 1, 'dst_endpoint.port': 443 },
  ],
  [
    'comma-separated',
    fortigate,
    `date=2025-03-04,time=09:00:05,devid=FGT1,logid=0000000014,type=traffic,subtype=local,level=notice,srcip=192.0.2.1,action=deny`,
    4001,
    5,
    { action_id: 2, 'src_endpoint.ip': '192.0.2.1' },
  ],
  [
    'administrator signed out',
    fortigate,
    `time=09:00:05 date=2025-03-04 ${FGT} type="event" subtype="system" level="information" user="eve" ui="https(192.0.2.9)" action="logout" status="success"`,
    3002,
    2,
    { 'user.name': 'eve', 'src_endpoint.ip': '192.0.2.9', status_id: 1 },
  ],
])('%s', (_, source, line, classUid, activity, facts) => {
  expect(source.lines?.recognizesLine(line)).toBe(true);
  const event = source.toOcsf(recordOf(source, line), { nowMs: NOW_MS });
  expect([event.class_uid, event.activity_id]).toEqual([classUid, activity]);
  if (facts['time'] === undefined) expect(event.time).toBe(Date.parse('2025-03-04T09:00:05Z'));
  for (const [path, value] of Object.entries(facts))
    expect([path, valueAt(JSON.parse(JSON.stringify(event)), path)]).toEqual([path, value]);
});

it.each(['1,2,3,TRAFFIC,5', 'a,2025/03/04 09:00:05,x,traffic,y', 'type=traffic logid=1', 'roses are red', 'date=1 time=2'])(
  '%s is of none',
  (line) => expect([paloAlto, fortigate].map((source) => source.lines?.recognizesLine(line))).toEqual([false, false]),
);
