/** Plays simulated findings through the correlate stage as it runs everywhere, over a table in memory. */
import type { BusEvent } from '../../functions/core/bus-event.ts';
import type { Finding } from '../../functions/core/finding.ts';
import type { Incident } from '../../functions/core/incident.ts';
import { getIncident, listAlerts, listIncidents, readIncident, type StoredAlert } from '../../functions/core/incident-store.ts';
import { correlate } from '../../functions/correlate/stage.ts';
import { createMemoryTable } from '../adapters/memory-table.ts';

/** As many as the stage's queue hands over at once. */
const BATCH = 100;

export interface Played {
  alerts: StoredAlert[];
  /** Those that stand, and those that a person saw and that stand no more. */
  incidents: Incident[];
  /** Ids of incidents that first came before a person on the last day, at any moment of it, however they are judged in the end. */
  shown: ReadonlySet<string>;
  seconds: number;
}

/** In the order given; the clock stands at the newest finding of each batch. */
export async function play(days: readonly (readonly Finding[])[], onDay: (day: number) => void = () => {}): Promise<Played> {
  const table = createMemoryTable();
  let nowMs = 0;
  const everShown = new Set<string>();
  const earlier = new Set<string>();
  const told = new Set<string>();
  const publish = async (events: readonly BusEvent[]): Promise<void> => {
    for (const event of events) if (event.name === 'IncidentChanged') told.add(event.detail.incidentId);
  };
  const ports = { table, bus: { publish }, clock: { nowMs: () => nowMs }, meter: { count: () => {} } };
  const startMs = performance.now();
  for (const [day, findings] of days.entries()) {
    for (let from = 0; from < findings.length; from += BATCH) {
      const batch = findings.slice(from, from + BATCH);
      nowMs = Math.max(nowMs, ...batch.map(({ timeMs }) => timeMs)) + 60_000;
      await correlate(batch, ports);
      for (const id of told)
        if ((await readIncident(table, id))?.surfacing.isSurfaced === true) (day < days.length - 1 ? earlier : everShown).add(id);
      told.clear();
    }
    onDay(day);
  }
  const seconds = (performance.now() - startMs) / 1000;
  const incidents = new Map((await listIncidents(table)).map((incident) => [incident.id, incident]));
  const shown = new Set<string>();
  for (const id of everShown) {
    // What was before a person on an earlier day is that day's case.
    if (earlier.has(id)) continue;
    const now = await getIncident(table, id);
    if (now === undefined) continue;
    incidents.set(now.id, now);
    shown.add(now.id);
  }
  return { alerts: await listAlerts(table), incidents: [...incidents.values()], shown, seconds };
}
