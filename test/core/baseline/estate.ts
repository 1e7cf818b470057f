// A company of some thirty people on AWS, day by day: what is usual there, with its holidays, joiners, journeys, batch jobs and deployments.
import type { GeoLookup } from '../../../functions/core/geo/geo.ts';
import type { OcsfEvent } from '../../../functions/core/ocsf/event.ts';
import { type Random, randomOf } from '../../../local/story/random.ts';

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** 91 days: two months to learn from, four weeks that are judged, one day of attacks. */
export const START_MS = Date.UTC(2026, 3, 1);
export const BENIGN_FROM = 62;
export const BENIGN_DAYS = 28;
export const ATTACK_DAY = BENIGN_FROM + BENIGN_DAYS;
/** Two days later a source has fallen silent and a role is denied what it was allowed. */
export const LAST_DAY = ATTACK_DAY + 2;
/** Flows and queries are kept for the last days only, as many as any look-back needs. */
const NETWORK_FROM = BENIGN_FROM - 31;
export const dayStart = (day: number): number => START_MS + day * DAY_MS;

export const ACCOUNT = '111122223333';
const SSO = (set: string, person: string): string =>
  `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_${set}_0123456789abcdef/${person}@example.com`;
const ROLE = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

export interface Row {
  event: OcsfEvent;
  source: string;
}

/** Where the documentation's addresses are in this company's world. */
export const GEO: GeoLookup = {
  network: (ip) => {
    const [, block = '', last = '0'] = /^(\d+\.\d+\.\d+)\.(\d+)$/.exec(ip) ?? [];
    const host = Number(last);
    if (block === '203.0.113')
      return host < 100
        ? { country: 'JP', asn: 64_500, org: 'Example Office' }
        : { country: 'BR', asn: 64_510, org: 'Example Hosting' };
    if (block === '198.51.100')
      return host < 200
        ? { country: 'JP', asn: 64_501 + (host % 3), org: 'Example Broadband' }
        : { country: 'SG', asn: 64_505, org: 'Example Hotel' };
    if (block === '192.0.2')
      return host < 32
        ? { country: 'US', asn: 64_507, org: 'Example VPN' }
        : { country: 'RO', asn: 64_511, org: 'Example Hosting' };
    return undefined;
  },
};
const OFFICE = ['203.0.113.10', '203.0.113.11'] as const;
const VPN = ['192.0.2.5', '192.0.2.6'] as const;
const HOTEL = '198.51.100.220';

export interface Person {
  name: string;
  set: string;
  arn: string;
  home: string;
  /** Share of the team's deeds that is this person's own way of working. */
  habits: readonly string[];
  /** First and last day. */
  from: number;
  startHour: number;
  calls: number;
}

const TEAMS: Readonly<Record<string, readonly string[]>> = {
  Developer:
    'logs:FilterLogEvents logs:DescribeLogGroups lambda:ListFunctions lambda:GetFunction lambda:UpdateFunctionCode lambda:Invoke s3:ListBuckets s3:GetObject dynamodb:DescribeTable dynamodb:ListTables sqs:ListQueues sqs:GetQueueAttributes cloudwatch:GetMetricData ecs:ListServices ecs:DescribeServices ecr:DescribeImages sts:GetCallerIdentity secretsmanager:GetSecretValue cloudformation:DescribeStacks states:ListExecutions'.split(
      ' ',
    ),
  Operator:
    'ec2:DescribeInstances ec2:DescribeVolumes ec2:StartInstances ec2:StopInstances ec2:CreateTags ssm:StartSession ssm:DescribeInstanceInformation ssm:GetParameter cloudwatch:DescribeAlarms cloudwatch:GetMetricData rds:DescribeDBInstances elasticloadbalancing:DescribeLoadBalancers route53:ListHostedZones iam:ListRoles iam:GetRole autoscaling:DescribeAutoScalingGroups backup:ListBackupJobs sts:GetCallerIdentity s3:ListBuckets config:DescribeComplianceByConfigRule'.split(
      ' ',
    ),
  Analyst:
    'athena:StartQueryExecution athena:GetQueryResults athena:GetQueryExecution athena:ListWorkGroups glue:GetTables glue:GetDatabases s3:ListBuckets s3:GetObject quicksight:ListDashboards quicksight:DescribeDashboard sts:GetCallerIdentity'.split(
      ' ',
    ),
};
/** What somebody on call does some night. */
const RARE =
  'ec2:RebootInstances rds:RebootDBInstance ecs:UpdateService lambda:UpdateFunctionConfiguration s3:PutBucketTagging route53:ChangeResourceRecordSets cloudwatch:PutMetricAlarm sqs:PurgeQueue glue:StartCrawler athena:CreateNamedQuery'.split(
    ' ',
  );

export const ACTION = (name: string): { operation: string; service: string } => {
  const [service = '', operation = ''] = name.split(':');
  return { operation, service: `${service === 'cloudwatch' ? 'monitoring' : service}.amazonaws.com` };
};

function peopleOf(random: Random): Person[] {
  const person = (team: string, i: number, from = 0): Person => {
    const own = TEAMS[team] ?? [];
    const name = `${team.toLowerCase()}${i}`;
    return {
      ...{ name, set: team, arn: SSO(team, name), from, startHour: random.int(0, 2), calls: random.int(25, 60) },
      home: `198.51.100.${20 + i * 5 + (team === 'Operator' ? 60 : team === 'Analyst' ? 110 : 0)}`,
      habits: own.filter(() => random.chance(0.75)),
    };
  };
  return [
    ...Array.from({ length: 12 }, (_, i) => person('Developer', i)),
    ...Array.from({ length: 8 }, (_, i) => person('Operator', i)),
    ...Array.from({ length: 5 }, (_, i) => person('Analyst', i)),
    // Joiners of the weeks that are judged.
    person('Developer', 12, BENIGN_FROM + 5),
    person('Analyst', 5, BENIGN_FROM + 12),
  ];
}

export const PEOPLE: readonly Person[] = peopleOf(randomOf(7));
export const HOSTS: readonly string[] = Array.from({ length: 14 }, (_, i) => `i-0a1b2c3d4e5f600${(16 + i).toString(16)}`);
const hostIp = (host: string): string => `10.0.1.${10 + HOSTS.indexOf(host)}`;

/** National holidays, a long weekend of them in the judged weeks. */
const HOLIDAYS: ReadonlySet<number> = new Set([28, 33, 34, 35, BENIGN_FROM + 13, BENIGN_FROM + 14]);
const isWorkday = (day: number): boolean => ![0, 6].includes(new Date(dayStart(day)).getUTCDay()) && !HOLIDAYS.has(day);

let serial = 0;
const uid = (): string => `e-${(serial++).toString(36).padStart(7, '0')}`;

interface Call {
  timeMs: number;
  action: string;
  actor: { arn: string; issuer?: string; type?: string; session?: string };
  ip: string;
  error?: string;
  resource?: string;
  region?: string;
}

/** One CloudTrail call. */
export function call({ timeMs, action, actor, ip, error, resource, region = 'ap-northeast-1' }: Call): Row {
  const { operation, service } = ACTION(action);
  const event = {
    ...{
      class_uid: 6003,
      class_name: 'API Activity',
      category_uid: 6,
      category_name: 'Application Activity',
      activity_id: 2,
      activity_name: 'Read',
      type_uid: 600302,
      type_name: 'API Activity: Read',
    },
    ...{
      time: timeMs,
      severity_id: 1,
      severity: 'Informational',
      metadata: { version: '1.8.0', uid: uid(), product: { name: 'CloudTrail', vendor_name: 'AWS' } },
    },
    actor: {
      user: { type: actor.type ?? 'AssumedRole', uid: actor.arn, credential_uid: actor.session ?? `ASIA${actor.arn.length}` },
      ...(actor.issuer === undefined ? {} : { session: { issuer: actor.issuer } }),
    },
    api: { operation, service: { name: service }, ...(error === undefined ? {} : { response: { error } }) },
    src_endpoint: { ip },
    cloud: { provider: 'AWS', region, account: { uid: ACCOUNT } },
    status_id: error === undefined ? 1 : 2,
    ...(resource === undefined ? {} : { resources: [{ uid: resource }] }),
  };
  return { event: event as unknown as OcsfEvent, source: 'aws-cloudtrail' };
}

/** One sign-in at the identity provider. */
export function signIn(
  timeMs: number,
  name: string,
  { ip, ok, lat, long }: { ip: string; ok: boolean; lat?: number; long?: number },
): Row {
  const user = { uid: `00u${name}`, name: `${name}@example.com`, email_addr: `${name}@example.com` };
  const event = {
    ...{
      class_uid: 3002,
      class_name: 'Authentication',
      category_uid: 3,
      category_name: 'Identity & Access Management',
      activity_id: 1,
      activity_name: 'Logon',
      type_uid: 300201,
      type_name: 'Authentication: Logon',
    },
    ...{
      time: timeMs,
      severity_id: 1,
      severity: 'Informational',
      metadata: { version: '1.8.0', uid: uid(), product: { name: 'Okta', vendor_name: 'Okta' } },
    },
    ...{ user, actor: { user }, session: { uid: `102${name}${Math.floor(timeMs / DAY_MS)}` }, status_id: ok ? 1 : 2 },
    src_endpoint: { ip, ...(lat === undefined ? {} : { location: { lat, long } }) },
  };
  return { event: event as unknown as OcsfEvent, source: 'okta' };
}

interface Flow {
  timeMs: number;
  host: string;
  to: string;
  port?: number;
  out: number;
  back?: number;
}

export function flow({ timeMs, host, to, port = 443, out, back = out * 8 }: Flow): Row {
  const event = {
    ...{
      class_uid: 4001,
      class_name: 'Network Activity',
      category_uid: 4,
      category_name: 'Network Activity',
      activity_id: 6,
      activity_name: 'Traffic',
      type_uid: 400106,
      type_name: 'Network Activity: Traffic',
    },
    ...{
      time: timeMs,
      severity_id: 1,
      severity: 'Informational',
      metadata: { version: '1.8.0', uid: uid(), product: { name: 'Zeek', vendor_name: 'Zeek' } },
    },
    src_endpoint: { ip: hostIp(host), instance_uid: host },
    dst_endpoint: { ip: to, port },
    traffic: { bytes_out: Math.round(out), bytes_in: Math.round(back) },
  };
  return { event: event as unknown as OcsfEvent, source: 'zeek' };
}

export function lookup(
  timeMs: number,
  host: string,
  { name, type = 'A', absent = false }: { name: string; type?: string; absent?: boolean },
): Row {
  const event = {
    ...{
      class_uid: 4003,
      class_name: 'DNS Activity',
      category_uid: 4,
      category_name: 'Network Activity',
      activity_id: 6,
      activity_name: 'Traffic',
      type_uid: 400306,
      type_name: 'DNS Activity: Traffic',
    },
    ...{
      time: timeMs,
      severity_id: 1,
      severity: 'Informational',
      metadata: { version: '1.8.0', uid: uid(), product: { name: 'Route 53 Resolver', vendor_name: 'AWS' } },
    },
    query: { hostname: `${name}.`, type },
    rcode_id: absent ? 3 : 0,
    src_endpoint: { ip: hostIp(host), instance_uid: host },
  };
  return { event: event as unknown as OcsfEvent, source: 'aws-route53-resolver' };
}

const hourOf = (day: number, hour: number, random: Random): number =>
  dayStart(day) + Math.floor((hour + random.next()) * HOUR_MS);
const zipf = <T>(items: readonly T[], random: Random): T =>
  items[Math.floor(items.length * random.next() ** 1.8)] ?? (items[0] as T);

/** Where somebody works on a day: office, at home, through the company's VPN, in an hotel on a journey. */
function placeOf(person: Person, day: number, random: Random): string {
  if (person.name === 'operator3' && day >= BENIGN_FROM + 6 && day <= BENIGN_FROM + 11) return HOTEL;
  const share = random.next();
  return share < 0.5 ? random.pick(OFFICE) : share < 0.85 ? person.home : random.pick(VPN);
}

function* personDay(person: Person, day: number, random: Random): Generator<Row> {
  const isOnCall = random.chance(0.06);
  if (day < person.from || (!isWorkday(day) && !isOnCall) || random.chance(0.05)) return;
  const ip = placeOf(person, day, random);
  const begin = person.startHour;
  const mondayMorning = new Date(dayStart(day)).getUTCDay() === 1;
  // A password that expired, on a Monday, for half of the office.
  const typos = random.chance(mondayMorning && day === BENIGN_FROM + 20 ? 0.6 : 0.06) ? random.int(1, 3) : 0;
  const at = hourOf(day, begin, random);
  for (let i = 0; i < typos; i++) yield signIn(at - (typos - i) * 20_000, person.name, { ip, ok: false });
  yield signIn(at, person.name, { ip, ok: true });
  if (random.chance(0.15)) yield signIn(at + 5 * HOUR_MS, person.name, { ip: random.pick(VPN), ok: true });
  const session = `ASIA${person.name.toUpperCase()}${day}`;
  const issuer = ROLE(`AWSReservedSSO_${person.set}_0123456789abcdef`);
  const actor = { arn: person.arn, issuer, session };
  const busy = Math.round(person.calls * (0.5 + random.next()) * (isWorkday(day) ? 1 : 0.4));
  for (let i = 0; i < busy; i++) {
    const timeMs = hourOf(day, begin + random.next() * 8, random);
    const rare = random.chance(isOnCall ? 0.08 : 0.004);
    const action = rare ? random.pick(RARE as [string, ...string[]]) : zipf(person.habits, random);
    const error = random.chance(0.02) ? 'AccessDenied' : undefined;
    const resource = action.endsWith(':GetObject')
      ? `arn:aws:s3:::team-${person.set}/${random.int(1, 400)}`
      : action.includes('Secret')
        ? `arn:aws:secretsmanager:::secret:app-${random.int(1, 4)}`
        : undefined;
    yield call({
      timeMs,
      action,
      actor,
      ip,
      ...(error === undefined ? {} : { error }),
      ...(resource === undefined ? {} : { resource }),
    });
  }
}

const DEPLOY =
  'cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet cloudformation:DescribeStacks s3:PutObject lambda:UpdateFunctionCode lambda:PublishVersion iam:PassRole ecr:PutImage ecs:RegisterTaskDefinition ecs:UpdateService'.split(
    ' ',
  );

/** Deployments by CI, nightly jobs, the monthly close: roles whose sessions are new every time. */
function* workloadDay(day: number, random: Random): Generator<Row> {
  const runs = isWorkday(day) ? random.int(4, 14) : random.int(0, 2);
  for (let run = 0; run < runs; run++) {
    const at = hourOf(day, random.int(1, 9), random);
    const actor = {
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/run-${random.int(1000, 99_999)}`,
      issuer: ROLE('deploy'),
      session: `ASIADEPLOY${day}${run}`,
    };
    // A new service is deployed for the first time in the judged weeks.
    const deeds =
      day >= BENIGN_FROM + 9
        ? [...DEPLOY, 'kinesis:CreateStream', 'kinesis:DescribeStream', 'apigateway:POST', 'wafv2:CreateWebACL']
        : DEPLOY;
    for (const [i, action] of deeds.entries())
      yield call({ timeMs: at + i * 4000, action, actor, ip: `10.0.9.${random.int(1, 200)}` });
  }
  const isClose = new Date(dayStart(day)).getUTCDate() === 1;
  const etl = { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/etl/night-${day}`, issuer: ROLE('etl'), session: `ASIAETL${day}` };
  const objects = Math.round((isClose ? 520 : 260) * (0.9 + 0.2 * random.next()));
  for (let i = 0; i < objects; i++)
    yield call({
      timeMs: dayStart(day) + 17 * HOUR_MS + i * 9000,
      action: 's3:GetObject',
      actor: etl,
      ip: '10.0.8.4',
      resource: `arn:aws:s3:::lake/${day}/${i}`,
    });
  const scanner = {
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/inventory/scan`,
    issuer: ROLE('inventory'),
    session: `ASIASCAN${day}`,
  };
  for (let hour = 0; hour < 24; hour += 2)
    for (const action of ['ec2:DescribeInstances', 'iam:ListRoles', 's3:ListBuckets', 'kms:ListKeys'])
      yield call({
        timeMs: hourOf(day, hour, random),
        action,
        actor: scanner,
        ip: '10.0.8.9',
        ...(action.startsWith('kms') ? { error: 'AccessDenied' } : {}),
      });
}

const BRANDS =
  'acme bright cedar delta ember falcon garden harbor indigo jasper kettle lumen maple nectar orchid pepper quartz river silver timber umber velvet willow yellow zephyr anchor basket candle dragon engine forest guitar hammer island jungle ladder marble needle orange pencil'.split(
    ' ',
  );
const KINDS =
  'cloud works media static data mail shop bank travel news health sport metrics tools login files photo music maps games school'.split(
    ' ',
  );
/** Names that the company's hosts ask for: words, as people choose them. */
export const DOMAINS: readonly string[] = BRANDS.flatMap((brand, i) =>
  [0, 7, 13].map((k) => `${brand}${KINDS[(i + k) % KINDS.length]}.${['com', 'net', 'io', 'co.jp'][(i + k) % 4]}`),
);
const SITES = Array.from({ length: 60 }, (_, i) => `203.0.113.${100 + i}`);

function* networkDay(day: number, random: Random): Generator<Row> {
  for (const [index, host] of HOSTS.entries()) {
    const load = isWorkday(day) ? 1 : 0.5;
    // The monitoring agent of every host, and NTP.
    for (let minute = index; minute < 1440; minute += 10)
      yield flow({ timeMs: dayStart(day) + minute * 60_000, host, to: '192.0.2.40', out: 900 });
    for (let minute = index; minute < 1440; minute += 34)
      yield flow({ timeMs: dayStart(day) + minute * 60_000 + 5000, host, to: '192.0.2.50', port: 123, out: 76, back: 76 });
    for (let i = 0; i < 60 * load; i++)
      yield flow({
        timeMs: hourOf(day, 24 * random.next() * 0.95, random),
        host,
        to: zipf(SITES, random),
        out: 2000 + random.next() ** 4 * 400_000,
      });
    for (let i = 0; i < 70 * load; i++) {
      const domain = zipf(DOMAINS, random);
      const name =
        domain === DOMAINS[0] ? `${random.hex(12)}.edge.${domain}` : `${random.pick(['www', 'api', 'cdn', 'img'])}.${domain}`;
      yield lookup(hourOf(day, 24 * random.next() * 0.95, random), host, { name });
    }
    // Typing errors, and names that a search list completes.
    for (let i = 0; i < 3; i++)
      yield lookup(hourOf(day, random.int(0, 22), random), host, {
        name: `${zipf(DOMAINS, random).replace('.', 'x.')}`,
        absent: true,
      });
  }
  const [backup = '', mail = '', poller = ''] = HOSTS;
  for (let i = 0; i < 20; i++)
    yield flow({
      timeMs: dayStart(day) + 18 * HOUR_MS + i * 60_000,
      host: backup,
      to: '192.0.2.60',
      out: 60_000_000 * (0.9 + 0.2 * random.next()),
      back: 20_000,
    });
  // A mail server asks block lists about every sender; one host polls a supplier every five minutes, and has for a long time.
  for (let i = 0; i < 160; i++)
    yield lookup(hourOf(day, random.int(0, 22), random), mail, {
      name: `${random.int(1, 254)}.${random.int(1, 254)}.${random.int(1, 254)}.${random.int(1, 254)}.list.example.org`,
      absent: random.chance(0.8),
    });
  for (let minute = 0; minute < 1440; minute += 5)
    yield flow({ timeMs: dayStart(day) + minute * 60_000, host: poller, to: '192.0.2.70', out: 1500 });
}

/** Every event of a day, the same for the same day. */
export function* benignDay(day: number): Generator<Row> {
  const random = randomOf(1000 + day);
  for (const person of PEOPLE) yield* personDay(person, day, random);
  yield* workloadDay(day, random);
  if (day >= NETWORK_FROM) yield* networkDay(day, random);
}
