/** Cases of a period → every measure of docs/metrics.md, as rows: durations, shares with their intervals, numbers, and what cannot be known. */
import { LEVELS, type Level, levelRank } from '../finding.ts';
import type { LocalText } from '../text.ts';
import { type CaseFacts, isConfirmed, isCounted } from './case-facts.ts';
import { DURATIONS, isIn, type Period, spanOf } from './duration.ts';
import { type Interval, poisson90, type Summary, summarize, wilson } from './statistic.ts';
import { workedMs } from './work.ts';

/** All cases, or those of one severity. */
export type By = 'all' | Level;

export type MetricRow = { id: string; by: By } & (
  | ({ kind: 'duration'; pausedMs: number } & Summary)
  | { kind: 'share'; count: number; of: number; ratio: number | null; interval: Interval | null }
  | { kind: 'number'; value: number; interval?: Interval }
  /** Why there is no number. */
  | { kind: 'unknown'; why: LocalText }
);

/** What does not come from cases. Left out, the measure is unknown. */
export interface Beside {
  /** Findings that rules and products raised in the period, before anything was folded. */
  rawCount?: number | undefined;
  /** Deduplicated alerts that began in the period. */
  alertCount?: number | undefined;
  /** Milliseconds that the roster has people on duty, all of them together. */
  rosteredMs?: number | undefined;
  /** Techniques at each level, the first being all. */
  coverage?: readonly number[] | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Below so many compromises a mean time between them says nothing. */
const MIN_COMPROMISES = 3;

/** Every measure over all cases, then for each severity that has cases. */
export function measure(cases: readonly CaseFacts[], period: Period, beside: Beside = {}): MetricRow[] {
  const counted = cases.filter(isCounted);
  const levels = [...LEVELS].reverse().filter((level) => counted.some(({ state }) => state.severity === level));
  return [
    ...ofCases(counted, { by: 'all', period }),
    ...besideRows(counted, { by: 'all', period }, beside),
    ...UNKNOWABLE,
    ...levels.flatMap((level) =>
      ofCases(
        counted.filter(({ state }) => state.severity === level),
        { by: level, period },
      ),
    ),
  ];
}

interface Scope {
  by: By;
  period: Period;
}

const ofCases = (cases: readonly CaseFacts[], scope: Scope): MetricRow[] => [
  ...durationRows(cases, scope),
  ...verdictRows(cases, scope),
  ...flowRows(cases, scope),
  ...slaRows(cases, scope),
  between(cases, scope),
];

function durationRows(cases: readonly CaseFacts[], { by, period }: Scope): MetricRow[] {
  let impossible = 0;
  const rows = DURATIONS.map((id): MetricRow => {
    const spans = cases.flatMap((facts) => {
      const span = spanOf(facts, id, period);
      if (span === 'impossible') impossible += 1;
      return span === undefined || span === 'impossible' ? [] : [span];
    });
    const pausedMs = spans.reduce((sum, span) => sum + span.pausedMs, 0);
    return { kind: 'duration', id, by, ...summarize(spans.map(({ ms }) => ms)), pausedMs };
  });
  return [...rows, { kind: 'number', id: 'impossible_durations', by, value: impossible }];
}

function share(id: string, by: By, count: number, of: number): MetricRow {
  return { kind: 'share', id, by, count, of, ratio: of === 0 ? null : count / of, interval: wilson(count, of) };
}

/** Of the cases that were judged in the period, by their last verdict. */
function verdictRows(cases: readonly CaseFacts[], { by, period }: Scope): MetricRow[] {
  const judged = cases.filter(({ state }) => isIn(period, state.times.verdictMs));
  const count = (verdict: string): number => judged.filter(({ state }) => state.verdict?.verdict === verdict).length;
  const [tp, btp, fp] = [count('true_positive'), count('benign_true_positive'), count('false_positive')];
  return [
    share('precision', by, tp, tp + fp),
    share('right_detections', by, tp + btp, judged.length),
    share('fp_share', by, fp, tp + btp + fp),
    share('undetermined', by, count('undetermined'), judged.length),
    share('escalation', by, judged.filter(({ state }) => state.escalations.length > 0).length, judged.length),
  ];
}

function flowRows(cases: readonly CaseFacts[], { by, period }: Scope): MetricRow[] {
  const { fromMs, toMs } = period;
  const surfaced = cases.filter(({ state }) => isIn(period, state.times.surfaceMs));
  const resolved = cases.filter(({ state }) => isIn(period, state.times.resolveMs));
  const closed = cases.filter(({ state }) => isIn(period, state.times.closeMs));
  const waiting = cases.filter(({ state }) => state.times.resolveMs === null && state.times.closeMs === null);
  const ages = waiting.flatMap(({ state: { times } }) => (times.surfaceMs === null ? [] : [toMs - times.surfaceMs]));
  const steps = cases.flatMap(({ state }) => state.responses).filter(({ mode, atMs }) => mode !== null && isIn(period, atMs));
  const number = (id: string, value: number): MetricRow => ({ kind: 'number', id, by, value });
  const days = (toMs - fromMs) / DAY_MS;
  return [
    number('cases', surfaced.length),
    number('cases_per_day', surfaced.length / days),
    number('case_alerts', alerts(surfaced)),
    share('resolution', by, resolved.length, surfaced.length),
    number('backlog', waiting.length),
    { kind: 'duration', id: 'backlog_age', by, ...summarize(ages), pausedMs: 0 },
    little({ surfaced, resolved, days }, by),
    attended(surfaced, { by, period }),
    share('zero_touch', by, closed.filter(({ hasHumanEvent }) => !hasHumanEvent).length, closed.length),
    share('automated_steps', by, steps.filter(({ mode }) => mode === 'auto').length, steps.length),
    ...throughput(cases, { closed: closed.length, by, period }),
  ];
}

const alerts = (cases: readonly CaseFacts[]): number => cases.reduce((sum, { state }) => sum + state.alertIds.length, 0);

/** Little's law: cases that come a day times days that one takes. Far from the backlog, one of the three is not what it seems. */
function little(of: { surfaced: readonly CaseFacts[]; resolved: readonly CaseFacts[]; days: number }, by: By): MetricRow {
  const stays = of.resolved.flatMap(({ state: { times } }) =>
    times.surfaceMs === null || times.resolveMs === null ? [] : [times.resolveMs - times.surfaceMs],
  );
  const id = 'expected_backlog';
  if (stays.length === 0)
    return { kind: 'unknown', id, by, why: { en: 'nothing was resolved in the period', ja: '期間内に解決した案件がありません' } };
  const meanDays = stays.reduce((sum, ms) => sum + ms, 0) / stays.length / DAY_MS;
  return { kind: 'number', id, by, value: (of.surfaced.length / of.days) * meanDays };
}

/** Alerts of cases that had a verdict or an end within a day; younger ones without are not due yet. */
function attended(surfaced: readonly CaseFacts[], { by, period }: Scope): MetricRow {
  const isAttended = ({ state, disposedMs }: CaseFacts): boolean =>
    disposedMs !== null && state.times.surfaceMs !== null && disposedMs - state.times.surfaceMs <= DAY_MS;
  const due = surfaced.filter((facts) => isAttended(facts) || (facts.state.times.surfaceMs ?? 0) + DAY_MS < period.toMs);
  return share('attended', by, alerts(due.filter(isAttended)), alerts(due));
}

function throughput(cases: readonly CaseFacts[], { closed, by, period }: Scope & { closed: number }): MetricRow[] {
  const ms = [...workedMs(cases, period).values()].reduce((sum, one) => sum + one, 0);
  const worked: MetricRow = { kind: 'number', id: 'worked_hours', by, value: ms / HOUR_MS };
  const id = 'closed_per_hour';
  if (ms > 0) return [worked, { kind: 'number', id, by, value: closed / (ms / HOUR_MS) }];
  return [worked, { kind: 'unknown', id, by, why: { en: 'nobody recorded work', ja: '作業時間の記録がありません' } }];
}

const CLOCKS = ['acknowledge', 'escalate', 'contain', 'resolve'] as const;

/** Clocks that were decided in the period: met, or over. One that is open and overdue is breached. */
function slaRows(cases: readonly CaseFacts[], { by, period }: Scope): MetricRow[] {
  return CLOCKS.map((name) => {
    const due = cases.flatMap(({ clocks }) => clocks.filter(({ clock, atMs }) => clock === name && isIn(period, atMs)));
    return share(`sla_${name}`, by, due.filter(({ isMissed }) => !isMissed).length, due.length);
  });
}

/** Mean time between confirmed compromises: the observed time over their number, with the interval of the count. */
function between(cases: readonly CaseFacts[], { by, period }: Scope): MetricRow {
  const moments = cases.filter(isConfirmed).map(({ state: { times } }) => times.compromiseMs ?? times.occurMs);
  const n = moments.filter((ms) => isIn(period, ms)).length;
  const id = 'mtbc';
  if (n < MIN_COMPROMISES) {
    const why = {
      en: `${n} compromises: fewer than ${MIN_COMPROMISES} say nothing`,
      ja: `侵害 ${n} 件（${MIN_COMPROMISES} 件未満は算出しません）`,
    };
    return { kind: 'unknown', id, by, why };
  }
  const observedMs = period.toMs - period.fromMs;
  const { low, high } = poisson90(n);
  return { kind: 'number', id, by, value: observedMs / n, interval: { low: observedMs / high, high: observedMs / low } };
}

function besideRows(cases: readonly CaseFacts[], { by, period }: Scope, beside: Beside): MetricRow[] {
  const { rawCount, alertCount, rosteredMs, coverage = [] } = beside;
  const days = (period.toMs - period.fromMs) / DAY_MS;
  const surfaced = cases.filter(({ state }) => isIn(period, state.times.surfaceMs)).length;
  const worked = [...workedMs(cases, period).values()].reduce((sum, ms) => sum + ms, 0);
  const known = (id: string, value: number | undefined, why: LocalText): MetricRow =>
    value === undefined ? { kind: 'unknown', id, by, why } : { kind: 'number', id, by, value };
  const noLake = { en: 'findings were not counted', ja: '検知件数が取得できません' };
  const [all = 0, ...levels] = coverage;
  return [
    known('raw_per_day', rawCount === undefined ? undefined : rawCount / days, noLake),
    known('alerts_per_day', alertCount === undefined ? undefined : alertCount / days, noLake),
    known('raw_to_case', rawCount === undefined || surfaced === 0 ? undefined : rawCount / surfaced, {
      en: 'no case, or findings were not counted',
      ja: '案件がないか、検知件数が取得できません',
    }),
    ...(rosteredMs === undefined || rosteredMs === 0
      ? [
          known('utilization', undefined, {
            en: 'no roster is configured (cases.shifts)',
            ja: 'シフトが未設定です（cases.shifts）',
          }),
        ]
      : [known('utilization', worked / rosteredMs, noLake)]),
    ...levels.map((count, i) => share(`coverage_${i + 1}`, by, count, all)),
  ];
}

const unknown = (id: string, en: string, ja: string): MetricRow => ({ kind: 'unknown', id, by: 'all', why: { en, ja } });

/** What production cannot show, said instead of made up. */
const UNKNOWABLE: readonly MetricRow[] = [
  unknown(
    'true_positive_rate',
    'nobody knows in production what was missed; measure it with replayed attacks, canaries and exercises',
    '本番環境では見逃しを把握できません。攻撃の再現、カナリア、演習で測定してください',
  ),
  unknown(
    'false_positive_rate',
    'needs labelled benign time; the share of false positives among what was judged is fp_share',
    'ラベル付きの正常データが必要です。判定済みに占める誤検知の割合は fp_share です',
  ),
  unknown(
    'zero_touch_error',
    'shown by an audit of closed cases: a sample that a person judges again',
    '自動クローズの抜き取り監査で測定します',
  ),
];

/** Severities in falling order, after all of them together. */
export const byRank = (a: By, b: By): number => rankOf(b) - rankOf(a);
const rankOf = (by: By): number => (by === 'all' ? LEVELS.length : levelRank(by));
