/** Judges one scalar value by its OCSF type: primitive, format, length, range, plausible time unit. */
import { type TypeFacts, typeFacts } from './schema.ts';
import type { Report } from './validate.ts';

/** 1990-01-01 and 2100-01-01 in epoch milliseconds: a timestamp outside was most likely written in another unit. */
const EARLIEST_MS = 631_152_000_000;
const LATEST_MS = 4_102_444_800_000;
const INT32 = 2_147_483_647;

/** Reports what makes `value` no value of the type. */
export function checkScalar(report: Report, type: string, value: unknown, path: string): void {
  const facts = typeFacts(type);
  if (!isPrimitive(facts.base, value)) {
    report('wrong_type', path, `must be ${type}, is ${kindOf(value)}`);
    return;
  }
  if (typeof value === 'number') checkNumber(report, { type, facts, path }, value);
  else if (typeof value === 'string' && facts.base === 'string_t') checkText(report, { type, facts, path }, value);
}

function isPrimitive(base: string, value: unknown): boolean {
  switch (base) {
    case 'string_t':
      return typeof value === 'string';
    case 'boolean_t':
      return typeof value === 'boolean';
    case 'float_t':
      return typeof value === 'number';
    case 'integer_t':
    case 'long_t':
      return Number.isInteger(value);
    default:
      return true;
  }
}

interface Typed {
  type: string;
  facts: TypeFacts;
  path: string;
}

function checkNumber(report: Report, { type, facts, path }: Typed, value: number): void {
  if (type === 'timestamp_t' && value !== 0 && (value < EARLIEST_MS || value > LATEST_MS))
    report('time_unit', path, `${value} is no time between 1990 and 2100 in milliseconds`);
  if (facts.base === 'integer_t' && Math.abs(value) > INT32 && value !== -INT32 - 1)
    report('int32_overflow', path, String(value));
  if (facts.range !== undefined && (value < facts.range[0] || value > facts.range[1]))
    report('out_of_range', path, `${value} is not within ${facts.range.join('–')}`);
}

function checkText(report: Report, { type, facts, path }: Typed, value: string): void {
  if (facts.maxLength !== undefined && value.length > facts.maxLength && [...value].length > facts.maxLength)
    report('too_long', path, `longer than ${facts.maxLength} characters`);
  // A format is short text; a pattern is never run over a megabyte that an attacker chose.
  if (facts.pattern !== undefined && !facts.pattern.test(value.slice(0, 4096)))
    report('format', path, `${type}: ${JSON.stringify(value.slice(0, 60))}`);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a fraction';
  return `a ${typeof value}`;
}
