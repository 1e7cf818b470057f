/** Turns queues, functions and playbooks into what operators watch: alarms, the failed-execution rule, one dashboard. */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  SingleValueWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Locale, LocalText } from '../functions/core/text.ts';
import { createManagerDashboard } from './manager-dashboard.ts';
import type { StageQueues } from './stage-queue.ts';

export interface Watched {
  name: string;
  locale: Locale;
  topic: Topic;
  queues: ReadonlyMap<string, StageQueues>;
  functions: ReadonlyMap<string, LambdaFunction>;
  /** ARN pattern of the playbooks' machines. */
  machineArnPrefix: string;
}

const FIVE_MIN = Duration.minutes(5);
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
  failedExecutions(scope, watched);
  createDashboard(scope, watched);
  createManagerDashboard(scope, watched);
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

/** A counter that our code writes, of one stage. */
const counted = (stage: string, metricName: string, period = FIVE_MIN): Metric =>
  new Metric({
    ...{ namespace: 'Yagura', metricName, period, statistic: 'Sum', label: metricName },
    dimensionsMap: { Stage: stage },
  });

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
function failedExecutions(scope: Construct, { name, topic, machineArnPrefix }: Watched): void {
  new Rule(scope, 'FailedExecutions', {
    description: `Playbooks of ${name} that failed, timed out or were aborted`,
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: Match.prefix(machineArnPrefix) },
    },
    targets: [new SnsTopic(topic)],
  });
}

const TITLES = {
  ingested: { en: 'Events: in, quarantined, dropped', ja: 'イベント: 取り込み・隔離・除外' },
  lag: { en: 'Oldest waiting message (seconds)', ja: '最も古い待機メッセージ（秒）' },
  dead: { en: 'Dead letters', ja: 'デッドレター' },
  errors: { en: 'Errors of functions', ja: '関数のエラー' },
  duration: { en: 'Duration of functions (p95)', ja: '関数の実行時間 (p95)' },
  findings: { en: 'Findings and incidents', ja: '検知とインシデント' },
} as const satisfies Record<string, LocalText>;

function createDashboard(scope: Construct, { name, locale, queues, functions }: Watched): void {
  const title = (key: keyof typeof TITLES): string => TITLES[key][locale];
  const fns = [...functions.entries()];
  const waiting = [...queues.entries()];
  new Dashboard(scope, 'Dashboard', {
    dashboardName: `${name}-operations`,
    defaultInterval: Duration.hours(24),
    widgets: [
      [
        graph(
          title('ingested'),
          ['IngestedRecordCount', 'EventCount', 'QuarantinedRecordCount', 'DroppedRecordCount'].map((metric) =>
            counted('ingest', metric),
          ),
          12,
        ),
        graph(
          title('findings'),
          [
            counted('ingest', 'FindingCount'),
            counted('correlate', 'AlertCreatedCount'),
            counted('correlate', 'IncidentChangedCount'),
          ],
          12,
        ),
      ],
      [
        graph(
          title('lag'),
          waiting.map(([stage, { queue }]) => queue.metricApproximateAgeOfOldestMessage({ label: stage })),
          12,
        ),
        new SingleValueWidget({
          title: title('dead'),
          width: 12,
          height: 6,
          metrics: waiting.map(([stage, { deadLetters }]) =>
            deadLetters.metricApproximateNumberOfMessagesVisible({ label: stage }),
          ),
        }),
      ],
      [
        graph(title('errors'), [...fns.map(([stage, fn]) => fn.metricErrors({ label: stage })), throttles(fns)], 12),
        graph(
          title('duration'),
          fns.map(([stage, fn]) => fn.metricDuration({ statistic: 'p95', label: stage })),
          12,
        ),
      ],
    ],
  });
}

const graph = (title: string, left: IMetric[], width: number): GraphWidget => new GraphWidget({ title, left, width, height: 6 });

function throttles(fns: readonly (readonly [string, LambdaFunction])[]): MathExpression {
  const usingMetrics = Object.fromEntries(fns.map(([, fn], i) => [`t${i}`, fn.metricThrottles()]));
  return new MathExpression({
    expression: Object.keys(usingMetrics).join('+'),
    usingMetrics,
    label: 'throttles',
    period: FIVE_MIN,
  });
}
