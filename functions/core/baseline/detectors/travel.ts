/** Impossible travel: one session, key or person at two places, further apart than anybody gets in the time between. */
import * as z from 'zod';
import { countryPlace } from '../../geo/countries.ts';
import { leastKm, type Place } from '../../geo/geo.ts';
import { networkKind } from '../../geo/networks.ts';
import { type Anomaly, figure, scoreOf, word } from '../anomaly.ts';
import { ABOUT, column, defineDetector, type World } from '../detector.ts';
import { subjectEntities } from '../subject.ts';

/** Two uses in a row of one session or, of sign-ins, by one person, from two addresses. */
const ROW = z.object({
  ...ABOUT,
  principal_kind: column.text,
  session_id: column.text,
  from_ms: column.count,
  from_ip: column.text,
  from_lat: column.maybe,
  from_long: column.maybe,
  from_country: column.text,
  /** Principals that came from that address in the look-back: many share an office, a VPN. */
  from_users: column.count,
  to_ms: column.count,
  to_ip: column.text,
  to_lat: column.maybe,
  to_long: column.maybe,
  to_country: column.text,
  to_users: column.count,
  history_days: column.count,
});
type Row = z.infer<typeof ROW>;

const SETTINGS = z.strictObject({
  /** Faster than any airliner. */
  speedKmh: z.number().positive().default(900),
  /** Uses further apart in time say nothing. */
  maxHours: z.number().positive().default(24),
  /** Nearer than this is the error of the data, not a journey. */
  minKm: z.number().min(0).default(300),
  /** From so many principals on, an address is a shared exit: office, NAT, VPN. */
  sharedUsers: z.number().int().min(2).default(4),
});
type Settings = z.output<typeof SETTINGS>;

/** Radius of what providers call a city, km. */
const CITY_KM = 50;

interface Located {
  place: Place;
  name: string;
  /** An exit that many of the organization use: its office, its VPN. */
  isShared: boolean;
  isRelay: boolean;
}

function located(
  ip: string,
  row: { lat: number | null; long: number | null; country: string; users: number },
  settings: Settings,
  { geo }: World,
): Located | undefined {
  const network = geo.network(ip);
  const country = network?.country ?? row.country;
  const place =
    row.lat !== null && row.long !== null ? { lat: row.lat, long: row.long, radiusKm: CITY_KM } : countryPlace(country);
  if (place === undefined) return undefined;
  const kind = networkKind(network);
  return {
    place,
    name: `${ip} (${[country, network?.org].filter(Boolean).join(', ')})`,
    isShared: row.users >= settings.sharedUsers,
    isRelay: kind !== undefined && kind !== 'hosting',
  };
}

function anomalyOf(row: Row, settings: Settings, world: World): Anomaly | 'unknown' | undefined {
  const from = located(
    row.from_ip,
    { lat: row.from_lat, long: row.from_long, country: row.from_country, users: row.from_users },
    settings,
    world,
  );
  const to = located(
    row.to_ip,
    { lat: row.to_lat, long: row.to_long, country: row.to_country, users: row.to_users },
    settings,
    world,
  );
  if (from === undefined || to === undefined) return 'unknown';
  // Between the office and the company's own VPN everybody travels at the speed of light.
  if (to.isShared) return undefined;
  const hours = (row.to_ms - row.from_ms) / 3_600_000;
  const km = leastKm(from.place, to.place);
  if (hours < 0 || hours > settings.maxHours || km < settings.minKm) return undefined;
  // Clocks of two records differ by some seconds; a second apart is no infinite speed.
  const speed = km / Math.max(hours, 1 / 60);
  if (speed <= settings.speedKmh) return undefined;
  const isRelay = from.isRelay || to.isRelay;
  const evidence = {
    observed: `${figure(Math.round(speed))} km/h`,
    expected: `≤ ${settings.speedKmh} km/h`,
    spread: `at least ${figure(Math.round(km))} km in ${figure(Math.round(hours * 60))} min`,
    historyDays: row.history_days,
    peers: 0,
  };
  return {
    entities: [
      ...subjectEntities(row),
      ...[row.to_ip, row.from_ip].map((id) => ({ type: 'ip', id: id.toLowerCase(), part: 'actor' }) as const),
      ...(row.session_id.length >= 12 ? [{ type: 'session', id: row.session_id, part: 'actor' } as const] : []),
    ],
    key: `${row.subject}|${row.session_id}|${[row.from_ip, row.to_ip].sort().join('|')}`,
    timeMs: row.to_ms,
    source: row.source,
    score: scoreOf(speed, settings.speedKmh),
    ...(isRelay ? { level: 'informational' as const, isSignal: true } : {}),
    says: {
      en: `${word(row.subject)} was at ${word(from.name)} and ${figure(Math.round(hours * 60))} min later at ${word(to.name)}: ${evidence.observed} over ${evidence.spread}${isRelay ? '; one of them is a VPN, a relay or a satellite' : ''}`,
      ja: `${word(row.subject)} が ${word(from.name)} から ${figure(Math.round(hours * 60))} 分後に ${word(to.name)}: ${evidence.observed}(${evidence.spread})${isRelay ? '。一方は VPN、リレーまたは衛星回線です' : ''}`,
    },
    evidence,
    eventUids: row.event_uids,
  };
}

export const travel = defineDetector({
  id: 'travel',
  title: { en: 'Impossible travel', ja: '不可能な移動' },
  formula: {
    en: 'v = max(0, d − r1 − r2) / Δt > 900 km/h, d by the haversine formula, radii of 50 km where the provider names coordinates, else of the country; ≤ 24 h apart, ≥ 300 km; compared by session credential, and by person only among sign-ins. VPN, relay and satellite → informational; to an exit that ≥ 4 principals share → nothing.',
    ja: 'v = max(0, d − r1 − r2) / Δt が 900 km/h を超えること。d は haversine 公式、半径は提供元が座標を示す場合は 50 km、なければ国の半径。24 時間以内、300 km 以上。セッション資格情報ごとに比べ、人ごとの比較はサインイン同士に限ります。VPN・リレー・衛星は informational、4 主体以上が共用する出口は対象外です。',
  },
  weaknesses: {
    en: 'Within one country only seen where the provider sends coordinates. An attacker behind a VPN in the same country is not seen. Mobile carriers may place a phone in another city.',
    ja: '同一国内の移動は、提供元が座標を送る場合だけ検出します。同じ国の VPN を使う攻撃者は検出できません。携帯回線は別の都市に見えることがあります。',
  },
  row: ROW,
  settings: SETTINGS,
  judge: (rows: readonly Row[], settings: Settings, world: World) => {
    const found = rows.filter(({ principal_kind }) => principal_kind !== 'service').map((row) => anomalyOf(row, settings, world));
    const cold = found.filter((one) => one === 'unknown').length;
    const anomalies = found.filter((one) => one !== undefined && one !== 'unknown');
    const strongest = new Map<string, Anomaly>();
    for (const anomaly of anomalies) {
      const known = strongest.get(anomaly.key);
      if (known === undefined || known.score < anomaly.score) strongest.set(anomaly.key, anomaly);
    }
    return { anomalies: [...strongest.values()], judged: found.length - cold, cold };
  },
});
