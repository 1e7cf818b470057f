import { describe, expect, it } from 'vitest';
import { ASSUMED, CATEGORIES, type CostInput, monthCost, sizeText, totalUsd } from '../../functions/core/cost-model.ts';
import {
  ATHENA_LEAST_BYTES,
  costOf,
  PRICE_LIST,
  PRICES,
  type PriceName,
  scanCostUsd,
  usdText,
} from '../../functions/core/prices.ts';
import { readBaselines } from '../../local/baselines.ts';
import { costInput } from '../../local/cost.ts';
import { loadHunts } from '../../local/hunt-files.ts';
import { readScheduled } from '../../local/scheduled.ts';
import { yagura } from '../local/command.ts';

const volume = {
  rawBytesPerDay: 50e9,
  findingsPerDay: 500,
  playbooksPerMonth: 20,
  askedPerDay: 50,
  huntRunsPerMonth: 1,
  factor: 1,
};
const input: CostInput = await costInput(volume);
const usd = (more: Partial<CostInput>): number => totalUsd(monthCost({ ...input, ...more }));

describe('the price list', () => {
  it('says of each price where it comes from, and of all when and for where', () => {
    expect(PRICE_LIST).toMatchObject({ region: 'us-east-1', currency: 'USD', asOf: expect.stringMatching(/^20\d\d-\d\d-\d\d$/) });
    for (const [name, { source, usd: amount, per, seen }] of Object.entries(PRICES)) {
      expect([name, source]).toEqual([name, expect.stringMatching(/^https:\/\/aws\.amazon\.com\/[a-z0-9/-]+\/pricing\//)]);
      expect(amount / per).toBeGreaterThan(0);
      expect([name, seen.asOf]).toEqual([name, expect.stringMatching(seen.on === 'page' ? /^2026-\d\d-\d\d$/ : /^2026-\d\d$/)]);
    }
  });

  it('charges a query as Athena does: by the megabyte, ten at least', () => {
    expect(scanCostUsd(0)).toBe(0);
    expect(scanCostUsd(1)).toBe(costOf('athenaScan', ATHENA_LEAST_BYTES));
    expect(scanCostUsd(10_000_001)).toBeCloseTo(11e6 * 5e-12, 12);
    expect(scanCostUsd(1e12)).toBe(5);
    expect([usdText(0), usdText(0.00005), usdText(1.234), usdText(0.5)]).toEqual(['$0', '$0.00005', '$1.23', '$0.50']);
  });
});

describe('a month', () => {
  it('has an item for each scheduled query and for every service that is used', async () => {
    const items = monthCost(input);
    for (const { id } of await readScheduled())
      expect(items.some(({ what }) => what.en.startsWith(`scheduled/${id}:`))).toBe(true);
    for (const { name } of await readBaselines())
      expect(items.some(({ what }) => what.en.startsWith(`baselines/${name}:`))).toBe(true);
    const used = new Set<PriceName>(items.map(({ price }) => price));
    expect([...Object.keys(PRICES)].filter((name) => !used.has(name as PriceName))).toEqual([]);
    expect([...new Set(items.map(({ category }) => category))]).toEqual([...CATEGORIES]);
    for (const { usd: amount, units, what } of items) {
      expect([what.en, Number.isFinite(amount) && amount >= 0 && units >= 0]).toEqual([what.en, true]);
      expect(what.ja).not.toBe('');
    }
  });

  it('has every hunt, as often as people run it', async () => {
    const often = await costInput({ ...volume, huntRunsPerMonth: 4 });
    const of = ({ queries }: CostInput) => queries.filter(({ id }) => id.startsWith('hunts/'));
    expect(of(input).map(({ id }) => id)).toEqual((await loadHunts()).map(({ id }) => `hunts/${id}`));
    expect(of(input).every(({ runsPerMonth, days, tableShare }) => runsPerMonth === 1 && days >= 1 && tableShare > 0)).toBe(true);
    expect(of(input).find(({ id }) => id === 'hunts/aws_console_login_without_mfa')?.days).toBe(14);
    const huntsUsd = (one: CostInput): number =>
      totalUsd(monthCost({ ...one, queries: of(one) })) - totalUsd(monthCost({ ...one, queries: [] }));
    expect(huntsUsd(often)).toBeCloseTo(4 * huntsUsd(input), 6);
  });

  it('grows with what it depends on, and only there', () => {
    const base = usd({});
    expect(usd({ rawBytesPerDay: 100e9 })).toBeGreaterThan(base * 1.7);
    expect(usd({ objectsPerDay: input.objectsPerDay * 10 })).toBeGreaterThan(base);
    expect(usd({ retentionDays: { ...input.retentionDays, lake: 800 }, months: 27 })).toBeGreaterThan(base);
    expect(usd({ months: 1 })).toBeLessThan(base);
    expect(usd({ queries: [] })).toBeLessThan(base);
    expect(usd({ factor: 1.5 })).toBeCloseTo(base * 1.5, 6);
    expect(usd({ dashboards: 3 })).toBeLessThan(base);
    expect(
      usd({ dashboards: 1, rawBytesPerDay: 0, objectsPerDay: 0, queries: [], findingsPerDay: 0, playbooksPerMonth: 0 }),
    ).toBeLessThan(30);
  });

  it('charges storage as far as retention lets it grow', () => {
    const lake = (months: number): number =>
      monthCost({ ...input, months }).find(({ what }) => what.en.startsWith('S3: lake'))?.usd ?? 0;
    expect(lake(1)).toBeCloseTo(costOf('s3Standard', 50e9 * ASSUMED.parquetRatio.value * 30), 6);
    expect(lake(1000)).toBeCloseTo(costOf('s3Standard', 50e9 * ASSUMED.parquetRatio.value * input.retentionDays.lake), 6);
  });

  it('knows how many days each scheduled query reads', () => {
    const daysOf = (id: string): number | undefined => input.queries.find((query) => query.id === `scheduled/${id}`)?.days;
    expect(daysOf('aws_many_secrets_by_one_principal')).toBe(4);
    expect(daysOf('aws_assume_role_pair_first_seen')).toBe(35);
  });

  it('writes sizes that people read', () => {
    expect([sizeText(999), sizeText(1500), sizeText(12e6), sizeText(3.25e12)]).toEqual(['999 B', '1.5 kB', '12 MB', '3.3 TB']);
  });
});

describe('yagura cost', () => {
  it('prints a table in both languages, and everything as JSON', async () => {
    const table = await yagura(['cost', '--gb-per-day', '50', '--locale', 'ja']);
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/ハント: 全 \d+ 件/);
    expect(table.stdout).not.toContain('hunts/');
    expect(table.stderr).toMatch(/価格 19 件のうち \d+ 件/);
    expect(table.stdout).toMatch(/取り込み[\s\S]*保管[\s\S]*クエリ[\s\S]*実行管理[\s\S]*合計 {2}\$\d+\.\d\d/);
    const { stdout } = await yagura(['cost', '--gb-per-day', '50', '--json']);
    const told = JSON.parse(stdout);
    expect(told.totalUsd).toBeCloseTo(usd({}), 6);
    expect(told.assumed.parquetRatio.source).toContain('measured');
    expect(Object.values<number>(told.totals).reduce((a, b) => a + b, 0)).toBeCloseTo(told.totalUsd, 6);
  });

  it('warns where the daily budget would stop the queries of that volume', async () => {
    expect((await yagura(['cost', '--gb-per-day', '1'])).stderr).not.toContain('warning');
    expect((await yagura(['cost', '--gb-per-day', '500'])).stderr).toMatch(
      /warning: queries by the clock come to about \$\d+\.\d\d a day, above cost\.dailyQueryUsd/,
    );
  });

  it('says which option is wrong', async () => {
    const { code, stderr } = await yagura(['cost', '--gb-per-day', 'much']);
    expect(code).toBe(2);
    expect(stderr).toContain('--gb-per-day: much (allowed: a number from 0.001 to 1e9)');
  });
});
