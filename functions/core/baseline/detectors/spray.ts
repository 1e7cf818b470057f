/** Password spraying and credential stuffing: one source that fails for many users, each a few times, and whether it got in. */
import * as z from 'zod';
import { addressBlock } from '../../geo/address.ts';
import { type Anomaly, figure, scoreOf, word, words } from '../anomaly.ts';
import { column, defineDetector, type World } from '../detector.ts';

/** What one address did in an hour or so. */
const ROW = z.object({
  src_ip: column.text,
  source: column.text,
  at_ms: column.count,
  /** Users for whom it failed, each once. */
  failed_users: column.texts,
  fails: column.count,
  /** Users for whom it got in. */
  ok_users: column.texts,
  /** Of the failed users, those who got in from this address in the days before: a shared exit has many. */
  known_users: column.count,
  history_days: column.count,
  event_uids: column.texts,
});
type Row = z.infer<typeof ROW>;

const SETTINGS = z.strictObject({
  /** Users for whom a source must fail. */
  users: z.number().int().min(2).default(10),
  /** More failures for each is guessing, which other rules find. */
  failsPerUser: z.number().positive().default(3),
  /** A source that mostly fails for its regular users is an office on the day of a password change. */
  knownShare: z.number().min(0).max(1).default(0.5),
  /** A source where at least this share of all users gets in is a shared exit. */
  okShare: z.number().min(0).max(1).default(0.5),
});
type Settings = z.output<typeof SETTINGS>;

interface Origin {
  name: string;
  ips: string[];
  rows: Row[];
}

/** Addresses themselves (IPv6 by /64), and the networks that announce several of them. */
function originsOf(rows: readonly Row[], { geo }: World): Origin[] {
  const origins = new Map<string, Origin>();
  const add = (key: string, name: string, row: Row): void => {
    const known = origins.get(key) ?? { name, ips: [], rows: [] };
    origins.set(key, known);
    known.rows.push(row);
    if (!known.ips.includes(row.src_ip)) known.ips.push(row.src_ip);
  };
  for (const row of rows) {
    const block = addressBlock(row.src_ip);
    add(`ip ${block}`, block, row);
    const network = geo.network(row.src_ip);
    if (network?.asn !== undefined) add(`as ${network.asn}`, `AS${network.asn} ${network.org ?? ''}`.trim(), row);
  }
  return [...origins.values()];
}

function anomalyOf({ name, ips, rows }: Origin, settings: Settings): Anomaly | undefined {
  const failed = [...new Set(rows.flatMap(({ failed_users }) => failed_users))];
  const ok = [...new Set(rows.flatMap(({ ok_users }) => ok_users))];
  const fails = rows.reduce((total, row) => total + row.fails, 0);
  const known = rows.reduce((total, row) => total + row.known_users, 0);
  const all = new Set([...failed, ...ok]);
  if (failed.length < settings.users || fails / failed.length > settings.failsPerUser) return undefined;
  if (known / failed.length >= settings.knownShare || ok.length / all.size >= settings.okShare) return undefined;
  // Who failed first and got in then, from here, is whose password was found.
  const taken = ok.filter((user) => failed.includes(user));
  const entered = taken.length > 0 ? taken : ok;
  const first = rows[0];
  const evidence = {
    observed: `${failed.length} users, ${figure(Math.round((100 * fails) / failed.length) / 100)} failures each, ${ok.length} got in`,
    expected: `< ${settings.users} users`,
    spread: `${known} of them known from there; ${ips.length} addresses`,
    historyDays: Math.max(...rows.map(({ history_days }) => history_days)),
    peers: 0,
  };
  return {
    entities: [
      ...ips.slice(0, 20).map((id) => ({ type: 'ip', id: id.toLowerCase(), part: 'actor' }) as const),
      ...[...entered, ...failed.filter((user) => !entered.includes(user))]
        .slice(0, 20)
        .map((id) => ({ type: 'principal', id, part: 'target' }) as const),
    ],
    key: name,
    timeMs: Math.max(...rows.map(({ at_ms }) => at_ms)),
    source: first?.source ?? '',
    score: scoreOf(failed.length, settings.users),
    ...(ok.length > 0 ? { level: 'high' as const } : {}),
    says: {
      en: `${word(name)} failed to sign in as ${failed.length} users, ${figure(Math.round((10 * fails) / failed.length) / 10)} times each${ok.length > 0 ? `, and got in as ${words(entered)}` : ''} (${evidence.spread})`,
      ja: `${word(name)} が ${failed.length} 人のユーザーでサインインに失敗しました(1 人あたり ${figure(Math.round((10 * fails) / failed.length) / 10)} 回)${ok.length > 0 ? `。${words(entered)} としてサインインに成功しました` : ''}(そこからの既知ユーザー ${known} 人、アドレス ${ips.length} 個)`,
    },
    evidence,
    eventUids: [...new Set(rows.flatMap(({ event_uids }) => event_uids))],
  };
}

export const spray = defineDetector({
  id: 'spray',
  title: { en: 'Password spraying and stuffing', ja: 'パスワードスプレーとリスト型攻撃' },
  formula: {
    en: 'Per source and hour (IPv4 address, IPv6 /64, and the announcing AS): failures for ≥ 10 users, ≤ 3 each; fewer than half of them got in from there before, and fewer than half of all its users get in now. Any success → high.',
    ja: '送信元と 1 時間ごと(IPv4 アドレス、IPv6 /64、広告元 AS): 10 人以上のユーザーで失敗し、1 人あたり 3 回以下。そのうち以前そこからサインインできた人も、いまできた人も半分未満。1 件でも成功があれば high です。',
  },
  weaknesses: {
    en: 'Slow spraying (fewer than 10 users an hour) and one address for each try stay below it unless one AS announces them.',
    ja: '低速のスプレー(1 時間 10 人未満)や試行ごとにアドレスを変える攻撃は、同じ AS でない限り検出しません。',
  },
  row: ROW,
  settings: SETTINGS,
  judge: (rows: readonly Row[], settings: Settings, world: World) => {
    const origins = originsOf(rows, world);
    const found = origins.flatMap((origin) => {
      const anomaly = anomalyOf(origin, settings);
      return anomaly === undefined ? [] : [{ anomaly, origin }];
    });
    // A network is told only where its addresses are not guilty one by one.
    const guilty = new Set(found.filter(({ origin }) => origin.ips.length === 1).flatMap(({ origin }) => origin.ips));
    const kept = found.filter(({ anomaly, origin }) => !anomaly.key.startsWith('AS') || origin.ips.some((ip) => !guilty.has(ip)));
    return { anomalies: kept.map(({ anomaly }) => anomaly), judged: origins.length, cold: 0 };
  },
});
