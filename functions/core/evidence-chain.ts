/** Names the evidence of responses: what was captured, its manifest, and the custody log of an incident, in which each entry holds the hash of the one before. */
import * as z from 'zod';
import { canonicalJson, sha256 } from './digest.ts';
import { RunId, SafeId } from './plan.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** Everything that responses to an incident keep is below this key. */
export const evidencePrefix = (incidentId: string): string => `responses/${incidentId}/`;
export const CUSTODY_PART = 'custody/';
export const MANIFEST_END = '.manifest.json';
/** The key of an entry of the custody log; entries are counted from 1. */
export const custodyKey = (incidentId: string, seq: number): string =>
  `${evidencePrefix(incidentId)}${CUSTODY_PART}${String(seq).padStart(8, '0')}.json`;

/** What a captured object is, where it came from, and by whose consent. */
export const EvidenceManifest = z.strictObject({
  format: z.literal(1),
  object: z.strictObject({ key: z.string(), sha256: digest, sizeBytes: z.int().min(0) }),
  capturedAtMs: z.int(),
  runId: RunId,
  incidentId: SafeId,
  playbook: SafeId,
  actionId: z.string(),
  target: z.record(z.string(), z.json()),
  planHash: digest,
  approvalId: z.string(),
});
export type EvidenceManifest = z.infer<typeof EvidenceManifest>;

/** One hand that a piece of evidence passed. `previous` is the SHA-256 of the entry before, null in the first. */
export const CustodyEntry = z.strictObject({
  format: z.literal(1),
  seq: z.int().min(1),
  previous: digest.nullable(),
  atMs: z.int(),
  action: z.literal('collected'),
  incidentId: SafeId,
  runId: RunId,
  /** Who asked for the response, and who agreed to it. */
  requester: z.string(),
  approvers: z.array(z.string()),
  manifestKey: z.string(),
  manifestSha256: digest,
});
export type CustodyEntry = z.infer<typeof CustodyEntry>;

/** Partition of what the table knows of an incident's custody log: its end, and what each entry holds until it is in the bucket. */
export const custodyPk = (incidentId: string): string => `CUSTODY#${incidentId}`;
export const CUSTODY_HEAD_SK = 'HEAD';
export const custodyItemSk = (manifestKey: string): string => `ITEM#${sha256(manifestKey)}`;

/** The end of a custody log. */
export const CustodyHead = z.strictObject({ seq: z.int().min(1), sha256: digest, itemSk: z.string() });
export type CustodyHead = z.infer<typeof CustodyHead>;

/** The bytes of an entry and what the next one says of them. */
export function entryText(entry: CustodyEntry): { text: string; sha256: string } {
  const text = canonicalJson(entry);
  return { text, sha256: sha256(text) };
}
