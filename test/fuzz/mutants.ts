// Samples of every source, damaged as transport, software and attackers damage logs; the same seed gives the same damage.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { SOURCES } from '../../functions/sources/index.ts';
import type { Random } from '../../local/story/random.ts';

/** The bytes of every sample: JSON documents and texts of lines. */
export const SAMPLE_BYTES: readonly Buffer[] = SOURCES.flatMap(({ id }) => {
  const folder = join(import.meta.dirname, '../../functions/sources', id, 'samples');
  const names = readdirSync(folder).filter((name) => /\.(json|log)$/.test(name) && !name.endsWith('.ocsf.json'));
  return names.map((name) => readFileSync(join(folder, name))).map((bytes) => compact(bytes));
});

function compact(bytes: Buffer): Buffer {
  try {
    return Buffer.from(JSON.stringify(JSON.parse(bytes.toString('utf8'))));
  } catch {
    return bytes;
  }
}

const STRUCTURE = ['{', '}', '[', ']', '"', ',', ':', '\\', '\n', '\r\n', '\u0000', '=', '|', '<', '#', '\t', ' '] as const;
const VALUES = [
  ...['null', 'true', '-0', '1e400', '99999999999999999999', '""', '[]', '{}', '"\\ud800"', '"__proto__"', '"\\u0000"'],
  ...['{"__proto__":{"a":1}}', '[[[[[[[[1]]]]]]]]', '"<script>"', '"\'; DROP TABLE x; --"', '"2025-13-45T99:99:99Z"', '-1'],
] as const;

/** A whole number from 0 on; 0 where there is none below the limit. */
const below = (random: Random, limit: number): number => random.int(0, Math.max(0, limit - 1));

type Damage = (bytes: Buffer, random: Random) => Buffer;

const between = (bytes: Buffer, at: number, length: number, put: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(Math.min(bytes.length, at + length))]);
const put =
  (text: string): Damage =>
  (bytes, random) =>
    between(bytes, below(random, bytes.length), 0, Buffer.from(text));

/** What stands behind a colon or an equals sign is replaced by something of another kind. */
const replaceValue: Damage = (bytes, random) => {
  const text = bytes.toString('latin1');
  const places = [...text.matchAll(/":("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)/g)];
  const place = places[below(random, places.length)];
  if (place === undefined) return put(random.pick(VALUES))(bytes, random);
  return between(bytes, place.index + 2, (place[1] ?? '').length, Buffer.from(random.pick(VALUES)));
};

const DAMAGES: readonly [Damage, ...Damage[]] = [
  (bytes, random) => {
    const copy = Buffer.from(bytes);
    for (let n = 1 + below(random, 4); n > 0; n--) copy[below(random, copy.length)] = below(random, 256);
    return copy;
  },
  (bytes, random) => bytes.subarray(0, below(random, bytes.length)),
  (bytes, random) => bytes.subarray(below(random, bytes.length)),
  (bytes, random) => between(bytes, below(random, bytes.length), 1 + below(random, 40), Buffer.alloc(0)),
  (bytes, random) => {
    const at = below(random, bytes.length);
    return between(bytes, at, 0, bytes.subarray(at, at + 1 + below(random, 60)));
  },
  (bytes, random) => put(random.pick(STRUCTURE))(bytes, random),
  replaceValue,
  replaceValue,
  replaceValue,
  replaceValue,
  (bytes, random) => put('['.repeat(1 + below(random, random.chance(0.1) ? 3000 : 20)))(bytes, random),
  (bytes, random) => between(bytes, below(random, bytes.length), 2, Buffer.from([0xff, 0xfe, 0xc0])),
  (bytes) => Buffer.concat([Buffer.from('\ufeff'), bytes]),
  (bytes) => Buffer.from(bytes.toString('utf8'), 'utf16le'),
  (bytes) => Buffer.concat([Buffer.from('{"Records":['), bytes, Buffer.from(']}')]),
  (bytes) => Buffer.from(JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: [{ message: bytes.toString('utf8') }] })),
];

/** One object: a sample with one to three damages, now and then compressed, and then perhaps damaged again. */
export function mutant(random: Random): Buffer {
  let bytes: Buffer = SAMPLE_BYTES[below(random, SAMPLE_BYTES.length)] ?? Buffer.from('{}');
  for (let n = random.chance(0.6) ? 1 : 1 + below(random, 3); n > 0; n--)
    if (bytes.length > 0) bytes = random.pick(DAMAGES)(bytes, random);
  const roll = random.next();
  if (roll > 0.06) return bytes;
  const packed = roll < 0.03 ? gzipSync(bytes) : zstdCompressSync(bytes);
  return random.chance(0.5) ? packed : random.pick(DAMAGES)(packed, random);
}
