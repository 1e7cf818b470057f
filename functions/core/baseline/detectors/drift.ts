/** Drift: a day whose mix of deeds is unlike the mix of the days before, further off than any of those days was. */
import * as z from 'zod';
import { type Anomaly, figure, scoreOf, word, words } from '../anomaly.ts';
import { ABOUT, column, defineDetector } from '../detector.ts';
import { entropy, jensenShannon } from '../statistics.ts';
import { subjectEntities } from '../subject.ts';

/** Three lists in step: on this day, this deed, so often. */
const ROW = z.object({
  ...ABOUT,
  principal_kind: column.text,
  days: column.texts,
  actions: column.texts,
  counts: column.numbers,
  /** The day that is judged, as it stands in `days`. */
  today: column.text,
});
type Row = z.infer<typeof ROW>;

const SETTINGS = z.strictObject({
  /** Jensen–Shannon divergence in bits from which a mix is another. */
  divergence: z.number().positive().max(1).default(0.4),
  /** Deeds of today without which its mix says nothing. */
  minEvents: z.number().int().min(1).default(20),
  minDays: z.number().int().min(2).default(10),
  /** So much further off than the furthest day of history. */
  overMax: z.number().min(0).default(1.1),
  workloadSignal: z.boolean().default(true),
});
type Settings = z.output<typeof SETTINGS>;

type Mix = Map<string, number>;

function mixesOf({ days, actions, counts }: Row): Map<string, Mix> {
  const mixes = new Map<string, Mix>();
  for (const [i, day] of days.entries()) {
    const mix = mixes.get(day) ?? new Map<string, number>();
    mixes.set(day, mix);
    const action = actions[i] ?? '';
    mix.set(action, (mix.get(action) ?? 0) + (counts[i] ?? 0));
  }
  return mixes;
}

function together(mixes: Iterable<Mix>): Mix {
  const total: Mix = new Map();
  for (const mix of mixes) for (const [action, count] of mix) total.set(action, (total.get(action) ?? 0) + count);
  return total;
}

function anomalyOf(row: Row, today: Mix, before: readonly Mix[], settings: Settings): Anomaly | undefined {
  const usual = together(before);
  const divergence = jensenShannon(today, usual);
  if (divergence < settings.divergence) return undefined;
  const past = before.map((mix) => jensenShannon(mix, together(before.filter((other) => other !== mix))));
  const furthest = Math.max(...past);
  if (divergence < Math.min(1, furthest * settings.overMax)) return undefined;
  const fresh = [...today].filter(([action]) => !usual.has(action)).sort((a, b) => b[1] - a[1]);
  const evidence = {
    observed: `${figure(Math.round(divergence * 1000) / 1000)} bit`,
    expected: `< ${settings.divergence} bit`,
    spread: `furthest day so far ${figure(Math.round(furthest * 1000) / 1000)} bit; entropy ${figure(Math.round(entropy([...today.values()]) * 100) / 100)} against ${figure(Math.round(entropy([...usual.values()]) * 100) / 100)}`,
    historyDays: before.length,
    peers: 0,
  };
  const deeds = words((fresh.length > 0 ? fresh : [...today]).map(([action, count]) => `${action} × ${count}`));
  return {
    entities: subjectEntities(row),
    key: row.subject,
    timeMs: row.at_ms,
    source: row.source,
    score: scoreOf(divergence, settings.divergence),
    ...(settings.workloadSignal && row.principal_kind !== 'human' ? { isSignal: true } : {}),
    says: {
      en: `${word(row.subject)} does another kind of work than before: ${deeds}; divergence ${evidence.observed} (${evidence.spread}; ${before.length} days of history)`,
      ja: `${word(row.subject)} の作業内容がこれまでと異なります: ${deeds}。ダイバージェンス ${evidence.observed}(${evidence.spread}、履歴 ${before.length} 日)`,
    },
    evidence,
    eventUids: row.event_uids,
  };
}

export const drift = defineDetector({
  id: 'drift',
  title: { en: 'Drift of what somebody does', ja: '作業内容の変化' },
  formula: {
    en: 'Jensen–Shannon divergence of the mix of deeds, today ‖ the days before, ≥ 0.4 bit with ≥ 20 deeds, and ≥ 1.1 times that of the furthest day of history; H = −Σ p·log2 p is told beside it.',
    ja: '操作の構成比の Jensen–Shannon 情報量(当日 ‖ それまでの日)が、20 操作以上で 0.4 ビット以上、かつ履歴で最も離れた日の 1.1 倍以上。H = −Σ p·log2 p を併記します。',
  },
  weaknesses: {
    en: 'Whoever changes teams drifts once. Short attacks of fewer than 20 deeds stay below it.',
    ja: '異動すると一度は該当します。20 操作未満の短い攻撃は検出しません。',
  },
  row: ROW,
  settings: SETTINGS,
  judge: (rows: readonly Row[], settings: Settings) => {
    const anomalies: Anomaly[] = [];
    let [judged, cold] = [0, 0];
    for (const row of rows) {
      const mixes = mixesOf(row);
      const today = mixes.get(row.today) ?? new Map<string, number>();
      const before = [...mixes].filter(([day]) => day !== row.today).map(([, mix]) => mix);
      const events = [...today.values()].reduce((total, count) => total + count, 0);
      if (events < settings.minEvents) continue;
      if (before.length < settings.minDays) cold += 1;
      else {
        judged += 1;
        const anomaly = anomalyOf(row, today, before, settings);
        if (anomaly !== undefined) anomalies.push(anomaly);
      }
    }
    return { anomalies, judged, cold };
  },
});
