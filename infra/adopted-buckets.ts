/** Turns the buckets that others own into what reads them: grants, announcements of new objects, and the policies that their owners must add. */
import { ArnFormat, Aws, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnEventBusPolicy, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { AdoptedBucket } from '../functions/core/adopted-buckets.ts';
import type { Stage } from '../functions/pipeline.ts';
import type { StageQueues } from './stage-queue.ts';

const arnOf = ({ bucket }: AdoptedBucket): string => `arn:${Aws.PARTITION}:s3:::${bucket}`;
const objectsOf = (adopted: AdoptedBucket): string => `${arnOf(adopted)}/${adopted.prefix ?? ''}*`;

/** What the role of a stage that reads landed objects may do: read, by itself or by the owner's role, and take messages of queues. */
export function adoptedGrants(buckets: readonly AdoptedBucket[]): PolicyStatement[] {
  return buckets.flatMap((adopted) => [...readGrants(adopted), ...queueGrants(adopted)]);
}

function readGrants(adopted: AdoptedBucket): PolicyStatement[] {
  if (adopted.roleArn !== undefined) return [new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [adopted.roleArn] })];
  return [
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [objectsOf(adopted)] }),
    // Without it S3 answers 403 for an absent object.
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [arnOf(adopted)] }),
    ...(adopted.kmsKeyArn === undefined ? [] : [decrypt(adopted.kmsKeyArn, 's3')]),
  ];
}

function queueGrants({ announcedBy }: AdoptedBucket): PolicyStatement[] {
  if (announcedBy === 'eventbridge' || !('queueArn' in announcedBy)) return [];
  return [
    new PolicyStatement({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [announcedBy.queueArn],
    }),
    ...(announcedBy.kmsKeyArn === undefined ? [] : [decrypt(announcedBy.kmsKeyArn, 'sqs')]),
  ];
}

/** The key of the owner, through the service in the key's own region. */
function decrypt(keyArn: string, service: string): PolicyStatement {
  const [, , , region = Aws.REGION] = keyArn.split(':');
  return new PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.${Aws.URL_SUFFIX}` } },
  });
}

export interface AdoptOptions {
  /** The deployment's name. */
  name: string;
  buckets: readonly AdoptedBucket[];
  stage: Stage;
  queues: StageQueues;
  fn: LambdaFunction;
}

/** Brings the announcements of each bucket into the arrival queue, or its owner's queue to the function. */
export function adoptBuckets(scope: Construct, { name, buckets, stage, queues, fn }: AdoptOptions): void {
  const senders = new Set<string>();
  for (const [index, adopted] of buckets.entries()) {
    const id = `Adopted${index}`;
    const { announcedBy, account } = adopted;
    if (announcedBy === 'eventbridge') {
      ruleOf(scope, id, adopted, queues);
      if (account !== undefined) senders.add(account);
    } else if ('topicArn' in announcedBy) {
      const topic = Topic.fromTopicArn(scope, `${id}Topic`, announcedBy.topicArn);
      topic.addSubscription(new SqsSubscription(queues.queue, { deadLetterQueue: queues.deadLetters }));
    } else mapQueue(scope, id, { queueArn: announcedBy.queueArn, stage, fn });
    tellOwner(scope, id, adopted, fn);
  }
  for (const account of senders) admit(scope, name, account);
}

function ruleOf(
  scope: Construct,
  id: string,
  { bucket, prefix, account }: AdoptedBucket,
  { queue, deadLetters }: StageQueues,
): void {
  new Rule(scope, id, {
    description: `Objects that land in ${bucket}`,
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      account: [account ?? Aws.ACCOUNT_ID],
      detail: { bucket: { name: [bucket] }, ...(prefix === undefined ? {} : { object: { key: [{ prefix }] } }) },
    },
    targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
  });
}

/** An owner's rule may send what S3 says of new objects to our default bus, and nothing else. */
function admit(scope: Construct, name: string, account: string): void {
  const bus = Stack.of(scope).formatArn({
    service: 'events',
    resource: 'event-bus',
    resourceName: 'default',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  const sid = `${name}-adopt-${account}`;
  new CfnEventBusPolicy(scope, `Admit${account}`, {
    eventBusName: 'default',
    statementId: sid,
    statement: {
      Sid: sid,
      Effect: 'Allow',
      Principal: { AWS: `arn:${Aws.PARTITION}:iam::${account}:root` },
      Action: 'events:PutEvents',
      Resource: bus,
      Condition: { StringEquals: { 'events:source': 'aws.s3', 'events:detail-type': 'Object Created' } },
    },
  });
}

function mapQueue(
  scope: Construct,
  id: string,
  { queueArn, stage, fn }: { queueArn: string; stage: Stage; fn: LambdaFunction },
): void {
  if (stage.trigger.kind !== 'arrival') throw new TypeError(`stage ${stage.id} takes no arrivals`);
  new EventSourceMapping(scope, `${id}Mapping`, {
    target: fn,
    eventSourceArn: queueArn,
    batchSize: Math.min(10, stage.trigger.batchSize),
    maxConcurrency: stage.trigger.maxConcurrency,
    reportBatchItemFailures: true,
  });
}

/** The statements that the owner adds to the bucket's policy and to the key's, ready to copy: an output of the stack. */
function tellOwner(scope: Construct, id: string, adopted: AdoptedBucket, fn: LambdaFunction): void {
  const role = fn.role?.roleArn;
  if (role === undefined || adopted.roleArn !== undefined) return;
  const statement = (actions: string[], resources: string[]): object => ({
    Effect: 'Allow',
    Principal: { AWS: role },
    Action: actions,
    Resource: resources,
  });
  const stack = Stack.of(scope);
  if (adopted.account !== undefined)
    new CfnOutput(scope, `${id}BucketPolicy`, {
      description: `For the policy of bucket ${adopted.bucket} in account ${adopted.account}`,
      value: stack.toJsonString([
        statement(['s3:GetObject'], [objectsOf(adopted)]),
        statement(['s3:ListBucket'], [arnOf(adopted)]),
      ]),
    });
  if (adopted.kmsKeyArn !== undefined)
    new CfnOutput(scope, `${id}KeyPolicy`, {
      description: `For the policy of the key of bucket ${adopted.bucket}`,
      value: stack.toJsonString([statement(['kms:Decrypt'], ['*'])]),
    });
}
