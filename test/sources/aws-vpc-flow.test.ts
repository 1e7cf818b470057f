/** Flow log lines of any version and order say who talked to whom, and what came of it. */
import { describe, expect, it } from 'vitest';
import { valueAt } from '../../functions/core/json.ts';
import { errorsOf, validateEvent } from '../../functions/core/ocsf/validate.ts';
import { awsVpcFlow } from '../../functions/sources/aws-vpc-flow/source.ts';
import { NOW_MS } from './samples.ts';

const DEFAULT = '2 111122223333 eni-0a1b2c3d 203.0.113.12 10.0.1.5 49761 3389 6 20 4249 1741078800 1741078860 REJECT OK';

describe('lines', () => {
  it('are of the default format where no header says otherwise', () => {
    const reader = awsVpcFlow.lines?.open({ key: 'x' });
    expect(reader?.read(DEFAULT)).toMatchObject({ record: { srcaddr: '203.0.113.12', action: 'REJECT', 'log-status': 'OK' } });
    expect(reader?.read('dstaddr srcaddr action')).toBe('header');
    expect(reader?.read('10.0.1.5 - ACCEPT')).toEqual({ record: { dstaddr: '10.0.1.5', action: 'ACCEPT' } });
    expect(reader?.read('10.0.1.5 ACCEPT')).toBeUndefined();
    expect(reader?.read(DEFAULT)).toBeUndefined();
  });

  it.each<[string, boolean]>([
    [DEFAULT, true],
    ['version account-id interface-id', true],
    ['srcaddr dstaddr', false],
    ['the srcaddr and dstaddr fields', false],
    ['2 111122223333 eni-0a1b2c3d - - - - - - - 1741078800 1741078860 - SKIPDATA', true],
    ['2 something else', false],
    ['', false],
  ])('%j is recognized: %s', (line, is) => expect(awsVpcFlow.lines?.recognizesLine(line)).toBe(is));
});

describe('facts', () => {
  const event = (record: Record<string, string>) => awsVpcFlow.toOcsf(record, { nowMs: NOW_MS });
  const flow = { srcaddr: '10.0.0.1', dstaddr: '192.0.2.1', 'interface-id': 'eni-1', 'log-status': 'OK' };

  it.each<[Record<string, string>, string, unknown]>([
    [{ action: 'REJECT' }, 'action_id', 2],
    [{ action: 'REJECT' }, 'disposition_id', 2],
    [{ action: 'ACCEPT' }, 'action_id', 1],
    [{ action: 'WHATEVER' }, 'action_id', undefined],
    [{ 'flow-direction': 'egress' }, 'src_endpoint.interface_uid', 'eni-1'],
    [{ 'flow-direction': 'ingress' }, 'dst_endpoint.interface_uid', 'eni-1'],
    [{}, 'device.interface_uid', 'eni-1'],
    [{ 'traffic-path': '8' }, 'connection_info.boundary_id', 11],
    [{ protocol: '17' }, 'connection_info.protocol_name', 'udp'],
    [{ start: '1741078800', end: '1741078860' }, 'time', Date.UTC(2025, 2, 4, 9)],
    [{}, 'time', NOW_MS],
  ])('%j: %s is %j', (more, path, value) => expect(valueAt(event({ ...flow, ...more }), path)).toEqual(value));
});

it.each([
  [
    'AWSLogs/111122223333/vpcflowlogs/ap-northeast-1/2025/03/04/111122223333_vpcflowlogs_ap-northeast-1_fl-1_20250304T0900Z_ab.log.gz',
    'own',
  ],
  ['logs/AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=ap-northeast-1/year=2025/x.log.gz', 'own'],
  ['AWSLogs/111122223333/CloudTrail/x.json.gz', undefined],
])('the key %s', (key, verdict) => expect(awsVpcFlow.judgeKey(key)).toBe(verdict));

it('a device that only its network tells has a name, as OCSF wants', () => {
  const event = awsVpcFlow.toOcsf({ 'vpc-id': 'vpc-1', 'pkt-dst-aws-service': 'S3' }, { nowMs: NOW_MS });
  expect(errorsOf(validateEvent(event))).toEqual([]);
});
