/** Turns what an action captured into a locked evidence object and its manifest, written before anything changes. */
import { canonicalJson, sha256 } from '../core/digest.ts';
import type { JsonObject } from '../core/json.ts';
import { type StepRecord, stepSk } from '../core/response-run.ts';
import type { RespondPorts } from './ports.ts';
import type { ApprovedStep } from './run-store.ts';

/** How long nobody can delete what a response captured. */
const RETENTION_DAYS = 365;
const DAY_MS = 86_400_000;

/** Keys derive from the content, so that a second capture of the same state changes nothing. */
export async function preserve(
  approved: ApprovedStep,
  captured: JsonObject,
  ports: RespondPorts,
): Promise<StepRecord['evidence']> {
  const { plan, step, approval } = approved;
  const capturedAtMs = ports.clock.nowMs();
  const text = canonicalJson(captured);
  const digest = sha256(text);
  const prefix = `responses/${plan.incidentId}/${plan.runId}/${stepSk(step.index)}-${step.actionId}/${digest}`;
  const evidence = {
    key: `${prefix}.json`,
    manifestKey: `${prefix}.manifest.json`,
    sha256: digest,
    sizeBytes: Buffer.byteLength(text),
  };
  const manifest = canonicalJson({
    format: 1,
    object: { key: evidence.key, sha256: digest, sizeBytes: evidence.sizeBytes },
    ...{ capturedAtMs, runId: plan.runId, incidentId: plan.incidentId, playbook: plan.playbook },
    ...{ actionId: step.actionId, target: step.target, planHash: plan.hash, approvalId: approval.approvalId },
  });
  const options = { ifAbsent: true, contentType: 'application/json', retainUntilMs: capturedAtMs + RETENTION_DAYS * DAY_MS };
  await ports.evidence.put(evidence.key, Buffer.from(text), options);
  await ports.evidence.put(evidence.manifestKey, Buffer.from(manifest), options);
  return evidence;
}
