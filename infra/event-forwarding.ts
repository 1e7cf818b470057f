/** Turns sources' event patterns into the rule by which a member account forwards them, and into the bus of the SOC that takes them. */
import { Aws, type CfnCondition, type Stack } from 'aws-cdk-lib';
import { CfnEventBusPolicy, CfnRule, EventBus, Match } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { JsonObject } from '../functions/core/json.ts';

/** The bus that members put events on: never the stages' own, on which a member could write findings and approvals. */
export const arrivalBusName = (name: string): string => `${name}-arrivals`;

/** Only AWS may name a source so: what members write themselves is not taken. @see EventBridge API, PutEvents: "aws." is reserved */
export const FROM_AWS = { source: Match.prefix('aws.') };

/** The SOC's end: every account of the organization may put events, nobody else. */
export function createArrivalBus(scope: Construct, { name, organizationId }: { name: string; organizationId: string }): EventBus {
  const bus = new EventBus(scope, 'ArrivalBus', {
    eventBusName: arrivalBusName(name),
    description: `Events of member accounts for ${name}`,
  });
  new CfnEventBusPolicy(scope, 'ArrivalBusPolicy', {
    eventBusName: bus.eventBusName,
    statementId: 'Organization',
    statement: {
      Effect: 'Allow',
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: bus.eventBusArn,
      Condition: { StringEquals: { 'aws:PrincipalOrgID': organizationId } },
    },
  });
  return bus;
}

export interface Forwarding {
  name: string;
  patterns: readonly JsonObject[];
  socAccount: string;
  socRegion: string;
  /** Where it is made. */
  condition: CfnCondition;
}

/** The member's end. @see EventBridge User Guide, "Sending and receiving events between AWS accounts": the rule's role signs */
export function forwardEvents(scope: Stack, { name, patterns, socAccount, socRegion, condition }: Forwarding): void {
  const arn = `arn:${Aws.PARTITION}:events:${socRegion}:${socAccount}:event-bus/${arrivalBusName(name)}`;
  const role = new CfnRole(scope, 'ForwardRole', {
    description: 'Forwards events of AWS services to the SOC',
    assumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
        },
      ],
    },
    policies: [
      {
        policyName: 'forward',
        policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: arn }] },
      },
    ],
  });
  const rule = new CfnRule(scope, 'Forward', {
    description: `Events of AWS services to ${name}`,
    eventPattern: { $or: patterns },
    targets: [{ id: 'soc', arn, roleArn: role.attrArn }],
  });
  for (const resource of [role, rule]) resource.cfnOptions.condition = condition;
}
