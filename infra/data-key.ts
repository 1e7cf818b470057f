/** Turns the deployment's wishes into its one data key: who may use it, through what, for whose resources. */
import { Aws, type RemovalPolicy } from 'aws-cdk-lib';
import { AccountRootPrincipal, Effect, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Config } from '../functions/core/config.ts';
import { deliveryCondition, type LogDelivery } from './log-delivery.ts';

/** The key of buckets, table and topic. Our functions get their use of it in their own policies; here are AWS services alone. */
export function createDataKey(
  scope: Construct,
  config: Config,
  options: { deliveries: readonly LogDelivery[]; removal: RemovalPolicy },
): Key {
  const ours = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
  const statements = [
    // Without this nobody could ever change the key's policy again, and no role's own policy would count.
    new PolicyStatement({ sid: 'Account', principals: [new AccountRootPrincipal()], actions: ['kms:*'], resources: ['*'] }),
    // Alarms and rules publish to the encrypted topic.
    ...['cloudwatch', 'events'].map(
      (service) =>
        new PolicyStatement({
          sid: `Topic${service === 'events' ? 'Rules' : 'Alarms'}`,
          principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: ['*'],
          conditions: ours,
        }),
    ),
    ...options.deliveries.map(
      (delivery) =>
        new PolicyStatement({
          sid: `Delivery${delivery.name}`,
          effect: Effect.ALLOW,
          principals: [new ServicePrincipal(delivery.principal)],
          actions: ['kms:GenerateDataKey', 'kms:DescribeKey'],
          resources: ['*'],
          conditions: deliveryCondition(delivery, config),
        }),
    ),
  ];
  return new Key(scope, 'DataKey', {
    description: `Data of ${config.name}`,
    alias: `alias/${config.name}-data`,
    enableKeyRotation: true,
    removalPolicy: options.removal,
    policy: new PolicyDocument({ statements }),
  });
}
