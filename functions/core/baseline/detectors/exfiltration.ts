/** Exfiltration by volume: much more out than ever, to somewhere new, and far more out than in; each adds to the risk. */
import * as z from 'zod';
import { type Anomaly, bytesText, figure, scoreOf, word, words } from '../anomaly.ts';
import { ABOUT, column, defineDetector } from '../detector.ts';
import { median, robustZ } from '../statistics.ts';
import { subjectEntities } from '../subject.ts';

const MB = 1_000_000;

/** A day of one sender. */
const ROW = z.object({
  ...ABOUT,
  bytes_out: column.count,
  bytes_in: column.count,
  /** Bytes out of each day before that had any. */
  history: column.numbers,
  slots: column.count,
  history_days: column.count,
  /** Destinations of today that nobody sent to in the look-back, those of most bytes first. */
  new_destinations: column.texts,
  new_bytes: column.count,
});
type Row = z.infer<typeof ROW>;

const SETTINGS = z.strictObject({
  z: z.number().min(1).default(3.5),
  /** Less than this is no theft of data, MB. */
  minMb: z.number().min(0).default(100),
  /** So many times the most of history. */
  overMax: z.number().min(0).default(1.5),
  /** Bytes out for each byte in. */
  ratio: z.number().positive().default(10),
  minDays: z.number().int().min(1).default(14),
  /** Sum of risk: outlier 2, mostly to new destinations 2, ratio 1. */
  risk: z.number().positive().default(4),
});
type Settings = z.output<typeof SETTINGS>;

function anomalyOf(row: Row, settings: Settings): Anomaly | undefined {
  if (row.bytes_out < settings.minMb * MB) return undefined;
  const history = [...row.history, ...new Array<number>(Math.max(0, Math.min(1000, row.slots) - row.history.length)).fill(0)].map(
    (bytes) => bytes / MB,
  );
  const { z: deviation, spread } = robustZ(row.bytes_out / MB, history);
  const most = Math.max(0, ...row.history);
  const isOutlier = deviation >= settings.z && row.bytes_out > most * settings.overMax;
  const newShare = row.new_bytes / Math.max(row.bytes_out, 1);
  const ratio = row.bytes_out / Math.max(row.bytes_in, 1);
  const risk = (isOutlier ? 2 : 0) + (newShare >= 0.5 ? 2 : 0) + (ratio >= settings.ratio ? 1 : 0);
  if (!isOutlier && newShare < 0.5) return undefined;
  const evidence = {
    observed: `${bytesText(row.bytes_out)} out, ${bytesText(row.bytes_in)} in`,
    expected: `${bytesText(median(history) * MB)} out`,
    spread: `±${bytesText(spread * MB)}, z = ${figure(Math.round(deviation * 10) / 10)}, most so far ${bytesText(most)}`,
    historyDays: row.history_days,
    peers: 0,
  };
  const to =
    row.new_destinations.length === 0 ? '' : `; new destinations ${words(row.new_destinations)} took ${bytesText(row.new_bytes)}`;
  const toJa =
    row.new_destinations.length === 0 ? '' : `。新しい宛先 ${words(row.new_destinations)} に ${bytesText(row.new_bytes)}`;
  return {
    entities: [
      ...subjectEntities(row),
      ...row.new_destinations.slice(0, 6).map((id) => ({ type: 'ip', id, part: 'target' }) as const),
    ],
    key: row.subject,
    timeMs: row.at_ms,
    source: row.source,
    score: scoreOf(Math.max(deviation, 0) / settings.z + risk, settings.risk),
    ...(risk >= settings.risk ? {} : { isSignal: true }),
    says: {
      en: `${word(row.subject)} sent ${evidence.observed} where ${evidence.expected} is usual (${evidence.spread}; ${row.history_days} days of history)${to}`,
      ja: `${word(row.subject)} の送信量: ${bytesText(row.bytes_out)}(受信 ${bytesText(row.bytes_in)})、通常は ${bytesText(median(history) * MB)}(${evidence.spread}、履歴 ${row.history_days} 日)${toJa}`,
    },
    evidence,
    eventUids: row.event_uids,
  };
}

export const exfiltration = defineDetector({
  id: 'exfiltration',
  title: { en: 'Data leaving by volume', ja: '大量のデータ送信' },
  formula: {
    en: 'From 100 MB a day: robust z ≥ 3.5 and 1.5 times the most of history (2 points), at least half of it to destinations that nobody sent to in the look-back (2), ≥ 10 bytes out for each byte in (1); 4 points alert, fewer are a signal.',
    ja: '1 日 100 MB 以上が対象: 頑健な z が 3.5 以上で履歴最大の 1.5 倍(2 点)、半分以上が参照期間に誰も送っていない宛先へ(2 点)、受信 1 バイトあたり送信 10 バイト以上(1 点)。4 点で警報、それ未満は兆候です。',
  },
  weaknesses: {
    en: 'Theft at the pace of the daily backup is not seen. The first backup to a new place is told. Flow logs that sample undercount.',
    ja: '日次バックアップと同程度の速度の持ち出しは検出しません。新しい宛先への最初のバックアップは該当します。サンプリングされたフローログは過少に数えます。',
  },
  row: ROW,
  settings: SETTINGS,
  judge: (rows: readonly Row[], settings: Settings) => {
    const warm = rows.filter(({ history_days, slots }) => history_days >= settings.minDays && slots >= settings.minDays);
    return {
      anomalies: warm.flatMap((row) => anomalyOf(row, settings) ?? []),
      judged: warm.length,
      cold: rows.length - warm.length,
    };
  },
});
