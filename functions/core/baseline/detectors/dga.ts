/** Domains made by a program: a host that asks for several names unlike any the tenant uses, most of which do not exist. */
import * as z from 'zod';
import { type Anomaly, figure, scoreOf, word, words } from '../anomaly.ts';
import { column, defineDetector } from '../detector.ts';
import { mean, quantile, textEntropy } from '../statistics.ts';
import { subjectEntities } from '../subject.ts';
import { type TrigramModel, trigramModel } from '../trigrams.ts';

/** A registered domain: in the history of the tenant (no subject), or asked for by a host in one hour. */
const ROW = z.object({
  subject: column.text,
  account: column.text,
  source: column.text,
  at_ms: column.count,
  hour: column.text,
  domain: column.text,
  is_history: column.flag,
  /** Hosts that asked for it. */
  hosts: column.count,
  queries: column.count,
  /** Queries answered with NXDOMAIN. */
  absent: column.count,
  history_days: column.count,
  event_uids: column.texts,
});
type Row = z.infer<typeof ROW>;

const SETTINGS = z.strictObject({
  /** Share of the tenant's own names that are at least as unlikely. */
  percentile: z.number().positive().max(0.5).default(0.01),
  /** Unlikely names of one host in one hour. */
  domains: z.number().int().min(1).default(3),
  /** Share of those names that do not exist. */
  absentShare: z.number().min(0).max(1).default(0.5),
  /** Names without which the tenant's own language is not known. */
  minTrained: z.number().int().min(10).default(100),
  minDays: z.number().int().min(1).default(7),
  /** Shorter labels are abbreviations. */
  minLength: z.number().int().min(1).default(7),
});
type Settings = z.output<typeof SETTINGS>;

/** The label before the public suffix: `example` of `example.co.jp`. */
const labelOf = (domain: string): string => (domain.toLowerCase().split('.')[0] ?? '').replace(/^xn--/, '');

const share = (text: string, what: RegExp): number => (text.match(what)?.length ?? 0) / Math.max(text.length, 1);

/** How unlike a word: unlikely characters first, then digits, few vowels, length and entropy. */
export function strangeness(label: string, model: TrigramModel): number {
  const vowels = share(label.replace(/[^a-z]/g, ''), /[aeiouy]/g);
  return (
    -model.likelihood(label) +
    0.5 * share(label, /\d/g) +
    (vowels < 0.2 ? 0.3 : 0) +
    0.02 * Math.max(0, label.length - 12) +
    0.1 * Math.max(0, textEntropy(label) - 3)
  );
}

interface Judged {
  rows: readonly Row[];
  own: ReadonlySet<string>;
  model: TrigramModel;
  limit: number;
}

function anomalyOf({ rows, own, model, limit }: Judged, settings: Settings): Anomaly | undefined {
  const strange = rows
    .filter(({ domain }) => !own.has(domain) && labelOf(domain).length >= settings.minLength)
    .map((row) => ({ row, strangeness: strangeness(labelOf(row.domain), model) }))
    .filter((one) => one.strangeness > limit)
    .sort((a, b) => b.strangeness - a.strangeness || (a.row.domain < b.row.domain ? -1 : 1));
  const [first] = strange;
  const absent = strange.filter(({ row }) => row.absent > 0);
  if (first === undefined || strange.length < settings.domains || absent.length / strange.length < settings.absentShare)
    return undefined;
  const { row } = first;
  const average = mean(strange.map((one) => one.strangeness));
  const evidence = {
    observed: `${strange.length} names, mean strangeness ${figure(Math.round(average * 100) / 100)}, ${absent.length} do not exist`,
    expected: `≤ ${figure(Math.round(limit * 100) / 100)} (${100 * (1 - settings.percentile)} % of the tenant's own names)`,
    spread: `trained on ${model.trained} names`,
    historyDays: row.history_days,
    peers: 0,
  };
  return {
    entities: subjectEntities(row),
    key: `${row.subject}|${row.hour}`,
    timeMs: Math.max(...rows.map(({ at_ms }) => at_ms)),
    source: row.source,
    score: scoreOf(strange.length * (average / limit), settings.domains),
    says: {
      en: `${word(row.subject)} asked for names that look made by a program: ${words(strange.map((one) => one.row.domain))}; ${evidence.observed}, expected ${evidence.expected}`,
      ja: `${word(row.subject)} がプログラム生成とみられる名前を問い合わせました: ${words(strange.map((one) => one.row.domain))}。${strange.length} 個中 ${absent.length} 個が存在しません。平均の異様さ ${figure(Math.round(average * 100) / 100)}、自組織の名前の ${100 * (1 - settings.percentile)} % は ${figure(Math.round(limit * 100) / 100)} 以下`,
    },
    evidence,
    eventUids: [...new Set(strange.flatMap((one) => one.row.event_uids))],
  };
}

export const dga = defineDetector({
  id: 'dga',
  title: { en: 'Generated domain names', ja: '生成されたドメイン名' },
  formula: {
    en: 'Mean log P of character trigrams (Laplace) of the registered label, with digit share, vowel share, length and entropy; stranger than 99 % of the tenant’s own names, ≥ 3 such names of one host in an hour, at least half of which do not exist.',
    ja: '登録ドメイン名の文字トライグラムの平均対数確率(ラプラス平滑化)に、数字の割合・母音の割合・長さ・エントロピーを加えます。自組織の名前の 99 % より異質な名前が 1 ホストで 1 時間に 3 個以上あり、その半分以上が存在しないこと。',
  },
  weaknesses: {
    en: 'Names made of dictionary words look like words. The tenant’s own names are the model: no verdict before 100 of them are known.',
    ja: '辞書の単語から作られた名前は見分けられません。自組織のドメイン名を学習するため、100 個に満たない間は判定しません。',
  },
  row: ROW,
  settings: SETTINGS,
  judge: (rows: readonly Row[], settings: Settings) => {
    const own = new Set(rows.filter(({ is_history }) => is_history).map(({ domain }) => domain));
    // In order, so that the parts which are held out do not depend on the order of the rows.
    const labels = [...new Set([...own].map(labelOf))].filter((label) => label.length >= settings.minLength).sort();
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
      if (row.is_history) continue;
      const key = `${row.subject} ${row.hour}`;
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    const days = Math.max(0, ...rows.map(({ history_days }) => history_days));
    if (labels.length < settings.minTrained || days < settings.minDays) return { anomalies: [], judged: 0, cold: groups.size };
    const model = trigramModel(labels);
    const limit = quantile(heldOut(labels), 1 - settings.percentile);
    const anomalies = [...groups.values()].flatMap((group) => anomalyOf({ rows: group, own, model, limit }, settings) ?? []);
    return { anomalies, judged: groups.size, cold: 0 };
  },
});

/** What each name looks like to a model that did not learn it, in five parts: a model knows its own names too well. */
function heldOut(labels: readonly string[]): number[] {
  const parts = 5;
  return Array.from({ length: parts }, (_, part) => {
    const model = trigramModel(labels.filter((_label, i) => i % parts !== part));
    return labels.filter((_label, i) => i % parts === part).map((label) => strangeness(label, model));
  }).flat();
}
