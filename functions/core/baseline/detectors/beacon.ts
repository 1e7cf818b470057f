/** Beaconing: connections of one host to one destination that come as evenly, and as alike, as only a program's do. */
import * as z from 'zod';
import { type Anomaly, figure, scoreOf, word } from '../anomaly.ts';
import { column, defineDetector } from '../detector.ts';
import { bowley, mad, mean, median, sum, variance } from '../statistics.ts';
import { subjectEntities } from '../subject.ts';

/** A day of one host with one destination and port. */
const ROW = z.object({
  subject: column.text,
  account: column.text,
  source: column.text,
  at_ms: column.count,
  destination: column.text,
  port: column.count,
  /** Epoch seconds, sorted, each once. */
  seconds: column.numbers,
  /** Bytes sent, in any order. */
  sizes: column.numbers,
  /** Hosts that ever talked to the destination, of all hosts. */
  destination_hosts: column.count,
  all_hosts: column.count,
  /** Days since the destination was first seen. */
  seen_days: column.count,
  history_days: column.count,
  event_uids: column.texts,
});
type Row = z.infer<typeof ROW>;

const SETTINGS = z.strictObject({
  /** Connections without which there is no rhythm. */
  connections: z.number().int().min(4).default(20),
  /** Score from which it is told; RITA calls 0.5 low, 0.7 medium, 0.9 high. */
  score: z.number().positive().max(1).default(0.85),
  /** Days of the network's history without which rare and new mean nothing. */
  minDays: z.number().int().min(1).default(7),
  /** Destinations of at least this share of hosts are the estate's own agents and updates. */
  common: z.number().positive().max(1).default(0.5),
  /** Destinations known for so many days are no news. */
  oldDays: z.number().int().min(1).default(21),
});
type Settings = z.output<typeof SETTINGS>;

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
const HOUR = 3600;
/** Ports whose traffic is even by its nature: NTP, and the time that domains keep. */
const EVEN_PORTS: ReadonlySet<number> = new Set([123]);

/** Even and narrow: `(1 − |Bowley|)/2 + ((median − MAD)/median)/2`. */
function regularity(values: readonly number[]): number {
  const middle = median(values);
  return (1 - Math.abs(bowley(values))) / 2 + (middle <= 0 ? 0 : clamp((middle - mad(values)) / middle)) / 2;
}

/** How much of the day it lasts, or how long it runs without an empty hour. */
function durationScore(seconds: readonly number[]): number {
  const [first = 0, last = 0] = [seconds[0], seconds.at(-1)];
  if (last - first < 6 * HOUR) return 0;
  const hours = new Set(seconds.map((second) => Math.floor(second / HOUR)));
  let [longest, run] = [0, 0];
  for (let hour = Math.floor(first / HOUR); hour <= Math.floor(last / HOUR); hour++) {
    run = hours.has(hour) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return clamp(Math.max((last - first) / (24 * HOUR), longest / 12));
}

/** Of 24 bins: even all day long, or in two levels (a program that sleeps at night). */
function histogramScore(seconds: readonly number[]): number {
  const start = Math.floor((seconds[0] ?? 0) / (24 * HOUR)) * 24 * HOUR;
  const bins = new Array<number>(24).fill(0);
  for (const second of seconds) {
    const bin = Math.min(23, Math.max(0, Math.floor((second - start) / HOUR)));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const even = 1 - Math.sqrt(variance(bins)) / Math.max(mean(bins), 1e-9);
  const levels = new Map<number, number>();
  for (const count of bins) levels.set(count, (levels.get(count) ?? 0) + 1);
  const busy = bins.filter((count) => count > 0).length;
  const twoLevels = [...levels.values()].sort((a, b) => b - a).slice(0, 2);
  // Two levels only say something where at least half a day has traffic.
  const bimodal = busy >= 11 ? (sum(twoLevels) / 24) * 0.95 : 0;
  return clamp(Math.max(even, bimodal));
}

export interface BeaconScore {
  total: number;
  interval: number;
  size: number;
  duration: number;
  histogram: number;
}

/** The mean of four scores, each 0 … 1. @see RITA v5, "Beacon scoring" */
export function beaconScore(seconds: readonly number[], sizes: readonly number[]): BeaconScore {
  const gaps = seconds.slice(1).map((second, i) => second - (seconds[i] ?? second));
  const interval = gaps.length === 0 ? 0 : regularity(gaps);
  const size = sizes.length === 0 ? 0 : regularity(sizes);
  const [duration, histogram] = [durationScore(seconds), histogramScore(seconds)];
  return { total: (interval + size + duration + histogram) / 4, interval, size, duration, histogram };
}

/** Rare destinations and new ones count more, common and old ones less. */
function prevalence(row: Row): number {
  const share = row.destination_hosts / Math.max(row.all_hosts, 1);
  return (
    (share <= 0.02 || row.destination_hosts <= 1 ? 0.15 : share >= 0.5 ? -0.15 : 0) +
    (row.seen_days <= 7 ? 0.15 : row.seen_days >= 30 ? -0.15 : 0)
  );
}

function anomalyOf(row: Row, settings: Settings): Anomaly | undefined {
  if (row.destination_hosts / Math.max(row.all_hosts, 1) >= settings.common && row.all_hosts >= 4) return undefined;
  if (row.seen_days >= settings.oldDays) return undefined;
  const score = beaconScore(row.seconds, row.sizes);
  const total = score.total + prevalence(row);
  if (total < settings.score || score.total < 0.5) return undefined;
  const gaps = row.seconds.slice(1).map((second, i) => second - (row.seconds[i] ?? second));
  const [a, b, c, d] = [score.interval, score.size, score.duration, score.histogram].map((part) =>
    figure(Math.round(part * 100) / 100),
  );
  const evidence = {
    observed: `${row.seconds.length} connections every ${figure(Math.round(median(gaps)))} s, score ${figure(Math.round(total * 100) / 100)}`,
    expected: `< ${settings.score}`,
    spread: `interval ${a}, size ${b}, duration ${c}, histogram ${d}; ±${figure(Math.round(mad(gaps)))} s`,
    historyDays: row.history_days,
    peers: row.all_hosts,
  };
  const to = `${word(row.destination)}:${row.port}`;
  return {
    entities: [...subjectEntities(row), { type: 'ip', id: row.destination, part: 'target' }],
    key: `${row.subject}|${row.destination}|${row.port}`,
    timeMs: row.at_ms,
    source: row.source,
    score: scoreOf(total, settings.score),
    says: {
      en: `${word(row.subject)} calls ${to} like a clock: ${evidence.observed} (${evidence.spread}); ${row.destination_hosts} of ${row.all_hosts} hosts talk to it, since ${row.seen_days} days`,
      ja: `${word(row.subject)} が ${to} に規則的に接続しています: ${evidence.observed}(${evidence.spread})。通信するホストは ${row.all_hosts} 台中 ${row.destination_hosts} 台、初観測から ${row.seen_days} 日`,
    },
    evidence,
    eventUids: row.event_uids,
  };
}

export const beacon = defineDetector({
  id: 'beacon',
  title: { en: 'Beaconing', ja: 'ビーコン通信' },
  formula: {
    en: 'Mean of four scores: interval and size, each (1 − |Bowley|)/2 + ((median − MAD)/median)/2; duration max(coverage of the day, longest run/12 h) if ≥ 6 h seen; histogram max(1 − CV of 24 bins, two levels). ±0.15 for a prevalence of ≤ 2 % / ≥ 50 % of hosts and for a destination first seen ≤ 7 / ≥ 30 days ago. Told from 0.85, for destinations known for less than 21 days.',
    ja: '4 つのスコアの平均: 間隔とサイズはそれぞれ (1 − |Bowley|)/2 + ((中央値 − MAD)/中央値)/2、継続性は 6 時間以上観測した場合に max(1 日の被覆率, 最長連続/12 時間)、ヒストグラムは max(1 − 24 区間の変動係数, 2 水準)。宛先を使うホストが 2 % 以下なら +0.15、50 % 以上なら −0.15、初出から 7 日以内なら +0.15、30 日以上なら −0.15。知られて 21 日未満の宛先について 0.85 以上で報告します。',
  },
  weaknesses: {
    en: 'Much jitter and long sleeps (fewer than 20 connections a day) hide a beacon. Beacons to a destination that many hosts use (a cloud service) are not told. The first three weeks of a new, regular agent on few hosts look like one.',
    ja: '大きなジッターや長いスリープ(1 日 20 接続未満)のビーコンは検出しません。多くのホストが使う宛先(クラウドサービス)も対象外です。少数ホストの新しい正規エージェントは最初の 3 週間、該当することがあります。',
  },
  row: ROW,
  settings: SETTINGS,
  judge: (rows: readonly Row[], settings: Settings) => {
    const asked = rows.filter(({ seconds, port }) => seconds.length >= settings.connections && !EVEN_PORTS.has(port));
    const warm = asked.filter(({ history_days }) => history_days >= settings.minDays);
    return {
      anomalies: warm.flatMap((row) => anomalyOf(row, settings) ?? []),
      judged: warm.length,
      cold: asked.length - warm.length,
    };
  },
});
