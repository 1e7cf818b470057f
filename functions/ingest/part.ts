/** Records on their way to the lake, until a part is full: rows, raw archive, findings and rejects that are written together. */
import { gzipSync } from 'node:zlib';
import { sha256 } from '../core/digest.ts';
import type { Finding } from '../core/finding.ts';
import { HitFindings } from '../core/indicator/finding.ts';
import type { JsonObject } from '../core/json.ts';
import type { RawRef } from '../core/lake/conform.ts';
import { LakeBatch } from '../core/lake/encode.ts';
import type { OcsfEvent } from '../core/ocsf/event.ts';
import { PACKING } from '../core/pack.ts';
import type { KeptMatch } from '../core/sigma/correlation/reader.ts';
import { LIMITS, type Reject } from './arrival.ts';

const NEWLINE = 0x0a;
const FIRST_BYTES = 1024 * 1024;

/** The memory of the last archive object, for the next one: fresh pages cost more than the copy into them. */
let spare: Uint8Array | undefined;

/** Lines of an archive object, copied while they are still in the processor's cache. */
class Lines {
  readonly refs: RawRef[] = [];
  size = 0;
  #bytes = takeSpare();

  add(line: Uint8Array): void {
    const end = this.size + line.length + 1;
    if (end > this.#bytes.length) this.#grow(end);
    this.#bytes.set(line, this.size);
    this.#bytes[end - 1] = NEWLINE;
    this.size = end;
  }

  /** All lines, compressed. Nothing is added afterwards. */
  packed(): Uint8Array {
    const packed = PACKING.compress(this.#bytes.subarray(0, this.size));
    spare = this.#bytes;
    return packed;
  }

  #grow(least: number): void {
    const larger = new Uint8Array(Math.max(least, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.size));
    this.#bytes = larger;
  }
}

function takeSpare(): Uint8Array {
  const taken = spare ?? new Uint8Array(FIRST_BYTES);
  spare = undefined;
  return taken;
}

export interface ArchiveObject {
  key: string;
  bytes: Uint8Array;
}

/** The record in which an indicator was met. */
export interface MetIn {
  rawRef: RawRef;
  event: OcsfEvent;
  record: JsonObject;
}

export class Part {
  readonly lake = new LakeBatch();
  readonly findings: Finding[] = [];
  /** Hits of indicators, each with what it was met in first. */
  readonly met = new HitFindings<MetIn>();
  readonly matches: KeptMatch[] = [];
  readonly rejects: Reject[] = [];
  readonly archive: ArchiveObject[] = [];
  bytes = 0;
  readonly #prefix: string;
  #open: Lines | undefined;

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
    if (this.#open !== undefined && this.#open.size + raw.length > LIMITS.rawObjectBytes) this.close();
    this.#open ??= new Lines();
    const { refs } = this.#open;
    const ref = { key: '', line: refs.length, sha256: '', bytes: raw.length };
    refs.push(ref);
    this.#open.add(raw);
    this.bytes += raw.length;
    return ref;
  }

  /** Closes the archive object that is being filled. */
  close(): void {
    if (this.#open === undefined) return;
    const { refs } = this.#open;
    const bytes = this.#open.packed();
    this.#open = undefined;
    const digest = sha256(bytes);
    // The digest in the name: a retry that would write other bytes writes another object, and a lock is never in its way.
    const key = `${this.#prefix}-${this.archive.length}-${digest.slice(0, 12)}.ndjson.${PACKING.extension}`;
    for (const ref of refs) {
      ref.key = key;
      ref.sha256 = digest;
    }
    this.archive.push({ key, bytes });
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
