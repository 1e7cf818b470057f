/** Turns one thing that a response did, or took back, into an OCSF Remediation Activity (7001): the ledger entry of the lake. */
import type { JsonObject } from '../json.ts';
import type { ActionTarget } from '../plan.ts';
import type { OcsfEvent } from './event.ts';
import { finishEvent } from './finish.ts';

/** D3FEND tactics as activities of the class. @see https://schema.ocsf.io/1.8.0/classes/remediation_activity */
const ACTIVITY: Readonly<Record<string, number>> = { Isolate: 1, Evict: 2, Restore: 3, Harden: 4, Detect: 5 };
/** @see https://d3fend.mitre.org/ */
const D3FEND_VERSION = '1.2.0';

export interface Remediation {
  /** The idempotency key of the action: the same action reported again is the same event. */
  commandUid: string;
  /** Tells the deed from its undo. */
  phase: 'act' | 'undo';
  countermeasure: { id: string; name: string; tactic: string };
  title: string;
  target: ActionTarget;
  outcome: 'success' | 'failure';
  /** Why it failed; one line. */
  detail?: string;
  startedAtMs: number;
  endedAtMs: number;
  incidentId: string;
  runId: string;
  playbook: string;
  actionId: string;
  planHash: string;
  requester: string;
  /** Who approved, in order. */
  approvers: readonly string[];
  evidenceKey: string;
  evidenceSha256: string;
}

export function remediationEvent(of: Remediation): OcsfEvent {
  const isSuccess = of.outcome === 'success';
  return finishEvent({
    class_uid: 7001,
    activity_id: ACTIVITY[of.countermeasure.tactic] ?? 99,
    time: of.endedAtMs,
    severity_id: 1,
    metadata: {
      uid: `${of.commandUid}-${of.phase}-${of.runId}`,
      correlation_uid: of.incidentId,
      product: { name: 'Yagura', vendor_name: 'Yagura', feature: { name: 'respond' } },
    },
    attributes: { ...deed(of, isSuccess), ...where(of.target) },
    unmapped: unmappedOf(of),
  });
}

function deed(of: Remediation, isSuccess: boolean): JsonObject {
  const { id, name, tactic } = of.countermeasure;
  return {
    command_uid: of.commandUid,
    countermeasures: [{ version: D3FEND_VERSION, d3f_tactic: { name: tactic }, d3f_technique: { uid: id, name } }],
    message: `${of.title}: ${of.target.uid}`,
    start_time: of.startedAtMs,
    end_time: of.endedAtMs,
    duration: Math.max(0, of.endedAtMs - of.startedAtMs),
    status_id: isSuccess ? 1 : 2,
    ...(of.detail === undefined ? {} : { status_detail: of.detail.slice(0, 1000) }),
    remediation: { desc: of.title },
  };
}

function where(target: ActionTarget): JsonObject {
  if (target.provider !== 'aws') return { cloud: { provider: target.provider, account: { uid: target.accountId } } };
  // 10: AWS account. @see https://schema.ocsf.io/1.8.0/objects/account
  return { cloud: { provider: 'AWS', region: target.region, account: { uid: target.accountId, type_id: 10 } } };
}

const unmappedOf = (of: Remediation): Record<string, string> => ({
  'target.uid': of.target.uid,
  'target.name': of.target.name,
  action_id: of.actionId,
  playbook: of.playbook,
  run_id: of.runId,
  incident_id: of.incidentId,
  plan_hash: of.planHash,
  requester: of.requester,
  approvers: of.approvers.join(', '),
  'evidence.key': of.evidenceKey,
  'evidence.sha256': of.evidenceSha256,
});
