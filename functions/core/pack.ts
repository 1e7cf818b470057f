/** Bytes → compressed bytes, and the names by which readers know how: zstd where this Node has it (22.15 and later), else gzip. */
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';

/** One way to compress, at the level that costs least: logs repeat so much that higher ones gain little. */
export interface Packing {
  /** Parquet's name of the codec. */
  codec: 'ZSTD' | 'GZIP';
  /** Of file names, without a dot. */
  extension: 'zst' | 'gz';
  /** As HTTP and S3 name it (RFC 8878, RFC 9110). */
  contentEncoding: 'zstd' | 'gzip';
  compress(input: Uint8Array): Uint8Array;
}

export const PACKING: Packing =
  typeof zstdCompressSync === 'function'
    ? {
        codec: 'ZSTD',
        extension: 'zst',
        contentEncoding: 'zstd',
        compress: (input) => zstdCompressSync(input, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
      }
    : { codec: 'GZIP', extension: 'gz', contentEncoding: 'gzip', compress: (input) => gzipSync(input, { level: 1 }) };
