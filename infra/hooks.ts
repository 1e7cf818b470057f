/** Turns a stage that anybody may ask into an HTTP API with one route, or into nothing where no endpoint is configured. */
import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import { CfnStage, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Trigger } from '../functions/pipeline.ts';

export interface HooksOptions {
  trigger: Extract<Trigger, { kind: 'http' }>;
  fn: LambdaFunction;
  paths: readonly string[];
  /** Of the deployment, for the log's name. */
  name: string;
  logRetention: RetentionDays;
}

/** Who knocked, and what they were told: never a body, which may hold anything. @see API Gateway Developer Guide, "Customize HTTP API access logs" */
const ACCESS_LOG = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
});

/**
 * Only POST to one path below `/hooks/` reaches the function: the API itself answers everything else, and holds back a flood before it takes
 * the account's concurrency. A function URL would do neither.
 */
export function openHooks(scope: Construct, id: string, options: HooksOptions): void {
  const { trigger, fn, paths } = options;
  if (paths.length === 0) return;
  const api = new HttpApi(scope, `${id}Api`, { description: 'Signed requests of vendors', createDefaultStage: false });
  api.addRoutes({
    path: '/hooks/{path}',
    methods: [HttpMethod.POST],
    integration: new HttpLambdaIntegration(`${id}Integration`, fn),
  });
  const log = new LogGroup(scope, `${id}AccessLogs`, {
    // Log groups of vended logs with this beginning share one resource policy, whose size is limited.
    logGroupName: `/aws/vendedlogs/apis/${options.name}-${id.toLowerCase()}`,
    retention: options.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  new CfnStage(scope, `${id}Stage`, {
    apiId: api.apiId,
    stageName: '$default',
    autoDeploy: true,
    accessLogSettings: { destinationArn: log.logGroupArn, format: ACCESS_LOG },
    defaultRouteSettings: { throttlingRateLimit: trigger.ratePerSec, throttlingBurstLimit: trigger.burst },
  });
  new CfnOutput(scope, `${id}Url`, {
    value: `${api.apiEndpoint}/hooks/`,
    description: 'Followed by the path of an endpoint of soc.config.ts',
  });
}
