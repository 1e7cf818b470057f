/** Turns queues and functions into the dashboard of who operates the SOC: what comes in, what waits, what fails. */
import { Duration } from 'aws-cdk-lib';
import { Dashboard, MathExpression, SingleValueWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { LocalText } from '../functions/core/text.ts';
import { counted, FIVE_MIN, graph, type Watched } from './watched.ts';

const TITLES = {
  ingested: { en: 'Events: in, quarantined, dropped', ja: 'イベント: 取り込み・隔離・除外' },
  lag: { en: 'Oldest waiting message (seconds)', ja: '最も古い待機メッセージ（秒）' },
  dead: { en: 'Dead letters', ja: 'デッドレター' },
  errors: { en: 'Errors of functions', ja: '関数のエラー' },
  duration: { en: 'Duration of functions (p95)', ja: '関数の実行時間 (p95)' },
  findings: { en: 'Findings and incidents', ja: '検知とインシデント' },
} as const satisfies Record<string, LocalText>;

export function createOperationsDashboard(scope: Construct, { name, locale, queues, functions }: Watched): void {
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

function throttles(fns: readonly (readonly [string, LambdaFunction])[]): MathExpression {
  const usingMetrics = Object.fromEntries(fns.map(([, fn], i) => [`t${i}`, fn.metricThrottles()]));
  return new MathExpression({
    expression: Object.keys(usingMetrics).join('+'),
    usingMetrics,
    label: 'throttles',
    period: FIVE_MIN,
  });
}
