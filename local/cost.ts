/** The repository's content and configuration, and perhaps a state's lake → the input of the cost model. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Baseline, baselineQuery, stretchAt } from '../functions/core/baseline/baseline.ts';
import type { Config } from '../functions/core/config.ts';
import type { AskedQuery, CostInput } from '../functions/core/cost-model.ts';
import type { Hunt } from '../functions/core/hunt.ts';
import { LAKE_NAMES } from '../functions/core/lake/names.ts';
import { type BoundQuery, bindQuery } from '../functions/core/query-file.ts';
import type { ScheduledQuery } from '../functions/core/scheduled/file.ts';
import { groupsOf } from '../functions/core/scheduled/group.ts';
import { windowValues } from '../functions/core/scheduled/window.ts';
import { boundedSql } from '../functions/core/sql/bounded.ts';
import { PIPELINE, type Stage } from '../functions/pipeline.ts';
import { readBaselines } from './baselines.ts';
import { loadHunts } from './hunt-files.ts';
import { readScheduled } from './scheduled.ts';
import { readConfig } from './settings.ts';
import { parseSql } from './sql/parser.ts';

export interface Volume {
  rawBytesPerDay: number;
  /** Default: one object for each MB of raw logs, at least one for each five minutes. */
  objectsPerDay?: number | undefined;
  /** Default: until storage is full. */
  months?: number | undefined;
  findingsPerDay: number;
  playbooksPerMonth: number;
  /** Queries that people ask a day, over a week of one table. */
  askedPerDay: number;
  /** How often people run each hunt in a month. */
  huntRunsPerMonth: number;
  factor: number;
  /** A state whose lake tells how the bytes lie over the tables. */
  lakeDir?: string | undefined;
}

/** Where nothing was measured: what a cloud account's audit trail and flow logs make of it. */
const TABLE_SHARES: Readonly<Record<string, number>> = {
  api_activity: 0.5,
  network_activity: 0.25,
  authentication: 0.1,
  account_change: 0.02,
};
const OTHER_SHARE = 0.13;

/** @param said the configuration; default: the repository's */
export async function costInput(volume: Volume, said?: Config): Promise<CostInput> {
  const config = said ?? (await readConfig());
  const shares = volume.lakeDir === undefined ? TABLE_SHARES : await sharesOf(volume.lakeDir);
  const queries = await readScheduled();
  const sharers = await sharersOf(queries);
  const scheduled = await Promise.all(
    queries.map(async (query) => {
      const asked = await askedBy(scheduledAs(query), shares);
      // One scan serves several: each bears its part.
      return { ...asked, tableShare: asked.tableShare / (sharers.get(query.id) ?? 1) };
    }),
  );
  const baselines = await Promise.all((await readBaselines()).map((baseline) => askedBy(baselineAs(baseline), shares)));
  const hunts = await Promise.all(
    (await loadHunts()).map(async (hunt) => ({
      ...(await askedBy(huntAs(hunt), shares)),
      runsPerMonth: volume.huntRunsPerMonth,
    })),
  );
  const { landing, raw, lake, athenaResults } = config.retentionDays;
  const asked: AskedQuery = {
    id: 'people',
    runsPerMonth: volume.askedPerDay * 30,
    days: 7,
    tableShare: 0.5,
    budgetBytes: config.athena.cutoffGiB * 2 ** 30,
  };
  const stages: readonly Stage[] = PIPELINE;
  return {
    rawBytesPerDay: volume.rawBytesPerDay,
    objectsPerDay: volume.objectsPerDay ?? Math.max(288, Math.round(volume.rawBytesPerDay / 1e6)),
    retentionDays: { landing, raw, lake, athenaResults },
    months: volume.months ?? Math.ceil(Math.max(landing, raw, lake) / 30),
    queries: [...scheduled, ...baselines, ...hunts, asked],
    findingsPerDay: volume.findingsPerDay,
    playbooksPerMonth: volume.playbooksPerMonth,
    stages: stages.map(({ id, trigger, memoryMiB }) => ({
      ...{ id, trigger: trigger.kind, memoryMiB: config.memoryMiB[id] ?? memoryMiB },
      everyMin: 'everyMin' in trigger ? trigger.everyMin : undefined,
    })),
    dashboards: config.dashboards.length,
    factor: volume.factor,
    metrics: config.metrics,
  };
}

const DAY_MS = 86_400_000;
/** Any day: only the span counts. */
const NOON_MS = Date.UTC(2026, 5, 15, 12);

interface Repeated {
  id: string;
  everyMin: number;
  budgetBytes: number;
  bound: BoundQuery;
}

const scheduledAs = (query: ScheduledQuery): Repeated => ({
  ...{ id: `scheduled/${query.id}`, everyMin: query.meta.every, budgetBytes: query.meta.budgetBytes },
  bound: bindQuery(query, windowValues(query, { fromMs: NOON_MS - query.meta.lookback * 60_000, toMs: NOON_MS })),
});

const baselineAs = (baseline: Baseline): Repeated => ({
  ...{ id: `baselines/${baseline.name}`, everyMin: baseline.every === 'day' ? 1440 : 60, budgetBytes: baseline.budgetBytes },
  bound: baselineQuery(baseline, stretchAt(baseline, NOON_MS)),
});

const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');

/** A hunt as a person runs it, over its own days. */
const huntAs = (hunt: Hunt): Repeated => ({
  ...{ id: `hunts/${hunt.id}`, everyMin: 30 * 1440, budgetBytes: hunt.meta.budgetBytes },
  bound: bindQuery(hunt, { from_day: dayText(NOON_MS - (hunt.meta.days - 1) * DAY_MS), to_day: dayText(NOON_MS) }),
});

/** The days and tables that a run reads, as the query port works them out. */
async function askedBy(
  { id, everyMin, budgetBytes, bound }: Repeated,
  shares: Readonly<Record<string, number>>,
): Promise<AskedQuery> {
  const { sql, parameters } = bound;
  const { scans } = await boundedSql(sql, { parse: parseSql, names: LAKE_NAMES, nowMs: NOON_MS, parameters });
  const weighed = scans.map(({ table, days }) => {
    const [from, to] = [dayMs(days.from), dayMs(days.to)];
    const endMs = Math.min(to === undefined ? NOON_MS : to + DAY_MS, NOON_MS);
    const span = from === undefined ? 1 : Math.max(1, (endMs - from) / DAY_MS);
    return { span: Math.ceil(span), share: shares[table] ?? OTHER_SHARE };
  });
  const days = Math.max(1, ...weighed.map(({ span }) => span));
  // Scans of fewer days count as so much less of the table.
  const tableShare = weighed.reduce((sum, { span, share }) => sum + (share * span) / days, 0);
  return { id, runsPerMonth: (30 * 1440) / everyMin, days, tableShare, budgetBytes };
}

/** How many queries share a scan with each, itself included, when their windows fall together. */
async function sharersOf(queries: readonly ScheduledQuery[]): Promise<ReadonlyMap<string, number>> {
  const wanted = queries.map((query) => ({
    query,
    windows: [{ fromMs: NOON_MS - query.meta.lookback * 60_000, toMs: NOON_MS }],
  }));
  const groups = await groupsOf(wanted, parseSql);
  return new Map(
    groups.flatMap((group) =>
      group.queries.map(({ id, meta }) => [id, group.queries.filter((other) => other.meta.every === meta.every).length] as const),
    ),
  );
}

function dayMs(day: string | undefined): number | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(day ?? '');
  return parts === null ? undefined : Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
}

async function sharesOf(lakeDir: string): Promise<Record<string, number>> {
  const root = join(lakeDir, 'ocsf');
  const sizes = new Map<string, number>();
  for (const name of await readdir(root, { recursive: true }).catch(() => [])) {
    if (!name.endsWith('.parquet')) continue;
    const table = name.split('/')[0] ?? '';
    sizes.set(table, (sizes.get(table) ?? 0) + (await stat(join(root, name))).size);
  }
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return total === 0
    ? { ...TABLE_SHARES }
    : Object.fromEntries([...LAKE_NAMES.keys()].map((name) => [name, (sizes.get(name) ?? 0) / total]));
}
