/** `yagura rules backtest`: what a rule would have found in a state's history, who it would have been about, and what asking costs. */
import { problemText } from '../../../functions/core/error.ts';
import { ATHENA_LEAST_BYTES, PRICES, scanCostUsd } from '../../../functions/core/prices.ts';
import type { SigmaRule } from '../../../functions/core/sigma/ast.ts';
import { baseRules } from '../../../functions/core/sigma/correlation/history.ts';
import type { CorrelationPlan } from '../../../functions/core/sigma/correlation/plan.ts';
import { readsSource } from '../../../functions/core/sigma/readiness.ts';
import { type Backtest, backtest, historySql } from '../../../functions/core/sigma/sql/backtest.ts';
import { lakeMapsOf, type SqlWindow } from '../../../functions/core/sigma/sql/compile.ts';
import { promotionAdvice } from '../../../functions/core/sigma/staged.ts';
import { isoText } from '../../../functions/core/timestamp.ts';
import { dayWindow } from '../../day-window.ts';
import { loadSources } from '../../mappings.ts';
import { type LocalState, openState } from '../../ports.ts';
import { findCorrelation, findRule } from '../../rule-set.ts';
import { streamBacktest } from '../../stream-backtest.ts';
import { plain, tableText } from '../../table-text.ts';
import { EXIT, out } from '../io.ts';
import { existingState } from '../query.ts';
import { backtestCorrelation } from './correlation-backtest.ts';

export interface BacktestOptions {
  state: string;
  /** First and last day, yyyy-mm-dd or yyyyMMdd; default: all that the state holds. */
  from?: string;
  to?: string;
  engine?: 'sql' | 'stream';
  json?: boolean;
}

export interface BacktestReport extends Backtest {
  rule: string;
  title: string;
  window: SqlWindow;
  /** `sql` asks the lake as Athena would; `stream` runs the predicate over the raw archive. */
  engine: 'sql' | 'stream';
  /** Why not SQL, where SQL was wished for. */
  why?: string;
  /** Matches a day, over the days of the window. */
  perDayMean: number;
  /** What the question costs in Athena, US dollars. */
  costUsd: number;
  advice: { advice: string; why: string };
}

/** @throws YaguraError NotFound for the state or the rule, BadInput for a window that is none */
export async function backtestRule(wanted: string, options: BacktestOptions): Promise<BacktestReport> {
  const { rule } = await findRule(wanted);
  existingState(options.state);
  const state = await openState(options.state);
  try {
    const window = await windowOf([rule], state, options);
    const sources = await loadSources();
    const lakeMaps = lakeMapsOf(sources);
    const compiled = historySql(rule, { window, lakeMaps });
    const problems = compiled.flatMap((one) => one.problems);
    const useSql = options.engine !== 'stream' && problems.length === 0;
    const found = useSql
      ? await backtest(rule, state.query, window, { lakeMaps })
      : await streamBacktest(rule, { stateDir: state.dir, sources }, window);
    const why = options.engine !== 'stream' && !useSql ? problems.map(problemText).join(' ') : undefined;
    return {
      rule: rule.info.path,
      title: rule.info.title,
      window,
      engine: useSql ? 'sql' : 'stream',
      ...(why === undefined ? {} : { why }),
      ...found,
      perDayMean: found.matches / found.windowDays,
      costUsd: scanCostUsd(Math.max(compiled.length * ATHENA_LEAST_BYTES, found.scannedBytes)),
      advice: promotionAdvice(rule.info, found.matches, found.windowDays),
    };
  } finally {
    await state.close();
  }
}

async function windowOf(rules: readonly SigmaRule[], state: LocalState, options: BacktestOptions): Promise<SqlWindow> {
  const sources = (await loadSources()).filter((source) => rules.some((rule) => readsSource(rule, source))).map(({ id }) => id);
  const reader = rules.map(({ info }) => `"${info.title}"`).join(' or ');
  return await dayWindow(options, { sources, lakeDir: state.lakeDir, reader });
}

export async function backtestCommand(wanted: string, options: BacktestOptions): Promise<number> {
  const plan = await findCorrelation(wanted);
  if (plan !== undefined) return await correlationCommand(plan, options);
  const report = await backtestRule(wanted, options);
  if (options.json) out(JSON.stringify(report));
  else for (const line of reportLines(report)) out(line);
  return EXIT.ok;
}

async function correlationCommand(plan: CorrelationPlan, options: BacktestOptions): Promise<number> {
  existingState(options.state);
  const state = await openState(options.state);
  try {
    const window = await windowOf(baseRules(plan), state, options);
    const found = await backtestCorrelation(
      plan,
      { query: state.query, stateDir: state.dir },
      { window, engine: options.engine ?? 'sql' },
    );
    const { info } = plan.root.correlation;
    const costUsd = scanCostUsd(Math.max(ATHENA_LEAST_BYTES * baseRules(plan).length, found.scannedBytes));
    const hits = found.hits.map(({ uid, group, timeMs, matchCount }) => ({
      uid,
      group,
      time: isoText(timeMs),
      matches: matchCount,
    }));
    if (options.json)
      out(JSON.stringify({ rule: info.path, title: info.title, window, ...found, hits, judged: found.matches, costUsd }));
    else {
      out(`${plain(info.title)} (${plain(info.path)})`);
      out(`window   ${window.fromDay} to ${window.toDay}`);
      const how = found.engine === 'sql' ? 'scanned in the lake (SQL)' : 'of the raw archive (predicate)';
      out(`read     ${found.matches} matches of its base rules, ${(found.scannedBytes / 1e6).toFixed(2)} MB ${how}`);
      if (found.why !== undefined) out(`         not as SQL: ${plain(found.why)}`);
      if (found.engine === 'sql') out(`cost     $${costUsd.toFixed(6)} in Athena at $${PRICES.athenaScan.usd} a TB`);
      out(`fires    ${hits.length} times`);
      if (hits.length > 0)
        out(
          `\n${tableText(
            ['time', plan.root.correlation.groupBy.join(' · ') || 'group', 'matches'],
            hits.slice(-MOST_DAYS).map(({ time, group, matches }) => [time, group.join(' · '), matches]),
            100,
          )}`,
        );
    }
    return EXIT.ok;
  } finally {
    await state.close();
  }
}

/** Days or hits shown: the loudest, the latest. */
const MOST_DAYS = 31;

function reportLines(report: BacktestReport): string[] {
  const { window, windowDays, events, matches, perDay, topPrincipals, scannedBytes, engine } = report;
  const loudest = [...perDay].sort((a, b) => b.count - a.count).slice(0, MOST_DAYS);
  const most = Math.max(1, ...perDay.map(({ count }) => count));
  const bars = perDay
    .filter((day) => loudest.includes(day))
    .map(({ day, count }) => [day, count, '█'.repeat(Math.ceil((20 * count) / most))]);
  return [
    `${plain(report.title)} (${plain(report.rule)})`,
    `window   ${window.fromDay} to ${window.toDay}, ${windowDays} days`,
    `read     ${events} events of its source, ${(scannedBytes / 1e6).toFixed(2)} MB ${engine === 'sql' ? 'scanned in the lake (SQL)' : 'of the raw archive (predicate)'}`,
    ...(report.why === undefined ? [] : [`         not as SQL: ${plain(report.why)}`]),
    ...(engine === 'sql'
      ? [
          `cost     $${report.costUsd.toFixed(6)} in Athena at $${PRICES.athenaScan.usd} a TB, at least ${ATHENA_LEAST_BYTES / 1e6} MB`,
        ]
      : []),
    `fires    ${matches} times, ${report.perDayMean.toFixed(2)} a day, on ${perDay.length} of ${windowDays} days`,
    ...(report.undecided === 0 ? [] : [`unsure   of ${report.undecided} events the lake cannot tell: they count as none`]),
    // Nothing found in nothing read says nothing.
    ...(events === 0 ? ['         no event was there to match: this proves nothing'] : []),
    `advice   ${report.advice.advice}: ${report.advice.why}`,
    ...(bars.length > 0 ? ['', tableText(['day', 'matches', ''], bars)] : []),
    ...(topPrincipals.length > 0
      ? [
          '',
          tableText(
            ['who', 'matches'],
            topPrincipals.map(({ id, count }) => [id, count]),
            100,
          ),
        ]
      : []),
  ];
}
