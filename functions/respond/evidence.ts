/** Turns what an action captured into a locked object, its manifest and an entry of the custody log, written before anything changes. */
import { canonicalJson, sha256 } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import {
  CUSTODY_HEAD_SK,
  type CustodyEntry,
  CustodyHead,
  custodyItemSk,
  custodyKey,
  custodyPk,
  type EvidenceManifest,
  entryText,
  evidencePrefix,
  MANIFEST_END,
} from '../core/evidence-chain.ts';
import type { JsonObject } from '../core/json.ts';
import { type StepRecord, stepSk } from '../core/response-run.ts';
import type { Item } from '../ports/table.ts';
import type { RespondPorts } from './ports.ts';
import type { ApprovedStep } from './run-store.ts';

/** How long nobody can delete what a response captured. */
const RETENTION_DAYS = 365;
const DAY_MS = 86_400_000;
/** Steps of several runs may preserve for one incident at once. */
const ATTEMPTS = 16;

/** Keys derive from the content, so that a second capture of the same state changes nothing. */
export async function preserve(
  approved: ApprovedStep,
  captured: JsonObject,
  ports: RespondPorts,
): Promise<StepRecord['evidence']> {
  const { plan, step } = approved;
  const text = canonicalJson(captured);
  const digest = sha256(text);
  const prefix = `${evidencePrefix(plan.incidentId)}${plan.runId}/${stepSk(step.index)}-${step.actionId}/${digest}`;
  const evidence = {
    key: `${prefix}.json`,
    manifestKey: `${prefix}${MANIFEST_END}`,
    sha256: digest,
    sizeBytes: Buffer.byteLength(text),
  };
  await keep(evidence.key, text, ports);
  await written(await logged(approved, evidence, ports), ports);
  return evidence;
}

/**
 * The table says in one transaction that the log is longer and by what; only then the bucket gets the manifest and the entry. Whoever is
 * stopped between the two leaves an item from which they are written by the next.
 * @throws YaguraError Conflict
 */
async function logged(approved: ApprovedStep, evidence: StepRecord['evidence'], ports: RespondPorts): Promise<Item> {
  const pk = custodyPk(approved.plan.incidentId);
  const sk = custodyItemSk(evidence.manifestKey);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const earlier = await ports.table.get(pk, sk);
    if (earlier !== undefined) return earlier;
    const head = await ports.table.get(pk, CUSTODY_HEAD_SK);
    const last = head === undefined ? undefined : CustodyHead.parse(head.data);
    const before = last === undefined ? undefined : await ports.table.get(pk, last.itemSk);
    if (before !== undefined) await written(before, ports);
    const item = itemOf(approved, evidence, { last, nowMs: ports.clock.nowMs() });
    const put = { pk, sk, data: item.data };
    const next = { pk, sk: CUSTODY_HEAD_SK, data: { seq: item.seq, sha256: item.sha256, itemSk: sk } };
    const condition = head === undefined ? ({ absent: true } as const) : { version: head.version };
    const isWritten = await ports.table.write([
      { put, condition: { absent: true } },
      { put: next, condition },
    ]);
    if (isWritten) return { ...put, version: 1 };
  }
  throw new YaguraError('Conflict', 'too many steps write the custody log at once', { retryable: true });
}

function itemOf(
  { plan, step, approval }: ApprovedStep,
  { key, manifestKey, sha256: digest, sizeBytes }: StepRecord['evidence'],
  { last, nowMs }: { last: CustodyHead | undefined; nowMs: number },
): { data: JsonObject; seq: number; sha256: string } {
  const { runId, incidentId, playbook, requester, hash: planHash } = plan;
  const manifest: EvidenceManifest = {
    ...{ format: 1, object: { key, sha256: digest, sizeBytes }, capturedAtMs: nowMs },
    ...{ runId, incidentId, playbook, actionId: step.actionId, target: step.target, planHash, approvalId: approval.approvalId },
  };
  const manifestText = canonicalJson(manifest);
  const approvers = approval.votes.filter(({ decision }) => decision === 'approve').map(({ approver }) => approver);
  const seq = (last?.seq ?? 0) + 1;
  const entry: CustodyEntry = {
    ...{ format: 1, seq, previous: last?.sha256 ?? null, atMs: nowMs, action: 'collected', incidentId, runId },
    ...{ requester, approvers, manifestKey, manifestSha256: sha256(manifestText) },
  };
  const { text: entryJson, sha256: entryDigest } = entryText(entry);
  const entryKey = custodyKey(incidentId, seq);
  return { data: { manifestKey, manifest: manifestText, entryKey, entry: entryJson }, seq, sha256: entryDigest };
}

/** Puts what an item holds into the bucket; what is there already stays. */
async function written({ data }: Item, ports: RespondPorts): Promise<void> {
  await keep(String(data['manifestKey']), String(data['manifest']), ports);
  await keep(String(data['entryKey']), String(data['entry']), ports);
}

async function keep(key: string, text: string, { evidence, clock }: RespondPorts): Promise<void> {
  const retainUntilMs = clock.nowMs() + RETENTION_DAYS * DAY_MS;
  await evidence.put(key, Buffer.from(text), { ifAbsent: true, contentType: 'application/json', retainUntilMs });
}
