/** Turns the measures that the stage `measure` writes each hour into the dashboard of who runs the SOC. */
import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IWidget, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Locale, LocalText } from '../functions/core/text.ts';

/** Of each widget: its title and its metrics. What each measure is: docs/metrics.md. */
const WIDGETS: readonly (readonly [LocalText, readonly string[]])[] = [
  [{ en: 'Times, median (ms)', ja: '所要時間 中央値 (ms)' }, times('P50Ms')],
  [{ en: 'Times, 9 of 10 (ms)', ja: '所要時間 90 パーセンタイル (ms)' }, times('P90Ms')],
  [
    { en: 'Clocks met', ja: 'SLA 達成率' },
    ['SlaAcknowledgeRatio', 'SlaEscalateRatio', 'SlaContainRatio', 'SlaResolveRatio', 'AttendedRatio'],
  ],
  [{ en: 'Judgements', ja: '判定' }, ['PrecisionRatio', 'FpShareRatio', 'EscalationRatio', 'ZeroTouchRatio']],
  [{ en: 'Cases: open, new a day', ja: 'ケース: 未完了、1 日の新規' }, ['BacklogCount', 'CasesPerDayCount']],
];

function times(ending: string): string[] {
  return ['Mttd', 'Mtta', 'Mtti', 'Mttc', 'Mttrespond', 'Mttresolve'].map((name) => `${name}${ending}`);
}

export function createManagerDashboard(scope: Construct, { name, locale }: { name: string; locale: Locale }): void {
  const widgets = WIDGETS.map(
    ([title, names]): IWidget => new GraphWidget({ title: title[locale], width: 12, height: 6, left: names.map(measured) }),
  );
  new Dashboard(scope, 'ManagerDashboard', {
    dashboardName: `${name}-manager`,
    defaultInterval: Duration.days(30),
    widgets: [widgets.slice(0, 2), widgets.slice(2, 4), widgets.slice(4)],
  });
}

const measured = (metricName: string): Metric =>
  new Metric({
    ...{ namespace: 'Yagura', metricName, statistic: 'Maximum', period: Duration.hours(1), label: metricName },
    dimensionsMap: { Stage: 'measure' },
  });
