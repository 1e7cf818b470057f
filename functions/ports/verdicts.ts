/** The events of cases → what people judged, as learning reads it: the last word on each incident, and who said it. */
import { actorKindOf } from '../core/case/event.ts';
import { INCIDENTS_PK } from '../core/incident.ts';
import type { VerdictRecord } from '../core/verdict.ts';
import { caseEvents } from './case-store.ts';
import type { Table } from './table.ts';

/** Every verdict of every case, in the order in which they were given. */
export async function readVerdicts(table: Table): Promise<VerdictRecord[]> {
  const verdicts: VerdictRecord[] = [];
  for (const { sk: incidentId } of await table.query(INCIDENTS_PK)) {
    for (const event of await caseEvents(table, incidentId)) {
      if (event.kind !== 'verdict_set') continue;
      const { verdict, alertIds } = event.data;
      const kind = actorKindOf(event);
      const by = kind === 'human' ? 'human' : kind === 'ai' ? 'advisor' : 'policy';
      verdicts.push({ incidentId, alertIds, verdict, atMs: event.atMs, by, name: event.actor });
    }
  }
  return verdicts.sort((a, b) => a.atMs - b.atMs || (a.incidentId < b.incidentId ? -1 : 1));
}
