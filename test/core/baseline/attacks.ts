// One day of attacks on that company, each by and on somebody of its own, and which baseline must tell of it.
import { type Random, randomOf } from '../../../local/story/random.ts';
import {
  ACCOUNT,
  ATTACK_DAY,
  benignDay,
  call,
  dayStart,
  flow,
  HOSTS,
  LAST_DAY,
  lookup,
  PEOPLE,
  type Row,
  signIn,
} from './estate.ts';

const HOUR_MS = 3_600_000;
const at = (hour: number, seconds = 0): number => dayStart(ATTACK_DAY) + hour * HOUR_MS + seconds * 1000;

export interface Attack {
  baseline: string;
  /** Part of what the anomaly is about. */
  subject: string;
  /** The day that is judged; default: the day of attacks. */
  day?: number;
  /** The hour that is judged, of baselines that judge hours. */
  hour?: number;
  rows(random: Random): Row[];
}

const person = (name: string) => {
  const found = PEOPLE.find((one) => one.name === name);
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
};
const actorOf = (name: string, session = `ASIA${name.toUpperCase()}STOLEN`) => {
  const { arn, set } = person(name);
  return { arn, issuer: `arn:aws:iam::${ACCOUNT}:role/AWSReservedSSO_${set}_0123456789abcdef`, session };
};
const times = (count: number, row: (i: number) => Row): Row[] => Array.from({ length: count }, (_, i) => row(i));
const OFFICE = '203.0.113.10';
const ABROAD = '192.0.2.99';

const TAKEOVER =
  'iam:CreateUser iam:CreateAccessKey iam:AttachUserPolicy iam:CreateLoginProfile organizations:ListAccounts guardduty:DeleteDetector cloudtrail:StopLogging kms:ScheduleKeyDeletion'.split(
    ' ',
  );

export const ATTACKS: readonly Attack[] = [
  {
    baseline: 'api_calls',
    subject: 'developer1@example.com',
    rows: () =>
      times(900, (i) =>
        call({ timeMs: at(4, i * 6), action: 'dynamodb:DescribeTable', actor: actorOf('developer1'), ip: OFFICE }),
      ),
  },
  {
    baseline: 'denied_calls',
    subject: 'developer2@example.com',
    rows: () =>
      times(60, (i) =>
        call({
          timeMs: at(4, i * 30),
          action: 's3:ListBuckets',
          actor: actorOf('developer2'),
          ip: OFFICE,
          error: 'AccessDenied',
        }),
      ),
  },
  {
    baseline: 'secrets_read',
    subject: 'developer3@example.com',
    rows: () =>
      times(40, (i) =>
        call({
          timeMs: at(5, i * 10),
          action: 'secretsmanager:GetSecretValue',
          actor: actorOf('developer3'),
          ip: OFFICE,
          resource: `arn:aws:secretsmanager:::secret:${i}`,
        }),
      ),
  },
  {
    baseline: 'objects_read',
    subject: 'analyst1@example.com',
    rows: () =>
      times(700, (i) =>
        call({
          timeMs: at(6, i * 5),
          action: 's3:GetObject',
          actor: actorOf('analyst1'),
          ip: OFFICE,
          resource: `arn:aws:s3:::team-Analyst/secret-${i}`,
        }),
      ),
  },
  ...['rare_actions', 'new_actions', 'unlike_peers'].map((baseline) => ({
    baseline,
    subject: 'analyst2@example.com',
    rows: () =>
      baseline === 'rare_actions'
        ? TAKEOVER.map((action, i) => call({ timeMs: at(3, i * 60), action, actor: actorOf('analyst2'), ip: OFFICE }))
        : [],
  })),
  {
    baseline: 'new_regions',
    subject: 'operator1@example.com',
    rows: () => [
      call({ timeMs: at(3), action: 'ec2:StartInstances', actor: actorOf('operator1'), ip: OFFICE, region: 'sa-east-1' }),
    ],
  },
  {
    baseline: 'drift',
    subject: 'operator2@example.com',
    rows: () =>
      times(160, (i) =>
        call({
          timeMs: at(2, i * 20),
          action: ['dynamodb:ListTables', 'lambda:ListFunctions', 'glue:GetTables', 'athena:StartQueryExecution'][i % 4] ?? '',
          actor: actorOf('operator2'),
          ip: OFFICE,
        }),
      ),
  },
  {
    baseline: 'session_travel',
    subject: 'developer4@example.com',
    hour: 5,
    rows: () => [
      call({ timeMs: at(5, 60), action: 'sts:GetCallerIdentity', actor: actorOf('developer4'), ip: person('developer4').home }),
      call({ timeMs: at(5, 360), action: 'sts:GetCallerIdentity', actor: actorOf('developer4'), ip: '203.0.113.240' }),
    ],
  },
  {
    baseline: 'sign_in_travel',
    subject: 'developer5@example.com',
    hour: 6,
    rows: () => [
      signIn(at(6, 60), 'developer5', { ip: '198.51.100.9', ok: true, lat: 35.7, long: 139.7 }),
      signIn(at(6, 1200), 'developer5', { ip: '198.51.100.8', ok: true, lat: 43.06, long: 141.35 }),
    ],
  },
  {
    baseline: 'new_places',
    subject: 'operator4@example.com',
    rows: () => [signIn(at(7), 'operator4', { ip: ABROAD, ok: true })],
  },
  {
    baseline: 'sign_in_spray',
    subject: '192.0.2.120',
    hour: 8,
    rows: () => [
      ...PEOPLE.slice(0, 20).flatMap(({ name }, i) =>
        times(2, (k) => signIn(at(8, i * 60 + k), name, { ip: '192.0.2.120', ok: false })),
      ),
      signIn(at(8, 3000), 'developer9', { ip: '192.0.2.120', ok: true }),
    ],
  },
  {
    baseline: 'beacons',
    subject: HOSTS[5] ?? '',
    rows: (random) =>
      times(280, (i) =>
        flow({
          timeMs: at(0, i * 300 + random.int(-8, 8) + 20),
          host: HOSTS[5] ?? '',
          to: '192.0.2.200',
          out: 420 + random.int(0, 12),
        }),
      ),
  },
  {
    baseline: 'generated_domains',
    subject: HOSTS[6] ?? '',
    rows: (random) =>
      times(30, (i) =>
        lookup(at(9, i * 20), HOSTS[6] ?? '', {
          name: `${random.text(16, 'bcdfghjklmnpqrstvwxz0123456789')}.com`,
          absent: i !== 7,
        }),
      ),
  },
  {
    baseline: 'dns_tunnels',
    subject: HOSTS[7] ?? '',
    rows: (random) =>
      times(900, (i) => lookup(at(10, i * 3), HOSTS[7] ?? '', { name: `${random.hex(40)}.t.example.net`, type: 'TXT' })),
  },
  {
    baseline: 'bytes_out',
    subject: HOSTS[8] ?? '',
    rows: () =>
      times(40, (i) => flow({ timeMs: at(11, i * 60), host: HOSTS[8] ?? '', to: '192.0.2.210', out: 90_000_000, back: 40_000 })),
  },
  { baseline: 'source_volume', subject: 'zeek', day: LAST_DAY, rows: () => [] },
  { baseline: 'denied_level', subject: ACCOUNT, day: LAST_DAY, rows: () => [] },
];

/** The days after the day of attacks: the network sensor sends nothing any more, and the nightly job is denied its bucket. */
export const changedDay = (day: number): Row[] => [
  ...[...benignDay(day)].filter(({ source }) => source !== 'zeek'),
  ...times(400, (i) =>
    call({
      timeMs: dayStart(day) + 17 * HOUR_MS + i * 9000,
      action: 's3:GetObject',
      actor: {
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/etl/night-${day}`,
        issuer: `arn:aws:iam::${ACCOUNT}:role/etl`,
        session: `ASIAETL${day}`,
      },
      ip: '10.0.8.4',
      error: 'AccessDenied',
    }),
  ),
];

export const attackRows = (): Row[] => {
  const random = randomOf(4711);
  return ATTACKS.flatMap((attack) => attack.rows(random));
};
