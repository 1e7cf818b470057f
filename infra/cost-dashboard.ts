/** Turns functions, buckets and table into the dashboard of cost: what runs and is kept at list price, and what AWS bills. */
import { Duration } from 'aws-cdk-lib';
import { Dashboard, type IMetric, MathExpression, Metric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { PRICES, type PriceName } from '../functions/core/prices.ts';
import type { LocalText } from '../functions/core/text.ts';
import type { DataResources } from './data-resources.ts';
import { counted, graph, type Watched } from './watched.ts';

const HOUR = Duration.hours(1);
const MIB = 2 ** 20;
const TITLES = {
  athena: { en: 'Athena: USD an hour, queries of content', ja: 'Athena: 1 時間あたり USD（コンテンツのクエリ）' },
  lambda: { en: 'Lambda: USD an hour', ja: 'Lambda: 1 時間あたり USD' },
  table: { en: 'DynamoDB: USD an hour', ja: 'DynamoDB: 1 時間あたり USD' },
  stored: { en: 'Stored bytes', ja: '保存バイト数' },
  records: { en: 'Records taken in', ja: '取り込みレコード数' },
  billed: {
    en: "Billed this month (USD); where the account's billing alerts are on",
    ja: '今月の請求額 (USD)。請求アラート有効時のみ',
  },
} as const satisfies Record<string, LocalText>;
const NOTE: LocalText = {
  en: 'List prices of us-east-1. What a month should cost: `npm run yagura -- cost --gb-per-day N`. A budget: `npm run yagura -- doctor`.',
  ja: 'us-east-1 の定価です。月額の見積もり: `npm run yagura -- cost --gb-per-day N`。予算の確認: `npm run yagura -- doctor`。',
};

export function createCostDashboard(scope: Construct, { name, locale, functions, data }: Watched): void {
  const title = (key: keyof typeof TITLES): string => TITLES[key][locale];
  new Dashboard(scope, 'CostDashboard', {
    dashboardName: `${name}-cost`,
    defaultInterval: Duration.days(30),
    widgets: [
      [graph(title('billed'), [billed()]), graph(title('athena'), [athenaUsd()])],
      [graph(title('lambda'), [lambdaUsd([...functions.values()])]), graph(title('table'), [tableUsd(data.table.name)])],
      [graph(title('stored'), storedBytes(data)), graph(title('records'), [counted('ingest', 'IngestedRecordCount', HOUR)])],
      [new TextWidget({ width: 24, height: 2, markdown: NOTE[locale] })],
    ],
  });
}

/** US dollars of one unit, as a number that CloudWatch reads. */
const usdOf = (price: PriceName): string => (PRICES[price].usd / PRICES[price].per).toFixed(20).replace(/0+$/, '');

/** @see Amazon CloudWatch User Guide, "Monitor estimated charges": in us-east-1 alone, whatever the region */
const billed = (): IMetric =>
  new Metric({
    ...{ namespace: 'AWS/Billing', metricName: 'EstimatedCharges', statistic: 'Maximum', period: Duration.hours(6) },
    ...{ region: 'us-east-1', dimensionsMap: { Currency: 'USD' } },
  });

const athenaUsd = (): IMetric =>
  new MathExpression({
    expression: `${usdOf('athenaScan')} * SUM(SEARCH('{Yagura,Query,Stage} MetricName="QueryScannedBytes"', 'Sum', 3600))`,
    ...{ label: 'USD', period: HOUR, usingMetrics: {} },
  });

function lambdaUsd(fns: readonly LambdaFunction[]): IMetric {
  const usingMetrics = Object.fromEntries(fns.map((fn, i) => [`ms${i}`, fn.metricDuration({ statistic: 'Sum', period: HOUR })]));
  const byteMs = fns.map((fn, i) => `ms${i} * ${memoryMiB(fn) * MIB}`).join(' + ');
  return new MathExpression({
    expression: `(${byteMs}) / 1000 * ${usdOf('lambdaArmSecond')}`,
    usingMetrics,
    label: 'USD',
    period: HOUR,
  });
}

function memoryMiB(fn: LambdaFunction): number {
  const resource = fn.node.defaultChild;
  if (resource instanceof CfnFunction && resource.memorySize !== undefined) return resource.memorySize;
  throw new TypeError(`the function ${fn.node.path} has no memory`);
}

function tableUsd(tableName: string): IMetric {
  const units = (metricName: string): Metric =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      statistic: 'Sum',
      period: HOUR,
      dimensionsMap: { TableName: tableName },
    });
  return new MathExpression({
    expression: `r * ${usdOf('dynamodbRead')} + w * ${usdOf('dynamodbWrite')}`,
    usingMetrics: { r: units('ConsumedReadCapacityUnits'), w: units('ConsumedWriteCapacityUnits') },
    ...{ label: 'USD', period: HOUR },
  });
}

const storedBytes = ({ buckets }: DataResources): IMetric[] =>
  Object.entries(buckets).map(
    ([label, { name }]) =>
      new Metric({
        ...{ namespace: 'AWS/S3', metricName: 'BucketSizeBytes', statistic: 'Average', period: Duration.days(1), label },
        dimensionsMap: { BucketName: name, StorageType: 'StandardStorage' },
      }),
  );
