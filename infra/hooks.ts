/** Turns a stage that anybody may ask into an HTTP API with one route, or into nothing where no endpoint is configured. */
import { CfnOutput } from 'aws-cdk-lib';
import { CfnStage, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Trigger } from '../functions/pipeline.ts';

/**
 * Only POST to one path below `/hooks/` reaches the function: the API itself answers everything else, and holds back a flood before it takes
 * the account's concurrency. A function URL would do neither.
 */
export function openHooks(
  scope: Construct,
  id: string,
  { trigger, fn, paths }: { trigger: Extract<Trigger, { kind: 'http' }>; fn: LambdaFunction; paths: readonly string[] },
): void {
  if (paths.length === 0) return;
  const api = new HttpApi(scope, `${id}Api`, { description: 'Signed requests of vendors', createDefaultStage: false });
  api.addRoutes({
    path: '/hooks/{path}',
    methods: [HttpMethod.POST],
    integration: new HttpLambdaIntegration(`${id}Integration`, fn),
  });
  new CfnStage(scope, `${id}Stage`, {
    apiId: api.apiId,
    stageName: '$default',
    autoDeploy: true,
    defaultRouteSettings: { throttlingRateLimit: trigger.ratePerSec, throttlingBurstLimit: trigger.burst },
  });
  new CfnOutput(scope, `${id}Url`, {
    value: `${api.apiEndpoint}/hooks/`,
    description: 'Followed by the path of an endpoint of soc.config.ts',
  });
}
