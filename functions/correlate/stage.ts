/** The correlate stage: findings → alerts → entities → incidents, the same whatever the order and however often findings arrive. */
import type { Alert } from '../core/alert.ts';
import { YaguraError } from '../core/error.ts';
import { type Finding, levelRank, RULE_ERROR } from '../core/finding.ts';
import type { GeoLookup } from '../core/geo/geo.ts';
import type { LinkDecision } from '../core/link-decision.ts';
import type { Bus } from '../ports/bus.ts';
import { doubtJudged } from '../ports/case-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Meter } from '../ports/meter.ts';
import type { Table } from '../ports/table.ts';
import { alertsById, saveAlerts } from './alerts.ts';
import { type CorrelateContent, prepared } from './content.ts';
import { decisionsOf, parted, saveDecision } from './decisions.ts';
import { enrichIncidents } from './enrich.ts';
import { Habits, saveHabits } from './habits.ts';
import { commitIncidents, GENERATION_PK, GENERATION_SK } from './incidents.ts';
import { alertsOfRefs, linkedGroups } from './link.ts';
import { type Touch, touchesOf } from './node.ts';
import { saveNodes } from './nodes.ts';
import { loadRegion } from './region.ts';
import { alertGroups } from './signals.ts';

export interface CorrelatePorts {
  table: Table;
  bus: Bus;
  clock: Clock;
  meter: Meter;
  geo?: GeoLookup;
}

export interface Correlated {
  findings: number;
  /** Alerts that the findings belong to, and how many of them are new. */
  alerts: number;
  alertsCreated: number;
  /** Ids of the incidents that began, grew, merged or changed, or that the findings belong to. */
  incidentIds: string[];
}

const MAX_ATTEMPTS = 12;

/**
 * Processes one batch. Safe to repeat, and beside other invocations of itself.
 * @throws YaguraError Conflict (retryable) where others kept changing the same incidents; nothing is lost, repeat the batch
 */
export async function correlate(
  findings: readonly Finding[],
  ports: CorrelatePorts,
  content: CorrelateContent = {},
): Promise<Correlated> {
  const { table, bus, clock, meter } = ports;
  const told = prepared(findings, content);
  // Read before anything else: whoever commits after this moment makes our own commit fail, and we look again.
  const generation = await generationOf(table);
  const { alerts, createdCount } = await saveAlerts(table, told, clock.nowMs());
  const changed = await linkAll(alerts, { generation, isForced: false }, ports);
  const incidentIds = [...changed.keys()].sort();
  const { enricher } = content;
  if (enricher !== undefined) await enrichIncidents(incidentIds, ports, { enricher });
  await publish(changed, bus);
  meter.count({
    FindingCount: findings.length,
    RuleErrorCount: findings.filter(({ ruleId }) => ruleId === RULE_ERROR).length,
    SuppressedFindingCount: told.filter(({ suppressedBy }) => suppressedBy !== undefined).length,
    AlertCreatedCount: createdCount,
    IncidentChangedCount: changed.size,
  });
  return { findings: findings.length, alerts: alerts.size, alertsCreated: createdCount, incidentIds };
}

/** Keeps alerts apart that a person said are two stories; correlation keeps to it from then on. Idempotent. */
export async function partIncidents(decision: LinkDecision, ports: CorrelatePorts): Promise<string[]> {
  const generation = await generationOf(ports.table);
  const ids = await saveDecision(ports.table, decision);
  // What is another story was not what was judged.
  await doubtJudged(ports.table, decision.sides[0]);
  const alerts = new Map((await alertsById(ports.table, ids)).map((alert) => [alert.id, alert]));
  const changed = await linkAll(alerts, { generation, isForced: true }, ports);
  await publish(changed, ports.bus);
  return [...changed.keys()].sort();
}

const publish = (changed: ReadonlyMap<string, number>, bus: Bus): Promise<void> =>
  bus.publish(
    [...changed.keys()]
      .sort()
      .map((incidentId) => ({ name: 'IncidentChanged', detail: { incidentId, version: changed.get(incidentId) ?? 1 } })),
  );

const generationOf = async (table: Table): Promise<number> => (await table.get(GENERATION_PK, GENERATION_SK))?.version ?? 0;

interface Look {
  /** As it was before anything of the batch was written. */
  generation: number;
  /** True where others have to look again though no entity changed. */
  isForced: boolean;
}

async function linkAll(alerts: ReadonlyMap<string, Alert>, look: Look, ports: CorrelatePorts): Promise<Map<string, number>> {
  const touches = [...alerts.values()].flatMap(touchesOf);
  const nowMs = ports.clock.nowMs();
  const habitCount = await saveHabits(ports.table, alerts.values(), nowMs);
  const writtenCount = habitCount + (await saveNodes(ports.table, touches, nowMs));
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const isFirst = attempt === 0;
    const generation = isFirst ? look.generation : await generationOf(ports.table);
    const habits = new Habits(ports.table);
    const reweighed = await habits.stale(alerts.values());
    const others = await alertsById(
      ports.table,
      [...reweighed].filter((id) => !alerts.has(id)),
    );
    const region = await regionOf(ports.table, alerts, [...touches, ...others.flatMap(touchesOf)]);
    const decisions = await decisionsOf(
      ports.table,
      [...region.nodes.values()].flatMap((node) => node.decisions),
    );
    const groups = parted(alertGroups(region, linkedGroups(region)), decisions);
    const fresh = isFirst ? alerts : new Map<string, Alert>();
    const changed = await commitIncidents({
      ...ports,
      region,
      groups,
      touched: new Set(alerts.keys()),
      fresh,
      habits,
      reweighed,
      generation,
      mustCommit: writtenCount > 0 || look.isForced,
    });
    if (changed !== undefined) return changed;
  }
  throw new YaguraError('Conflict', 'Other invocations keep changing the incidents of these findings', { retryable: true });
}

async function regionOf(table: Table, alerts: ReadonlyMap<string, Alert>, touches: readonly Touch[]) {
  const nodes = await loadRegion(table, [...new Set(touches.map(({ key }) => key))]);
  const remembered = [...nodes.values()].flatMap((node) => node.refs.map((ref) => ({ key: node.key, ref })));
  const linked = alertsOfRefs(remembered, (key) => nodes.has(key));
  // Where only hubs know of an alert, or nobody and nothing is named, it stands alone, but it stands.
  const alone = alertsOfRefs(
    touches.filter(({ ref }) => !linked.has(ref.a)),
    () => true,
  );
  for (const [id, alert] of alone) linked.set(id, alert);
  for (const { id, firstMs, lastMs, level, ruleId, tactics } of alerts.values()) {
    if (linked.has(id)) continue;
    const rank = levelRank(level);
    linked.set(id, { id, firstMs, lastMs, rank, rule: ruleId, tactics, actors: new Set(), targets: new Set() });
  }
  return { nodes, alerts: linked };
}
