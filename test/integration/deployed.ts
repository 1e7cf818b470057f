/** The functions of a deployment on moto, called in this process as Lambda would call them: the bundle, the environment, the queue's messages. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { isJsonObject, type Json } from '../../functions/core/json.ts';
import { drain, type Moto } from './moto.ts';
import { propertiesOf, resourcesIn, type StackOnMoto } from './moto-deploy.ts';

export interface Deployed {
  /** Calls the function of a stage. */
  invoke(stage: string, event: unknown): Promise<Json>;
  /** The function of a stage by its ARN, for state machines. */
  stageOfArn(arn: string): string | undefined;
  /** Hands a stage all messages of the queue that is mapped to it; says how many. @throws Error where the stage refuses one */
  pump(stage: string): Promise<number>;
}

/** @param extra more of the environment than the deployment gives: where AWS is */
export function deployedFunctions(moto: Moto, soc: StackOnMoto, at: { outdir: string; extra: Record<string, string> }): Deployed {
  const resources = resourcesIn(soc.template);
  const ofType = (type: string) => resources.filter(([, resource]) => resource['Type'] === type);
  const functions = new Map(ofType('AWS::Lambda::Function').map(([id, resource]) => [stageIn(resource), { id, resource }]));
  const loaded = new Map<string, Promise<(event: unknown) => Promise<Json>>>();
  const nameOf = (id: string): string => soc.physical.get(id) ?? '';
  const functionOf = (stage: string) => {
    const found = functions.get(stage);
    if (found === undefined) throw new Error(`no function of stage ${stage}`);
    return found;
  };

  async function load(stage: string): Promise<(event: unknown) => Promise<Json>> {
    const { id, resource } = functionOf(stage);
    const configuration = await new LambdaClient(moto.client).send(
      new GetFunctionConfigurationCommand({ FunctionName: nameOf(id) }),
    );
    for (const name of Object.keys(process.env)) if (name.startsWith('YAGURA_')) delete process.env[name];
    Object.assign(process.env, configuration.Environment?.Variables, at.extra);
    const [file = '', method = ''] = String(propertiesOf(resource)['Handler']).split('.');
    const { Code: code } = propertiesOf(resource);
    const folder = join(at.outdir, `asset.${String(isJsonObject(code) ? code['S3Key'] : '').replace(/\.zip$/, '')}`);
    const module: Record<string, unknown> = await import(/* @vite-ignore */ pathToFileURL(join(folder, `${file}.mjs`)).href);
    const handler = module[method];
    if (typeof handler !== 'function') throw new Error(`${stage} has no ${method}`);
    // As through Lambda: what goes in and out is JSON.
    return async (event) => JSON.parse(JSON.stringify((await handler(structuredClone(event))) ?? null));
  }

  const invoke = async (stage: string, event: unknown): Promise<Json> => {
    const handler = loaded.get(stage) ?? load(stage);
    loaded.set(stage, handler);
    return await (await handler)(event);
  };

  return {
    invoke,
    stageOfArn: (arn) => [...functions].find(([, { id }]) => arn.endsWith(`:function:${nameOf(id)}`))?.[0],
    pump: async (stage) => {
      const { id } = functionOf(stage);
      const mapping = ofType('AWS::Lambda::EventSourceMapping').find(([, one]) =>
        JSON.stringify(propertiesOf(one)['FunctionName']).includes(id),
      );
      const queue = /"Fn::GetAtt":\["(\w+)"/.exec(JSON.stringify(mapping?.[1] ?? {}))?.[1] ?? '';
      const url = new URL(nameOf(queue));
      const messages = await drain(moto, `${moto.endpoint}${url.pathname}`);
      if (messages.length === 0) return 0;
      const answer = await invoke(stage, { Records: messages.map(({ id: messageId, body }) => ({ messageId, body })) });
      if (JSON.stringify(answer) !== '{"batchItemFailures":[]}') throw new Error(`${stage} failed: ${JSON.stringify(answer)}`);
      return messages.length;
    },
  };
}

function stageIn(resource: { [key: string]: Json }): string {
  const { Tags: tags } = propertiesOf(resource);
  const tag = Array.isArray(tags) ? tags.filter(isJsonObject).find(({ Key }) => Key === 'yagura:stage') : undefined;
  return String(tag?.['Value']);
}
