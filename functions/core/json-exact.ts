/** JSON text → its value, with each number that a double cannot hold as the text that was written: ids of 19 digits stay what they are. */
import type { Json } from './json.ts';

/** A number that may be more than a double holds: many digits, or an exponent. Looks into strings too, which only costs time. */
const LONG = /[:,[\s]-?(?:\d{16}|[\d.]{1,400}[eE]|\d{1,400}\.\d{16})/;
/** So many significant digits tell any double from its neighbours. */
const DOUBLE_DIGITS = 17;
const INTEGER = /^-?\d+$/;

/** `JSON.parse`, but for numbers that it would change: those are text. */
export const parseJson = (text: string): Json => (LONG.test(text) ? parseExactly(text) : (JSON.parse(text) as Json));

/** The same for text that is known to have long numbers. */
export const parseExactly = (text: string): Json => JSON.parse(text, keepExact) as Json;

function keepExact(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  return typeof value === 'number' && source !== undefined && !isKept(value, source) ? source : value;
}

function isKept(value: number, source: string): boolean {
  if (INTEGER.test(source)) return Number.isSafeInteger(value) || String(value) === source;
  const digits = source
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '');
  return Number.isFinite(value) && digits.length <= DOUBLE_DIGITS && (value !== 0 || digits === '');
}
