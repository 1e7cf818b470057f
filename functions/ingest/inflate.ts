/** An object's bytes as they arrived → its plain bytes, in pieces, within limits, whatever the sender claims about their size. */
import { Readable } from 'node:stream';
import { constants, createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { LIMITS, type RejectReason } from './arrival.ts';

/** Why reading stopped early; undefined while all is well. What was yielded before stands. */
export interface InflateOutcome {
  problem?: { reason: RejectReason; detail: string };
  /** Bytes read and bytes yielded. */
  inBytes: number;
  outBytes: number;
}

type Codec = 'gzip' | 'zstd';

/**
 * Plain bytes of a stream: gzip (any number of members), zstd, UTF-16 with a BOM, or as they are. At most two layers of compression.
 * Never throws for bad data: it stops and says why in `outcome`.
 */
export async function* inflate(body: AsyncIterable<Uint8Array>, outcome: InflateOutcome, layer = 0): AsyncGenerator<Uint8Array> {
  const { head, rest } = await peek(body);
  if (layer === 0) outcome.inBytes += head.length;
  const codec = layer < 2 ? codecOf(head) : undefined;
  const pieces = layer === 0 ? counted(head, rest, outcome) : joined(head, rest);
  if (codec === undefined) yield* transcoded(head, pieces, outcome);
  else yield* inflate(decompressed(codec, pieces, outcome), outcome, layer + 1);
}

function codecOf(head: Uint8Array): Codec | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  return undefined;
}

async function peek(body: AsyncIterable<Uint8Array>): Promise<{ head: Uint8Array; rest: AsyncIterator<Uint8Array> }> {
  const rest = body[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 4) {
    const next = await rest.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return { head, rest };
}

async function* joined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function* counted(head: Uint8Array, rest: AsyncIterator<Uint8Array>, outcome: InflateOutcome): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    outcome.inBytes += next.value.length;
    yield next.value;
  }
}

/** UTF-16 (a byte order mark says so) becomes UTF-8; everything else passes. PowerShell's `>` writes UTF-16. */
async function* transcoded(
  head: Uint8Array,
  pieces: AsyncIterable<Uint8Array>,
  outcome: InflateOutcome,
): AsyncGenerator<Uint8Array> {
  const utf16 = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined;
  const decoder = utf16 === undefined ? undefined : new TextDecoder(utf16);
  for await (const piece of pieces) {
    const plain = decoder === undefined ? piece : Buffer.from(decoder.decode(piece, { stream: true }));
    outcome.outBytes += plain.length;
    yield plain;
  }
}

/** Whole at once while it is small (4 times faster than the stream), else streamed; a fault in the whole is replayed as a stream. */
async function* decompressed(
  codec: Codec,
  pieces: AsyncIterable<Uint8Array>,
  outcome: InflateOutcome,
): AsyncGenerator<Uint8Array> {
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  const source = pieces[Symbol.asyncIterator]();
  let next = await source.next();
  while (!next.done && heldBytes <= LIMITS.wholeObjectBytes) {
    held.push(next.value);
    heldBytes += next.value.length;
    next = await source.next();
  }
  if (next.done) {
    const whole = decompressWhole(codec, held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held));
    if (whole !== undefined) {
      yield whole;
      return;
    }
  }
  yield* decompressStream(codec, resumed(held, next, source), outcome);
}

async function* resumed(
  held: readonly Uint8Array[],
  first: IteratorResult<Uint8Array>,
  source: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* held;
  for (let next = first; !next.done; next = await source.next()) yield next.value;
}

function decompressWhole(codec: Codec, bytes: Uint8Array): Uint8Array | undefined {
  try {
    if (codec === 'zstd') return zstdDecompressSync(bytes, { maxOutputLength: LIMITS.wholeObjectBytes });
    // The trailer's size is the sender's word: a hint for the buffer, capped, never a promise.
    const claimed =
      bytes.length >= 18 ? new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(bytes.length - 4, true) : 0;
    const chunkSize = Math.min(Math.max(claimed, 16_384), 32 * 1024 * 1024);
    return gunzipSync(bytes, { maxOutputLength: LIMITS.wholeObjectBytes, chunkSize });
  } catch {
    return undefined;
  }
}

async function* decompressStream(
  codec: Codec,
  pieces: AsyncIterable<Uint8Array>,
  outcome: InflateOutcome,
): AsyncGenerator<Uint8Array> {
  let inBytes = 0;
  let outBytes = 0;
  const inflater = codec === 'gzip' ? createGunzip({ finishFlush: constants.Z_FINISH }) : createZstdDecompress();
  const input = Readable.from(
    (async function* () {
      for await (const piece of pieces) {
        inBytes += piece.length;
        yield piece;
      }
    })(),
  );
  input.on('error', (error) => inflater.destroy(error));
  input.pipe(inflater);
  try {
    for await (const piece of inflater) {
      outBytes += piece.length;
      if (outBytes > LIMITS.bombBytes && outBytes > LIMITS.bombRatio * inBytes) {
        outcome.problem = { reason: 'decompression_bomb', detail: `${inBytes} bytes gave ${outBytes} so far` };
        return;
      }
      yield piece;
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    const cut = error.code === 'Z_BUF_ERROR';
    outcome.problem = { reason: cut ? 'truncated_gzip' : 'corrupt_compression', detail: error.message };
  } finally {
    input.destroy();
    inflater.destroy();
  }
}

const isZlibError = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(Z_|ZSTD_)/.test(error.code);
