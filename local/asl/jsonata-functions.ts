/** The functions that Step Functions adds to JSONata, and the few built-ins that must not use the machine's own clock, chance or prototypes. */
import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import { isJsonObject } from '../../functions/core/json.ts';

/** What expressions may know of the world. */
export interface Ambient {
  nowMs: number;
  uuid(): string;
  /** In [0, 1). */
  random(): number;
}

/** A coded error, as JSONata throws them. */
const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });
const wrongArgument = (index: number, name: string): Error =>
  coded('T0410', `Argument ${index} of function "${name}" does not match function signature`);

function numberArgument(value: unknown, index: number, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrongArgument(index, name);
}

/** `$partition([1,2,3], 2)` → `[[1,2],[3]]`. */
function partition(array: unknown, size: unknown): unknown {
  if (array === undefined) return undefined;
  const items: unknown[] = Array.isArray(array) ? array : [array];
  const chunk = Math.trunc(numberArgument(size, 2, 'partition'));
  if (chunk < 1) throw wrongArgument(2, 'partition');
  return Array.from({ length: Math.ceil(items.length / chunk) }, (_, i) => items.slice(i * chunk, (i + 1) * chunk));
}

/** Most numbers that `$range` may make. @see Step Functions guide, States.ArrayRange: up to 1000 items */
const RANGE_MAX = 1_000;

/** `$range(1, 9, 2)` → `[1,3,5,7,9]`, both ends included. */
function range(first: unknown, last: unknown, step: unknown): unknown {
  const from = numberArgument(first, 1, 'range');
  const to = numberArgument(last, 2, 'range');
  const by = numberArgument(step, 3, 'range');
  if (by === 0) throw wrongArgument(3, 'range');
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (length > RANGE_MAX)
    throw coded(
      'D2014',
      `The size of the sequence allocated by the range function must not exceed ${RANGE_MAX}.  Attempted to allocate ${length}.`,
    );
  return Array.from({ length }, (_, i) => from + i * by);
}

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** `$hash('text', 'SHA-256')` → lower-case hex. */
function hash(content: unknown, algorithm: unknown): unknown {
  if (content === undefined) return undefined;
  if (typeof content !== 'string') throw wrongArgument(1, 'hash');
  const name = typeof algorithm === 'string' && Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  if (name === undefined) throw wrongArgument(2, 'hash');
  return createHash(name).update(content).digest('hex');
}

/** A number in [0, 1) that one seed always gives. */
function seeded(seed: number): number {
  const digest = createHash('sha256').update(String(seed)).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** `$parse('{"a":1}')` → the value. */
function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw wrongArgument(1, 'parse');
  try {
    return JSON.parse(text);
  } catch {
    throw coded(
      'D3121',
      `Dynamic error evaluating the expression passed to function parse: ${JSON.stringify(text.slice(0, 200))}`,
    );
  }
}

/** `$lookup(object, key)` over own keys only; an array is looked up item by item. */
function lookup(input: unknown, key: unknown): unknown {
  if (typeof key !== 'string') throw wrongArgument(2, 'lookup');
  if (!Array.isArray(input)) return isJsonObject(input) && Object.hasOwn(input, key) ? input[key] : undefined;
  const found = input.flatMap((item: unknown) => lookup(item, key) ?? []);
  return found.length <= 1 ? found[0] : found;
}

const fromMillis = jsonata('$fromMillis($ms, $picture, $zone)');

/** Bindings to add to every evaluation. */
export function awsFunctions(ambient: Ambient): Record<string, unknown> {
  return {
    partition,
    range,
    hash,
    parse,
    lookup,
    uuid: () => ambient.uuid(),
    random: (seed: unknown) => (seed === undefined ? ambient.random() : seeded(numberArgument(seed, 1, 'random'))),
    millis: () => ambient.nowMs,
    now: (picture: unknown, zone: unknown) => fromMillis.evaluate(undefined, { ms: ambient.nowMs, picture, zone }),
  };
}
