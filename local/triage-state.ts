/** A state → its alerts, what people judged of them, and the model that this makes. */
import type { Alert } from '../functions/core/alert.ts';
import { listAlerts, type StoredAlert } from '../functions/core/incident-store.ts';
import { examplesOf, type JudgedAlert, judgedAlerts } from '../functions/core/triage/examples.ts';
import type { KnownOfAlert } from '../functions/core/triage/features.ts';
import { TriageModel } from '../functions/core/triage/model.ts';
import type { VerdictRecord } from '../functions/core/verdict.ts';
import { readVerdicts } from '../functions/ports/verdicts.ts';
import type { LocalState } from './ports.ts';

export interface Triage {
  alerts: StoredAlert[];
  verdicts: VerdictRecord[];
  judged: JudgedAlert[];
  model: TriageModel;
  knownOf: (alert: Alert) => KnownOfAlert;
}

export async function readTriage(state: LocalState, knownOf: (alert: Alert) => KnownOfAlert = () => ({})): Promise<Triage> {
  const alerts = await listAlerts(state.table);
  const verdicts = await readVerdicts(state.table);
  const judged = judgedAlerts(alerts, verdicts);
  const model = new TriageModel(examplesOf(judged, knownOf), state.clock.nowMs());
  return { alerts, verdicts, judged, model, knownOf };
}
