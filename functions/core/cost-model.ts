/** A log volume → what a month of Yagura on AWS costs at list price, item by item, with every assumption told. */

import { ALARM_METRICS } from './alarm-metrics.ts';
import { costOf, PRICES, type PriceName, scanCostUsd } from './prices.ts';
import type { LocalText } from './text.ts';

export const CATEGORIES = ['ingest', 'storage', 'queries', 'orchestration'] as const;
export type Category = (typeof CATEGORIES)[number];

export interface CostItem {
  category: Category;
  what: LocalText;
  price: PriceName;
  /** In the price's unit. */
  units: number;
  usd: number;
}

/** A query that runs again and again, or a person's of that kind. */
export interface AskedQuery {
  id: string;
  runsPerMonth: number;
  /** Days of the table that each run reads. */
  days: number;
  /** Share of the lake's bytes that lies in the tables that it reads. */
  tableShare: number;
  /** No run may scan more. */
  budgetBytes: number;
}

export interface CostInput {
  /** Raw log bytes a day, uncompressed. */
  rawBytesPerDay: number;
  /** Objects that land a day. */
  objectsPerDay: number;
  retentionDays: { landing: number; raw: number; lake: number; athenaResults: number };
  /** Months since the first log: storage grows until retention ends it. */
  months: number;
  queries: readonly AskedQuery[];
  findingsPerDay: number;
  playbooksPerMonth: number;
  stages: readonly { id: string; trigger: string; everyMin: number | undefined; memoryMiB: number }[];
  dashboards: number;
  /** Of other regions and discounts. */
  factor: number;
  /** Which counters are metrics. Default: all. */
  metrics?: 'all' | 'alarms';
}

/** What is assumed where nothing was measured in the user's own logs. `source` says where each figure comes from. */
export const ASSUMED = {
  landedRatio: {
    value: 0.13,
    source: 'measured: gzip of the demo day’s records, 30.0 MB to 4.0 MB; as their producers write them',
  },
  rawRatio: { value: 0.074, source: 'measured: the raw archive is zstd, 43 % smaller than gzip of the same records' },
  parquetRatio: { value: 0.29, source: 'measured: hot files of the same day 8.68 MB, not compacted; compaction makes it less' },
  columnShare: { value: 0.15, source: 'assumed: share of a table’s bytes that a query’s columns are; Athena charges no others' },
  ingestBytesPerSec: { value: 6_600_000, source: 'measured: one object of 2 GB, docs/performance.md; a busy machine' },
  filesPerBatch: { value: 8, source: 'measured: files of a batch for each class and day, and its raw archive' },
  objectsPerBatch: { value: 50, source: 'functions/pipeline.ts: batch size of ingest' },
  batchWindowSec: { value: 60, source: 'functions/pipeline.ts: window of ingest' },
  writesPerObject: { value: 2, source: 'core: ledger entry, matches kept for correlations' },
  writesPerFinding: { value: 12, source: 'core: alert, incident, entities, case events' },
  logBytesPerInvocation: { value: 2_500, source: 'assumed: START, END, REPORT and one line of metrics' },
  metrics: { value: 51, source: 'core: names that stages count' },
  tracedShare: { value: 0.05, source: 'X-Ray’s default rule: the first request of a second and 5 % of the rest' },
  pollsPerQueueMonth: { value: 648_000, source: 'Lambda polls an idle queue with five long polls of 20 s' },
  transitionsPerPlaybook: { value: 40, source: 'playbooks: plan, approve, act, verify, record' },
} as const;

const DAYS = 30;
const SECONDS = DAYS * 86_400;

export function monthCost(input: CostInput): CostItem[] {
  const items = [...ingestItems(input), ...storageItems(input), ...queryItems(input), ...orchestrationItems(input)];
  return items.map((item) => ({ ...item, usd: item.usd * input.factor }));
}

const item = (category: Category, price: PriceName, units: number, what: LocalText): CostItem => ({
  ...{ category, what, price, units },
  usd: costOf(price, units),
});

function batchesPerMonth({ objectsPerDay }: CostInput): number {
  const byCount = (objectsPerDay * DAYS) / ASSUMED.objectsPerBatch.value;
  // A batch waits no longer than its window, however few objects there are.
  const byTime = Math.min(objectsPerDay * DAYS, SECONDS / ASSUMED.batchWindowSec.value);
  return Math.max(byCount, byTime);
}

const memoryOf = ({ stages }: CostInput, id: string): number =>
  (stages.find((stage) => stage.id === id)?.memoryMiB ?? 1024) * 2 ** 20;

const queuesOf = ({ stages }: CostInput): number =>
  stages.filter(({ trigger }) => ['arrival', 'bus', 'schedule'].includes(trigger)).length;

function ingestItems(input: CostInput): CostItem[] {
  const { rawBytesPerDay, objectsPerDay } = input;
  const batches = batchesPerMonth(input);
  const seconds = (rawBytesPerDay * DAYS) / ASSUMED.ingestBytesPerSec.value + batches * 0.5;
  const queues = queuesOf(input);
  const objects = objectsPerDay * DAYS;
  return [
    item('ingest', 'lambdaArmSecond', seconds * memoryOf(input, 'ingest'), {
      en: 'Lambda: decode, normalize, detect, write Parquet',
      ja: 'Lambda: 展開・正規化・検知・Parquet 書き込み',
    }),
    item('ingest', 'lambdaRequest', batches, { en: 'Lambda: batches', ja: 'Lambda: バッチ呼び出し' }),
    item('ingest', 's3Put', objects + batches * ASSUMED.filesPerBatch.value, {
      en: 'S3 PUT: landing, raw archive, lake',
      ja: 'S3 PUT: 受信・原本・レイク',
    }),
    item('ingest', 's3Get', objects * 2, { en: 'S3 GET: objects that landed', ja: 'S3 GET: 受信オブジェクト' }),
    item('ingest', 'sqsRequest', objects * 1.2 + queues * ASSUMED.pollsPerQueueMonth.value, {
      en: 'SQS: notices of objects, polling of all queues',
      ja: 'SQS: オブジェクト通知と全キューのポーリング',
    }),
    item('ingest', 'dynamodbWrite', objects * ASSUMED.writesPerObject.value, {
      en: 'DynamoDB: what was ingested, matches kept',
      ja: 'DynamoDB: 取り込み台帳・照合結果',
    }),
  ];
}

function storageItems({ rawBytesPerDay, retentionDays, months, ...input }: CostInput): CostItem[] {
  const kept = (days: number): number => Math.min(days, months * DAYS);
  const landed = rawBytesPerDay * ASSUMED.landedRatio.value;
  const raw = rawBytesPerDay * ASSUMED.rawRatio.value;
  const lake = rawBytesPerDay * ASSUMED.parquetRatio.value;
  return [
    item('storage', 's3Standard', landed * kept(retentionDays.landing), { en: 'S3: landing bucket', ja: 'S3: 受信バケット' }),
    item('storage', 's3Standard', raw * kept(retentionDays.raw), {
      en: 'S3: raw archive, locked',
      ja: 'S3: 原本アーカイブ（ロック付き）',
    }),
    item('storage', 's3Standard', lake * kept(retentionDays.lake), { en: 'S3: lake (Parquet)', ja: 'S3: レイク（Parquet）' }),
    item(
      'storage',
      'dynamodbStorage',
      input.findingsPerDay * kept(retentionDays.lake) * 8_000 + input.objectsPerDay * kept(30) * 300,
      { en: 'DynamoDB: alerts, incidents, cases', ja: 'DynamoDB: アラート・インシデント・ケース' },
    ),
    item('storage', 'kmsKey', 1, { en: 'KMS: the data key', ja: 'KMS: データキー' }),
  ];
}

/** What a run of a query scans, bytes. */
export function scannedBytesOf(query: AskedQuery, rawBytesPerDay: number): number {
  const bytes = rawBytesPerDay * ASSUMED.parquetRatio.value * query.tableShare * ASSUMED.columnShare.value * query.days;
  return Math.min(query.budgetBytes, Math.round(bytes));
}

function queryItems({ queries, rawBytesPerDay, retentionDays, months }: CostInput): CostItem[] {
  const items = queries.map((query): CostItem => {
    const days = Math.min(query.days, retentionDays.lake, months * DAYS);
    const bytes = scannedBytesOf({ ...query, days }, rawBytesPerDay);
    const usd = scanCostUsd(Math.max(1, bytes)) * query.runsPerMonth;
    const what = `${query.id}: ${Math.round(query.runsPerMonth)} × ${sizeText(bytes)}`;
    return { category: 'queries', what: { en: what, ja: what }, price: 'athenaScan', units: bytes * query.runsPerMonth, usd };
  });
  const runs = queries.reduce((sum, { runsPerMonth }) => sum + runsPerMonth, 0);
  return [
    ...items.sort((a, b) => b.usd - a.usd),
    item('queries', 's3Get', runs * 400, {
      en: 'S3 GET: files and footers that queries read',
      ja: 'S3 GET: クエリが読むファイル',
    }),
  ];
}

function orchestrationItems(input: CostInput): CostItem[] {
  const { stages, findingsPerDay, playbooksPerMonth } = input;
  const ticks = stages.reduce((sum, { everyMin }) => sum + (everyMin === undefined ? 0 : (DAYS * 1440) / everyMin), 0);
  const machine = stages.find(({ trigger }) => trigger === 'machine');
  const plans = machine?.everyMin === undefined ? 0 : (DAYS * 1440) / machine.everyMin;
  // What people ask runs nowhere else; what the clock asks keeps a function waiting.
  const repeated = input.queries.filter(({ id }) => /^(scheduled|baselines)\//.test(id));
  const runs = repeated.reduce((sum, { runsPerMonth }) => sum + runsPerMonth, 0);
  const findings = findingsPerDay * DAYS;
  const invocations = ticks + runs + findings / 10 + playbooksPerMonth * ASSUMED.transitionsPerPlaybook.value;
  const seconds = (ticks - plans) * 3 + plans * 1.5 + runs * 15 + findings * 0.2;
  const all = invocations + batchesPerMonth(input);
  const transitions = plans * 3 + runs * 2 + playbooksPerMonth * ASSUMED.transitionsPerPlaybook.value;
  // The dead letters of each queue; late ingest, heartbeat, no logs, the rate of quarantine, silent sources, failing rules, open breakers.
  const alarms = queuesOf(input) + 7;
  return [
    item('orchestration', 'lambdaArmSecond', seconds * 2 ** 30, {
      en: 'Lambda: schedules, correlation, cases, waiting for Athena',
      ja: 'Lambda: 定期実行・相関・ケース・Athena 待ち',
    }),
    item('orchestration', 'lambdaRequest', invocations, {
      en: 'Lambda: invocations of the other stages',
      ja: 'Lambda: 他ステージの呼び出し',
    }),
    item('orchestration', 'stepFunctionsTransition', transitions, {
      en: 'Step Functions: scheduled queries, playbooks',
      ja: 'Step Functions: 定期クエリ・プレイブック',
    }),
    item('orchestration', 'eventbridgeEvent', findings / 5 + findings, {
      en: 'EventBridge: findings and incidents between stages',
      ja: 'EventBridge: ステージ間の検知・インシデント',
    }),
    item('orchestration', 'dynamodbWrite', findings * ASSUMED.writesPerFinding.value + ticks * 2, {
      en: 'DynamoDB: alerts, incidents, state of schedules',
      ja: 'DynamoDB: アラート・インシデント・実行状態',
    }),
    item('orchestration', 'dynamodbRead', findings * 30 + ticks * 20, { en: 'DynamoDB: reads', ja: 'DynamoDB: 読み取り' }),
    item('orchestration', 'cloudwatchLogs', all * ASSUMED.logBytesPerInvocation.value, {
      en: 'CloudWatch: logs of functions',
      ja: 'CloudWatch: 関数ログ',
    }),
    item(
      'orchestration',
      'cloudwatchMetric',
      input.metrics === 'alarms'
        ? ALARM_METRICS.length
        : ASSUMED.metrics.value + input.queries.filter(({ id }) => id.startsWith('scheduled/')).length,
      { en: 'CloudWatch: metrics of stages and queries', ja: 'CloudWatch: ステージとクエリのメトリクス' },
    ),
    item('orchestration', 'cloudwatchAlarm', alarms, { en: 'CloudWatch: alarms', ja: 'CloudWatch: アラーム' }),
    item('orchestration', 'cloudwatchDashboard', input.dashboards, {
      en: 'CloudWatch: dashboards',
      ja: 'CloudWatch: ダッシュボード',
    }),
    item('orchestration', 'xrayTrace', all * ASSUMED.tracedShare.value, { en: 'X-Ray: traces', ja: 'X-Ray: トレース' }),
    item('orchestration', 'kmsRequest', all * 4, {
      en: 'KMS: requests (bucket keys keep S3’s few)',
      ja: 'KMS: リクエスト（バケットキーで S3 分は少数）',
    }),
  ];
}

/** `1.2 GB`, `34 MB`: decimal, as Athena charges. */
export function sizeText(bytes: number): string {
  for (const [unit, size] of [
    ['TB', 1e12],
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const)
    if (bytes >= size) return `${(bytes / size).toFixed(bytes / size < 10 ? 1 : 0)} ${unit}`;
  return `${Math.round(bytes)} B`;
}

export const totalUsd = (items: readonly CostItem[]): number => items.reduce((sum, { usd }) => sum + usd, 0);

/** The unit of an item's price, for people. */
export const unitOf = ({ price }: CostItem): string => PRICES[price].unit;
