/** Turns lists of address ranges (CSV) into one small file, and that file into answers: sorted starts and the value of each. */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { YaguraError } from '../error.ts';
import { addressNumber } from './address.ts';
import type { GeoLookup, Network } from './geo.ts';

/** Texts of CSV files: first address, last address, value…; addresses as text or as whole numbers, IPv4 and IPv6. */
export interface GeoTexts {
  /** …, ISO 3166-1 alpha-2. */
  countries: readonly string[];
  /** …, number, organization. */
  networks: readonly string[];
}

interface Range {
  first: number;
  last: number;
  value: number;
}
/** Ranges by IP version. */
type Ranges = Record<4 | 6, Range[]>;

const MAGIC = 'YGEO1';

/** The file's bytes. Deterministic. @throws YaguraError BadContent for a line that is no range, with its number */
export function packGeo({ countries, networks }: GeoTexts): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [what, texts] of [
    ['countries', countries],
    ['networks', networks],
  ] as const) {
    const names: string[] = [];
    const index = new Map<string, number>();
    const ranges: Ranges = { 4: [], 6: [] };
    for (const text of texts) readRanges(text, what, { names, index, ranges });
    const encoded = new TextEncoder().encode(names.join('\n'));
    parts.push(varints([encoded.length]), encoded, encodedRanges(ranges[4]), encodedRanges(ranges[6]));
  }
  const body = Buffer.concat([Buffer.from(MAGIC), ...parts]);
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 6, [constants.BROTLI_PARAM_LGWIN]: 24 } });
}

interface Reading {
  names: string[];
  index: Map<string, number>;
  ranges: Ranges;
}

const LINE = /^"?([0-9a-f.:]+)"?,"?([0-9a-f.:]+)"?,(.*)$/i;

function readRanges(text: string, what: string, { names, index, ranges }: Reading): void {
  let at = 0;
  for (const line of text.split('\n')) {
    at += 1;
    if (line.trim() === '') continue;
    const [, from = '', to = '', rest = ''] = LINE.exec(line.trim()) ?? [];
    const [first, last] = [numberOf(from), numberOf(to)];
    if (first === undefined || last === undefined || first.version !== last.version || rest === '')
      throw new YaguraError('BadContent', `line ${at} of the ${what} is no range`, {
        problems: [{ at: `${what}:${at}`, what: line.slice(0, 100), allowed: 'first address,last address,value' }],
      });
    const name = nameOf(rest);
    const value = index.get(name) ?? names.push(name);
    index.set(name, value);
    ranges[first.version].push({ first: first.value, last: last.value, value });
  }
}

/** As text, or as a number: 128 bits are IPv6, of which the first 48 count. */
function numberOf(text: string): { version: 4 | 6; value: number } | undefined {
  if (!/^\d+$/.test(text)) return addressNumber(text);
  const value = BigInt(text);
  return value < 2n ** 32n ? { version: 4, value: Number(value) } : { version: 6, value: Number(value >> 80n) };
}

/** `JP`, or `64500` and the organization, quotes of CSV taken off. */
const nameOf = (rest: string): string => {
  const comma = rest.indexOf(',');
  if (comma < 0) return rest.replaceAll('"', '').trim();
  const org = rest.slice(comma + 1).trim();
  return `${rest.slice(0, comma).replaceAll('"', '').trim()}\t${org.startsWith('"') ? org.slice(1, -1).replaceAll('""', '"') : org}`.replaceAll(
    '\n',
    ' ',
  );
};

/** Gaps between ranges get the value 0; neighbours with one value become one. */
function encodedRanges(ranges: Range[]): Uint8Array {
  const points: number[] = [];
  let [next, known, count, start] = [0, 0, 0, 0];
  const point = (at: number, value: number): void => {
    if (value === known) return;
    points.push(at - start, value);
    [start, known] = [at, value];
    count += 1;
  };
  for (const { first, last, value } of ranges.sort((a, b) => a.first - b.first)) {
    if (last < next) continue;
    if (first > next) point(next, 0);
    point(Math.max(first, next), value);
    next = last + 1;
  }
  point(next, 0);
  return varints([count, ...points]);
}

function varints(values: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (let value of values) {
    while (value >= 128) {
      bytes.push((value % 128) + 128);
      value = Math.floor(value / 128);
    }
    bytes.push(value);
  }
  return Uint8Array.from(bytes);
}

interface Table {
  starts: Float64Array;
  values: Uint32Array;
}
interface Layer {
  names: readonly string[];
  4: Table;
  6: Table;
}

/** Reads the file that `packGeo` wrote. @throws YaguraError BadContent where it is another */
export function openGeo(packed: Uint8Array): GeoLookup {
  const bytes = brotliDecompressSync(packed);
  if (bytes.subarray(0, MAGIC.length).toString() !== MAGIC)
    throw new YaguraError('BadContent', 'the geographic data is of another version', {
      problems: [{ what: 'no YGEO1 file', fix: 'delete .cache/geo-*.bin' }],
    });
  const reader = new Reader(bytes, MAGIC.length);
  const [countries, networks] = [layerOf(reader), layerOf(reader)];
  return {
    network: (ip) => {
      const address = addressNumber(ip);
      if (address === undefined) return undefined;
      const [country, network] = [nameAt(countries, address), nameAt(networks, address)];
      if (country === undefined && network === undefined) return undefined;
      const [asn, org] = network?.split('\t') ?? [];
      const found: Network = {};
      if (country !== undefined && country !== 'ZZ') found.country = country;
      if (asn !== undefined) found.asn = Number(asn);
      if (org !== undefined && org !== '') found.org = org;
      return found;
    },
  };
}

const layerOf = (reader: Reader): Layer => ({ names: reader.text().split('\n'), 4: reader.table(), 6: reader.table() });

function nameAt(layer: Layer, { version, value }: { version: 4 | 6; value: number }): string | undefined {
  const { starts, values } = layer[version];
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  const index = values[low - 1] ?? 0;
  return index === 0 ? undefined : layer.names[index - 1];
}

class Reader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  number(): number {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  }

  text(): string {
    const length = this.number();
    const text = new TextDecoder().decode(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return text;
  }

  table(): Table {
    const count = this.number();
    const table: Table = { starts: new Float64Array(count), values: new Uint32Array(count) };
    let start = 0;
    for (let i = 0; i < count; i++) {
      start += this.number();
      table.starts[i] = start;
      table.values[i] = this.number();
    }
    return table;
  }
}
