/** Writes values as Parquet's PLAIN encoding has them. @see https://parquet.apache.org/docs/file-format/data-pages/encodings/ */
import type { PhysicalType } from './chunk.ts';
import type { LeafValue } from './column.ts';

const FIXED: Readonly<Record<Exclude<PhysicalType, 'BYTE_ARRAY'>, number>> = { INT32: 4, INT64: 8, DOUBLE: 8, BOOLEAN: 1 / 8 };

/** Bytes, about: of the distinct values, and of all that the codes name. */
export function bytesOf(type: PhysicalType, values: readonly LeafValue[], codes: Int32Array): { distinct: number; all: number } {
  if (type !== 'BYTE_ARRAY') return { distinct: values.length * FIXED[type], all: codes.length * FIXED[type] };
  let distinct = 0;
  let all = 0;
  for (const value of values) distinct += sizeOf(value);
  for (const code of codes) all += sizeOf(values[code] ?? '');
  return { distinct, all };
}

const sizeOf = (value: LeafValue): number => 4 + (value as string | Uint8Array).length;

/** The values that the codes name; without codes, all of them once. */
export function plainBytes(type: PhysicalType, values: readonly LeafValue[], codes?: Int32Array): Uint8Array {
  const count = codes?.length ?? values.length;
  const at = (index: number): LeafValue => values[codes === undefined ? index : (codes[index] ?? 0)] ?? '';
  switch (type) {
    case 'BYTE_ARRAY':
      return plainTexts(count, at);
    case 'BOOLEAN':
      return plainBooleans(count, at);
    default:
      return plainNumbers(type, count, at);
  }
}

function plainTexts(count: number, at: (index: number) => LeafValue): Uint8Array {
  let most = 0;
  for (let i = 0; i < count; i++) {
    const value = at(i);
    most += 4 + (typeof value === 'string' ? 3 * value.length : (value as Uint8Array).length);
  }
  const out = Buffer.allocUnsafe(most);
  let offset = 0;
  for (let i = 0; i < count; i++) {
    const value = at(i);
    const start = offset + 4;
    if (typeof value === 'string') offset = start + out.write(value, start, 'utf8');
    else {
      out.set(value as Uint8Array, start);
      offset = start + (value as Uint8Array).length;
    }
    out.writeUInt32LE(offset - start, start - 4);
  }
  return out.subarray(0, offset);
}

/** Eight to a byte, the first in the lowest bit. */
function plainBooleans(count: number, at: (index: number) => LeafValue): Uint8Array {
  const out = new Uint8Array(Math.ceil(count / 8));
  for (let i = 0; i < count; i++) if (at(i) === true) out[i >> 3] = (out[i >> 3] ?? 0) | (1 << (i & 7));
  return out;
}

const TWO_32 = 2 ** 32;

function plainNumbers(type: 'INT32' | 'INT64' | 'DOUBLE', count: number, at: (index: number) => LeafValue): Uint8Array {
  const out = new Uint8Array(count * FIXED[type]);
  const view = new DataView(out.buffer);
  for (let i = 0; i < count; i++) {
    const value = Number(at(i));
    if (type === 'INT32') view.setInt32(4 * i, value, true);
    else if (type === 'DOUBLE') view.setFloat64(8 * i, value, true);
    else {
      // Safe integers: two halves, without a BigInt for each.
      const high = Math.floor(value / TWO_32);
      view.setUint32(8 * i, value - high * TWO_32, true);
      view.setInt32(8 * i + 4, high, true);
    }
  }
  return out;
}
