/** The table → its alerts, what people judged of them, and the model that this makes. */
import type { Alert } from '../core/alert.ts';
import { listAlerts, type StoredAlert } from '../core/incident-store.ts';
import type { Learned } from '../core/triage/close.ts';
import { examplesOf, judgedAlerts } from '../core/triage/examples.ts';
import type { KnownOfAlert } from '../core/triage/features.ts';
import { TriageModel } from '../core/triage/model.ts';
import type { Clock } from './clock.ts';
import type { Table } from './table.ts';
import { readVerdicts } from './verdicts.ts';

export interface Triage extends Learned {
  alerts: StoredAlert[];
}

/** Reads every alert and every verdict that the table still has. */
export async function readTriage(
  { table, clock }: { table: Table; clock: Clock },
  knownOf: (alert: Alert) => KnownOfAlert = () => ({}),
): Promise<Triage> {
  const alerts = await listAlerts(table);
  const verdicts = await readVerdicts(table);
  const judged = judgedAlerts(alerts, verdicts);
  const model = new TriageModel(examplesOf(judged, knownOf), clock.nowMs());
  return { alerts, verdicts, judged, model, knownOf };
}
