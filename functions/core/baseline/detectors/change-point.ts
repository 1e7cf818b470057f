/** Change point: a series a day (events of a source, denied calls) that leaves its level for good, up or down, at once or slowly. */
import * as z from 'zod';
import { type Anomaly, figure, scoreOf, word } from '../anomaly.ts';
import { column, defineDetector } from '../detector.ts';
import { dayMs } from '../matrix.ts';
import { mad, median } from '../statistics.ts';
import { subjectEntities } from '../subject.ts';

/** Two lists in step; days without anything may be left out. */
const ROW = z.object({
  subject: column.text,
  account: column.text,
  source: column.text,
  at_ms: column.count,
  days: column.texts,
  counts: column.numbers,
  today: column.text,
});
type Row = z.infer<typeof ROW>;

const SETTINGS = z.strictObject({
  /** Weight of the newest day. */
  lambda: z.number().positive().max(1).default(0.2),
  /** Standard deviations of the moving average. */
  sigmas: z.number().positive().default(3),
  /** Slack and limit of the cumulative sum, in standard deviations. */
  slack: z.number().min(0).default(0.5),
  limit: z.number().positive().default(8),
  minDays: z.number().int().min(4).default(14),
  /** Levels must differ by this factor at the least. */
  factor: z.number().min(1).default(2),
  /** A series whose level is lower than this is judged by nobody. */
  minLevel: z.number().min(0).default(20),
  /** Weekdays in a row that pass for a holiday where they look like weekend days. */
  maxHolidays: z.number().int().min(0).default(3),
  /** Only growth is told. */
  onlyUp: z.boolean().default(false),
  /** Days after the change that must agree with it: one day alone is the volume detector's. */
  persist: z.number().int().min(1).default(2),
});
type Settings = z.output<typeof SETTINGS>;

const DAY_MS = 86_400_000;
/** Saturday and Sunday, UTC. */
const isWeekend = (timeMs: number): boolean => [0, 6].includes(new Date(timeMs).getUTCDay());

interface Point {
  timeMs: number;
  count: number;
}

/** Every day from the first to the judged one, empty ones as 0. */
function pointsOf({ days, counts, today }: Row): Point[] {
  const byDay = new Map(days.map((day, i) => [dayMs(day), counts[i] ?? 0]));
  const first = Math.min(...byDay.keys());
  const points: Point[] = [];
  for (let timeMs = first; timeMs <= dayMs(today) && points.length < 1000; timeMs += DAY_MS)
    points.push({ timeMs, count: byDay.get(timeMs) ?? 0 });
  return points;
}

/**
 * Residuals of square roots, where counts scatter alike. A weekday is compared with weekdays, or, where it looks more like one, with
 * weekend days: that is what a holiday is.
 */
function residuals(points: readonly Point[], training: readonly Point[], maxHolidays: number): number[] {
  const levels = [true, false].flatMap((kind) => {
    const roots = training.filter(({ timeMs }) => isWeekend(timeMs) === kind).map(({ count }) => Math.sqrt(count));
    const level = median(roots);
    return roots.length === 0 ? [] : [{ kind, level, sigma: Math.max(1.4826 * mad(roots), 0.5, 0.05 * level) }];
  });
  let holidays = 0;
  return points.map(({ timeMs, count }) => {
    const isOff = isWeekend(timeMs);
    const values = levels.map(({ kind, level, sigma }) => ({ kind, value: (Math.sqrt(count) - level) / sigma }));
    const nearest = values.reduce(
      (least, one) => (Math.abs(one.value) < Math.abs(least.value) ? one : least),
      values[0] ?? { kind: isOff, value: 0 },
    );
    if (!isOff) holidays = nearest.kind ? holidays + 1 : 0;
    const own = values.find(({ kind }) => kind === isOff) ?? nearest;
    return (isOff || holidays > maxHolidays ? own : nearest).value;
  });
}

function anomalyOf(row: Row, points: readonly Point[], settings: Settings): Anomaly | undefined {
  const recent = points.slice(-settings.persist);
  const training = points.slice(0, -settings.persist);
  const ofKind = training.filter(({ timeMs }) => isWeekend(timeMs) === isWeekend(recent.at(-1)?.timeMs ?? 0));
  const level = median((ofKind.length >= 4 ? ofKind : training).map(({ count }) => count));
  const today = points.at(-1)?.count ?? 0;
  const deviations = residuals(points, training, settings.maxHolidays).map((value) => Math.max(-6, Math.min(6, value)));
  let [average, up, down] = [0, 0, 0];
  for (const value of deviations) {
    average = settings.lambda * value + (1 - settings.lambda) * average;
    up = Math.max(0, up + value - settings.slack);
    down = Math.max(0, down - value - settings.slack);
  }
  const limit = settings.sigmas * Math.sqrt(settings.lambda / (2 - settings.lambda));
  const direction = Math.sign(average);
  const persists = deviations.slice(-settings.persist).every((value) => value * direction >= 2);
  const measure = Math.max(Math.abs(average) / limit, Math.max(up, down) / settings.limit);
  const ratio = Math.max(today, 1) / Math.max(level, 1);
  if (
    (settings.onlyUp && direction < 0) ||
    !persists ||
    measure < 1 ||
    Math.max(level, today) < settings.minLevel ||
    Math.max(ratio, 1 / ratio) < settings.factor
  )
    return undefined;
  const evidence = {
    observed: figure(today),
    expected: figure(Math.round(level)),
    spread: `EWMA ${figure(Math.round(average * 100) / 100)} against ±${figure(Math.round(limit * 100) / 100)} σ, CUSUM ${figure(Math.round(Math.max(up, down) * 10) / 10)} against ${settings.limit} σ`,
    historyDays: training.length,
    peers: 0,
  };
  return {
    entities: subjectEntities(row),
    key: `${row.subject}|${direction > 0 ? 'up' : 'down'}`,
    // Of a silence the end of the day, not the last event before it.
    timeMs: today > 0 ? row.at_ms : dayMs(row.today) + DAY_MS - 1,
    source: row.source,
    score: scoreOf(measure, 1),
    says: {
      en: `${word(row.subject)} ${direction > 0 ? 'rose' : 'fell'} to ${evidence.observed} a day from ${evidence.expected}, for ${settings.persist} days now (${evidence.spread}; ${training.length} days of history)`,
      ja: `${word(row.subject)} が 1 日 ${evidence.expected} から ${evidence.observed} に${direction > 0 ? '増加' : '減少'}し、${settings.persist} 日続いています(${evidence.spread}、履歴 ${training.length} 日)`,
    },
    evidence,
    eventUids: [],
  };
}

export const changePoint = defineDetector({
  id: 'change-point',
  title: { en: 'Change of level', ja: '水準の変化' },
  formula: {
    en: 'On square roots of daily counts, weekdays and weekends each against their own level (a weekday that looks like a weekend day is a holiday): EWMA s = λx + (1 − λ)s beyond 3σ·√(λ / (2 − λ)), λ = 0.2, or CUSUM beyond 8σ with slack 0.5σ; two days in a row, by a factor of ≥ 2.',
    ja: '1 日ごとの件数の平方根を、平日と週末それぞれの水準と比べます(週末のように静かな平日は休日とみなします): EWMA s = λx + (1 − λ)s が 3σ·√(λ / (2 − λ))(λ = 0.2)を超えるか、CUSUM が許容幅 0.5σ で 8σ を超え、2 日続き、2 倍以上であること。',
  },
  weaknesses: {
    en: 'Tells a change on its second day. Up to three weekdays in a row on which a source is as quiet as on weekends pass for holidays: a source that sends nothing on weekends is missed on the fifth day. A series that doubles within 14 days of its start is not judged.',
    ja: '変化を 2 日目に報告します。週末と同程度に静かな平日は連続 3 日まで祝日とみなします(週末に何も送らないソースの停止は 5 日目に報告します)。開始から 14 日以内の系列は判定しません。',
  },
  row: ROW,
  settings: SETTINGS,
  judge: (rows: readonly Row[], settings: Settings) => {
    const series = rows.map((row) => ({ row, points: row.days.length === 0 ? [] : pointsOf(row) }));
    const warm = series.filter(({ points }) => points.length >= settings.minDays + settings.persist);
    return {
      anomalies: warm.flatMap(({ row, points }) => anomalyOf(row, points, settings) ?? []),
      judged: warm.length,
      cold: series.length - warm.length,
    };
  },
});
