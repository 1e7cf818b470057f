// Samples of every source, damaged as transport, software and attackers damage logs; the same seed gives the same damage.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { SOURCES } from '../../functions/sources/index.ts';

/** A number in [0, 1), from a seed. @see the mulberry32 generator */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Random = () => number;
const upTo = (random: Random, limit: number): number => Math.floor(random() * limit);
const oneOf = <T>(random: Random, [first, ...more]: readonly [T, ...T[]]): T => more[upTo(random, more.length + 1)] ?? first;

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

type Damage = (bytes: Buffer, random: Random) => Buffer;

const between = (bytes: Buffer, at: number, length: number, put: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(Math.min(bytes.length, at + length))]);
const put =
  (text: string): Damage =>
  (bytes, random) =>
    between(bytes, upTo(random, bytes.length), 0, Buffer.from(text));

/** What stands behind a colon or an equals sign is replaced by something of another kind. */
const replaceValue: Damage = (bytes, random) => {
  const text = bytes.toString('latin1');
  const places = [...text.matchAll(/":("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)/g)];
  const place = places[upTo(random, places.length)];
  if (place === undefined) return put(oneOf(random, VALUES))(bytes, random);
  return between(bytes, place.index + 2, (place[1] ?? '').length, Buffer.from(oneOf(random, VALUES)));
};

const DAMAGES: readonly [Damage, ...Damage[]] = [
  (bytes, random) => {
    const copy = Buffer.from(bytes);
    for (let n = 1 + upTo(random, 4); n > 0; n--) copy[upTo(random, copy.length)] = upTo(random, 256);
    return copy;
  },
  (bytes, random) => bytes.subarray(0, upTo(random, bytes.length)),
  (bytes, random) => bytes.subarray(upTo(random, bytes.length)),
  (bytes, random) => between(bytes, upTo(random, bytes.length), 1 + upTo(random, 40), Buffer.alloc(0)),
  (bytes, random) => {
    const at = upTo(random, bytes.length);
    return between(bytes, at, 0, bytes.subarray(at, at + 1 + upTo(random, 60)));
  },
  (bytes, random) => put(oneOf(random, STRUCTURE))(bytes, random),
  replaceValue,
  replaceValue,
  replaceValue,
  replaceValue,
  (bytes, random) => put('['.repeat(1 + upTo(random, random() < 0.1 ? 3000 : 20)))(bytes, random),
  (bytes, random) => between(bytes, upTo(random, bytes.length), 2, Buffer.from([0xff, 0xfe, 0xc0])),
  (bytes) => Buffer.concat([Buffer.from('\ufeff'), bytes]),
  (bytes) => Buffer.from(bytes.toString('utf8'), 'utf16le'),
  (bytes) => Buffer.concat([Buffer.from('{"Records":['), bytes, Buffer.from(']}')]),
  (bytes) => Buffer.from(JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: [{ message: bytes.toString('utf8') }] })),
];

/** One object: a sample with one to three damages, now and then compressed, and then perhaps damaged again. */
export function mutant(random: Random): Buffer {
  let bytes: Buffer = SAMPLE_BYTES[upTo(random, SAMPLE_BYTES.length)] ?? Buffer.from('{}');
  for (let n = random() < 0.6 ? 1 : 1 + upTo(random, 3); n > 0; n--)
    if (bytes.length > 0) bytes = oneOf(random, DAMAGES)(bytes, random);
  const roll = random();
  if (roll > 0.06) return bytes;
  const packed = roll < 0.03 ? gzipSync(bytes) : zstdCompressSync(bytes);
  return random() < 0.5 ? packed : oneOf(random, DAMAGES)(packed, random);
}
