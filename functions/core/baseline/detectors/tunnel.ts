/** DNS tunnel: one host that asks for very many different names below one domain, names that carry data. */
import * as z from 'zod';
import { type Anomaly, figure, scoreOf, word } from '../anomaly.ts';
import { column, defineDetector } from '../detector.ts';
import { median, textEntropy } from '../statistics.ts';
import { subjectEntities } from '../subject.ts';

/** One host and one registered domain in a day. */
const ROW = z.object({
  subject: column.text,
  account: column.text,
  source: column.text,
  at_ms: column.count,
  domain: column.text,
  /** Different names below the domain. */
  subdomains: column.count,
  queries: column.count,
  /** TXT, NULL, CNAME and MX queries, which carry most. */
  carriers: column.count,
  /** Some of the names, without the domain. */
  samples: column.texts,
  /** The most different names that any host asked for below it on a day before. */
  history_most: column.count,
  /** Hosts that asked for the domain, of all hosts, in the look-back. */
  domain_hosts: column.count,
  all_hosts: column.count,
  history_days: column.count,
  event_uids: column.texts,
});
type Row = z.infer<typeof ROW>;

const SETTINGS = z.strictObject({
  /** Different names from which it is told. */
  subdomains: z.number().int().min(10).default(100),
  /** Mean length of what stands before the domain. */
  length: z.number().min(0).default(20),
  /** Bits a character; hexadecimal has 4, base32 5, words about 3. */
  entropy: z.number().min(0).default(3.2),
  /** Domains of at least this share of hosts are content networks and the estate's own. */
  common: z.number().positive().max(1).default(0.25),
  /** So many times the most that history has. */
  overMax: z.number().min(0).default(3),
  minDays: z.number().int().min(1).default(7),
});
type Settings = z.output<typeof SETTINGS>;

/** RITA's levels of the number of names. */
const levelOf = (subdomains: number): 'medium' | 'high' | undefined =>
  subdomains >= 800 ? 'high' : subdomains >= 500 ? 'medium' : undefined;

function anomalyOf(row: Row, settings: Settings): Anomaly | undefined {
  const length = median(row.samples.map((name) => name.length));
  const bits = textEntropy(row.samples.join('').replaceAll('.', ''));
  const carriers = row.carriers / Math.max(row.queries, 1);
  const isCommon = row.all_hosts >= 4 && row.domain_hosts / row.all_hosts >= settings.common;
  if (isCommon || row.subdomains <= row.history_most * settings.overMax) return undefined;
  // Long names, or unusual types: a host that asks for many short words is a crawler or a mail server.
  if (bits < settings.entropy || (length < settings.length && carriers < 0.5)) return undefined;
  const evidence = {
    observed: `${figure(row.subdomains)} names of ${figure(length)} characters, ${figure(Math.round(bits * 100) / 100)} bit a character, ${figure(Math.round(carriers * 100))} % TXT/NULL/CNAME/MX`,
    expected: `< ${settings.subdomains} names`,
    spread: `most so far ${figure(row.history_most)}; ${row.domain_hosts} of ${row.all_hosts} hosts ask for it`,
    historyDays: row.history_days,
    peers: row.all_hosts,
  };
  const level = levelOf(row.subdomains);
  return {
    entities: subjectEntities(row),
    key: `${row.subject}|${row.domain}`,
    timeMs: row.at_ms,
    source: row.source,
    score: scoreOf(row.subdomains, settings.subdomains),
    ...(level === undefined ? {} : { level }),
    says: {
      en: `${word(row.subject)} asked for ${evidence.observed} below ${word(row.domain)} (${evidence.spread})`,
      ja: `${word(row.subject)} が ${word(row.domain)} の下で ${figure(row.subdomains)} 個の名前を問い合わせました(長さ ${figure(length)} 文字、1 文字 ${figure(Math.round(bits * 100) / 100)} ビット、これまでの最大 ${figure(row.history_most)}、問い合わせたホスト ${row.all_hosts} 台中 ${row.domain_hosts} 台)`,
    },
    evidence,
    eventUids: row.event_uids,
  };
}

export const tunnel = defineDetector({
  id: 'tunnel',
  title: { en: 'DNS tunnel', ja: 'DNS トンネル' },
  formula: {
    en: 'Per host and registered domain: ≥ 100 different names a day (500 medium, 800 high), more than 3 times the most of history, ≥ 3.2 bits of entropy a character, and a median length ≥ 20 or at least half TXT/NULL/CNAME/MX; domains that ≥ 25 % of hosts ask for are left out.',
    ja: 'ホストと登録ドメインごとに、1 日 100 個以上の異なる名前(500 で medium、800 で high)、履歴最大の 3 倍超、1 文字あたり 3.2 ビット以上のエントロピー、長さの中央値が 20 以上または半分以上が TXT/NULL/CNAME/MX であること。25 % 以上のホストが問い合わせるドメインは除きます。',
  },
  weaknesses: {
    en: 'Slow tunnels stay below 100 names a day. Security products that look up hashes by DNS look the same until history knows them.',
    ja: '1 日 100 個未満の低速トンネルは検出しません。DNS でハッシュを照会するセキュリティ製品は、履歴に現れるまで同じように見えます。',
  },
  row: ROW,
  settings: SETTINGS,
  judge: (rows: readonly Row[], settings: Settings) => {
    const asked = rows.filter(({ subdomains }) => subdomains >= settings.subdomains);
    const warm = asked.filter(({ history_days }) => history_days >= settings.minDays);
    return {
      anomalies: warm.flatMap((row) => anomalyOf(row, settings) ?? []),
      judged: warm.length,
      cold: asked.length - warm.length,
    };
  },
});
