/** Reads the evidence of an incident again: each object against its manifest, each manifest against the custody log, the log against itself and its known end. */
import { sha256, sha256OfPieces } from '../core/digest.ts';
import {
  CUSTODY_HEAD_SK,
  CUSTODY_PART,
  CustodyEntry,
  CustodyHead,
  custodyKey,
  custodyPk,
  EvidenceManifest,
  evidencePrefix,
} from '../core/evidence-chain.ts';
import type { ObjectStore } from './object-store.ts';
import type { Table } from './table.ts';

/** What is wrong with one object, by its key. */
export interface EvidenceFault {
  key: string;
  fault: 'missing' | 'changed' | 'unreadable' | 'unlisted';
  what: string;
}

export interface EvidenceItem {
  entry: CustodyEntry;
  /** Undefined where it is missing or cannot be read. */
  manifest?: EvidenceManifest;
}

export interface EvidenceProof {
  items: EvidenceItem[];
  faults: EvidenceFault[];
  /** Where the log ends: as much of it as can be read. */
  end: { seq: number; sha256: string } | undefined;
}

/** An end that somebody knows from elsewhere than the bucket. */
export interface KnownEnd {
  seq: number;
  sha256: string;
  /** True where somebody noted it earlier: more may have been collected since. False: nothing may follow. */
  isEarlier: boolean;
}

/** Manifests and entries are small; what is larger is none of ours. */
const MAX_TEXT_BYTES = 1024 * 1024;

/** The end of the custody log as the table knows it; undefined where nothing was collected. */
export async function custodyEnd(table: Table, incidentId: string): Promise<KnownEnd | undefined> {
  const item = await table.get(custodyPk(incidentId), CUSTODY_HEAD_SK);
  if (item === undefined) return undefined;
  const { seq, sha256: digest } = CustodyHead.parse(item.data);
  return { seq, sha256: digest, isEarlier: false };
}

/** @param known where the log ends, or ended; without it nobody can tell whether its last entries were taken away */
export async function verifyEvidence(store: ObjectStore, incidentId: string, known?: KnownEnd): Promise<EvidenceProof> {
  const prefix = evidencePrefix(incidentId);
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  const faults: EvidenceFault[] = [];
  const logKeys = keys.filter((key) => key.startsWith(prefix + CUSTODY_PART));
  const { entries, end } = await readLog(store, { incidentId, logKeys, known, faults });
  const listed = new Set<string>(logKeys);
  const items: EvidenceItem[] = [];
  for (const entry of entries) {
    listed.add(entry.manifestKey);
    const manifest = await readManifest(store, entry, faults);
    if (manifest !== undefined) {
      listed.add(manifest.object.key);
      await checkObject(store, manifest, faults);
    }
    items.push({ entry, ...(manifest === undefined ? {} : { manifest }) });
  }
  for (const key of keys)
    if (!listed.has(key)) faults.push({ key, fault: 'unlisted', what: 'no entry of the custody log leads to it' });
  return { items, faults, end };
}

interface Log {
  incidentId: string;
  logKeys: readonly string[];
  known: KnownEnd | undefined;
  faults: EvidenceFault[];
}

async function readLog(store: ObjectStore, { incidentId, logKeys, known, faults }: Log) {
  const last = Math.max(known?.seq ?? 0, ...logKeys.map((key) => Number(/(\d{1,15})\.json$/.exec(key)?.[1] ?? 0)), 0);
  const entries: CustodyEntry[] = [];
  let end: { seq: number; sha256: string } | undefined;
  const names = new Set<string>();
  // A log cannot have more entries than the table or the bucket has; a made-up number does not make us count to it.
  for (let seq = 1; seq <= Math.min(last, Math.max(logKeys.length, known?.seq ?? 0) + 1); seq++) {
    const key = custodyKey(incidentId, seq);
    names.add(key);
    const text = await textOf(store, key);
    if (text === undefined) {
      faults.push({ key, fault: 'missing', what: `entry ${seq} of the custody log is gone` });
      end = undefined;
      continue;
    }
    const entry = parsed(CustodyEntry, text);
    if (entry === undefined || entry.seq !== seq || entry.incidentId !== incidentId) {
      faults.push({ key, fault: 'unreadable', what: `it is not entry ${seq} of this custody log` });
    } else {
      // After an entry that is gone there is nothing to compare with: the gap is told already.
      const isFirst = seq === 1;
      if ((isFirst || end !== undefined) && entry.previous !== (end?.sha256 ?? null))
        faults.push({
          key: isFirst ? key : custodyKey(incidentId, seq - 1),
          fault: 'changed',
          what: `entry ${seq} holds another hash of the entry before it`,
        });
      entries.push(entry);
    }
    end = { seq, sha256: sha256(text) };
    if (known?.seq === seq && known.sha256 !== end.sha256)
      faults.push({ key, fault: 'changed', what: `entry ${seq} must have SHA-256 ${known.sha256}` });
  }
  for (const key of logKeys)
    if (!names.has(key)) faults.push({ key, fault: 'unlisted', what: 'it is no entry of the custody log' });
  if (known?.isEarlier === false && end !== undefined && end.seq > known.seq)
    faults.push({
      key: custodyKey(incidentId, end.seq),
      fault: 'unlisted',
      what: `the log ends with entry ${known.seq}, SHA-256 ${known.sha256}`,
    });
  return { entries, end };
}

async function readManifest(
  store: ObjectStore,
  { manifestKey, manifestSha256, incidentId }: CustodyEntry,
  faults: EvidenceFault[],
): Promise<EvidenceManifest | undefined> {
  const key = manifestKey;
  const text = key.startsWith(evidencePrefix(incidentId)) ? await textOf(store, key) : undefined;
  if (text === undefined) {
    faults.push({ key, fault: 'missing', what: 'the manifest is gone' });
    return undefined;
  }
  if (sha256(text) !== manifestSha256)
    faults.push({ key, fault: 'changed', what: `the custody log says SHA-256 ${manifestSha256}` });
  const manifest = parsed(EvidenceManifest, text);
  if (manifest === undefined || !manifest.object.key.startsWith(evidencePrefix(incidentId))) {
    faults.push({ key, fault: 'unreadable', what: 'it is no manifest of this incident' });
    return undefined;
  }
  return manifest;
}

async function checkObject(store: ObjectStore, { object }: EvidenceManifest, faults: EvidenceFault[]): Promise<void> {
  const { key, sha256: expected, sizeBytes } = object;
  const found = await store.get(key);
  if (found === undefined) {
    faults.push({ key, fault: 'missing', what: `${sizeBytes} bytes of SHA-256 ${expected} are gone` });
    return;
  }
  if ((await sha256OfPieces(found.body)) !== expected)
    faults.push({ key, fault: 'changed', what: `the manifest says SHA-256 ${expected}, ${sizeBytes} bytes` });
}

/** Undefined where there is nothing; the empty text where it is too large to be ours. */
async function textOf(store: ObjectStore, key: string): Promise<string | undefined> {
  const found = await store.get(key);
  if (found === undefined) return undefined;
  if (found.sizeBytes > MAX_TEXT_BYTES) return '';
  const pieces: Uint8Array[] = [];
  for await (const piece of found.body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

function parsed<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  text: string,
): T | undefined {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
