/** Turns the many spellings of one identity into one: ARNs without paths, an assumed-role session with the role behind it. */
import type { Entity } from './finding.ts';

const ARN = /^arn:(aws[a-z-]*):([a-z0-9-]*):([a-z0-9-]*):(\d{12})?:(.+)$/i;
/** AWS's own hosts and principals. @see CloudTrail userIdentity element, "invokedBy" */
const AWS_SERVICE = /(^|\.)amazonaws\.com(\.cn)?$|^AWS Internal$/i;
const LONG_KEY = /^AKIA[A-Z0-9]{12,124}$/;
const SHORT_KEY = /^ASIA[A-Z0-9]{12,124}$/;
/** Texts that CloudTrail writes where it hides a name. */
const HIDDEN = /^(HIDDEN_DUE_TO_SECURITY_REASONS|ANONYMOUS_PRINCIPAL|anonymous|unknown|-|\*)$/i;

/** True for `ec2.amazonaws.com` and `AWS Internal`: never somebody who attacks. */
export const isAwsService = (text: string): boolean => AWS_SERVICE.test(text);

/** True where the text says that nobody is named. */
export const isNobody = (text: string): boolean => text.trim() === '' || HIDDEN.test(text.trim());

/** `AKIA…` is an access key, `ASIA…` a session; undefined for anything else. @see IAM identifiers, "unique ID prefixes" */
export function keyEntity(id: string, part: Entity['part']): Entity | undefined {
  if (LONG_KEY.test(id)) return { type: 'access_key', id, part };
  return SHORT_KEY.test(id) ? { type: 'session', id, part } : undefined;
}

/**
 * The entities that an identity's uid stands for. IAM paths are dropped from users and roles, since assumed-role sessions never carry
 * them. A session gives itself as principal and its role; roles that only AWS's services assume are context.
 */
export function identityEntities(uid: string, part: Entity['part']): Entity[] {
  if (isNobody(uid)) return [];
  if (isAwsService(uid)) return [{ type: 'application', id: uid, part: 'context' }];
  const [, partition = 'aws', service = '', , account = '', rest = ''] = ARN.exec(uid) ?? [];
  const [kind = '', ...path] = rest.split('/');
  const last = path.at(-1) ?? '';
  if (service === 'sts' && kind === 'assumed-role' && path.length >= 2) {
    const isService = path[0]?.startsWith('AWSServiceRoleFor') === true;
    const at = isService ? 'context' : part;
    const role: Entity = { type: 'role', id: `arn:${partition}:iam::${account}:role/${path[0]}`, part: at, name: path[0] ?? '' };
    const session = path.slice(1).join('/');
    return [
      { type: 'principal', id: uid, part: at, name: `${path[0]}/${session}` },
      role,
      // Single sign-on names the session by the person: what the identity provider and other products call the same one.
      ...(isEmail(session) && !isService ? [{ type: 'principal', id: session.toLowerCase(), part: at } as const] : []),
    ];
  }
  if (service === 'iam' && kind === 'role')
    return [{ type: 'role', id: `arn:${partition}:iam::${account}:role/${last}`, part, name: last }];
  if (service === 'iam' && kind === 'user')
    return [{ type: 'principal', id: `arn:${partition}:iam::${account}:user/${last}`, part, name: last }];
  const repository = /(?:^|:)repo:([^:\s]+\/[^:\s]+):/.exec(uid)?.[1];
  // A pipeline's identity is what its repository makes of it.
  if (repository !== undefined)
    return [
      { type: 'principal', id: uid, part },
      { type: 'repository', id: repository, part },
    ];
  return [{ type: 'principal', id: isEmail(uid) ? uid.toLowerCase() : uid, part, ...(ARN.test(uid) ? { name: rest } : {}) }];
}

/** True for an address that a person signs in with: the same one in every product, in any case. */
export const isEmail = (text: string): boolean => text.length <= 254 && /^[^\s@:/]+@[^\s@:/]+\.[^\s@:/.]{2,}$/.test(text);

/** The ARN of an IAM user that is known by account and name only. */
export const iamUserArn = (account: string, name: string): string => `arn:aws:iam::${account}:user/${name}`;
