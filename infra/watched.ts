/** What alarms and dashboards look at, and the metrics that they are made of. */
import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Locale } from '../functions/core/text.ts';
import type { DataResources } from './data-resources.ts';
import type { ShownCoverage } from './shown-coverage.ts';
import type { StageQueues } from './stage-queue.ts';

export interface Watched {
  name: string;
  locale: Locale;
  topic: Topic;
  queues: ReadonlyMap<string, StageQueues>;
  functions: ReadonlyMap<string, LambdaFunction>;
  /** ARN pattern of the playbooks' machines. */
  machineArnPrefix: string;
  coverage: ShownCoverage;
  data: DataResources;
}

export const FIVE_MIN = Duration.minutes(5);

/** A counter that our code writes, of one stage. */
export const counted = (stage: string, metricName: string, period = FIVE_MIN, statistic = 'Sum'): Metric =>
  new Metric({
    ...{ namespace: 'Yagura', metricName, period, statistic, label: metricName },
    dimensionsMap: { Stage: stage },
  });

export const graph = (title: string, left: IMetric[], width = 12): GraphWidget =>
  new GraphWidget({ title, left, width, height: 6 });
