/** Plays simulated findings through the correlate and case stages as they run everywhere, over a table in memory, and lets an analyst work. */

import { recordCauses } from '../../functions/case/stage.ts';
import type { BusEvent } from '../../functions/core/bus-event.ts';
import { isEnded } from '../../functions/core/case/lifecycle.ts';
import type { OperationInput } from '../../functions/core/case/operation.ts';
import { DEFAULT_POLICY } from '../../functions/core/case/policy.ts';
import type { Finding } from '../../functions/core/finding.ts';
import type { Incident } from '../../functions/core/incident.ts';
import { getIncident, listAlerts, listIncidents, type StoredAlert } from '../../functions/core/incident-store.ts';
import { correlate } from '../../functions/correlate/stage.ts';
import { openCases, readCase } from '../../functions/ports/case-store.ts';
import { changeCase } from '../../functions/ports/change-case.ts';
import { createMemoryTable } from '../adapters/memory-table.ts';

/** As many as the stage's queue hands over at once. */
const BATCH = 100;

export interface Played {
  alerts: StoredAlert[];
  /** Those that stand, and those that a person saw and that stand no more. */
  incidents: Incident[];
  /** Ids of incidents whose case came before a person on the last day: opened, or reopened, however they are judged in the end. */
  shown: ReadonlySet<string>;
  seconds: number;
}

/**
 * In the order given; the clock stands at the newest finding of each batch. The last day is judged. On each day before, which is quiet,
 * an analyst closes every case as false in the evening, and a second one approves it.
 */
export async function play(days: readonly (readonly Finding[])[], onDay: (day: number) => void = () => {}): Promise<Played> {
  const table = createMemoryTable();
  let nowMs = 0;
  let told: BusEvent[] = [];
  const shownCases = new Set<string>();
  const publish = async (events: readonly BusEvent[]): Promise<void> => {
    told.push(...events);
  };
  const ports = { table, bus: { publish }, clock: { nowMs: () => nowMs }, meter: { count: () => {} } };
  const startMs = performance.now();
  for (const [day, findings] of days.entries()) {
    const isLast = day === days.length - 1;
    for (let from = 0; from < findings.length; from += BATCH) {
      const batch = findings.slice(from, from + BATCH);
      nowMs = Math.max(nowMs, ...batch.map(({ timeMs }) => timeMs)) + 60_000;
      await correlate(batch, ports);
      const causes = told.filter(({ name }) => name === 'IncidentChanged');
      told = [];
      await recordCauses(causes, ports);
      if (isLast) for (const id of await waiting(table)) shownCases.add(id);
    }
    if (!isLast) for (const id of await waiting(table)) await closeAsFalse(id, ports);
    told = [];
    onDay(day);
  }
  const seconds = (performance.now() - startMs) / 1000;
  const incidents = new Map((await listIncidents(table)).map((incident) => [incident.id, incident]));
  const shown = new Set<string>();
  for (const id of shownCases) {
    const now = await getIncident(table, id);
    if (now === undefined) continue;
    incidents.set(now.id, now);
    shown.add(now.id);
  }
  return { alerts: await listAlerts(table), incidents: [...incidents.values()], shown, seconds };
}

type Table = ReturnType<typeof createMemoryTable>;

/** The cases in the queue. */
const waiting = async (table: Table): Promise<string[]> => (await openCases(table)).map(({ incidentId }) => incidentId);

const HARMLESS: readonly { by: string; does: OperationInput }[] = [
  { by: 'analyst', does: { op: 'acknowledge' } },
  { by: 'analyst', does: { op: 'set_verdict', verdict: 'false_positive', reason: 'everyday work' } },
  { by: 'analyst', does: { op: 'propose_close', reason: 'everyday work' } },
  { by: 'second', does: { op: 'approve_close' } },
];

async function closeAsFalse(id: string, ports: Parameters<typeof changeCase>[0]): Promise<void> {
  for (const { by, does } of HARMLESS) {
    const stored = await readCase(ports.table, id);
    if (stored === undefined || isEnded(stored.state.status)) return;
    await changeCase(ports, id, does, { actor: { id: by, kind: 'human' }, policy: DEFAULT_POLICY });
  }
}
