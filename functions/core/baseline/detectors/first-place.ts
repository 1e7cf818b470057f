/** First seen by place: a country or a network that a principal, and perhaps everybody, never came from before. */
import * as z from 'zod';
import { networkKind } from '../../geo/networks.ts';
import { type Anomaly, scoreOf, word } from '../anomaly.ts';
import { ABOUT, column, defineDetector, type World } from '../detector.ts';
import { daysBetween } from '../matrix.ts';
import { subjectEntities } from '../subject.ts';

/** One principal and one address in the look-back or today. */
const ROW = z.object({
  ...ABOUT,
  principal_kind: column.text,
  src_ip: column.text,
  src_country: column.text,
  /** Uses on the judged day; 0 for an address of the history alone. */
  today: column.count,
  /** Days before with uses. */
  before_days: column.count,
  first_day: column.text,
  judged_day: column.text,
});
type Row = z.infer<typeof ROW>;

const SETTINGS = z.strictObject({
  minDays: z.number().int().min(0).default(7),
  minOrgDays: z.number().int().min(1).default(14),
  /** Points: a country new to the organization 2, to the person 1; a network new to the organization 0.5, or 2 where it is hosting or a VPN. */
  points: z.number().positive().default(3),
  /** Points from which it is a signal. */
  signal: z.number().positive().default(1.5),
});
type Settings = z.output<typeof SETTINGS>;

interface Seen {
  row: Row;
  country: string | undefined;
  network: string | undefined;
  isHosted: boolean;
}

function seen(row: Row, { geo }: World): Seen {
  const network = geo.network(row.src_ip);
  const kind = networkKind(network);
  return {
    row,
    country: network?.country ?? (row.src_country === '' ? undefined : row.src_country),
    network: network?.asn === undefined ? undefined : `AS${network.asn} ${network.org ?? ''}`.trim(),
    isHosted: kind === 'hosting' || kind === 'vpn',
  };
}

const setOf = (places: readonly Seen[], of: 'country' | 'network'): Set<string> =>
  new Set(places.flatMap((place) => place[of] ?? []));

/** Days since the first of them. */
const daysOf = (places: readonly Seen[]): number =>
  places.reduce((most, { row }) => Math.max(most, daysBetween(row.first_day, row.judged_day)), 0);

function anomalyOf(
  own: readonly Seen[],
  org: { countries: ReadonlySet<string>; networks: ReadonlySet<string> },
  settings: Settings,
): Anomaly | undefined {
  const before = own.filter(({ row }) => row.before_days > 0);
  const [countries, networks] = [setOf(before, 'country'), setOf(before, 'network')];
  let best: { place: Seen; points: number; scope: string; scopeJa: string } | undefined;
  for (const place of own.filter(({ row }) => row.today > 0 && row.before_days === 0)) {
    const { country, network } = place;
    const isNewCountry = country !== undefined && !countries.has(country);
    const isNewNetwork = network !== undefined && !networks.has(network);
    const ofOrg = isNewCountry && !org.countries.has(country);
    const points =
      (ofOrg ? 2 : isNewCountry ? 1 : 0) +
      // A data centre or VPN that nobody here ever used is where stolen passwords are used from.
      (isNewNetwork && !org.networks.has(network) ? (place.isHosted ? 2 : 0.5) : 0);
    if (best === undefined || points > best.points)
      best = { place, points, scope: ofOrg ? 'organization' : 'principal', scopeJa: ofOrg ? '組織' : '本人' };
  }
  if (best === undefined || best.points < settings.signal) return undefined;
  const { row, country, network } = best.place;
  const evidence = {
    observed: [country, network].filter(Boolean).join(', '),
    expected: [...countries].sort().slice(0, 6).join(', ') || 'none',
    spread: `${best.points} points, ${countries.size} countries and ${networks.size} networks so far`,
    historyDays: daysOf(own),
    peers: 0,
  };
  return {
    entities: [...subjectEntities(row), { type: 'ip', id: row.src_ip.toLowerCase(), part: 'actor' }],
    key: `${row.subject}|${country ?? ''}|${network ?? ''}`,
    timeMs: row.at_ms,
    source: row.source,
    score: scoreOf(best.points, settings.points),
    ...(best.points >= settings.points ? {} : { isSignal: true }),
    says: {
      en: `${word(row.subject)} came from ${word(evidence.observed)} (${word(row.src_ip)}), new to the ${best.scope}; so far from ${word(evidence.expected)} (${evidence.historyDays} days of history)`,
      ja: `${word(row.subject)} が ${word(evidence.observed)}(${word(row.src_ip)})から来ました。${best.scopeJa}にとって初めてです。これまで: ${word(evidence.expected)}(履歴 ${evidence.historyDays} 日)`,
    },
    evidence,
    eventUids: row.event_uids,
  };
}

export const firstPlace = defineDetector({
  id: 'first-place',
  title: { en: 'First seen from a place', ja: '初めての場所' },
  formula: {
    en: 'Countries and announcing networks by address: a country new to the organization 2 points, to the person 1; a network new to the organization 0.5, or 2 where it is hosting or a VPN. 3 points alert, 1.5 are a signal.',
    ja: 'アドレスの国と広告元ネットワーク: 組織にとって初めての国は 2 点、本人にとって初めてなら 1 点。組織にとって初めてのネットワークは 0.5 点、ホスティングや VPN なら 2 点。3 点で警報、1.5 点で兆候です。',
  },
  weaknesses: {
    en: 'The address data is an estimate and ages with its package. A journey to a country where nobody ever was is a signal; it alerts only from hosting or a VPN. A proxy in the home country is not seen.',
    ja: 'アドレスの情報は推定であり、パッケージの版とともに古くなります。誰も行ったことのない国への出張はシグナルになり、ホスティングや VPN からの場合だけ警報になります。自国のプロキシは検出できません。',
  },
  row: ROW,
  settings: SETTINGS,
  judge: (rows: readonly Row[], settings: Settings, world: World) => {
    const places = rows.filter(({ principal_kind }) => principal_kind !== 'service').map((row) => seen(row, world));
    const before = places.filter(({ row }) => row.before_days > 0);
    const org = { countries: setOf(before, 'country'), networks: setOf(before, 'network') };
    const grouped = new Map<string, Seen[]>();
    for (const place of places) grouped.set(place.row.subject, [...(grouped.get(place.row.subject) ?? []), place]);
    const subjects = [...grouped.values()].filter((own) => own.some(({ row }) => row.today > 0));
    const isWarm = (own: readonly Seen[]): boolean => daysOf(own) >= settings.minDays && daysOf(places) >= settings.minOrgDays;
    const warm = subjects.filter(isWarm);
    return {
      anomalies: warm.flatMap((own) => anomalyOf(own, org, settings) ?? []),
      judged: warm.length,
      cold: subjects.length - warm.length,
    };
  },
});
