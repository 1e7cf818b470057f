/** The list prices that costs are worked out with, US dollars without tax, free tiers and discounts, each with the page that says it. */

/**
 * One price list: where and when it was true. Other regions differ (in Tokyo some services cost up to a third more): `yagura cost --factor`
 * scales what it says.
 */
export const PRICE_LIST = {
  region: 'us-east-1',
  /** The day on which the prices were read. */
  asOf: '2026-11-30',
  currency: 'USD',
} as const;

/** A price: how much, for how many of which unit, and who says so. */
export interface Price {
  usd: number;
  per: number;
  unit: string;
  source: string;
}

const price = (usd: number, per: number, unit: string, source: string): Price => ({ usd, per, unit, source });

/** What S3 and CloudWatch call a GB. */
const GB = 2 ** 30;

/** First tiers: a SOC's volume that reaches a second tier has a contract. */
export const PRICES = {
  /** Of 10¹² bytes, rounded up to the megabyte, at least 10 MB a query; failed queries and DDL are free, cancelled ones are not. */
  athenaScan: price(5, 1e12, 'byte scanned', 'https://aws.amazon.com/athena/pricing/'),
  lambdaArmSecond: price(0.0000133334, GB, 'byte-second of arm64', 'https://aws.amazon.com/lambda/pricing/'),
  lambdaRequest: price(0.2, 1e6, 'invocation', 'https://aws.amazon.com/lambda/pricing/'),
  s3Standard: price(0.023, GB, 'byte-month', 'https://aws.amazon.com/s3/pricing/'),
  /** PUT, COPY, POST, LIST. */
  s3Put: price(0.005, 1000, 'request', 'https://aws.amazon.com/s3/pricing/'),
  s3Get: price(0.0004, 1000, 'request', 'https://aws.amazon.com/s3/pricing/'),
  dynamodbWrite: price(0.625, 1e6, 'write request unit of 1 KB, on demand', 'https://aws.amazon.com/dynamodb/pricing/on-demand/'),
  dynamodbRead: price(0.125, 1e6, 'read request unit of 4 KB, on demand', 'https://aws.amazon.com/dynamodb/pricing/on-demand/'),
  dynamodbStorage: price(0.25, GB, 'byte-month', 'https://aws.amazon.com/dynamodb/pricing/on-demand/'),
  /** Each 64 KB of a message is one; so are polls that find nothing. */
  sqsRequest: price(0.4, 1e6, 'request of a standard queue', 'https://aws.amazon.com/sqs/pricing/'),
  /** Events of AWS services on the default bus are free; each 64 KB is one. */
  eventbridgeEvent: price(1, 1e6, 'custom event', 'https://aws.amazon.com/eventbridge/pricing/'),
  stepFunctionsTransition: price(
    0.025,
    1000,
    'state transition, standard workflow',
    'https://aws.amazon.com/step-functions/pricing/',
  ),
  cloudwatchLogs: price(0.5, GB, 'byte ingested', 'https://aws.amazon.com/cloudwatch/pricing/'),
  cloudwatchMetric: price(0.3, 1, 'custom metric-month', 'https://aws.amazon.com/cloudwatch/pricing/'),
  cloudwatchAlarm: price(0.1, 1, 'standard alarm-month', 'https://aws.amazon.com/cloudwatch/pricing/'),
  cloudwatchDashboard: price(3, 1, 'dashboard-month', 'https://aws.amazon.com/cloudwatch/pricing/'),
  xrayTrace: price(5, 1e6, 'trace recorded', 'https://aws.amazon.com/xray/pricing/'),
  kmsKey: price(1, 1, 'key-month', 'https://aws.amazon.com/kms/pricing/'),
  kmsRequest: price(0.03, 10_000, 'request', 'https://aws.amazon.com/kms/pricing/'),
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
