import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type InflateOutcome, inflate } from '../../functions/ingest/inflate.ts';

async function run(bytes: Uint8Array, pieceBytes = 10_000): Promise<{ text: string; outcome: InflateOutcome }> {
  const outcome: InflateOutcome = { inBytes: 0, outBytes: 0 };
  const body = (async function* () {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  })();
  const pieces: Uint8Array[] = [];
  for await (const piece of inflate(body, outcome)) if (outcome.outBytes < 1e7) pieces.push(piece);
  return { text: Buffer.concat(pieces).toString('utf8'), outcome };
}
const text = '{"a":"ü漢"}\n'.repeat(5_000);

describe('inflate', () => {
  it.each([
    ['plain text', Buffer.from(text)],
    ['gzip', gzipSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['gzip of several members', Buffer.concat([gzipSync(text.slice(0, 1000)), gzipSync(text.slice(1000))])],
    ['gzip inside gzip', gzipSync(gzipSync(text))],
    ['UTF-16 with a byte order mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])],
  ])('reads %s, in pieces of any size', async (_, bytes) => {
    for (const size of [1, 3, 10_000, 1e9]) {
      const { text: got, outcome } = await run(bytes.length > 20_000 && size === 1 ? bytes : bytes, size);
      expect(got.replace('\ufeff', '')).toBe(text);
      expect(outcome.problem).toBeUndefined();
    }
  });

  it('gives what came before the cut of a truncated gzip, and says so', async () => {
    const noise = Array.from({ length: 20_000 }, (_, i) => `${i * 7919}:${(i * 104_729) % 10_007}`).join('\n');
    const whole = gzipSync(noise);
    const { text: got, outcome } = await run(whole.subarray(0, whole.length / 2));
    expect(outcome.problem?.reason).toBe('truncated_gzip');
    expect(got.length).toBeGreaterThan(1000);
    expect(noise.startsWith(got)).toBe(true);
  });

  it('says that damaged data is damaged', async () => {
    const bytes = Buffer.from(gzipSync(text.repeat(3)));
    bytes.fill(0xaa, 60, 90);
    expect((await run(bytes)).outcome.problem?.reason).toBe('corrupt_compression');
  });

  it('stops a gzip bomb whose trailer lies about its size', async () => {
    const bomb = Buffer.from(gzipSync(Buffer.alloc(300 * 1024 * 1024), { level: 9 }));
    bomb.writeUInt32LE(10, bomb.length - 4);
    const { outcome } = await run(bomb);
    expect(outcome.problem?.reason).toBe('decompression_bomb');
  });
});
