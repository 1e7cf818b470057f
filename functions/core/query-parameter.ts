/** What a query file says of a parameter, and a value given for it → the SQL that takes its place and the values that are bound to it. */
import * as z from 'zod';
import type { Problem } from './error.ts';
import type { Locale } from './text.ts';
import { parseTimeMs } from './timestamp.ts';

export const PARAMETER_TYPES = ['text', 'integer', 'number', 'timestamp'] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** A value as it is bound: text and log values travel beside the SQL, never in it. */
export type BoundValue = string | number;
export type ParameterValue = BoundValue | readonly BoundValue[];

/** Athena takes execution parameters of 1,024 characters, quotes included. @see Athena StartQueryExecution, ExecutionParameters */
const MAX_LITERAL = 1_024;
/** Values of a list. */
const MAX_ITEMS = 100;

const scalar = z.union([z.string(), z.number()], { error: 'must be a text or a number' });
const words = z.string().trim().min(1).max(2_000);

/** A text for people, in both languages. */
export const peopleText = z.strictObject({ en: words, ja: words });

/** One parameter of a query file. `list` makes it many values, for `IN (:name)`. */
export const queryParameter = z.strictObject({
  type: z.enum(PARAMETER_TYPES),
  list: z.boolean().exactOptional(),
  about: peopleText.exactOptional(),
  default: z.union([scalar, z.array(scalar)]).exactOptional(),
  min: scalar.exactOptional(),
  max: scalar.exactOptional(),
  allowed: z.array(scalar).min(1).exactOptional(),
});
export type QueryParameter = z.output<typeof queryParameter>;

/** The first and last day of a query's window, yyyyMMdd, that every query has. */
export const WINDOW_PARAMETERS = ['from_day', 'to_day'] as const;
const isWindow = (name: string): boolean => WINDOW_PARAMETERS.some((known) => known === name);

/** What takes the place of `:name`: `?` marks, and the values for them. */
export interface BoundParameter {
  sql: string;
  values: BoundValue[];
}

type Checked = { value: BoundValue } | { problem: Problem };

/** A given value, checked. The problem says what was wrong with it and what is allowed. */
export function bindParameter(
  name: string,
  parameter: QueryParameter | undefined,
  given: ParameterValue,
): BoundParameter | { problem: Problem } {
  if (isWindow(name)) {
    const checked = dayValue(name, given);
    return 'problem' in checked ? checked : { sql: '?', values: [checked.value] };
  }
  const spec = parameter ?? { type: 'text' };
  const isList = Array.isArray(given);
  if (isList !== (spec.list === true)) return wrong(name, given, spec);
  const items: readonly BoundValue[] = isList ? given : [given as BoundValue];
  if (items.length === 0 || items.length > MAX_ITEMS)
    return { problem: { at: name, what: `a list of ${items.length} values`, allowed: `1 to ${MAX_ITEMS} values` } };
  const values: BoundValue[] = [];
  for (const item of items) {
    const checked = itemValue(name, spec, item);
    if ('problem' in checked) return checked;
    values.push(checked.value);
  }
  return { sql: values.map(() => MARKS[spec.type]).join(', '), values };
}

/** Typed by a cast where the literal alone would be of another type on one of the engines. */
const MARKS: Record<ParameterType, string> = {
  text: '?',
  integer: '?',
  number: 'CAST(? AS double)',
  timestamp: 'CAST(? AS timestamp(3))',
};

function itemValue(name: string, spec: QueryParameter, given: unknown): Checked {
  const value = typed(spec.type, given);
  if (value === undefined) return wrong(name, given, spec);
  const compared = (bound: BoundValue | undefined): BoundValue | undefined =>
    bound === undefined ? undefined : typed(spec.type, bound);
  const [min, max] = [compared(spec.min), compared(spec.max)];
  if ((min !== undefined && value < min) || (max !== undefined && value > max)) return wrong(name, given, spec);
  if (spec.allowed !== undefined && !spec.allowed.some((one) => compared(one) === value)) return wrong(name, given, spec);
  return { value };
}

/** The value as it is bound: a timestamp as `YYYY-MM-DD HH:MM:SS.mmm` in UTC. Undefined for a value of another type. */
function typed(type: ParameterType, given: unknown): BoundValue | undefined {
  if (type === 'text') return typeof given === 'string' && fits(given) ? given : undefined;
  if (type === 'integer') return typeof given === 'number' && Number.isSafeInteger(given) ? given : undefined;
  if (type === 'number') return typeof given === 'number' && Number.isFinite(given) ? given : undefined;
  const ms =
    typeof given === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(given) ? parseTimeMs(`${given}T00:00:00Z`) : parseTimeMs(given);
  return ms === undefined || typeof given !== 'string'
    ? undefined
    : new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

/** No engine holds half a surrogate pair or NUL in a text. */
const fits = (text: string): boolean =>
  text.replaceAll("'", "''").length + 2 <= MAX_LITERAL && !text.includes('\0') && text.isWellFormed();

function wrong(name: string, given: unknown, spec: QueryParameter): { problem: Problem } {
  return { problem: { at: name, what: `the value ${shown(given)}`, allowed: allowedText(spec) } };
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};

const TYPE_TEXT: Record<ParameterType, string> = {
  text: 'a text of at most 1,022 characters',
  integer: 'a whole number',
  number: 'a number',
  timestamp: 'a time, ISO 8601',
};
const TYPE_TEXT_JA: Record<ParameterType, string> = {
  text: '1,022 文字以内の文字列',
  integer: '整数',
  number: '数値',
  timestamp: '時刻 (ISO 8601)',
};

/** What a parameter accepts, in words. */
export function allowedText(spec: QueryParameter, locale: Locale = 'en'): string {
  const { type, list, min, max, allowed } = spec;
  const [lists, each, least, most] =
    locale === 'ja'
      ? ['カンマ区切り: ', 'カンマ区切り: ', '以上', '以下']
      : ['a list of ', 'a list, each ', 'at least', 'at most'];
  if (allowed !== undefined) return `${list ? lists : ''}${allowed.join(', ')}`;
  const bound = (value: string | number | undefined, word: string): string[] =>
    value === undefined ? [] : [locale === 'ja' ? `${value} ${word}` : `${word} ${value}`];
  const words = [(locale === 'ja' ? TYPE_TEXT_JA : TYPE_TEXT)[type], ...bound(min, least), ...bound(max, most)];
  return `${list ? each : ''}${words.join(locale === 'ja' ? '、' : ', ')}`;
}

function dayValue(name: string, given: unknown): Checked {
  const day = typeof given === 'string' && /^\d{8}$/.test(given) ? given : undefined;
  const iso = `${day?.slice(0, 4)}-${day?.slice(4, 6)}-${day?.slice(6)}`;
  if (day !== undefined && parseTimeMs(`${iso}T00:00:00Z`) !== undefined) return { value: day };
  return { problem: { at: name, what: `the value ${shown(given)}`, allowed: 'a day as yyyyMMdd' } };
}

/** A value as a person types it (`5`, `a,b` for a list) in the parameter's type; what does not read as one stays text, for the check to refuse. */
export function parameterFromText(spec: QueryParameter | undefined, text: string): ParameterValue {
  if (spec?.list === true) return text.split(',').map((item) => scalarFromText(spec, item.trim()));
  return spec === undefined ? text : scalarFromText(spec, text);
}

const scalarFromText = ({ type }: QueryParameter, text: string): BoundValue =>
  (type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;

/** What is wrong with a declaration itself: limits that its type has not, a default that it would refuse. */
export function parameterProblems(name: string, spec: QueryParameter): Problem[] {
  const { type, min, max, allowed } = spec;
  const problems: Problem[] = [];
  if (isWindow(name))
    problems.push({ at: name, what: `${name} is declared`, fix: 'leave it out: every query has it, as a day (yyyyMMdd)' });
  if (type === 'text' && (min !== undefined || max !== undefined))
    problems.push({ at: name, what: 'min or max of a text', allowed: 'allowed: [values]', fix: 'leave it out' });
  for (const [key, value] of Object.entries({ min, max }))
    if (type !== 'text' && value !== undefined && typed(type, value) === undefined)
      problems.push({ at: name, what: `${key}: ${shown(value)}`, allowed: TYPE_TEXT[type] });
  for (const value of allowed ?? [])
    if (typed(type, value) === undefined) problems.push({ at: name, what: `allowed: ${shown(value)}`, allowed: TYPE_TEXT[type] });
  if (problems.length > 0 || spec.default === undefined) return problems;
  const bound = bindParameter(name, spec, spec.default);
  return 'problem' in bound ? [{ ...bound.problem, what: `the default ${shown(spec.default)}` }] : [];
}
