/** Findings of whoever judges history → published and in the lake, each once in each form: the one path beside ingest's. */
import { BUS_SOURCE } from '../core/bus-event.ts';
import { sha256, shortId } from '../core/digest.ts';
import type { Finding } from '../core/finding.ts';
import { findingGroups } from '../core/finding-groups.ts';
import { toDetectionFinding } from '../core/finding-make.ts';
import { encodeLake } from '../core/lake/encode.ts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import type { ObjectStore } from './object-store.ts';
import type { Table, Write } from './table.ts';
import { writeGroups } from './table-limits.ts';

export interface RaisePorts {
  table: Table;
  lake: ObjectStore;
  bus: Bus;
  clock: Clock;
}

export interface Raising {
  finding: Finding;
  /** The partition key of the memory that it was raised. */
  pk: string;
  /** What tells one form of the finding from another: the same form is raised once. */
  digest: string;
  /** How long that is remembered. */
  keepSec: number;
}

const SK = 'raised';

/** Publishes, and puts in the lake, what was not raised yet in this form. The memory of it is written last. Returns how many were new. */
export async function raiseFindings(raisings: readonly Raising[], { table, lake, bus, clock }: RaisePorts): Promise<number> {
  const fresh: { finding: Finding; write: Write }[] = [];
  for (const { finding, pk, digest, keepSec } of raisings) {
    if ((await table.get(pk, SK))?.data['digest'] === digest) continue;
    const expiresAtSec = Math.ceil(clock.nowMs() / 1000) + keepSec;
    fresh.push({ finding, write: { put: { pk, sk: SK, data: { digest }, expiresAtSec } } });
  }
  for (const findings of findingGroups(fresh.map(({ finding }) => finding)))
    await bus.publish([{ name: 'FindingsRaised', detail: { findings } }]);
  for (const { finding } of fresh) await putInLake(finding, lake, clock.nowMs());
  for (const writes of writeGroups(fresh.map(({ write }) => write))) await table.write(writes);
  return fresh.length;
}

/** One file a finding: with more events it replaces what was there. */
async function putInLake(finding: Finding, lake: ObjectStore, nowMs: number): Promise<void> {
  const text = JSON.stringify(finding);
  const rawRef = { key: `detect/${finding.uid}`, line: 0, sha256: sha256(text), bytes: Buffer.byteLength(text) };
  const event = toDetectionFinding(finding, { nowMs });
  const id = `detect-${shortId(finding.uid)}`;
  for (const { key, bytes } of encodeLake([{ event, source: BUS_SOURCE, rawRef, ingestTimeMs: nowMs }], id))
    await lake.put(key, bytes);
}
