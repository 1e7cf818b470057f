/** `yagura cost`: what a month costs for a volume of logs, item by item; `--spent`: what queries of a state have cost a day. */
import {
  ASSUMED,
  CATEGORIES,
  type Category,
  type CostItem,
  monthCost,
  sizeText,
  totalUsd,
  unitOf,
} from '../../functions/core/cost-model.ts';
import { YaguraError } from '../../functions/core/error.ts';
import { PRICE_LIST, PRICES, type Price, usdText } from '../../functions/core/prices.ts';
import type { Locale, LocalText } from '../../functions/core/text.ts';
import { budgetOf, ledgerDay, ledgerOf } from '../../functions/ports/query-ledger.ts';
import { costInput } from '../cost.ts';
import { openState } from '../ports.ts';
import { readConfig } from '../settings.ts';
import { tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';
import { existingState } from './query.ts';

export interface CostOptions {
  gbPerDay: string;
  objectsPerDay?: string;
  months?: string;
  findingsPerDay: string;
  playbooksPerMonth: string;
  askedPerDay: string;
  huntRunsPerMonth: string;
  factor: string;
  /** The lake of this state tells how the bytes lie over the tables. */
  state?: string;
  /** A UTC day, or `true` for today. */
  spent?: string | boolean;
  json?: boolean;
  locale: Locale;
}

const TEXTS = {
  ingest: { en: 'Ingest', ja: '取り込み' },
  storage: { en: 'Storage', ja: '保管' },
  queries: { en: 'Queries', ja: 'クエリ' },
  orchestration: { en: 'Orchestration', ja: '実行管理' },
} as const satisfies Record<Category, LocalText>;
const HEADER = { en: ['', 'item', 'quantity', 'unit', 'USD a month'], ja: ['', '項目', '数量', '単位', '月額 (USD)'] } as const;

export async function costCommand(options: CostOptions): Promise<number> {
  if (options.spent !== undefined && options.spent !== false) return await spentCommand(options);
  if (options.state !== undefined) existingState(options.state);
  const number = (name: keyof CostOptions, flag: string, least = 0): number => checked(options[name], flag, least);
  const optional = (name: keyof CostOptions, flag: string, least: number): number | undefined =>
    options[name] === undefined ? undefined : number(name, flag, least);
  const input = await costInput({
    rawBytesPerDay: number('gbPerDay', '--gb-per-day', 0.001) * 1e9,
    objectsPerDay: optional('objectsPerDay', '--objects-per-day', 1),
    months: optional('months', '--months', 1),
    findingsPerDay: number('findingsPerDay', '--findings-per-day'),
    playbooksPerMonth: number('playbooksPerMonth', '--playbooks-per-month'),
    askedPerDay: number('askedPerDay', '--asked-per-day'),
    huntRunsPerMonth: number('huntRunsPerMonth', '--hunt-runs-per-month'),
    factor: number('factor', '--factor', 0.01),
    lakeDir: options.state === undefined ? undefined : `${options.state}/lake`,
  });
  const items = monthCost(input);
  const total = totalUsd(items);
  const rawGb = (input.rawBytesPerDay * 30) / 1e9;
  if (options.json === true) {
    out(
      JSON.stringify({
        prices: { ...PRICE_LIST, each: PRICES },
        input,
        assumed: ASSUMED,
        items,
        totals: totalsOf(items),
        totalUsd: total,
        usdPerGb: total / rawGb,
      }),
    );
    return EXIT.ok;
  }
  for (const line of lines(items, options.locale)) out(line);
  const say = options.locale === 'ja';
  out(
    `${say ? '合計' : 'total'}  $${total.toFixed(2)}  ($${(total / rawGb).toFixed(3)} ${say ? '/ GB（非圧縮ログ）' : 'for each GB of raw logs'})`,
  );
  const daily = items.filter(({ what }) => /^(scheduled|baselines)\//.test(what.en)).reduce((sum, { usd }) => sum + usd, 0) / 30;
  const { cost } = await readConfig();
  if (daily > cost.dailyQueryUsd)
    note(
      say
        ? `警告: 定期クエリは 1 日約 ${usdText(daily)} で、cost.dailyQueryUsd の ${usdText(cost.dailyQueryUsd)} を超えます。毎日途中で停止するため、soc.config.ts で引き上げてください。`
        : `warning: queries by the clock come to about ${usdText(daily)} a day, above cost.dailyQueryUsd (${usdText(cost.dailyQueryUsd)}): they would stop every day. Raise it in soc.config.ts`,
    );
  note(
    say
      ? `価格表: ${PRICE_LIST.region}、${PRICE_LIST.asOf} 時点の定価（税・無料枠・割引なし、係数 ${input.factor}）。前提は --json で確認できます。`
      : `list prices of ${PRICE_LIST.region} as of ${PRICE_LIST.asOf}, without tax, free tiers and discounts, times ${input.factor}; --json shows every assumption`,
  );
  const prices: Price[] = Object.values(PRICES);
  const reported = prices.filter(({ seen }) => seen.on === 'reports');
  const months = reported.map(({ seen }) => seen.asOf).sort();
  note(
    say
      ? `価格 ${prices.length} 件のうち ${reported.length} 件は AWS のページ本文では確認できず、複数の第三者の記載（${months[0]}〜${months.at(-1)}）によります。--json に価格ごとの根拠があります。`
      : `${reported.length} of ${prices.length} prices are not in the text of AWS's pages, but in reports of several others (${months[0]} to ${months.at(-1)}); --json says which`,
  );
  return EXIT.ok;
}

function checked(value: CostOptions[keyof CostOptions], flag: string, least: number): number {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (Number.isFinite(found) && found >= least && found <= 1e9) return found;
  throw new YaguraError('BadInput', `${flag} ${String(value)} is no number that can be used`, {
    problems: [{ at: flag, what: String(value), allowed: `a number from ${least} to 1e9` }],
  });
}

const totalsOf = (items: readonly CostItem[]): Record<string, number> =>
  Object.fromEntries(CATEGORIES.map((category) => [category, totalUsd(items.filter((one) => one.category === category))]));

function* lines(items: readonly CostItem[], locale: Locale): Generator<string> {
  const rows = CATEGORIES.flatMap((category) => {
    const of = huntsTogether(items.filter((one) => one.category === category));
    const head = [TEXTS[category][locale], '', '', '', totalUsd(of).toFixed(2)];
    return [head, ...of.map((one) => ['', one.what[locale], quantityText(one), unitOf(one), one.usd.toFixed(2)])];
  });
  yield tableText(HEADER[locale], rows, 70);
}

/** All hunts in one line: no person plans for each of them. */
function huntsTogether(items: readonly CostItem[]): CostItem[] {
  const isHunt = ({ what }: CostItem): boolean => what.en.startsWith('hunts/');
  const hunts = items.filter(isHunt);
  const [first] = hunts;
  if (first === undefined) return [...items];
  const units = hunts.reduce((sum, one) => sum + one.units, 0);
  const what = { en: `hunts: all ${hunts.length} of them`, ja: `ハント: 全 ${hunts.length} 件` };
  return [...items.filter((one) => !isHunt(one)), { ...first, what, units, usd: totalUsd(hunts) }];
}

const quantityText = (one: CostItem): string =>
  unitOf(one).startsWith('byte')
    ? sizeText(one.units)
    : one.units >= 10_000
      ? `${(one.units / 1000).toFixed(0)}k`
      : one.units.toFixed(0);

async function spentCommand({ state: dir = '.yagura', spent, json, locale }: CostOptions): Promise<number> {
  existingState(dir);
  const state = await openState(dir);
  try {
    const day = typeof spent === 'string' ? spent.replaceAll('-', '') : ledgerDay(state.clock.nowMs());
    if (!/^\d{8}$/.test(day))
      throw new YaguraError('BadInput', `${String(spent)} is no day`, {
        problems: [{ at: '--spent', what: String(spent), allowed: 'yyyy-mm-dd' }],
      });
    const entries = await ledgerOf(state.table, day);
    const { cost } = await readConfig();
    const budget = await budgetOf(state.table, cost.dailyQueryUsd, state.clock.nowMs());
    if (json === true) {
      out(JSON.stringify({ day, entries, budget }));
      return EXIT.ok;
    }
    const header = locale === 'ja' ? ['依頼元', 'ID', '回数', 'スキャン', '費用'] : ['asker', 'id', 'runs', 'scanned', 'cost'];
    out(
      tableText(
        header,
        entries.map((entry) => [entry.asker, entry.id, entry.runs, sizeText(entry.scannedBytes), usdText(entry.costUsd)]),
      ),
    );
    const total = entries.reduce((sum, { costUsd }) => sum + costUsd, 0);
    out(
      `${day}  ${usdText(total)} / ${usdText(budget.dailyUsd)}${budget.tripped ? (locale === 'ja' ? '  本日の予算を使い切りました' : '  the budget of today is spent') : ''}`,
    );
    return EXIT.ok;
  } finally {
    await state.close();
  }
}
