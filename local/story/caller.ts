/** Who calls in the story: users, role sessions, services, each as the identity of a record at one moment. */
import type { JsonObject } from '../../functions/core/json.ts';
import { PRODUCTION, roleArn, USER_IDS, userArn } from './estate.ts';
import { type Random, sessionKeyId, uniqueId } from './random.ts';
import { type Caller, isoSeconds } from './record.ts';

/** Makes the caller of one call. */
export type CallerAt = (atMs: number) => Caller;

const HOUR_MS = 3_600_000;

/** Holds the ids that live longer than one call: role ids for good, session credentials for an hour. */
export class Callers {
  readonly #random: Random;
  readonly #ids = new Map<string, string>();

  constructor(random: Random) {
    this.#random = random;
  }

  #id(key: string, make: () => string): string {
    const known = this.#ids.get(key) ?? make();
    this.#ids.set(key, known);
    return known;
  }

  /** A long-lived key of an IAM user. */
  user(userName: string, keyId: string, { sourceIp, userAgent }: { sourceIp: string; userAgent: string }): CallerAt {
    const identity = {
      type: 'IAMUser',
      principalId: USER_IDS[userName] ?? '',
      arn: userArn(userName),
      accountId: PRODUCTION,
      accessKeyId: keyId,
      userName,
    };
    return () => ({ identity, sourceIp, userAgent, accountId: PRODUCTION });
  }

  /** A console session of an IAM user, with MFA. */
  consoleUser(userName: string, { sourceIp, userAgent }: { sourceIp: string; userAgent: string }): CallerAt {
    return (atMs) => {
      const session = Math.floor(atMs / (8 * HOUR_MS));
      return {
        identity: {
          type: 'IAMUser',
          principalId: USER_IDS[userName] ?? '',
          arn: userArn(userName),
          accountId: PRODUCTION,
          accessKeyId: this.#id(`${userName}|${session}`, () => sessionKeyId(this.#random)),
          userName,
          sessionContext: {
            attributes: { creationDate: isoSeconds(session * 8 * HOUR_MS + 120_000), mfaAuthenticated: 'true' },
          },
        },
        sourceIp,
        userAgent,
        accountId: PRODUCTION,
        console: true,
      };
    };
  }

  /** A session of a role. `path` is the role's, such as `aws-service-role/…/`. */
  role(roleName: string, options: RoleOptions): CallerAt {
    const { sourceIp, userAgent, accountId = PRODUCTION, path = '', invokedBy, instance = false, console = false } = options;
    return (atMs) => {
      const hour = Math.floor(atMs / HOUR_MS);
      const roleId = this.#id(`${accountId}|${roleName}`, () => uniqueId(this.#random, 'AROA'));
      const session = typeof options.session === 'string' ? options.session : options.session(this.#random);
      const keyId = this.#id(`${accountId}|${roleName}|${session}|${hour}`, () => sessionKeyId(this.#random));
      const identity: JsonObject = {
        type: 'AssumedRole',
        principalId: `${roleId}:${session}`,
        arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${session}`,
        accountId,
        accessKeyId: keyId,
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: roleId,
            arn: roleArn(`${path}${roleName}`, accountId),
            accountId,
            userName: roleName,
          },
          attributes: { creationDate: isoSeconds(hour * HOUR_MS), mfaAuthenticated: 'false' },
          ...(instance ? { ec2RoleDelivery: '2.0' } : {}),
        },
        ...(invokedBy === undefined ? {} : { invokedBy }),
      };
      const from = invokedBy ?? sourceIp;
      return { identity, sourceIp: from, userAgent: invokedBy ?? userAgent, accountId, ...(console ? { console } : {}) };
    };
  }

  /** A service on its own account. */
  service(name: string, accountId = PRODUCTION): CallerAt {
    const host = `${name}.amazonaws.com`;
    return () => ({ identity: { type: 'AWSService', invokedBy: host }, sourceIp: host, userAgent: host, accountId });
  }

  /** A service-linked role, such as Config's. */
  linkedRole(roleName: string, service: string): CallerAt {
    const host = `${service}.amazonaws.com`;
    const path = `aws-service-role/${host}/`;
    return this.role(roleName, {
      session: roleName.slice('AWSServiceRoleFor'.length),
      sourceIp: host,
      userAgent: host,
      path,
      invokedBy: host,
    });
  }

  /** A person who came by single sign-on. */
  person(permissionSet: string, name: string, options: { sourceIp: string; userAgent: string }): CallerAt {
    const suffix = this.#id(`set|${permissionSet}`, () => this.#random.hex(16));
    const path = 'aws-reserved/sso.amazonaws.com/ap-northeast-1/';
    return this.role(`AWSReservedSSO_${permissionSet}_${suffix}`, {
      ...options,
      session: `${name}@example.com`,
      path,
      console: true,
    });
  }
}

export interface RoleOptions {
  session: string | ((random: Random) => string);
  sourceIp: string;
  userAgent: string;
  accountId?: string;
  path?: string;
  /** The service that calls on the session's behalf: it is then the source address and agent too. */
  invokedBy?: string;
  /** True where the session's credentials come from an instance's metadata service. */
  instance?: boolean;
  console?: boolean;
}
