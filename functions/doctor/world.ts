/** What every check is given: the account through a reader, the configuration, and what of it is deployed. */
import type { Config } from '../core/config.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { Readers } from '../core/source-freshness.ts';
import type { AccountReader } from '../ports/account-reader.ts';
import type { Finding } from './finding.ts';

/** One deployed stage, as its function says. */
export interface DeployedStage {
  stage: string;
  functionName: string;
  functionArn: string;
  roleArn: string;
  environment: JsonObject;
}

export interface World {
  aws: AccountReader;
  config: Config;
  region: string;
  accountId: string;
  nowMs: number;
  /** Ids of the sources that the deployment takes. */
  sources: readonly string[];
  /** How many rules read which of all sources. */
  readers: readonly Readers[];
  /** The stages that must be there, with what wakes them. */
  stages: readonly { id: string; trigger: string }[];
  /** Empty before the first deployment. */
  deployed: readonly DeployedStage[];
  /** Why it is not known what is deployed, where it is not. */
  unseen?: string;
}

export interface Check {
  id: string;
  /** `account`: before a deployment too. `deployment`: only where there is one. */
  needs: 'account' | 'deployment';
  run(world: World): Promise<Finding[]>;
}

export const objectsIn = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
export const objectIn = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
export const textIn = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** A variable of the stage's function; empty where it has none. */
export const variableOf = ({ deployed }: World, stage: string, name: string): string =>
  textIn(deployed.find((one) => one.stage === stage)?.environment[name]);

/** Every page of a list. */
export async function readAll(
  aws: AccountReader,
  call: { service: string; operation: string; list: string; parameters?: JsonObject; token?: [answer: string, request: string] },
): Promise<JsonObject[]> {
  const { service, operation, list, parameters = {}, token: [answered, asked] = ['NextToken', 'NextToken'] } = call;
  const all: JsonObject[] = [];
  let next: Json | undefined;
  do {
    const page: JsonObject =
      (await aws.read(service, operation, { ...parameters, ...(next === undefined ? {} : { [asked]: next }) })) ?? {};
    all.push(...objectsIn(page[list]));
    next = page[answered] === '' ? undefined : page[answered];
  } while (next !== undefined);
  return all;
}

const ROLE = /:role\/(?:.*\/)?([^/]+)$/;

/** The stages that are deployed, told by the fixed names of their roles. */
export async function readDeployed(
  aws: AccountReader,
  { name, region, stages }: { name: string; region: string; stages: readonly { id: string }[] },
): Promise<DeployedStage[]> {
  const token: [string, string] = ['NextMarker', 'Marker'];
  const functions = await readAll(aws, { service: 'lambda', operation: 'ListFunctions', list: 'Functions', token });
  return functions.flatMap((fn) => {
    const role = ROLE.exec(textIn(fn['Role']))?.[1];
    const stage = stages.find(({ id }) => role === `${name}-${id}-${region}`)?.id;
    if (stage === undefined) return [];
    const environment = objectIn(objectIn(fn['Environment'])['Variables']);
    return [
      {
        stage,
        functionName: textIn(fn['FunctionName']),
        functionArn: textIn(fn['FunctionArn']),
        roleArn: textIn(fn['Role']),
        environment,
      },
    ];
  });
}
