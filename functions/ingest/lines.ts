/** Text objects → lines → records, read by whichever source's format the lines are of; header lines say how the next ones read. */
import type { JsonObject } from '../core/json.ts';
import type { LineReader, Source } from '../sources/source.ts';
import { LIMITS } from './arrival.ts';

export interface TextLine {
  /** Without its line end; the beginning only, where the line is over the limit. */
  bytes: Uint8Array;
  sizeBytes: number;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Splits bytes at line feeds; blank lines are left out. Memory is bounded by the limit of a record. */
export class LineSplitter {
  #parts: Uint8Array[] = [];
  #size = 0;

  *push(chunk: Uint8Array): Generator<TextLine> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#add(chunk.subarray(start, end));
      yield* this.#take();
      start = end + 1;
    }
    this.#add(chunk.subarray(start));
  }

  *finish(): Generator<TextLine> {
    yield* this.#take();
  }

  #add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    const room = LIMITS.recordBytes - Math.min(this.#size, LIMITS.recordBytes);
    if (room > 0) this.#parts.push(piece.length > room ? piece.subarray(0, room) : piece);
    this.#size += piece.length;
  }

  *#take(): Generator<TextLine> {
    const [only] = this.#parts;
    const whole = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts);
    const bytes = whole[whole.length - 1] === RETURN ? whole.subarray(0, -1) : whole;
    const sizeBytes = this.#size;
    this.#parts = [];
    this.#size = 0;
    if (bytes.some((byte) => byte !== 0x20 && byte !== 0x09)) yield { bytes, sizeBytes };
  }
}

/** What a line is: a record of a source, a header, or nothing that any source knows. */
export type OfferedLine = { record: JsonObject; source: Source } | 'header' | undefined;

/** Offers the lines of one object to the sources that read lines. */
export class LineOffer {
  readonly #sources: readonly Source[];
  readonly #key: string;
  readonly #readers = new Map<Source, LineReader>();
  /** Users' own formats: a line is offered to them even where its neighbours are of another source. */
  readonly #users: readonly Source[];
  #last: Source | undefined;

  /** @param sources those with `lines`; the ones that own the key first, general formats last */
  constructor(sources: readonly Source[], key: string) {
    const reading = sources.filter(({ lines, takesKey }) => lines !== undefined && takesKey?.(key) !== false);
    const rank = (source: Source): number => {
      const own = source.judgeKey(key) === 'own' ? 0 : source.lines?.isGeneral === true ? 2 : 1;
      return source.isUsers === true ? own - 2 : own;
    };
    this.#sources = reading.sort((a, b) => rank(a) - rank(b));
    this.#users = this.#sources.filter(({ isUsers }) => isUsers);
    this.#key = key;
  }

  read(line: string): OfferedLine {
    // Neighbours are mostly of one source, and a header has told it how to read them.
    if (this.#last !== undefined && !this.#isAUsers(line)) {
      const found = this.#readAs(this.#last, line);
      if (found !== undefined) return found;
    }
    for (const source of this.#sources) {
      if (source === this.#last || source.lines?.recognizesLine(line) !== true) continue;
      const found = this.#readAs(source, line);
      if (found === undefined) continue;
      this.#last = source.lines.isGeneral === true ? undefined : source;
      return found;
    }
    return undefined;
  }

  #isAUsers(line: string): boolean {
    if (this.#last?.isUsers === true || this.#users.length === 0) return false;
    return this.#users.some(({ lines }) => lines?.recognizesLine(line) === true);
  }

  #readAs(source: Source, line: string): OfferedLine {
    let reader = this.#readers.get(source);
    if (reader === undefined) {
      reader = source.lines?.open({ key: this.#key });
      if (reader === undefined) return undefined;
      this.#readers.set(source, reader);
    }
    const read = reader.read(line);
    return read === undefined || read === 'header' ? read : { record: read.record, source };
  }
}
