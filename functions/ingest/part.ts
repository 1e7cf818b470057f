/** Records on their way to the lake, until a part is full: rows, raw archive, findings and rejects that are written together. */
import { gzipSync } from 'node:zlib';
import { sha256 } from '../core/digest.ts';
import type { Finding } from '../core/finding.ts';
import type { RawRef } from '../core/lake/conform.ts';
import { LakeBatch } from '../core/lake/encode.ts';
import type { KeptMatch } from '../core/sigma/correlation/reader.ts';
import { LIMITS, type Reject } from './arrival.ts';

const NEWLINE = Buffer.from('\n');

export interface ArchiveObject {
  key: string;
  bytes: Uint8Array;
}

export class Part {
  readonly lake = new LakeBatch();
  readonly findings: Finding[] = [];
  readonly matches: KeptMatch[] = [];
  readonly rejects: Reject[] = [];
  readonly archive: ArchiveObject[] = [];
  bytes = 0;
  readonly #prefix: string;
  #open: { lines: Uint8Array[]; refs: RawRef[]; bytes: number } = { lines: [], refs: [], bytes: 0 };

  /** @param prefix begins the keys of the part's archive objects: `<batch>-<part>` */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get full(): boolean {
    return this.lake.rowCount >= LIMITS.partRows || this.bytes >= LIMITS.partBytes;
  }

  keepMatches(matches: readonly KeptMatch[]): void {
    for (const match of matches) this.matches.push(match);
  }

  /** Puts a raw record in the archive; its reference gets key and digest when the archive object closes. */
  keepRaw(raw: Uint8Array): RawRef {
    if (this.#open.bytes + raw.length > LIMITS.rawObjectBytes) this.close();
    const ref = { key: '', line: this.#open.lines.length / 2, sha256: '', bytes: raw.length };
    this.#open.lines.push(raw, NEWLINE);
    this.#open.refs.push(ref);
    this.#open.bytes += raw.length + 1;
    this.bytes += raw.length;
    return ref;
  }

  /** Closes the archive object that is being filled. */
  close(): void {
    if (this.#open.lines.length === 0) return;
    const bytes = gzipSync(Buffer.concat(this.#open.lines, this.#open.bytes), { level: 1 });
    const digest = sha256(bytes);
    // The digest in the name: a retry that would write other bytes writes another object, and a lock is never in its way.
    const key = `${this.#prefix}-${this.archive.length}-${digest.slice(0, 12)}.ndjson.gz`;
    for (const ref of this.#open.refs) {
      ref.key = key;
      ref.sha256 = digest;
    }
    this.archive.push({ key, bytes });
    this.#open = { lines: [], refs: [], bytes: 0 };
  }
}

/** The quarantine object of a part: one JSON line a reject, bytes as text where they are UTF-8, else as base64. */
export function quarantineObject(rejects: readonly Reject[]): Uint8Array {
  const lines = rejects.map(({ bytes, ...reject }) => JSON.stringify({ ...reject, ...asText(bytes) }));
  return gzipSync(Buffer.from(`${lines.join('\n')}\n`));
}

function asText(bytes: Uint8Array): { raw: string } | { rawBase64: string } {
  try {
    return { raw: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { rawBase64: Buffer.from(bytes).toString('base64') };
  }
}
