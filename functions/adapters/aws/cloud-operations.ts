/** Turns a listed operation into one call of the SDK client of its service, made with the credentials of an assumed role. */
import { YaguraError } from '../../core/error.ts';
import type { JsonObject } from '../../core/json.ts';

/** What clients of the SDK are made with. */
export interface ClientSetup {
  region: string;
  /** Default: those that the SDK finds by itself. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  endpoint?: string;
}

/** What loads a service's module of the SDK. */
export type SdkModules = Readonly<Record<string, () => Promise<object>>>;

/** The modules of the SDK by service, each loaded when it is first called: a cold start pays for what it uses. */
const SDK: SdkModules = {
  iam: () => import('@aws-sdk/client-iam'),
  sts: () => import('@aws-sdk/client-sts'),
  organizations: () => import('@aws-sdk/client-organizations'),
  ec2: () => import('@aws-sdk/client-ec2'),
  lambda: () => import('@aws-sdk/client-lambda'),
  ecs: () => import('@aws-sdk/client-ecs'),
  wafv2: () => import('@aws-sdk/client-wafv2'),
  s3: () => import('@aws-sdk/client-s3'),
  s3control: () => import('@aws-sdk/client-s3-control'),
  kms: () => import('@aws-sdk/client-kms'),
  rds: () => import('@aws-sdk/client-rds'),
  cloudtrail: () => import('@aws-sdk/client-cloudtrail'),
  guardduty: () => import('@aws-sdk/client-guardduty'),
  config: () => import('@aws-sdk/client-config-service'),
  'cognito-idp': () => import('@aws-sdk/client-cognito-identity-provider'),
  sesv2: () => import('@aws-sdk/client-sesv2'),
};

/** Every service whose operations can be called. */
export const CALLABLE_SERVICES: readonly string[] = Object.keys(SDK);

type Send = (operation: string, parameters: JsonObject) => Promise<object>;

/** One client of one service. @throws YaguraError Bug where the SDK has no such client or command */
export async function openClient(service: string, setup: ClientSetup, modules: SdkModules = SDK): Promise<Send> {
  const load = Object.hasOwn(modules, service) ? modules[service] : undefined;
  if (load === undefined) throw new YaguraError('Bug', `no client is known for ${service}`);
  const sdk = await load();
  const name = Object.keys(sdk).find((exported) => /^[A-Z]\w*Client$/.test(exported) && exported !== '__Client');
  // moto and most stand-ins know buckets by path.
  const client: object = Reflect.construct(exportOf(sdk, name ?? ''), [
    { ...setup, ...(service === 's3' ? { forcePathStyle: setup.endpoint !== undefined } : {}) },
  ]);
  return async (operation, parameters) => {
    const command: object = Reflect.construct(exportOf(sdk, `${operation}Command`), [parameters]);
    return await Reflect.apply(Reflect.get(client, 'send'), client, [command]);
  };
}

function exportOf(sdk: object, name: string): new (...args: unknown[]) => object {
  const found: unknown = Reflect.get(sdk, name);
  if (typeof found !== 'function') throw new YaguraError('Bug', `the SDK has no ${name}`);
  return found as new (
    ...args: unknown[]
  ) => object;
}
