/** Turns one seed into the same stream of choices on every machine. */

export interface Random {
  /** A number ≥ 0 and < 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
  chance(ratio: number): boolean;
  /** `length` characters of the alphabet. */
  text(length: number, alphabet: string): string;
  hex(length: number): string;
  /** A UUID of version 4. */
  uuid(): string;
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** @see sfc32 by Chris Doty-Humphrey, PractRand: 128 bits of state, period of at least 2^32 */
export function randomOf(seed: number): Random {
  let [a, b, c, count] = [seed | 0, (seed / 2 ** 32) | 0, 0x9e3779b9 | 0, 1];
  const word = (): number => {
    const sum = (((a + b) | 0) + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) word();
  const next = (): number => word() / 2 ** 32;
  const text = (length: number, alphabet: string): string => {
    let out = '';
    for (let i = 0; i < length; i++) out += alphabet[Math.floor(next() * alphabet.length)] ?? '';
    return out;
  };
  const hex = (length: number): string => {
    let out = '';
    while (out.length < length) out += word().toString(16).padStart(8, '0');
    return out.slice(0, length);
  };
  return {
    next,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    chance: (ratio) => next() < ratio,
    text,
    hex,
    uuid: () => {
      const digits = hex(32);
      const variant = (8 + (Number.parseInt(digits.charAt(16), 16) % 4)).toString(16);
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
  };
}

/** A temporary access key id, marked as an example. */
export const sessionKeyId = (random: Random): string => `ASIA${random.text(9, UPPER)}EXAMPLE`;
/** A role's or session's unique id, marked as an example. */
export const uniqueId = (random: Random, prefix: 'AROA' | 'AIDA'): string => `${prefix}${random.text(10, UPPER)}EXAMPLE`;
