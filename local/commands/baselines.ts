/** `yagura baselines list|run|explain`: what is usual, who departs from it, and how that is judged. */
import { readStates } from '../../functions/baseline/state.ts';
import type { Anomaly } from '../../functions/core/baseline/anomaly.ts';
import { type Baseline, dayText, detectorOf, type Stretch, stretchAt } from '../../functions/core/baseline/baseline.ts';
import { anomalyUid } from '../../functions/core/baseline/finding.ts';
import { type RowMemory, runBaseline } from '../../functions/core/baseline/run.ts';
import { YaguraError } from '../../functions/core/error.ts';
import { usdText } from '../../functions/core/prices.ts';
import type { Locale } from '../../functions/core/text.ts';
import { isoText } from '../../functions/core/timestamp.ts';
import { dueBaselines, namedBaselines } from '../baselines.ts';
import { lakeDays } from '../lake-days.ts';
import { type LocalState, openState } from '../ports.ts';
import { drainBus } from '../stages.ts';
import { plain, tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';
import { existingState } from './query.ts';

const DAY_MS = 86_400_000;

const WORDS = {
  en: {
    header: [
      'name',
      'title',
      'detector',
      'every',
      'history',
      'level',
      'last run',
      'judged',
      'too little history',
      'anomalies',
      'alerts',
      'scanned',
    ],
    never: 'never',
    ok: 'ok',
    failed: 'failed',
    alert: 'may alert',
    signal: 'signal',
    none: 'nothing departs from what is usual',
  },
  ja: {
    header: [
      '名前',
      'タイトル',
      '検出器',
      '間隔',
      '履歴',
      'レベル',
      '前回の実行',
      '判定',
      '履歴不足',
      '異常',
      '警報',
      'スキャン',
    ],
    never: '未実行',
    ok: '成功',
    failed: '失敗',
    alert: '警報候補',
    signal: 'シグナル',
    none: '通常と異なるものはありません',
  },
} as const;

interface ListOptions {
  state?: string;
  locale: Locale;
  json?: boolean;
}

export async function listCommand({ state: dir, locale, json }: ListOptions): Promise<number> {
  const baselines = await namedBaselines([]);
  const states = dir === undefined ? new Map() : await statesIn(dir);
  if (json === true) {
    for (const { file: _, ...baseline } of baselines)
      out(JSON.stringify({ ...baseline, state: states.get(baseline.name) ?? null }));
    return EXIT.ok;
  }
  const words = WORDS[locale];
  const rows = baselines.map(({ name, title, detector, every, lookbackDays, level }) => {
    const last = states.get(name)?.last;
    const ended =
      last === undefined
        ? words.never
        : `${isoText(last.atMs)} ${last.outcome === 'ok' ? words.ok : `${words.failed}: ${last.why ?? ''}`}`;
    const counts =
      last === undefined
        ? ['', '', '', '', '']
        : [last.judged, last.cold, last.anomalies, last.alerts, megabytes(last.scannedBytes)];
    return [name, title[locale], detector, every === 'hour' ? '1h' : '1d', `${lookbackDays}d`, level, ended, ...counts];
  });
  out(tableText(words.header, rows));
  return EXIT.ok;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

async function statesIn(dir: string) {
  existingState(dir);
  const state = await openState(dir);
  try {
    return new Map([...(await readStates(state.table))].map(([name, known]) => [name, known.state]));
  } finally {
    await state.close();
  }
}

export interface RunOptions {
  state: string;
  locale: Locale;
  /** yyyy-mm-dd, UTC; default: the last day of the state. */
  day?: string;
  /** What the clock says is due: raises findings, spends of the budget, as the deployed stage does. */
  due?: boolean;
  json?: boolean;
}

export async function runCommand(names: readonly string[], options: RunOptions): Promise<number> {
  const baselines = await namedBaselines(names);
  existingState(options.state);
  const state = await openState(options.state, options.due === true ? { write: true } : {});
  try {
    return options.due === true ? await runDue(state, baselines, options) : await runDay(state, baselines, options);
  } finally {
    await state.close();
  }
}

async function runDue(state: LocalState, baselines: readonly Baseline[], { json }: RunOptions): Promise<number> {
  const report = await dueBaselines(state, baselines);
  await drainBus(state);
  if (json === true) out(JSON.stringify(report));
  else
    out(
      `${report.judged} stretches judged: ${report.anomalies} anomalies, ${report.alerts} alerts, ${report.raised} findings raised, ${report.failed} baselines failed; ${megabytes(report.scannedBytes)} scanned, ${usdText(report.costUsd)} in Athena`,
    );
  if (report.tripped) note('the daily budget of queries is spent: `yagura cost --spent`');
  if (report.failed > 0) note('`yagura baselines list --state DIR` shows why');
  return report.failed > 0 ? EXIT.partial : EXIT.ok;
}

interface Told {
  baseline: Baseline;
  anomaly: Anomaly;
  uid: string;
}

/** A day of the past, read only: nothing is raised, nothing is remembered. */
async function runDay(state: LocalState, baselines: readonly Baseline[], { day, locale, json }: RunOptions): Promise<number> {
  await state.geo.ready();
  const fromMs = await dayOf(state, day);
  const memory: RowMemory = new Map();
  const told: Told[] = [];
  const rows: (string | number)[][] = [];
  const total = { scannedBytes: 0, costUsd: 0 };
  for (const baseline of baselines) {
    const stretch: Stretch = { fromMs, toMs: fromMs + DAY_MS };
    const startMs = state.clock.nowMs();
    const run = await runBaseline(baseline, stretch, { query: state.query, world: { geo: state.geo }, memory });
    total.scannedBytes += run.scannedBytes;
    total.costUsd += run.costUsd;
    told.push(...run.anomalies.map((anomaly) => ({ baseline, anomaly, uid: anomalyUid(baseline, anomaly, stretch) })));
    rows.push([
      baseline.name,
      run.rows,
      run.judged,
      run.cold,
      run.anomalies.length,
      state.clock.nowMs() - startMs,
      megabytes(run.scannedBytes),
    ]);
  }
  told.sort((a, b) => b.anomaly.score - a.anomaly.score || (a.uid < b.uid ? -1 : 1));
  if (json === true) {
    for (const { baseline, anomaly, uid } of told)
      out(JSON.stringify({ baseline: baseline.name, uid, day: dayText(fromMs), ...anomaly }));
    return EXIT.ok;
  }
  const words = WORDS[locale];
  out(tableText(['baseline', 'rows', 'judged', 'cold', 'anomalies', 'ms', 'scanned'], rows));
  out('');
  if (told.length === 0) out(words.none);
  for (const { baseline, anomaly } of told)
    out(
      `${anomaly.score.toFixed(1).padStart(5)}  ${anomaly.isSignal === true ? words.signal : words.alert}  ${baseline.title[locale]}\n       ${plain(anomaly.says[locale])}`,
    );
  note(
    `${dayText(fromMs)} (UTC): ${told.length} anomalies; ${megabytes(total.scannedBytes)} scanned, ${usdText(total.costUsd)} in Athena`,
  );
  return EXIT.ok;
}

async function dayOf(state: LocalState, day: string | undefined): Promise<number> {
  if (day !== undefined) {
    const ms = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
    if (Number.isFinite(ms)) return ms;
    throw new YaguraError('BadInput', `--day ${JSON.stringify(day)} is no day`, {
      problems: [{ at: '--day', what: day, allowed: 'yyyy-mm-dd' }],
    });
  }
  const last = [...(await lakeDays(state.lakeDir)).values()]
    .map((days) => days.last)
    .sort()
    .at(-1);
  if (last === undefined) return stretchAt({ every: 'day' }, state.clock.nowMs()).fromMs;
  return Date.parse(`${last.slice(0, 4)}-${last.slice(4, 6)}-${last.slice(6, 8)}T00:00:00Z`);
}

export async function explainCommand(name: string, { locale, json }: { locale: Locale; json?: boolean }): Promise<number> {
  const [baseline] = await namedBaselines([name]);
  if (baseline === undefined) return EXIT.fault;
  const detector = detectorOf(baseline.detector);
  const thresholds = Object.entries({ ...detector.defaults, ...baseline.thresholds }).map(
    ([key, value]) => `  ${key}: ${String(value)}${key in baseline.thresholds ? '  *' : ''}`,
  );
  const { file, ...facts } = baseline;
  if (json === true) {
    out(
      JSON.stringify({
        ...facts,
        formula: detector.formula,
        weaknesses: detector.weaknesses,
        defaults: detector.defaults,
        columns: detector.columns,
        sql: file.sql,
      }),
    );
    return EXIT.ok;
  }
  const t = (en: string, ja: string): string => (locale === 'ja' ? ja : en);
  out(
    [
      `${baseline.title[locale]} (${baseline.name}, ${file.path})`,
      '',
      `${t('detector', '検出器')}: ${detector.title[locale]}`,
      detector.formula[locale],
      '',
      `${t('judges', '判定する期間')}: ${baseline.every === 'day' ? t('each UTC day, three hours after its end', 'UTC の 1 日ごと(終了 3 時間後)') : t('each hour, one hour after its end', '1 時間ごと(終了 1 時間後)')}; ${t('history', '履歴')} ${baseline.lookbackDays} ${t('days', '日')}; ${t('level', 'レベル')} ${baseline.level}; ATT&CK ${baseline.attack.join(' ')}`,
      `${t('thresholds (* set by the file)', 'しきい値(* はファイルで指定)')}:`,
      ...thresholds,
      '',
      `${t('known weaknesses', '既知の弱点')}: ${detector.weaknesses[locale]}`,
      `${t('what next', '次の手順')}: ${baseline.nextSteps[locale]}`,
      '',
      file.sql,
    ].join('\n'),
  );
  return EXIT.ok;
}
