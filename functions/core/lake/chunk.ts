/** Writes one leaf of a row group as Parquet pages: a dictionary where values repeat, plain values where they do not. */
import type { ParquetWriter } from 'hyparquet-writer';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { PACKING } from '../pack.ts';
import type { LeafValue, Placed } from './column.ts';
import { bytesOf, plainBytes } from './plain.ts';

type ColumnChunk = ParquetWriter['row_groups'][number]['columns'][number];
type MetaData = NonNullable<ColumnChunk['meta_data']>;
export type PhysicalType = 'BYTE_ARRAY' | 'INT32' | 'INT64' | 'DOUBLE' | 'BOOLEAN';

export interface Chunk {
  path: readonly string[];
  type: PhysicalType;
  values: readonly LeafValue[];
  placed: Placed;
}

const PAGE_BYTES = 1024 * 1024;
/** Smaller chunks cost more to compress than they are worth. */
const COMPRESSED_FROM_BYTES = 512;

/** What a page holds: entries and the values among them, both from–to. */
interface Page {
  entries: readonly [number, number];
  codes: readonly [number, number];
}

/** Appends the pages of a chunk. Returns what the file's footer says of it. */
export function writeChunk(writer: ByteWriter, chunk: Chunk): ColumnChunk {
  const { values, type, placed, path } = chunk;
  const sizes = bytesOf(type, values, placed.codes);
  const bits = bitsFor(values.length - 1);
  const indexBytes = Math.ceil((placed.codes.length * bits) / 8);
  const isDictionary = type !== 'BOOLEAN' && values.length > 0 && sizes.distinct + indexBytes < sizes.all;
  const total = isDictionary ? sizes.distinct + indexBytes : sizes.all;
  const codec = total < COMPRESSED_FROM_BYTES ? 'UNCOMPRESSED' : PACKING.codec;
  const out = new ChunkWriter(writer, codec);
  const startOffset = writer.offset;
  const encoding = isDictionary ? 'RLE_DICTIONARY' : 'PLAIN';
  const dictionaryOffset = isDictionary ? BigInt(startOffset) : undefined;
  if (isDictionary) out.dictionary(plainBytes(type, values), values.length);
  const dataOffset = BigInt(writer.offset);
  const average = total / Math.max(1, placed.codes.length);
  for (const page of pagesOf(placed, average)) {
    const codes = placed.codes.subarray(...page.codes);
    const bytes = isDictionary ? indexes(codes, bits) : plainBytes(type, values, codes);
    out.data(placed, page, { encoding, bytes });
  }
  const meta: MetaData = {
    type,
    encodings: isDictionary ? ['PLAIN', 'RLE_DICTIONARY', 'RLE'] : ['PLAIN', 'RLE'],
    path_in_schema: [...path],
    codec,
    num_values: BigInt(placed.definitionLevels.length),
    total_compressed_size: BigInt(writer.offset - startOffset),
    total_uncompressed_size: BigInt(out.uncompressedBytes),
    data_page_offset: dataOffset,
    // Smallest and largest value let a query skip a file by time or account; inside structs there is nothing that it could skip by.
    ...(path.length === 1 ? { statistics: statisticsOf(chunk, isDictionary) } : {}),
  };
  if (dictionaryOffset !== undefined) meta.dictionary_page_offset = dictionaryOffset;
  return { meta_data: meta, file_offset: BigInt(startOffset) };
}

class ChunkWriter {
  uncompressedBytes = 0;
  readonly #writer: ByteWriter;
  readonly #codec: 'UNCOMPRESSED' | 'ZSTD' | 'GZIP';

  constructor(writer: ByteWriter, codec: 'UNCOMPRESSED' | 'ZSTD' | 'GZIP') {
    this.#writer = writer;
    this.#codec = codec;
  }

  dictionary(bytes: Uint8Array, count: number): void {
    const packed = this.#packed(bytes);
    const start = this.#writer.offset;
    writePageHeader(this.#writer, {
      type: 'DICTIONARY_PAGE',
      uncompressed_page_size: bytes.length,
      compressed_page_size: packed.length,
      dictionary_page_header: { num_values: count, encoding: 'PLAIN' },
    });
    this.#append(start, packed, bytes.length);
  }

  data(
    placed: Placed,
    { entries, codes }: Page,
    { encoding, bytes }: { encoding: 'PLAIN' | 'RLE_DICTIONARY'; bytes: Uint8Array },
  ) {
    const levels = new ByteWriter();
    const repetition = placed.repetitionLevels?.subarray(...entries);
    const repetitionBytes = repetition === undefined ? 0 : runs(levels, repetition, placed.maxRepetitionLevel);
    const definitionBytes = runs(levels, placed.definitionLevels.subarray(...entries), placed.maxDefinitionLevel);
    const packed = this.#packed(bytes);
    const start = this.#writer.offset;
    const count = entries[1] - entries[0];
    writePageHeader(this.#writer, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: levels.offset + bytes.length,
      compressed_page_size: levels.offset + packed.length,
      data_page_header_v2: {
        num_values: count,
        num_nulls: count - (codes[1] - codes[0]),
        num_rows: repetition === undefined ? count : rowsIn(repetition),
        encoding,
        definition_levels_byte_length: definitionBytes,
        repetition_levels_byte_length: repetitionBytes,
        is_compressed: this.#codec !== 'UNCOMPRESSED',
      },
    });
    this.uncompressedBytes += levels.offset;
    // What is after the header: levels are never compressed.
    const header = this.#writer.offset - start;
    this.#writer.appendBytes(levels.getBytes());
    this.#writer.appendBytes(packed);
    this.uncompressedBytes += header + bytes.length;
  }

  #packed(bytes: Uint8Array): Uint8Array {
    return this.#codec === 'UNCOMPRESSED' ? bytes : PACKING.compress(bytes);
  }

  #append(start: number, packed: Uint8Array, plainBytes: number): void {
    this.uncompressedBytes += this.#writer.offset - start + plainBytes;
    this.#writer.appendBytes(packed);
  }
}

const bitsFor = (largest: number): number => (largest <= 0 ? 0 : 32 - Math.clz32(largest));

function runs(writer: ByteWriter, levels: Uint8Array, max: number): number {
  return max === 0 ? 0 : writeRleBitPackedHybrid(writer, levels as unknown as number[], bitsFor(max));
}

function indexes(codes: Int32Array, bits: number): Uint8Array {
  const page = new ByteWriter(64 + Math.ceil((codes.length * bits) / 8));
  page.appendUint8(bits);
  writeRleBitPackedHybrid(page, codes, bits);
  return page.getBytes();
}

function rowsIn(repetition: Uint8Array): number {
  let rows = 0;
  for (const level of repetition) if (level === 0) rows++;
  return rows;
}

/** Pages of about `PAGE_BYTES`; a page begins with a row. */
function* pagesOf(placed: Placed, bytesPerValue: number): Generator<Page> {
  const { definitionLevels, repetitionLevels, maxDefinitionLevel, codes } = placed;
  const size = definitionLevels.length;
  const most = Math.max(1, Math.floor(PAGE_BYTES / Math.max(bytesPerValue, 0.01)));
  if (codes.length <= most) {
    yield { entries: [0, size], codes: [0, codes.length] };
    return;
  }
  let [entryFrom, codeFrom, code] = [0, 0, 0];
  for (let entry = 0; entry < size; entry++) {
    const beginsRow = repetitionLevels === undefined || repetitionLevels[entry] === 0;
    if (beginsRow && code - codeFrom >= most) {
      yield { entries: [entryFrom, entry], codes: [codeFrom, code] };
      [entryFrom, codeFrom] = [entry, code];
    }
    if (definitionLevels[entry] === maxDefinitionLevel) code++;
  }
  yield { entries: [entryFrom, size], codes: [codeFrom, code] };
}

/** Of numbers, and of texts that repeat; smallest and largest of texts that do not would cost a look at each. */
function statisticsOf({ type, values, placed }: Chunk, isDictionary: boolean): NonNullable<MetaData['statistics']> {
  const null_count = BigInt(placed.definitionLevels.length - placed.codes.length);
  const ordered = type === 'BYTE_ARRAY' ? isDictionary && values.every(isPlainlyOrdered) : true;
  const [first] = values;
  if (!ordered || first === undefined || typeof first === 'object') return { null_count };
  let [min, max]: [string | number | boolean, string | number | boolean] = [first, first];
  for (const value of values) {
    if (typeof value === 'object') return { null_count };
    if (value < min) min = value;
    if (value > max) max = value;
  }
  // A zero has two signs, and readers may compare either.
  if (type === 'DOUBLE') return { null_count, min_value: min === 0 ? -0 : min, max_value: max === 0 ? 0 : max };
  return { null_count, min_value: min, max_value: max };
}

/** UTF-16 and UTF-8 order texts alike but for surrogates. */
const isPlainlyOrdered = (value: LeafValue): boolean => typeof value !== 'string' || !/[\ud800-\uffff]/.test(value);
