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

/**
 * Long-lived keys that acted, each with the IAM users that acted: the user is certain only where there is one. A key whose user nobody
 * knows gives nothing, because an access key is disabled under its user's name.
 */
export function responseInputs(incident: { incidentId: string; entities: readonly Entity[] }): ResponseCandidate[] {
  const acting = incident.entities.filter((entity) => entity.part === 'actor');
  const keys = unique(acting.filter((entity) => entity.type === 'access_key' && ACCESS_KEY.test(entity.id)).map(({ id }) => id));
  const arns = unique(acting.filter((entity) => entity.type === 'principal').map(({ id }) => id));
  const users = arns.flatMap((arn) => {
    const [, accountId, userName] = USER_ARN.exec(arn) ?? [];
    return accountId === undefined || userName === undefined ? [] : [{ accountId, userName }];
  });
  return keys.flatMap((accessKeyId) =>
    users.map((user) => ({
      playbook: 'disable-access-key' as const,
      incidentId: incident.incidentId,
      target: { ...user, accessKeyId },
      isCertain: users.length === 1,
    })),
  );
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];
