/** The list prices that costs are worked out with, US dollars without tax, free tiers and discounts, each with the page that says it. */

/**
 * One price list: where and when it was true. Other regions differ (in Tokyo some services cost up to a third more): `yagura cost --factor`
 * scales what it says.
 */
export const PRICE_LIST = {
  region: 'us-east-1',
  /** The day on which the prices were looked up. */
  asOf: '2026-12-01',
  currency: 'USD',
} as const;

/**
 * How a price was confirmed. AWS's pages draw most of their tables with a script, which a stored copy of a page lacks: where the price is not
 * in its text, it is what several reports say that do not copy one another.
 */
export interface Seen {
  on: 'page' | 'reports';
  /** The day of the copy that was looked at, or the month of the newest report. */
  asOf: string;
}

/** A price: how much, for how many of which unit, and who says so. */
export interface Price {
  usd: number;
  per: number;
  unit: string;
  /** AWS's page of it. */
  source: string;
  seen: Seen;
}

const PAGE: Seen = { on: 'page', asOf: '2026-12-01' };
const reports = (asOf: string): Seen => ({ on: 'reports', asOf });

const price = (usd: number, per: number, unit: string, from: { page: string; seen: Seen }): Price => ({
  ...{ usd, per, unit },
  ...{ source: `https://aws.amazon.com/${from.page}/pricing/`, seen: from.seen },
});

/** What S3 and CloudWatch call a GB. */
const GB = 2 ** 30;

/** First tiers: a SOC's volume that reaches a second tier has a contract. */
export const PRICES = {
  /** Of 10¹² bytes, rounded up to the megabyte, at least 10 MB a query; failed queries and DDL are free, cancelled ones are not. */
  athenaScan: price(5, 1e12, 'byte scanned', { page: 'athena', seen: reports('2026-03') }),
  lambdaArmSecond: price(0.0000133334, GB, 'byte-second of arm64', { page: 'lambda', seen: reports('2026-10') }),
  lambdaRequest: price(0.2, 1e6, 'invocation', { page: 'lambda', seen: PAGE }),
  s3Standard: price(0.023, GB, 'byte-month', { page: 's3', seen: reports('2026-03') }),
  /** PUT, COPY, POST, LIST. */
  s3Put: price(0.005, 1000, 'request', { page: 's3', seen: reports('2026-03') }),
  s3Get: price(0.0004, 1000, 'request', { page: 's3', seen: reports('2026-03') }),
  dynamodbWrite: price(0.625, 1e6, 'write request unit of 1 KB, on demand', {
    ...{ page: 'dynamodb', seen: reports('2026-10') },
  }),
  dynamodbRead: price(0.125, 1e6, 'read request unit of 4 KB, on demand', { page: 'dynamodb', seen: reports('2026-10') }),
  dynamodbStorage: price(0.25, GB, 'byte-month', { page: 'dynamodb', seen: reports('2026-10') }),
  /** Each 64 KB of a message is one; so are polls that find nothing. */
  sqsRequest: price(0.4, 1e6, 'request of a standard queue', { page: 'sqs', seen: reports('2026-10') }),
  /** Events of AWS services on the default bus are free; each 64 KB is one. */
  eventbridgeEvent: price(1, 1e6, 'custom event', { page: 'eventbridge', seen: reports('2026-10') }),
  stepFunctionsTransition: price(0.025, 1000, 'state transition, standard workflow', {
    ...{ page: 'step-functions', seen: reports('2026-10') },
  }),
  cloudwatchLogs: price(0.5, GB, 'byte ingested', { page: 'cloudwatch', seen: reports('2026-06') }),
  cloudwatchMetric: price(0.3, 1, 'custom metric-month', { page: 'cloudwatch', seen: reports('2026-02') }),
  cloudwatchAlarm: price(0.1, 1, 'standard alarm-month', { page: 'cloudwatch', seen: reports('2026-02') }),
  cloudwatchDashboard: price(3, 1, 'dashboard-month', { page: 'cloudwatch', seen: reports('2026-06') }),
  xrayTrace: price(5, 1e6, 'trace recorded', { page: 'xray', seen: PAGE }),
  kmsKey: price(1, 1, 'key-month', { page: 'kms', seen: PAGE }),
  kmsRequest: price(0.03, 10_000, 'request', { page: 'kms', seen: reports('2026-06') }),
} as const satisfies Record<string, Price>;
export type PriceName = keyof typeof PRICES;

/** What so many units cost. */
export const costOf = (name: PriceName, units: number): number => (PRICES[name].usd * units) / PRICES[name].per;

const ATHENA_STEP_BYTES = 1_000_000;
/** What the smallest query of the lake is charged for. */
export const ATHENA_LEAST_BYTES = 10_000_000;

/** What Athena charges for a query that scanned so many bytes. One that reads no table is free. */
export function scanCostUsd(scannedBytes: number): number {
  if (scannedBytes <= 0) return 0;
  return costOf('athenaScan', Math.max(ATHENA_LEAST_BYTES, Math.ceil(scannedBytes / ATHENA_STEP_BYTES) * ATHENA_STEP_BYTES));
}

/** `$0.000050`, `$1.25`: as many digits as say something. */
export const usdText = (usd: number): string =>
  usd === 0 ? '$0' : Math.abs(usd) >= 0.995 ? `$${usd.toFixed(2)}` : `$${usd.toFixed(6).replace(/0{1,4}$/, '')}`;
