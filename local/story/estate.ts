/** The accounts, people and keys of the story, and what is left of them after the attack, for a simulated account to start from. */
import type { SimulatedEstate, SimulatedUser } from '../adapters/simulated-aws.ts';

export type { SimulatedEstate } from '../adapters/simulated-aws.ts';

export const ORGANIZATION_ID = 'o-a1b2c3d4e5';
export const PRODUCTION = '111122223333';
export const STAGING = '444455556666';
/** The intruder's own account, outside of the organization. */
export const FOREIGN = '999988887777';
/** A vendor that watches the account by a role. */
export const VENDOR = '777788889999';
export const HOME_REGION = 'ap-northeast-1';
export const GLOBAL_REGION = 'us-east-1';

/** The web servers of production. */
export const INSTANCES: readonly [string, ...string[]] = [
  'i-0a11c5e8d90b2f431',
  'i-0b72d4f1e3a98c650',
  'i-0c9e01b47fd36a528',
  'i-0d38fa62c5b71e094',
];

/** The user whose key leaked, and what the intruder makes with it. */
export const LEAKED = { userName: 'deploy-bot', keyId: 'AKIAIOSFODNN7EXAMPLE' };
export const PLANTED = { userName: 'svc-health-sync', keyId: 'AKIAI44QH8DHBEXAMPLE' };
export const BORROWED = { userName: 'backup-agent', keyId: 'AKIAYLPMN5HHBEXAMPLE' };
const BACKUP_KEY = 'AKIAQ2RSTUVWXEXAMPLE';
export const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';
export const DEPLOY_POLICY = `arn:aws:iam::${PRODUCTION}:policy/deploy-bot-release`;

export const userArn = (userName: string, accountId = PRODUCTION): string => `arn:aws:iam::${accountId}:user/${userName}`;
export const roleArn = (roleName: string, accountId = PRODUCTION): string => `arn:aws:iam::${accountId}:role/${roleName}`;

/** Unique ids of the users, which stay the same for life. */
export const USER_IDS: Readonly<Record<string, string>> = {
  [LEAKED.userName]: 'AIDADEPLOYBOTEXAMPLE',
  [PLANTED.userName]: 'AIDAHEALTHSYNEXAMPLE',
  [BORROWED.userName]: 'AIDABACKUPAGTEXAMPLE',
  mori: 'AIDAMORIMORI1EXAMPLE',
  kato: 'AIDAKATOKATO2EXAMPLE',
  'svc-mail-sender': 'AIDAMAILSENDREXAMPLE',
};

interface UserParts {
  keys?: SimulatedUser['accessKeys'];
  policies: string[];
  team: string;
}
const user = (userName: string, { keys = {}, policies, team }: UserParts): [string, SimulatedUser] => [
  userName,
  {
    arn: userArn(userName),
    userId: USER_IDS[userName] ?? '',
    accessKeys: keys,
    attachedPolicies: policies,
    inlinePolicies: {},
    tags: { team },
  },
];

/** The accounts as the defenders find them after the attack. Times in epoch ms. */
export function estateAfter({
  startMs,
  plantedAtMs,
  borrowedAtMs,
  leakedUsedAtMs,
}: {
  startMs: number;
  plantedAtMs: number;
  borrowedAtMs: number;
  leakedUsedAtMs: number;
}): SimulatedEstate {
  const yearMs = 365 * 86_400_000;
  const key = (createdAtMs: number): SimulatedUser['accessKeys'][string] => ({ status: 'Active', createdAtMs });
  const users = Object.fromEntries([
    user(LEAKED.userName, {
      keys: {
        [LEAKED.keyId]: {
          ...key(startMs - yearMs),
          lastUsed: { atMs: leakedUsedAtMs, service: 'guardduty', region: HOME_REGION },
        },
      },
      policies: [DEPLOY_POLICY, ADMINISTRATOR],
      team: 'release',
    }),
    user(BORROWED.userName, {
      keys: { [BACKUP_KEY]: key(startMs - 2 * yearMs), [BORROWED.keyId]: key(borrowedAtMs) },
      policies: [`arn:aws:iam::${PRODUCTION}:policy/backup-agent`],
      team: 'platform',
    }),
    user(PLANTED.userName, { keys: { [PLANTED.keyId]: key(plantedAtMs) }, policies: [ADMINISTRATOR], team: 'unknown' }),
    user('svc-mail-sender', { policies: ['arn:aws:iam::aws:policy/AmazonSESFullAccess'], team: 'notifications' }),
    user('mori', { policies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'], team: 'finance' }),
    user('kato', { policies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'], team: 'support' }),
  ]);
  return { accounts: { [PRODUCTION]: { users }, [STAGING]: { users: {} } } };
}
