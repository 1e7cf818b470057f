/** Robust volume: more of something than the same hours of the week ever had; where counts are low, the tail of a Poisson. */
import * as z from 'zod';
import { type Anomaly, type Evidence, figure, scoreOf, word } from '../anomaly.ts';
import { ABOUT, column, defineDetector } from '../detector.ts';
import { dayMs, daysBetween } from '../matrix.ts';
import { benjaminiHochberg, lowCount, mad, median, normalSurprise, robustZ } from '../statistics.ts';
import { subjectEntities } from '../subject.ts';

const ROW = z.object({
  ...ABOUT,
  /** Tells stretches of one day apart, so that each is an anomaly of its own. */
  bucket: column.text,
  observed: column.count,
  /** The same hours of comparable days before, those with anything in them. */
  history: column.numbers,
  /** Weekend days (UTC) are only compared with such, or else weekdays. */
  is_weekend: column.flag,
  /** yyyyMMdd: when the subject was first seen doing anything, and the judged day. */
  first_day: column.text,
  judged_day: column.text,
});
type Row = z.infer<typeof ROW>;

const SETTINGS = z.strictObject({
  /** |z| from which a volume is an outlier. */
  z: z.number().min(1).default(3.5),
  /** −log10 of the chance from which a low count is one. */
  surprise: z.number().min(1).default(4),
  /** Days of history without which there is no verdict. */
  minDays: z.number().int().min(1).default(14),
  /** Comparable stretches without which there is no verdict. */
  minSlots: z.number().int().min(1).default(16),
  /** So much more than the median at the least. */
  minExcess: z.number().min(0).default(10),
  /** So many times the most that history has, else it has been there before. */
  overMax: z.number().min(0).default(1.5),
  /** Rates below this are judged as low counts. */
  lowRate: z.number().min(0).default(5),
  /** Prior of the rate, Gamma(a, b). */
  priorA: z.number().positive().default(0.5),
  priorB: z.number().positive().default(1),
  /** Share of false ones among those that may alert. */
  falseShare: z.number().positive().max(1).default(0.01),
});
type Settings = z.output<typeof SETTINGS>;

interface Outlier {
  row: Row;
  surprise: number;
  score: number;
  evidence: Evidence;
}

/** Comparable days since the subject was first seen: those without anything count as none. */
function slotsOf({ is_weekend, first_day, judged_day }: Row): number {
  const days = daysBetween(first_day, judged_day);
  const judged = new Date(dayMs(judged_day)).getUTCDay();
  let slots = 0;
  for (let back = 1; back <= days; back++) if ([0, 6].includes((((judged - back) % 7) + 7) % 7) === is_weekend) slots += 1;
  return slots;
}

/** History with its empty stretches. */
const filled = (row: Row): number[] => [
  ...row.history,
  ...new Array<number>(Math.max(0, slotsOf(row) - row.history.length)).fill(0),
];
const historyDays = ({ first_day, judged_day }: Row): number => daysBetween(first_day, judged_day);

function outlierOf(row: Row, settings: Settings): Outlier | undefined {
  const history = filled(row);
  const most = Math.max(0, ...row.history);
  if (row.observed - median(history) < settings.minExcess || row.observed <= most * settings.overMax) return undefined;
  const middle = median(history);
  const facts = { observed: figure(row.observed), historyDays: historyDays(row), peers: 0 };
  if (middle < settings.lowRate) {
    const { surprise, lambda, dispersion } = lowCount(row.observed, history, { a: settings.priorA, b: settings.priorB });
    if (surprise < settings.surprise) return undefined;
    const spread = `λ = ${figure(lambda)}, dispersion ${figure(dispersion)}, most so far ${figure(most)}`;
    return {
      row,
      surprise,
      score: scoreOf(surprise, settings.surprise),
      evidence: { ...facts, expected: figure(lambda), spread },
    };
  }
  const { z: deviation, spread } = robustZ(row.observed, history);
  if (deviation < settings.z) return undefined;
  const told = `±${figure(spread)} (MAD ${figure(mad(history))}), z = ${figure(deviation)}, most so far ${figure(most)}`;
  const surprise = normalSurprise(deviation);
  return { row, surprise, score: scoreOf(deviation, settings.z), evidence: { ...facts, expected: figure(middle), spread: told } };
}

function anomalyOf({ row, score, evidence }: Outlier, isSignificant: boolean): Anomaly {
  const who = word(row.subject);
  return {
    entities: subjectEntities(row),
    key: `${row.subject}|${row.bucket}`,
    timeMs: row.at_ms,
    source: row.source,
    score,
    ...(isSignificant ? {} : { isSignal: true }),
    says: {
      en: `${who}: ${evidence.observed} where ${evidence.expected} is usual at these hours (${evidence.spread}; ${evidence.historyDays} days of history)`,
      ja: `${who}: この時間帯の通常値 ${evidence.expected} に対し ${evidence.observed}(${evidence.spread}、履歴 ${evidence.historyDays} 日)`,
    },
    evidence,
    eventUids: row.event_uids,
  };
}

export const volume = defineDetector({
  id: 'volume',
  title: { en: 'Robust volume', ja: 'ロバストな量の異常' },
  formula: {
    en: 'z = 0.6745 (x − median) / max(MAD, 1, 0.05 · median) ≥ 3.5; where the median is below 5, a quasi-Poisson tail with a Gamma prior, λ = (a + Σx) / (b + n), p ≤ 1e-4; and x > 1.5 · the most that history has. Benjamini–Hochberg over the run tells which may alert.',
    ja: 'z = 0.6745 (x − 中央値) / max(MAD, 1, 0.05 · 中央値) が 3.5 以上。中央値が 5 未満なら Gamma 事前分布による準ポアソンの裾 λ = (a + Σx) / (b + n)、p ≤ 1e-4。さらに x が履歴最大の 1.5 倍超であること。警報にしてよいものは実行ごとの Benjamini–Hochberg 法で決めます。',
  },
  weaknesses: {
    en: 'Sees only growth, and growth that creeps becomes usual. Hours are UTC: where clocks change, work moves by an hour within its 4-hour block.',
    ja: '増加だけを見ます。徐々に増えるものは通常とみなされます。時間帯は UTC で、夏時間の切り替えは 4 時間の区切りの中で吸収されます。',
  },
  row: ROW,
  settings: SETTINGS,
  judge: (rows: readonly Row[], settings: Settings) => {
    const warm = rows.filter((row) => historyDays(row) >= settings.minDays && slotsOf(row) >= settings.minSlots);
    const outliers = warm.flatMap((row) => outlierOf(row, settings) ?? []);
    const stays = benjaminiHochberg(
      outliers.map(({ surprise }) => surprise),
      warm.length,
      settings.falseShare,
    );
    const anomalies = outliers.map((outlier, i) => anomalyOf(outlier, stays[i] === true));
    return { anomalies, judged: warm.length, cold: rows.length - warm.length };
  },
});
