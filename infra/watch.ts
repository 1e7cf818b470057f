/** Turns queues, functions and playbooks into what wakes operators: alarms and rules that publish to the topic, each with its runbook. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventField, Match, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { LocalText } from '../functions/core/text.ts';
import { counted, FIVE_MIN, type Watched } from './watched.ts';

/** Events must be judged within this; beyond it detection is late. */
const LATE_SEC = 900;

export function createWatch(scope: Construct, watched: Watched): void {
  for (const [stage, { deadLetters }] of watched.queues) {
    alarm(scope, watched, {
      id: `${stage}-dead-letters`,
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: FIVE_MIN, statistic: 'Maximum' }),
      above: 0,
      text: {
        en: `Messages of ${stage} failed for good. They wait 14 days in the dead-letter queue: read its log, fix, redrive.`,
        ja: `${stage} のメッセージが処理できず、デッドレターキューに 14 日間残ります。ログを確認し、修正後に再実行してください。`,
      },
    });
  }
  const ingest = watched.queues.get('ingest');
  if (ingest !== undefined) {
    alarm(scope, watched, {
      id: 'ingest-late',
      metric: ingest.queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MIN, statistic: 'Maximum' }),
      above: LATE_SEC,
      text: {
        en: 'Logs wait for more than 15 minutes: detection is late. Look for throttling, errors or a flood.',
        ja: 'ログの処理待ちが 15 分を超え、検知が遅れています。スロットリング、エラー、ログの急増を確認してください。',
      },
    });
  }
  silence(scope, watched);
  told(scope, watched);
  failedExecutions(scope, watched);
  tampering(scope, watched);
}

/** Woken every five minutes whatever happens: CloudWatch's own count of its runs is the heartbeat, and no code of ours takes part in it. */
const HEART = 'duty';
/** More than this of what came in could not be read: a format has changed, or somebody feeds rubbish. */
const QUARANTINED_PERCENT = 5;

/** What must be heard of: no data is an alarm here, not peace. */
function silence(scope: Construct, watched: Watched): void {
  const beats = watched.functions.get(HEART)?.metricInvocations({ period: Duration.minutes(15), statistic: 'Sum' });
  if (beats !== undefined)
    alarm(scope, watched, {
      id: 'heartbeat',
      metric: beats,
      below: 1,
      text: {
        en: 'The SOC has stopped: a stage that runs every five minutes did not run for 15.',
        ja: 'SOC が停止しています。5 分ごとのステージが 15 分間実行されていません。',
      },
    });
  const ingested = counted('ingest', 'IngestedRecordCount', Duration.hours(1));
  alarm(scope, watched, {
    id: 'no-logs',
    metric: ingested,
    below: 1,
    text: {
      en: 'Not one log record came in for an hour, from any source.',
      ja: 'どのソースからも 1 時間ログが届いていません。',
    },
  });
  alarm(scope, watched, {
    id: 'quarantine-rate',
    metric: new MathExpression({
      expression: 'IF(ingested > 0, 100 * quarantined / ingested, 0)',
      usingMetrics: { ingested, quarantined: counted('ingest', 'QuarantinedRecordCount', Duration.hours(1)) },
      period: Duration.hours(1),
    }),
    above: QUARANTINED_PERCENT,
    text: {
      en: 'More than 5 % of the records could not be read and are in quarantine: no rule has judged them.',
      ja: 'レコードの 5 % 超が読み取れず隔離されました。どのルールでも判定されていません。',
    },
  });
}

/** What `duty` and `correlate` tell of themselves and of others. */
function told(scope: Construct, watched: Watched): void {
  alarm(scope, watched, {
    id: 'source-silent',
    metric: counted('duty', 'SilentSourceCount', Duration.minutes(15), 'Maximum'),
    above: 0,
    text: {
      en: 'A source that used to send logs has been silent for longer than it may be: its rules cannot fire.',
      ja: 'ログを送っていたソースが許容時間を超えて停止しています。そのルールは検知できません。',
    },
  });
  alarm(scope, watched, {
    id: 'rule-errors',
    metric: counted('correlate', 'RuleErrorCount', Duration.hours(1)),
    above: 0,
    text: {
      en: 'A rule, a scheduled detection or a baseline failed: what it looks for is not seen.',
      ja: 'ルール、定期検知、またはベースラインが失敗し、対象を検知できません。',
    },
  });
  alarm(scope, watched, {
    id: 'breaker-open',
    metric: counted('duty', 'OpenBreakerCount', Duration.minutes(15), 'Maximum'),
    above: 0,
    text: {
      en: 'A circuit breaker holds responses back: the kill switch is engaged, or the actions of this hour are used up.',
      ja: 'サーキットブレーカーが対応を止めています。キルスイッチが有効か、1 時間あたりの上限に達しました。',
    },
  });
}

interface AlarmOptions {
  id: string;
  metric: IMetric;
  text: LocalText;
  /** Alarms above this, and no data is well. */
  above?: number;
  /** Alarms below this, and no data is below. */
  below?: number;
}

/** Where people read what to do: a heading of this page for each alarm. */
const runbookOf = (id: string): string => `docs/runbooks.md#${id.endsWith('-dead-letters') ? 'dead-letters' : id}`;

function alarm(scope: Construct, watched: Watched, { id, metric, above, below, text }: AlarmOptions): void {
  new Alarm(scope, `Alarm-${id}`, {
    alarmName: `${watched.name}-${id}`,
    alarmDescription: `${text[watched.locale]} ${runbookOf(id)}`,
    metric,
    threshold: below ?? above ?? 0,
    comparisonOperator: below === undefined ? ComparisonOperator.GREATER_THAN_THRESHOLD : ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: below === undefined ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
  }).addAlarmAction(new SnsAction(watched.topic));
}

/** A playbook that ends badly must not end silently. */
function failedExecutions(scope: Construct, { name, locale, topic, machineArnPrefix }: Watched): void {
  new Rule(scope, 'FailedExecutions', {
    description: `Playbooks of ${name} that failed, timed out or were aborted. ${runbookOf('failed-execution')}`,
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: Match.prefix(machineArnPrefix) },
    },
    targets: [
      new SnsTopic(topic, {
        message: RuleTargetInput.fromText(
          `${FAILED[locale]} ${field('status')} ${field('executionArn')} ${runbookOf('failed-execution')}`,
        ),
      }),
    ],
  });
}

/** Who switches these off blinds everybody, or opens what was collected to a change. @see CloudTrail, GuardDuty, AWS Config API references */
const BLINDING = {
  'cloudtrail.amazonaws.com': [
    'StopLogging',
    'DeleteTrail',
    'UpdateTrail',
    'PutEventSelectors',
    'DeleteEventDataStore',
    'StopEventDataStoreIngestion',
  ],
  'guardduty.amazonaws.com': ['DeleteDetector', 'UpdateDetector', 'DisassociateMembers', 'StopMonitoringMembers'],
  'config.amazonaws.com': ['StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel'],
  'securityhub.amazonaws.com': ['DisableSecurityHub'],
  'events.amazonaws.com': ['DisableRule', 'DeleteRule', 'RemoveTargets'],
  'kms.amazonaws.com': ['DisableKey', 'ScheduleKeyDeletion'],
} as const;
/** Of the SOC's own buckets alone: others change theirs every day. */
const BUCKET_CHANGES = [
  ...['DeleteBucket', 'DeleteBucketPolicy', 'PutBucketPolicy', 'PutBucketNotification', 'PutBucketLifecycle'],
  ...['PutBucketLogging', 'PutBucketVersioning', 'PutBucketObjectLockConfiguration', 'DeletePublicAccessBlock'],
];

/** From EventBridge straight to people: nothing of the pipeline takes part, because whoever stops logging stops the pipeline's eyes too. */
function tampering(scope: Construct, { locale, topic, data }: Watched): void {
  const own = Object.values(data.buckets).map(({ name }) => name);
  const switchedOff = Object.entries(BLINDING).map(([eventSource, eventName]) => ({
    eventSource: [eventSource],
    eventName: [...eventName],
  }));
  const changed = { eventSource: ['s3.amazonaws.com'], eventName: BUCKET_CHANGES, requestParameters: { bucketName: own } };
  new Rule(scope, 'LoggingTampered', {
    description: `Logging or detection was switched off or changed. ${runbookOf('logging-tampered')}`,
    eventPattern: { detailType: ['AWS API Call via CloudTrail'], detail: { $or: [...switchedOff, changed] } },
    targets: [
      new SnsTopic(topic, {
        message: RuleTargetInput.fromText(
          `${TAMPERED[locale]} ${field('eventName')} (${field('eventSource')}) ${field('userIdentity.arn')} ${field('recipientAccountId')} ${field('awsRegion')} ${field('eventTime')} ${runbookOf('logging-tampered')}`,
        ),
      }),
    ],
  });
}

const field = (path: string): string => EventField.fromPath(`$.detail.${path}`);
const TAMPERED: LocalText = {
  en: 'Logging or detection was switched off or changed:',
  ja: 'ログまたは検知が停止または変更されました:',
};
const FAILED: LocalText = {
  en: 'A playbook did not end well; what it changed may be half done:',
  ja: 'プレイブックが正常に終了しませんでした。変更が途中の可能性があります:',
};
