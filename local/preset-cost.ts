/** A preset → what a month of it costs at the volume that it is meant for, at list price and less what AWS gives away. */

import { parseConfig } from '../functions/core/config.ts';
import { PRESETS, type PresetId } from '../functions/core/config-presets.ts';
import { type CostItem, monthCost, totalUsd } from '../functions/core/cost-model.ts';
import { costOf, type PriceName } from '../functions/core/prices.ts';
import { PIPELINE } from '../functions/pipeline.ts';
import { SOURCES } from '../functions/sources/index.ts';
import { costInput } from './cost.ts';

/**
 * What an account gets each month without end, in the units of the prices.
 * @see AWS Free Tier, "Always free": Lambda 400,000 GB-s and 1 M requests, SQS 1 M, CloudWatch 10 metrics and 10 alarms and 3 dashboards and 5 GB of logs,
 * Step Functions 4,000 transitions, X-Ray 100,000 traces, KMS 20,000 requests
 */
const ALWAYS_FREE: Partial<Record<PriceName, number>> = {
  lambdaArmSecond: 400_000 * 2 ** 30,
  lambdaRequest: 1_000_000,
  sqsRequest: 1_000_000,
  cloudwatchMetric: 10,
  cloudwatchAlarm: 10,
  cloudwatchDashboard: 3,
  cloudwatchLogs: 5e9,
  stepFunctionsTransition: 4_000,
  xrayTrace: 100_000,
  kmsRequest: 20_000,
};

export async function presetCost(preset: PresetId): Promise<{ usd: number; freeUsd: number }> {
  const { gbPerDay } = PRESETS[preset];
  const config = parseConfig({ preset }, { sources: SOURCES.map(({ id }) => id), stages: PIPELINE.map(({ id }) => id) });
  const volume = {
    rawBytesPerDay: gbPerDay * 1e9,
    findingsPerDay: Math.max(5, gbPerDay * 10),
    playbooksPerMonth: Math.max(2, gbPerDay * 5),
    askedPerDay: 10,
    huntRunsPerMonth: 1,
    factor: 1,
  };
  const items = monthCost(await costInput(volume, config));
  return { usd: totalUsd(items), freeUsd: totalUsd(items) - givenUsd(items) };
}

function givenUsd(items: readonly CostItem[]): number {
  const names = Object.keys(ALWAYS_FREE).filter((name): name is keyof typeof ALWAYS_FREE =>
    items.some(({ price }) => price === name),
  );
  return names.reduce((sum, name) => {
    const units = items.filter(({ price }) => price === name).reduce((all, item) => all + item.units, 0);
    return sum + costOf(name, Math.min(units, ALWAYS_FREE[name] ?? 0));
  }, 0);
}
