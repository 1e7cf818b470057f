/** Turns the references of the configuration into the ARNs of secrets that a stage may read. */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { pullSecrets, pushSecrets } from '../functions/core/collect-config.ts';
import type { Config } from '../functions/core/config.ts';
import { channelSecrets } from '../functions/core/notify/config.ts';
import { tenantSecrets } from '../functions/core/respond-config.ts';
import type { Stage } from '../functions/pipeline.ts';

/** The secrets that a stage reads: who asks others needs theirs, who is asked needs those that requests are signed with, who tells those of channels, who responds those of tenants. */
export function secretsOf({ collect, notify, respond }: Config, { ports, trigger }: Stage): string[] {
  if (ports.tenants !== undefined) return tenantSecrets(respond);
  if (ports.secrets === undefined) return [];
  if (ports.mail !== undefined) return channelSecrets(notify);
  return trigger.kind === 'http' ? pushSecrets(collect) : pullSecrets(collect);
}

/** True for a stage that has nobody to ask or to tell: nothing needs to wake it. */
export const isIdle = (config: Config, stage: Stage): boolean =>
  stage.ports.mail === undefined
    ? stage.ports.secrets !== undefined && secretsOf(config, stage).length === 0
    : config.notify.channels.length === 0;

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
