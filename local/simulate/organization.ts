/** Turns a seed into an organization: people, accounts, pipelines, addresses, data; the stage on which noise and attacks play. */
import type { Random } from '../story/random.ts';
import { sessionKeyId } from '../story/random.ts';

export type Department = 'engineering' | 'platform' | 'helpdesk' | 'sales' | 'finance' | 'support';

export interface Person {
  email: string;
  login: string;
  department: Department;
  /** The address at home; in the office they share one of few. */
  homeIp: string;
  officeIp: string;
}

export interface Pipeline {
  role: string;
  account: string;
  repo: string;
  ip: string;
}

/** An IAM user with a long-lived key: a service of old, or a vendor's. */
export interface ServiceUser {
  name: string;
  account: string;
  keyId: string;
  ip: string;
}

export interface Organization {
  people: Person[];
  byDepartment: Readonly<Record<Department, Person[]>>;
  accounts: string[];
  pipelines: Pipeline[];
  serviceUsers: ServiceUser[];
  buckets: string[];
  repos: string[];
  hosts: string[];
  officeIps: string[];
}

const FIRST =
  'aoi ren yui sora mei haruto rin kaito hina riku sakura daichi nao takumi emi kenta mika shun yuna jun ann bob carla dan eve finn gina hugo iris jack'.split(
    ' ',
  );
const LAST =
  'sato suzuki tanaka ito kato mori abe ono hara kudo arai ueda okada noda imai baker cole diaz evans ford grant hayes irwin jones klein'.split(
    ' ',
  );
const SHARES: readonly (readonly [Department, number])[] = [
  ['engineering', 0.3],
  ['platform', 0.008],
  ['helpdesk', 0.005],
  ['sales', 0.3],
  ['finance', 0.1],
  ['support', 0.24],
];
const ACCOUNTS = ['111122223333', '444455556666', '777788889999', '123456789012', '210987654321', '999988887777'];
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** @param size how many people */
export function organizationOf(random: Random, size = 4000): Organization {
  const officeIps = ['192.0.2.10', '192.0.2.11', '192.0.2.12'];
  const people = peopleOf(random, size, officeIps);
  const repos = Array.from(
    { length: 400 },
    (_, i) => `example-org/${['payments', 'web', 'data', 'infra', 'mobile'][i % 5]}-${i}`,
  );
  const byDepartment = {
    engineering: of(people, 'engineering'),
    platform: of(people, 'platform'),
    helpdesk: of(people, 'helpdesk'),
    sales: of(people, 'sales'),
    finance: of(people, 'finance'),
    support: of(people, 'support'),
  };
  return {
    people,
    byDepartment,
    accounts: ACCOUNTS,
    pipelines: Array.from({ length: 7 }, (_, i) => ({
      role: `deploy-${['web', 'data', 'infra', 'mobile', 'payments', 'batch', 'terraform'][i]}`,
      account: ACCOUNTS[i % ACCOUNTS.length] ?? '',
      repo: repos[i] ?? '',
      ip: `192.0.2.${100 + (i % 3)}`,
    })),
    serviceUsers: Array.from({ length: 25 }, (_, i) => ({
      name: `svc-${['backup', 'etl', 'monitor', 'mailer', 'sync'][i % 5]}-${i}`,
      account: ACCOUNTS[i % ACCOUNTS.length] ?? '',
      keyId: `AKIA${random.text(9, UPPER)}EXAMPLE`,
      ip: `192.0.2.${150 + i}`,
    })),
    buckets: Array.from({ length: 300 }, (_, i) => `example-${['logs', 'records', 'exports', 'media', 'backup'][i % 5]}-${i}`),
    repos,
    hosts: Array.from({ length: 500 }, () => `i-0${random.hex(16)}`),
    officeIps,
  };
}

const of = (people: readonly Person[], department: Department): Person[] => people.filter((one) => one.department === department);

function peopleOf(random: Random, size: number, officeIps: readonly string[]): Person[] {
  return Array.from({ length: size }, (_, i): Person => {
    const name = `${FIRST[i % FIRST.length]}.${LAST[Math.floor(i / FIRST.length) % LAST.length]}`;
    const login = `${name.replace('.', '-')}${i >= FIRST.length * LAST.length ? i : ''}`;
    return {
      email: `${login.replace('-', '.')}@example.com`,
      login,
      department: departmentOf(random),
      homeIp: `2001:db8:${(i + 1).toString(16)}::${random.hex(4)}`,
      officeIp: officeIps[i % officeIps.length] ?? '',
    };
  });
}

function departmentOf(random: Random): Department {
  let left = random.next();
  for (const [department, share] of SHARES) {
    if (left < share) return department;
    left -= share;
  }
  return 'support';
}

/** A new temporary credential. */
export const newSession = (random: Random): string => sessionKeyId(random);
export const newKey = (random: Random): string => `AKIA${random.text(9, UPPER)}EXAMPLE`;
/** One of a list that is known to hold something. */
export function one<T>(random: Random, items: readonly T[]): T {
  const item = items[random.int(0, items.length - 1)];
  if (item === undefined) throw new RangeError('nothing to choose from');
  return item;
}
