/** Turns one stage of the pipeline into its function, its role and its log group. */

import { ArnFormat, Duration, type RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnFunction, Code, Function as LambdaFunction, LoggingFormat, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from '../functions/core/config.ts';
import { pascal } from '../functions/core/pascal.ts';
import type { Stage } from '../functions/pipeline.ts';
import type { Bundle } from './bundle.ts';
import { ARCHITECTURE, RUNTIME } from './runtime.ts';

/** The tag that tells which stage a function is; a test reads it. */
export const STAGE_TAG = 'yagura:stage';

export interface StageFunctionOptions {
  stage: Stage;
  bundle: Bundle;
  environment: Record<string, string>;
  grants: readonly PolicyStatement[];
  memoryMiB: number;
  roleName: string;
  logRetention: RetentionDays;
  removal: RemovalPolicy;
  /** Where it runs; undefined: in no VPC of ours. */
  vpc: Config['vpc'];
}

export function createStageFunction(scope: Construct, options: StageFunctionOptions): LambdaFunction {
  const { stage, bundle } = options;
  const id = pascal(stage.id);
  const logGroup = new LogGroup(scope, `${id}Logs`, { retention: options.logRetention, removalPolicy: options.removal });
  const role = new Role(scope, `${id}Role`, {
    roleName: options.roleName,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `Stage ${stage.id}: ${stage.does}`.replaceAll(/[^\w\s.,:;'-]/g, '-').slice(0, 200),
  });
  for (const statement of [...options.grants, ...ownGrants(scope, logGroup), ...vpcGrants(options.vpc)])
    role.addToPolicy(statement);
  const fn = new LambdaFunction(scope, `${id}Function`, {
    runtime: RUNTIME,
    architecture: ARCHITECTURE,
    code: Code.fromAsset(bundle.dir),
    handler: bundle.handler,
    role: role.withoutPolicyUpdates(),
    logGroup,
    loggingFormat: LoggingFormat.TEXT,
    memorySize: options.memoryMiB,
    timeout: Duration.seconds(stage.timeoutSec),
    tracing: Tracing.ACTIVE,
    environment: options.environment,
    description: stage.does.replaceAll('→', '->').slice(0, 256),
  });
  // Its queue may only be mapped once the role may read it.
  fn.node.addDependency(role.node.findChild('DefaultPolicy'));
  runIn(fn, options.vpc);
  Tags.of(fn).add(STAGE_TAG, stage.id);
  return fn;
}

/** What every function needs for itself. X-Ray knows no resources. */
function ownGrants(scope: Construct, logGroup: LogGroup): PolicyStatement[] {
  const streams = Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: `${logGroup.logGroupName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [streams] }),
    new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }),
  ];
}

/** By the template's own property: a VPC construct would want to look up what we are told already. */
function runIn(fn: LambdaFunction, vpc: Config['vpc']): void {
  const resource = fn.node.defaultChild;
  if (vpc !== undefined && resource instanceof CfnFunction)
    resource.vpcConfig = { subnetIds: vpc.subnetIds, securityGroupIds: vpc.securityGroupIds };
}

/** Lambda makes network interfaces in the function's name. @see AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC" */
function vpcGrants(vpc: Config['vpc']): PolicyStatement[] {
  if (vpc === undefined) return [];
  const actions = ['CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DescribeSubnets', 'DeleteNetworkInterface'];
  const addresses = ['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'];
  return [new PolicyStatement({ actions: [...actions, ...addresses].map((name) => `ec2:${name}`), resources: ['*'] })];
}
