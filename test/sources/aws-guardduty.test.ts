/** A GuardDuty finding keeps its identity, weight and place in the kill chain, however it is spelled. */
import { describe, expect, it } from 'vitest';
import { ATTACK_VERSION, tacticOf, techniqueById } from '../../functions/core/attack/attack.ts';
import { isJsonObject, type Json, type JsonObject, valueAt } from '../../functions/core/json.ts';
import { attacksOf } from '../../functions/sources/aws-guardduty/attacks.ts';
import { SAMPLE_LABEL, severityOf } from '../../functions/sources/aws-guardduty/event.ts';
import { awsGuardduty } from '../../functions/sources/aws-guardduty/source.ts';
import { NOW_MS } from './samples.ts';

const finding = (more: JsonObject = {}, service: JsonObject = {}): JsonObject => ({
  schemaVersion: '2.0',
  accountId: '111122223333',
  region: 'ap-northeast-1',
  id: 'f-1',
  arn: 'arn:aws:guardduty:ap-northeast-1:111122223333:detector/d/finding/f-1',
  type: 'Recon:EC2/PortProbeUnprotectedPort',
  service: { serviceName: 'guardduty', archived: false, count: 1, ...service },
  severity: 2,
  createdAt: '2025-03-04T08:00:00.000Z',
  updatedAt: '2025-03-04T08:00:00.000Z',
  title: 'T',
  description: 'D',
  ...more,
});
const mapped = (more: JsonObject = {}, service: JsonObject = {}) =>
  awsGuardduty.toOcsf(finding(more, service), { nowMs: NOW_MS });

/** As the API spells it. */
function pascal(value: Json): Json {
  if (Array.isArray(value)) return value.map(pascal);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]): [string, Json] => [key.charAt(0).toUpperCase() + key.slice(1), pascal(item)]),
  );
}

it.each([
  [10, 5],
  [9, 5],
  [8.9, 4],
  [7, 4],
  [6.9, 3],
  [4, 3],
  [3.9, 2],
  [1, 2],
  [0.5, 1],
  ['8.0', 4],
  ['high', 0],
  [null, 0],
])('severity %j is OCSF severity %i', (severity, id) => expect(severityOf(severity)).toBe(id));

describe('a finding and its updates', () => {
  it('share the uid of the finding and differ in that of the event', () => {
    const [first, second] = [mapped(), mapped({ updatedAt: '2025-03-04T09:00:00.000Z' }, { count: 4 })];
    expect(valueAt(first, 'finding_info.uid')).toBe('f-1');
    expect(valueAt(second, 'finding_info.uid')).toBe('f-1');
    expect(first.metadata.uid).not.toBe(second.metadata.uid);
    expect([first.activity_name, second.activity_name]).toEqual(['Create', 'Update']);
    expect(second).toMatchObject({
      count: 4,
      time: Date.UTC(2025, 2, 4, 9),
      finding_info: { created_time: Date.UTC(2025, 2, 4, 8) },
    });
  });

  it('an archived one is closed and alerts nobody', () => {
    expect(mapped()).toMatchObject({ is_alert: true, status: 'New' });
    expect(mapped({}, { archived: true })).toMatchObject({ is_alert: false, status: 'Archived', activity_name: 'Close' });
  });

  it('a sample says that it is one, in the old form and the new', () => {
    expect(mapped().metadata['labels']).toBeUndefined();
    expect(mapped({}, { additionalInfo: { sample: true } }).metadata['labels']).toEqual([SAMPLE_LABEL]);
    expect(mapped({}, { additionalInfo: { value: '{"sample": "true"}', type: 'default' } }).metadata['labels']).toEqual([
      SAMPLE_LABEL,
    ]);
  });
});

it('the API spelling makes the very same event', () => {
  const rich = finding(
    {
      resource: {
        resourceType: 'AccessKey',
        accessKeyDetails: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', userName: 'alice', userType: 'IAMUser', principalId: 'AIDAX' },
      },
    },
    {
      action: {
        actionType: 'AWS_API_CALL',
        awsApiCallAction: {
          api: 'ListBuckets',
          serviceName: 's3.amazonaws.com',
          remoteIpDetails: { ipAddressV4: '198.51.100.1' },
        },
      },
    },
  );
  const api = pascal(rich);
  expect(isJsonObject(api) && awsGuardduty.recognizes(api)).toBe(true);
  expect(isJsonObject(api) && awsGuardduty.toOcsf(api, { nowMs: NOW_MS })).toEqual(awsGuardduty.toOcsf(rich, { nowMs: NOW_MS }));
});

describe('direction of a connection', () => {
  const action = (connectionDirection: string): JsonObject => ({
    action: {
      actionType: 'NETWORK_CONNECTION',
      networkConnectionAction: {
        connectionDirection,
        protocol: 'TCP',
        localPortDetails: { port: 22 },
        localIpDetails: { ipAddressV4: '10.0.0.1' },
        remotePortDetails: { port: 50_000 },
        remoteIpDetails: { ipAddressV4: '198.51.100.1' },
      },
    },
  });
  it.each([
    ['INBOUND', '198.51.100.1', '10.0.0.1', 1],
    ['OUTBOUND', '10.0.0.1', '198.51.100.1', 2],
    ['UNKNOWN', '198.51.100.1', '10.0.0.1', 0],
  ])('%s goes from %s to %s', (direction, from, to, id) => {
    expect(mapped({}, action(direction))['evidences']).toMatchObject([
      { src_endpoint: { ip: from }, dst_endpoint: { ip: to }, connection_info: { direction_id: id } },
    ]);
  });
});

describe('ATT&CK', () => {
  it.each([
    ['CryptoCurrency:EC2/BitcoinTool.B!DNS', 'TA0040', 'T1496'],
    ['Trojan:EC2/DGADomainRequest.C!DNS', 'TA0011', 'T1568'],
    ['UnauthorizedAccess:EC2/SSHBruteForce', 'TA0006', 'T1110'],
    ['Stealth:IAMUser/CloudTrailLoggingDisabled', 'TA0112', 'T1685'],
    ['Backdoor:EC2/DenialOfService.Tcp', 'TA0040', 'T1498'],
    ['PrivilegeEscalation:IAMUser/AdministrativePermissions', 'TA0004', 'T1098'],
    ['Discovery:S3/AnomalousBehavior', 'TA0007', 'T1619'],
    ['Exfiltration:S3/AnomalousBehavior', 'TA0010', undefined],
    ['Policy:S3/BucketPublicAccessGranted', undefined, undefined],
    ['PenTest:IAMUser/KaliLinux', undefined, undefined],
    ['', undefined, undefined],
    ['constructor:x', undefined, undefined],
  ])('%s is %s %s', (type, tactic, technique) => {
    const [attack] = attacksOf(type);
    expect([valueAt(attack, 'tactic.uid'), valueAt(attack, 'technique.uid')]).toEqual([tactic, technique]);
  });

  it('every technique that it names is one of the pinned version, and of the tactic named with it', () => {
    const types = [
      'CryptoCurrency:X/Y',
      'Backdoor:EC2/C&CActivity.B!DNS',
      'X:Y/TorClient',
      'X:Y/PortProbe',
      'Recon:EC2/Portscan',
      'Recon:IAMUser/X',
      'Execution:Runtime/ReverseShell',
      'Execution:Kubernetes/ExecInKubeSystemPod',
      'PrivilegeEscalation:Kubernetes/PrivilegedContainer',
      'DefenseEvasion:Runtime/ProcessInjection.Proc',
      'DefenseEvasion:EC2/UnusualDoHActivity',
      'Discovery:Kubernetes/X',
      'X:Y/DriveBySourceTraffic!DNS',
      'X:Y/PhishingDomainRequest!DNS',
      'Impact:S3/AnomalousBehavior.Delete',
      'X:Y/MetadataDNSRebind',
      'Trojan:EC2/DNSDataExfiltration',
      'CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin',
      'CredentialAccess:RDS/AnomalousBehavior.FailedLogin',
      'InitialAccess:IAMUser/X',
      'Persistence:IAMUser/X',
    ];
    for (const type of types) {
      const [attack] = attacksOf(type);
      expect([type, valueAt(attack, 'version')]).toEqual([type, ATTACK_VERSION]);
      const id = valueAt(attack, 'sub_technique.uid') ?? valueAt(attack, 'technique.uid');
      const technique = typeof id === 'string' ? techniqueById(id) : undefined;
      if (id !== undefined)
        expect([type, technique?.tactics]).toEqual([
          type,
          expect.arrayContaining([tacticOf(String(valueAt(attack, 'tactic.uid')))?.slug]),
        ]);
    }
  });

  it('an attack sequence tells its techniques itself, in the words of the pinned version', () => {
    const indicators = [{ key: 'ATTACK_TECHNIQUE', values: ['T1562.008', 'T1078.004', 'T0000', 7] }];
    const event = mapped(
      { type: 'AttackSequence:IAM/CompromisedCredentials' },
      { detection: { sequence: { uid: 's', indicators } } },
    );
    const attacks = valueAt(event, 'finding_info.attacks');
    expect(Array.isArray(attacks) && attacks.map((attack) => valueAt(attack, 'sub_technique.uid'))).toEqual([
      'T1685.002',
      'T1078.004',
    ]);
  });
});

it.each<[string, unknown]>([
  ['AWSLogs/111122223333/GuardDuty/ap-northeast-1/2025/03/04/0a1b2c3d.jsonl.gz', 'own'],
  ['soc/AWSLogs/111122223333/GuardDuty/ap-northeast-1/2025/03/04/0a1b2c3d.jsonl.gz', 'own'],
  ['AWSLogs/111122223333/CloudTrail/ap-northeast-1/2025/03/04/x.json.gz', undefined],
  ['GuardDuty/readme.md', undefined],
])('judges the key %s', (key, verdict) => expect(awsGuardduty.judgeKey(key)).toBe(verdict));

it.each<[string, JsonObject]>([
  ['another product in the same shape', { type: 'Software and Configuration Checks/x', service: { serviceName: 'guardduty' } }],
  ['a type without a service', { type: 'Recon:EC2/PortProbe' }],
  ['an EventBridge envelope', { source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', detail: finding() }],
  ['nothing', {}],
])('does not take %s for a finding', (_, record) => expect(awsGuardduty.recognizes(record)).toBe(false));
