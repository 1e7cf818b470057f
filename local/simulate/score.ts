/** Judges the incidents of a simulated day by the generator's truth; what the correlation thinks of them is not asked. */
import type { Incident } from '../../functions/core/incident.ts';
import type { HiddenChain, SimulatedDay } from './day.ts';
import type { SimulatedFinding, Truth } from './raise.ts';
import type { Played } from './run.ts';

/** A case tells of an attack from this share of its alerts on. */
const TELLS = 1 / 3;
const Z = 1.959964;

export interface ChainScore extends HiddenChain {
  /** Surfaced cases that tell of it. */
  cases: string[];
  /** Incidents, surfaced or not, that hold any of its alerts of medium or higher. */
  incidents: number;
  /** Its alerts that are in its cases. */
  inCases: number;
  isFound: boolean;
}

export interface DayScore {
  alerts: number;
  /** After dedup. */
  deduplicated: number;
  incidents: number;
  cases: number;
  chains: ChainScore[];
  found: number;
  recall: number;
  /** Surfaced cases that tell of no attack: plain noise, and announced exercises. */
  falseCases: string[];
  drillCases: string[];
  fpShare: number;
  fpUpper: number;
  /** Upper bound where exercises count as false too. */
  strictUpper: number;
  /** Cases that tell of more than one attack. */
  glued: string[];
  /** Share of the alerts in true cases (medium and above) that are of another story. */
  foreignShare: number;
  disposition: { surfaced: number; kept: number; signals: number; none: number };
  /** Raw alerts for each case. */
  ratio: number;
}

/** @see Wilson score interval */
export function wilsonUpper(hits: number, of: number): number {
  if (of === 0) return 1;
  const p = hits / of;
  const spread = Z * Math.sqrt((p * (1 - p)) / of + Z ** 2 / (4 * of ** 2));
  return (p + Z ** 2 / (2 * of) + spread) / (1 + Z ** 2 / of);
}

export function score(day: SimulatedDay, played: Played): DayScore {
  const uids = new Set(day.findings.flatMap(({ finding }) => finding.eventUids));
  const ofDay = played.incidents.filter(({ eventIds }) => eventIds.some((id) => uids.has(id)));
  const cases = ofDay.filter(({ id }) => played.shown.has(id));
  const held = holdings(day, ofDay);
  const told = new Map(cases.map(({ id }) => [id, tellsOf(day, held.get(id) ?? [])]));
  const chains = day.chains.map((chain) => chainScore(chain, day, { held, told }));
  const isTrue = (id: string): boolean => (told.get(id) ?? []).length > 0;
  const others = cases.filter(({ id }) => !isTrue(id)).map(({ id }) => id);
  const drillCases = others.filter((id) => (held.get(id) ?? []).some(({ truth }) => truth.startsWith('drill:')));
  const falseCases = others.filter((id) => !drillCases.includes(id));
  const found = chains.filter(({ isFound }) => isFound).length;
  const ids = new Set(day.findings.flatMap(({ finding }) => finding.eventUids));
  return {
    alerts: day.findings.length,
    deduplicated: played.alerts.filter(({ eventUids }) => eventUids.some((id) => ids.has(id))).length,
    incidents: ofDay.length,
    cases: cases.length,
    chains,
    found,
    recall: chains.length === 0 ? 1 : found / chains.length,
    falseCases,
    drillCases,
    fpShare: cases.length === 0 ? 0 : falseCases.length / cases.length,
    fpUpper: wilsonUpper(falseCases.length, cases.length),
    strictUpper: wilsonUpper(others.length, cases.length),
    glued: cases.filter(({ id }) => (told.get(id) ?? []).length > 1).map(({ id }) => id),
    foreignShare: foreignShare(
      cases.filter(({ id }) => isTrue(id)).map(({ id }) => ({ id, told: told.get(id) ?? [] })),
      held,
    ),
    disposition: dispositions(day, ofDay, played.shown),
    ratio: cases.length === 0 ? day.findings.length : day.findings.length / cases.length,
  };
}

type Holdings = ReadonlyMap<string, SimulatedFinding[]>;

function holdings(day: SimulatedDay, incidents: readonly Incident[]): Holdings {
  const byUid = new Map(day.findings.map((one) => [one.finding.eventUids[0] ?? '', one]));
  return new Map(incidents.map(({ id, eventIds }) => [id, eventIds.flatMap((uid) => byUid.get(uid) ?? [])]));
}

/** The attacks of which a case holds enough. */
function tellsOf(day: SimulatedDay, held: readonly SimulatedFinding[]): Truth[] {
  return day.chains
    .filter(
      ({ truth, alerts }) => held.filter((one) => one.truth === truth).length >= Math.min(alerts, Math.max(2, alerts * TELLS)),
    )
    .map(({ truth }) => truth);
}

interface Told {
  held: Holdings;
  told: ReadonlyMap<string, Truth[]>;
}

function chainScore(chain: HiddenChain, day: SimulatedDay, { held, told }: Told): ChainScore {
  const cases = [...told].filter(([, truths]) => truths.includes(chain.truth)).map(([id]) => id);
  const uids = new Set(cases.flatMap((id) => held.get(id) ?? []).map(({ finding }) => finding.uid));
  const own = day.findings.filter(({ truth }) => truth === chain.truth);
  return {
    ...chain,
    cases,
    incidents: [...held.values()].filter((list) => list.some((one) => one.truth === chain.truth && isCore(one))).length,
    inCases: own.filter(({ finding }) => uids.has(finding.uid)).length,
    // A case that tells of several attacks as one tells of none of them well.
    isFound: cases.some((id) => told.get(id)?.length === 1),
  };
}

const isCore = ({ finding }: SimulatedFinding): boolean => finding.level !== 'low' && finding.level !== 'informational';

function foreignShare(cases: readonly { id: string; told: readonly Truth[] }[], held: Holdings): number {
  const cores = cases.flatMap(({ id, told }) => (held.get(id) ?? []).filter(isCore).map(({ truth }) => told.includes(truth)));
  return cores.length === 0 ? 0 : cores.filter((isOwn) => !isOwn).length / cores.length;
}

/** What became of each alert: before a person, kept in an incident with the reason, or kept as a signal of low level. */
function dispositions(day: SimulatedDay, incidents: readonly Incident[], cases: ReadonlySet<string>): DayScore['disposition'] {
  const shown = new Set<string>();
  const kept = new Set<string>();
  for (const { id, surfacing, eventIds } of incidents) {
    const set = cases.has(id) ? shown : surfacing.reasons.length > 0 ? kept : undefined;
    for (const uid of eventIds) set?.add(uid);
  }
  const counts = { surfaced: 0, kept: 0, signals: 0, none: 0 };
  for (const one of day.findings) {
    const uid = one.finding.eventUids[0] ?? '';
    if (shown.has(uid)) counts.surfaced++;
    else if (kept.has(uid)) counts.kept++;
    else if (isCore(one)) counts.none++;
    else counts.signals++;
  }
  return counts;
}
