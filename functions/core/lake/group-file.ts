/** Turns row groups, one at a time, into a Parquet file of a table: only what is encoded is held, so a file may be larger than memory's rows. */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { type Chunk, type PhysicalType, writeChunk } from './chunk.ts';
import { parquetColumns } from './parquet-schema.ts';
import type { LakeTable } from './tables.ts';

const INITIAL_BYTES = 1024 * 1024;

export class GroupFile {
  rowCount = 0;
  readonly #writer = new ByteWriter(INITIAL_BYTES);
  readonly #file: ParquetWriter;

  /** @param used of each leaf of the table, in file order, whether the file has it */
  constructor(table: LakeTable, used: Uint8Array) {
    const { schema } = parquetColumns(table, used);
    this.#file = new ParquetWriter({ writer: this.#writer, schema, createdBy: 'yagura' });
  }

  /** Encoded bytes so far. */
  get sizeBytes(): number {
    return this.#writer.offset;
  }

  /** @param chunks every used leaf, in file order; read as they are asked for */
  add(rowCount: number, chunks: Iterable<Chunk & { type: PhysicalType }>): void {
    const offset = this.#writer.offset;
    const columns = [];
    for (const chunk of chunks) columns.push(writeChunk(this.#writer, chunk));
    this.rowCount += rowCount;
    this.#file.num_rows += BigInt(rowCount);
    this.#file.row_groups.push({
      columns,
      total_byte_size: columns.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n),
      num_rows: BigInt(rowCount),
      total_compressed_size: BigInt(this.#writer.offset - offset),
    });
  }

  /** The file. Nothing is added afterwards. */
  bytes(): Uint8Array {
    this.#file.finish();
    return new Uint8Array(this.#writer.getBuffer());
  }
}
