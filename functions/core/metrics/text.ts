/** Measures → the lines that people read: what it is called, how many it is of, and how sure that is. */
import type { Locale, LocalText } from '../text.ts';
import type { By, MetricRow } from './measure.ts';
import { METRIC_NAMES } from './names.ts';

const WORDS = {
  points: { en: 'fewer than 5, each', ja: '5 件未満、各値' },
  none: { en: 'none', ja: '該当なし' },
  na: { en: 'n/a', ja: '算出不可' },
  paused: { en: 'on hold', ja: '保留' },
  mean: { en: 'mean', ja: '平均' },
} as const satisfies Record<string, LocalText>;

/** One line of a table: name, cases that it is of, value, how sure. */
export interface MetricLine {
  id: string;
  by: By;
  name: string;
  n: string;
  value: string;
  detail: string;
}

export function metricLine(row: MetricRow, locale: Locale): MetricLine {
  const name = METRIC_NAMES[row.id]?.[locale] ?? row.id;
  return { id: row.id, by: row.by, name, ...cells(row, locale) };
}

function cells(row: MetricRow, locale: Locale): Pick<MetricLine, 'n' | 'value' | 'detail'> {
  switch (row.kind) {
    case 'unknown':
      return { n: '', value: WORDS.na[locale], detail: row.why[locale] };
    case 'number':
      return numberCells(row);
    case 'share': {
      if (row.ratio === null) return { n: '0', value: WORDS.none[locale], detail: '' };
      const detail = row.interval === null ? '' : `${percent(row.interval.low)}–${percent(row.interval.high)}`;
      return { n: `${row.count}/${row.of}`, value: percent(row.ratio), detail };
    }
    case 'duration': {
      const paused = row.pausedMs > 0 ? `; ${WORDS.paused[locale]} ${span(row.pausedMs)}` : '';
      if (row.n === 0) return { n: '0', value: WORDS.none[locale], detail: '' };
      if (row.points !== null) {
        return { n: String(row.n), value: WORDS.points[locale], detail: `${row.points.map(span).join(', ')}${paused}` };
      }
      const [mean, p50, p90, p95] = [row.mean, row.p50, row.p90, row.p95].map((ms) => span(ms ?? 0));
      return { n: String(row.n), value: `p50 ${p50}`, detail: `${WORDS.mean[locale]} ${mean}, p90 ${p90}, p95 ${p95}${paused}` };
    }
  }
}

/** Measures whose number is a time. */
const TIMES = ['mtbc'];
const SHARES = ['utilization'];

function numberCells({
  id,
  value,
  interval,
}: Extract<MetricRow, { kind: 'number' }>): Pick<MetricLine, 'n' | 'value' | 'detail'> {
  const say = (one: number): string => (TIMES.includes(id) ? span(one) : SHARES.includes(id) ? percent(one) : decimal(one));
  return { n: '', value: say(value), detail: interval === undefined ? '' : `90 %: ${say(interval.low)}–${say(interval.high)}` };
}

const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;
const decimal = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(2));

/** `45 s`, `12.5 min`, `3.2 h`, `4.1 d`. */
export function span(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(0)} s`;
  if (ms < 7_200_000) return `${(ms / 60_000).toFixed(1)} min`;
  if (ms < 172_800_000) return `${(ms / 3_600_000).toFixed(1)} h`;
  return `${(ms / 86_400_000).toFixed(1)} d`;
}
