/** A file of the lake that we wrote → its leaves, row group by row group, as levels and codes of values: nothing is assembled, nothing is lost. */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type FileMetaData, parquetMetadata } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import type { LeafValue } from '../core/lake/column.ts';
import type { LeafSpec } from '../core/lake/leaf-specs.ts';

/** One leaf of a row group: what stands where, as `Placed` has it, with the values that the codes name. */
export interface LeafData {
  values: readonly LeafValue[];
  codes: Int32Array;
  definitionLevels: Uint8Array;
  repetitionLevels: Uint8Array | undefined;
}

export interface Group {
  rowCount: number;
  /** The leaves that it has, by name. */
  readonly names: ReadonlySet<string>;
  /** Bytes of all its columns, uncompressed. */
  plainBytes: number;
  /** Smallest and largest of a column of numbers, where the footer says them. */
  range(name: string): { min: number; max: number } | undefined;
  /** @throws Error for bytes that are no such leaf */
  leaf(spec: LeafSpec): LeafData;
}

/** @throws Error for bytes that are no Parquet file */
export function groupsOf(bytes: Uint8Array): Group[] {
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  const file = (whole ? bytes.buffer : new Uint8Array(bytes).buffer) as ArrayBuffer;
  return parquetMetadata(file).row_groups.map((group) => groupOf(file, group));
}

type RowGroup = FileMetaData['row_groups'][number];
type MetaData = NonNullable<RowGroup['columns'][number]['meta_data']>;

function groupOf(file: ArrayBuffer, group: RowGroup): Group {
  const chunks = new Map<string, MetaData>();
  let plainBytes = 0;
  for (const { meta_data } of group.columns) {
    if (meta_data === undefined) continue;
    chunks.set(meta_data.path_in_schema.join('.'), meta_data);
    plainBytes += Number(meta_data.total_uncompressed_size);
  }
  const rowCount = Number(group.num_rows);
  return {
    rowCount,
    names: new Set(chunks.keys()),
    plainBytes,
    range: (name) => rangeOf(chunks.get(name)),
    leaf: (spec) => {
      const meta = chunks.get(spec.name);
      return meta === undefined ? absent(rowCount) : readLeaf(file, meta, spec);
    },
  };
}

function rangeOf(meta: MetaData | undefined): { min: number; max: number } | undefined {
  const { min_value, max_value } = meta?.statistics ?? {};
  if (min_value === undefined || max_value === undefined) return undefined;
  const [min, max] = [Number(min_value), Number(max_value)];
  return Number.isFinite(min) && Number.isFinite(max) ? { min, max } : undefined;
}

const absent = (rowCount: number): LeafData => ({
  values: [],
  codes: new Int32Array(0),
  definitionLevels: new Uint8Array(rowCount),
  repetitionLevels: undefined,
});

const DECOMPRESS: Readonly<Record<string, (input: Uint8Array) => Uint8Array>> = {
  UNCOMPRESSED: (input) => input,
  ZSTD: (input) => zstdDecompressSync(input),
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
};

class LeafReader {
  readonly #spec: LeafSpec;
  readonly #meta: MetaData;
  readonly #definition: Uint8Array;
  readonly #repetition: Uint8Array | undefined;
  #dictionary: LeafValue[] | undefined;
  readonly #plain: LeafValue[] = [];
  readonly #codes: Int32Array[] = [];
  #entries = 0;

  constructor(meta: MetaData, spec: LeafSpec) {
    this.#meta = meta;
    this.#spec = spec;
    const count = Number(meta.num_values);
    this.#definition = new Uint8Array(count);
    this.#repetition = spec.maxRep === 0 ? undefined : new Uint8Array(count);
  }

  page(header: ReturnType<typeof parquetHeader>, bytes: Uint8Array): void {
    const { dictionary_page_header: dictionary, data_page_header_v2: data } = header;
    if (dictionary !== undefined) {
      this.#dictionary = plainValues(this.#spec, this.#unpacked(bytes), dictionary.num_values);
      return;
    }
    if (data === undefined) throw new Error(`a page of ${this.#spec.name} is none that we write`);
    const { repetition_levels_byte_length: repetitions, definition_levels_byte_length: definitions, num_values: count } = data;
    const to = this.#entries + count;
    const levels = { view: viewOf(bytes), offset: 0 };
    if (this.#repetition !== undefined)
      readRleBitPackedHybrid(
        levels,
        bitsFor(this.#spec.maxRep),
        typed(this.#repetition.subarray(this.#entries, to)),
        repetitions,
      );
    levels.offset = repetitions;
    if (definitions > 0)
      readRleBitPackedHybrid(
        levels,
        bitsFor(this.#spec.maxDef),
        typed(this.#definition.subarray(this.#entries, to)),
        definitions,
      );
    this.#entries = to;
    const rest = bytes.subarray(repetitions + definitions);
    this.#values(data.encoding, data.is_compressed === false ? rest : this.#unpacked(rest), count - data.num_nulls);
  }

  #values(encoding: string, bytes: Uint8Array, count: number): void {
    const codes = new Int32Array(count);
    if (encoding === 'PLAIN') {
      const first = this.#plain.length;
      for (const value of plainValues(this.#spec, bytes, count)) this.#plain.push(value);
      for (let i = 0; i < count; i++) codes[i] = first + i;
    } else if (count > 0) {
      const width = bytes[0] ?? 0;
      if (width > 0) readRleBitPackedHybrid({ view: viewOf(bytes), offset: 1 }, width, typed(codes), bytes.length - 1);
    }
    this.#codes.push(codes);
  }

  #unpacked(bytes: Uint8Array): Uint8Array {
    const decompress = DECOMPRESS[this.#meta.codec];
    if (decompress === undefined) throw new Error(`${this.#spec.name} is compressed with ${this.#meta.codec}`);
    return decompress(bytes);
  }

  done(): LeafData {
    if (this.#entries !== this.#definition.length) throw new Error(`${this.#spec.name} has fewer values than its footer says`);
    if (this.#dictionary !== undefined && this.#plain.length > 0) throw new Error(`${this.#spec.name} mixes encodings`);
    return {
      values: this.#dictionary ?? this.#plain,
      codes: joined(this.#codes),
      definitionLevels: this.#definition,
      repetitionLevels: this.#repetition,
    };
  }
}

function readLeaf(file: ArrayBuffer, meta: MetaData, spec: LeafSpec): LeafData {
  const start = Number(meta.dictionary_page_offset ?? meta.data_page_offset);
  const reader = { view: new DataView(file, start, Number(meta.total_compressed_size)), offset: 0 };
  const leaf = new LeafReader(meta, spec);
  while (reader.offset < reader.view.byteLength) {
    const header = parquetHeader(reader);
    leaf.page(header, new Uint8Array(file, start + reader.offset, header.compressed_page_size));
    reader.offset += header.compressed_page_size;
  }
  return leaf.done();
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const bitsFor = (largest: number): number => (largest <= 0 ? 0 : 32 - Math.clz32(largest));
/** The library fills whatever has numbers at indexes. */
const typed = (array: Uint8Array | Int32Array): number[] => array as unknown as number[];

function joined(parts: readonly Int32Array[]): Int32Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const TWO_32 = 2 ** 32;

/** @param count how many values the bytes are */
function plainValues({ type, path }: LeafSpec, bytes: Uint8Array, count: number): LeafValue[] {
  const view = viewOf(bytes);
  const values = new Array<LeafValue>(count);
  if (type === 'BYTE_ARRAY') {
    // The whole record is long and never repeats: its bytes stay bytes.
    const isRaw = path[0] === 'raw_record';
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0, at = 0; i < count; i++) {
      const from = at + 4;
      at = from + view.getUint32(at, true);
      values[i] = isRaw ? buffer.subarray(from, at) : buffer.toString('utf8', from, at);
    }
    return values;
  }
  for (let i = 0; i < count; i++) values[i] = fixedValue(type, view, i);
  return values;
}

function fixedValue(type: Exclude<LeafSpec['type'], 'BYTE_ARRAY'>, view: DataView, index: number): LeafValue {
  switch (type) {
    case 'INT32':
      return view.getInt32(4 * index, true);
    case 'DOUBLE':
      return view.getFloat64(8 * index, true);
    case 'INT64':
      return view.getInt32(8 * index + 4, true) * TWO_32 + view.getUint32(8 * index, true);
    default:
      return (view.getUint8(index >> 3) & (1 << (index & 7))) !== 0;
  }
}
