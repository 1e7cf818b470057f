/** Turns a role of another account into credentials for a client, renewed before they end. */
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { YaguraError } from '../../core/error.ts';
import { calling } from './failure.ts';

export interface RoleOrder {
  roleArn: string;
  externalId?: string | undefined;
  /** What the owner's trail shows. */
  sessionName: string;
}

/** What an SDK client takes as `credentials`; the client keeps them until they end. */
export function assumedRole(sts: STSClient, { roleArn, externalId, sessionName }: RoleOrder) {
  return async () => {
    const order = new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    });
    const { Credentials: given } = await calling(`sts AssumeRole ${roleArn}`, () => sts.send(order));
    if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined || given.SessionToken === undefined)
      throw new YaguraError('Unavailable', `sts AssumeRole ${roleArn}: no credentials in the answer`);
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
      ...(given.Expiration === undefined ? {} : { expiration: given.Expiration }),
    };
  };
}
