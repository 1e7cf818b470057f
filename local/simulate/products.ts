/** Raw findings of products, as the simulated organization gets them beside its own rules' alerts. */
import type { JsonObject } from '../../functions/core/json.ts';
import type { Random } from '../story/random.ts';

export type ProductSource = 'aws-guardduty' | 'm365' | 'okta';

export interface ProductFinding {
  source: ProductSource;
  record: JsonObject;
}

export interface ProductDeed {
  /** GuardDuty's finding type; or `DlpRuleMatch`, `AlertTriggered`, `security.threat.detected`. */
  type: string;
  /** GuardDuty's 1–8.9. */
  severity: number;
  atMs: number;
  account: string;
  host?: string;
  email?: string;
  ip: string;
  credential?: { keyId: string; role: string; session: string };
}

const iso = (atMs: number): string => new Date(atMs).toISOString();

export function productFinding(random: Random, deed: ProductDeed): ProductFinding {
  if (deed.type.includes(':')) return { source: 'aws-guardduty', record: guardDuty(random, deed) };
  if (deed.type.startsWith('security.')) return { source: 'okta', record: oktaThreat(random, deed) };
  return { source: 'm365', record: m365Alert(random, deed) };
}

function guardDuty(random: Random, { type, severity, atMs, account, host, ip, credential }: ProductDeed): JsonObject {
  const id = random.hex(32);
  const remoteIpDetails = { ipAddressV4: ip, country: { countryName: 'Netherlands' } };
  const resource: JsonObject =
    credential === undefined
      ? { resourceType: 'Instance', instanceDetails: { instanceId: host ?? '' } }
      : {
          resourceType: 'AccessKey',
          accessKeyDetails: {
            accessKeyId: credential.keyId,
            principalId: `AROAIDPPEZS35WEXAMPLE:${credential.session}`,
            userType: 'AssumedRole',
            userName: credential.role,
          },
        };
  const action: JsonObject =
    credential === undefined
      ? { actionType: 'NETWORK_CONNECTION', networkConnectionAction: { connectionDirection: 'INBOUND', remoteIpDetails } }
      : {
          actionType: 'AWS_API_CALL',
          awsApiCallAction: { api: 'ListBuckets', serviceName: 's3.amazonaws.com', callerType: 'Remote IP', remoteIpDetails },
        };
  return {
    schemaVersion: '2.0',
    accountId: account,
    region: 'ap-northeast-1',
    partition: 'aws',
    id,
    arn: `arn:aws:guardduty:ap-northeast-1:${account}:detector/12abc34d567e8fa901bc2d34e56789f0/finding/${id}`,
    type,
    resource,
    service: {
      serviceName: 'guardduty',
      detectorId: '12abc34d567e8fa901bc2d34e56789f0',
      action,
      count: 1,
      resourceRole: 'TARGET',
      eventFirstSeen: iso(atMs),
      eventLastSeen: iso(atMs),
      archived: false,
    },
    severity,
    createdAt: iso(atMs),
    updatedAt: iso(atMs),
    title: type,
    description: type,
  };
}

const m365Alert = (random: Random, { type, severity, atMs, email }: ProductDeed): JsonObject => ({
  CreationTime: iso(atMs).slice(0, 19),
  Id: random.uuid(),
  Operation: type,
  OrganizationId: '11111111-0000-4000-8000-000000000001',
  RecordType: 40,
  UserKey: email ?? '',
  UserType: 0,
  Workload: 'SecurityComplianceCenter',
  ObjectId: random.hex(8),
  UserId: email ?? '',
  AlertId: random.uuid(),
  Name: type === 'DlpRuleMatch' ? 'Personal data sent outside' : 'Unusual volume of file deletion',
  Severity: severity >= 7 ? 'High' : severity >= 4 ? 'Medium' : 'Low',
  Category: 'ThreatManagement',
});

const oktaThreat = (random: Random, { type, atMs, email, ip }: ProductDeed): JsonObject => ({
  uuid: random.uuid(),
  published: iso(atMs),
  eventType: type,
  version: '0',
  severity: 'WARN',
  displayMessage: 'Request from suspicious actor',
  actor: { id: `00u${(email ?? '').slice(0, 14)}`, type: 'User', alternateId: email ?? '', displayName: email ?? '' },
  client: { ipAddress: ip },
  outcome: { result: 'DENY' },
  target: [],
  transaction: { type: 'WEB', id: random.hex(20), detail: {} },
});
