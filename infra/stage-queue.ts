/** Turns a queue-fed stage's trigger into its queue, its dead-letter queue and the mapping to its function. */
import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Stage } from '../functions/pipeline.ts';

/** A message that failed so often goes to the dead-letter queue. @see AWS Lambda Developer Guide, "Using Lambda with Amazon SQS": at least 5 */
const MAX_RECEIVES = 5;
/** Below this AWS says that messages come back while they are still worked on. */
export const VISIBILITY_TIMEOUTS = 6;

/** Ticks that waited while one was worked on are one run. */
const TICKS = 10;

/** True for stages that a queue wakes. */
export const isQueueFed = ({ trigger }: Stage): boolean => ['arrival', 'bus', 'schedule'].includes(trigger.kind);

export interface StageQueues {
  queue: Queue;
  deadLetters: Queue;
}

export function createStageQueues(
  scope: Construct,
  id: string,
  { stage, removal }: { stage: Stage; removal: RemovalPolicy },
): StageQueues {
  const common = {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    removalPolicy: removal,
  };
  const deadLetters = new Queue(scope, `${id}DeadLetters`, common);
  const windowSec = 'windowSec' in stage.trigger ? stage.trigger.windowSec : 0;
  const queue = new Queue(scope, `${id}Queue`, {
    ...common,
    visibilityTimeout: Duration.seconds(VISIBILITY_TIMEOUTS * stage.timeoutSec + windowSec),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_RECEIVES },
  });
  return { queue, deadLetters };
}

/** What the function's role needs to take messages. */
export const consumeGrant = (queue: Queue): PolicyStatement =>
  new PolicyStatement({
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: [queue.queueArn],
  });

/** Concurrency is limited at the mapping: reserved concurrency fails in new accounts, which have ten in all. */
export function feed(
  scope: Construct,
  id: string,
  { stage, queue, fn }: { stage: Stage; queue: Queue; fn: LambdaFunction },
): void {
  const { trigger } = stage;
  if (trigger.kind !== 'arrival' && trigger.kind !== 'bus' && trigger.kind !== 'schedule') return;
  const batch = trigger.kind === 'schedule' ? { batchSize: TICKS, windowSec: 0 } : trigger;
  new EventSourceMapping(scope, `${id}Mapping`, {
    target: fn,
    eventSourceArn: queue.queueArn,
    batchSize: batch.batchSize,
    maxBatchingWindow: Duration.seconds(batch.windowSec),
    maxConcurrency: trigger.maxConcurrency,
    reportBatchItemFailures: true,
  });
}
