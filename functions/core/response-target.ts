/** Turns the entities of an incident into the inputs with which playbooks could be started. Entity ids are log text: all are checked. */
import type { Entity } from './finding.ts';

/** What `disable-access-key` needs. */
export interface AccessKeyTarget {
  [key: string]: string;
  accountId: string;
  userName: string;
  accessKeyId: string;
}

export interface ResponseCandidate {
  playbook: 'disable-access-key';
  incidentId: string;
  target: AccessKeyTarget;
  /** False where the incident has several users or accounts, and this pairing of key and user is one of those possible. */
  isCertain: boolean;
}

/** @see IAM User Guide, "IAM identifiers": long-lived keys begin with AKIA, temporary ones with ASIA */
const ACCESS_KEY = /^AKIA[A-Z0-9]{12,124}$/;
/** A user's ARN, whose path is not part of the user's name. */
const USER_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):user\/(?:[\u0021-\u007e]{1,510}\/)?([\w+=,.@-]{1,64})$/;

interface Involved {
  incidentId: string;
  entities: readonly Entity[];
  /** The entities of each alert: they tell which key and which user acted together. */
  groups?: readonly (readonly Entity[])[];
}

/**
 * Long-lived keys that acted, each with the IAM users that acted with it in one alert, or else with every user that acted. The pairing is
 * certain only where one user is left. A key whose user nobody knows gives nothing, because a key is disabled under its user's name.
 */
export function responseInputs({ incidentId, entities, groups = [] }: Involved): ResponseCandidate[] {
  const everyUser = actingUsers(entities);
  return actingKeys(entities).flatMap((accessKeyId) => {
    const together = groups.filter((group) => actingKeys(group).includes(accessKeyId)).flatMap(actingUsers);
    const users = together.length > 0 ? uniqueUsers(together) : everyUser;
    return users.map((user) => ({
      playbook: 'disable-access-key' as const,
      incidentId,
      target: { ...user, accessKeyId },
      isCertain: users.length === 1,
    }));
  });
}

interface IamUser {
  accountId: string;
  userName: string;
}

const actors = (entities: readonly Entity[], type: Entity['type']): string[] =>
  entities.filter((entity) => entity.part === 'actor' && entity.type === type).map(({ id }) => id);

const actingKeys = (entities: readonly Entity[]): string[] => [
  ...new Set(actors(entities, 'access_key').filter((id) => ACCESS_KEY.test(id))),
];

function actingUsers(entities: readonly Entity[]): IamUser[] {
  const users = actors(entities, 'principal').flatMap((arn) => {
    const [, accountId, userName] = USER_ARN.exec(arn) ?? [];
    return accountId === undefined || userName === undefined ? [] : [{ accountId, userName }];
  });
  return uniqueUsers(users);
}

const uniqueUsers = (users: readonly IamUser[]): IamUser[] => [
  ...new Map(users.map((user) => [`${user.accountId}/${user.userName}`, user])).values(),
];
