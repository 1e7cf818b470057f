/** Turns the credentials of this machine into the AccountReader port: reading calls alone, and no secret's value. */
import { YaguraError } from '../../core/error.ts';
import type { JsonObject } from '../../core/json.ts';
import type { AccountReader } from '../../ports/account-reader.ts';
import { toJsonObject } from './cloud.ts';
import { type ClientSetup, openClient, type SdkModules } from './cloud-operations.ts';
import { isAbsence, nameOf, toYaguraError } from './failure.ts';

/** What is looked at. No stage loads this file: the modules are in no bundle. */
const LOOKED_AT: SdkModules = {
  athena: () => import('@aws-sdk/client-athena'),
  budgets: () => import('@aws-sdk/client-budgets'),
  cloudformation: () => import('@aws-sdk/client-cloudformation'),
  cloudtrail: () => import('@aws-sdk/client-cloudtrail'),
  dynamodb: () => import('@aws-sdk/client-dynamodb'),
  events: () => import('@aws-sdk/client-eventbridge'),
  glue: () => import('@aws-sdk/client-glue'),
  guardduty: () => import('@aws-sdk/client-guardduty'),
  iam: () => import('@aws-sdk/client-iam'),
  kms: () => import('@aws-sdk/client-kms'),
  lambda: () => import('@aws-sdk/client-lambda'),
  organizations: () => import('@aws-sdk/client-organizations'),
  s3: () => import('@aws-sdk/client-s3'),
  secretsmanager: () => import('@aws-sdk/client-secrets-manager'),
  sesv2: () => import('@aws-sdk/client-sesv2'),
  sqs: () => import('@aws-sdk/client-sqs'),
  sts: () => import('@aws-sdk/client-sts'),
};
const READS = /^(Get|List|Describe|Head)[A-Z]|^Query$|^SimulatePrincipalPolicy$/;
const REVEALS = new Set(['GetSecretValue', 'GetFunction', 'GetParameter', 'GetObject']);
/** "There is none", in the words of the services that the doctor asks. */
const NONE =
  /^NoSuch|NotFound|DoesNotExist|NonExistentQueue|AWSOrganizationsNotInUse|ServerSideEncryptionConfigurationNotFoundError/;

export function createAccountReader(setup: ClientSetup): AccountReader {
  const clients = new Map<string, ReturnType<typeof openClient>>();
  return {
    read: async (service, operation, parameters) => {
      if (!READS.test(operation) || REVEALS.has(operation)) throw new YaguraError('Refused', `${operation} does not only look`);
      const client = clients.get(service) ?? openClient(service, setup, LOOKED_AT);
      clients.set(service, client);
      return await looked(`${service} ${operation}`, async () => await (await client)(operation, parameters));
    },
    awsTimeMs: async () => {
      const answer = await fetch(setup.endpoint ?? `https://sts.${setup.region}.amazonaws.com/`, { method: 'HEAD' });
      const ms = Date.parse(answer.headers.get('date') ?? '');
      if (Number.isFinite(ms)) return ms;
      throw new YaguraError('Unavailable', 'sts: an answer without a date');
    },
  };
}

async function looked(what: string, call: () => Promise<object>): Promise<JsonObject | undefined> {
  try {
    return toJsonObject(await call());
  } catch (error) {
    const isNoWorkgroup =
      nameOf(error) === 'InvalidRequestException' && error instanceof Error && / is not found/i.test(error.message);
    if (isAbsence(error) || NONE.test(nameOf(error)) || isNoWorkgroup) return undefined;
    throw toYaguraError(what, error);
  }
}
