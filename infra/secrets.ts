/** Turns the references of the configuration into the ARNs of secrets that a stage may read. */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { pullSecrets, pushSecrets } from '../functions/core/collect-config.ts';
import type { Config } from '../functions/core/config.ts';
import type { Stage } from '../functions/pipeline.ts';

/** The secrets that a stage reads: who asks others needs theirs, who is asked needs those that requests are signed with. */
export function secretsOf({ collect }: Config, { ports, trigger }: Stage): string[] {
  if (ports.secrets === undefined) return [];
  return trigger.kind === 'http' ? pushSecrets(collect) : pullSecrets(collect);
}

/** True for a stage that works with secrets and has none: nothing needs to wake it. */
export const isIdle = (config: Config, stage: Stage): boolean =>
  stage.ports.secrets !== undefined && secretsOf(config, stage).length === 0;

/** Secrets Manager adds six characters to a name. @see AWS Secrets Manager User Guide, "Secrets Manager ARNs" */
export function secretArn(scope: Construct, reference: string): string {
  const isWhole = /^arn:.*-[A-Za-z0-9]{6}$/.test(reference);
  if (isWhole) return reference;
  if (reference.startsWith('arn:')) return `${reference}-??????`;
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${reference}-??????`,
    arnFormat,
  });
}
