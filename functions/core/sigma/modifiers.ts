/** Turns a value of a rule into what each modifier of the specification makes of it. @see Sigma modifiers appendix 2.1 */
import { type Comparison, type PatternPart, TIME_PARTS, type TimePart } from './ast.ts';
import { cidrProblem } from './cidr.ts';
import { hasWildcard, openEnd, openStart, parseParts } from './pattern.ts';
import { expandPlaceholders, type Placeholders } from './placeholder.ts';
import { regexProblem } from './regex.ts';

/** A value on its way through the chain. `raw` is the text as the author wrote it; a transformation drops it. */
export type Value =
  | { is: 'text'; parts: PatternPart[]; raw?: string; bytes?: true }
  | { is: 'number'; number: number; part?: TimePart; text: string }
  | { is: 'boolean'; boolean: boolean }
  | { is: 'null' }
  | { is: 'regex'; source: string; flags: string }
  | { is: 'cidr'; network: string }
  | { is: 'compare'; compare: Comparison; number: number; part?: TimePart }
  | { is: 'fieldref'; other: string; start?: true; end?: true }
  | { is: 'exists'; want: boolean };

/** What a modifier makes of a value: the alternatives that replace it, or what is wrong. */
export type Outcome = Value[] | { what: string; allowed?: string; fix?: string };
export interface Chain {
  placeholders: Placeholders;
  names: readonly string[];
}
export type Modifier = (value: Value, chain: Chain) => Outcome;

const needs = (allowed: string, value: Value): Outcome => ({ what: `The value ${shown(value)} does not fit`, allowed });
const shown = (value: Value): string => {
  if (value.is === 'text') return JSON.stringify(value.raw ?? 'text');
  if (value.is === 'number') return value.text;
  return value.is === 'boolean' ? String(value.boolean) : value.is;
};

/** Numbers and booleans become their text where a text modifier meets them. */
export function asText(value: Value): (Value & { is: 'text' }) | undefined {
  if (value.is === 'text') return value;
  if (value.is === 'number' && value.part === undefined) return { is: 'text', parts: [value.text], raw: value.text };
  return value.is === 'boolean' ? { is: 'text', parts: [String(value.boolean)], raw: String(value.boolean) } : undefined;
}

/** A modifier that opens one or both ends of texts, regular expressions and field references. */
function opening(ends: 'start' | 'end' | 'both'): Modifier {
  const atStart = ends !== 'end';
  const atEnd = ends !== 'start';
  return (value) => {
    if (value.is === 'fieldref') {
      // fieldref|startswith: what follows the other field's text is open.
      return [{ ...value, ...(atEnd ? { start: true as const } : {}), ...(atStart ? { end: true as const } : {}) }];
    }
    if (value.is === 'regex') {
      if (ends === 'both') return [value];
      return [{ ...value, source: atEnd ? `^(?:${value.source})` : `(?:${value.source})$` }];
    }
    const text = asText(value);
    if (!text) return needs('text, number, regular expression or field reference', value);
    const started = atStart ? openStart(text.parts) : text.parts;
    return [{ is: 'text', parts: atEnd ? openEnd(started) : started, ...(text.bytes ? { bytes: text.bytes } : {}) }];
  };
}

/** Encoded text is a string whose every character is one byte (0–255). */
type Bytes = string;
const byteText = (bytes: Iterable<number>): Bytes => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

function encoding(encode: (text: string) => Bytes, prefix: Bytes = ''): Modifier {
  return (value) => {
    const text = asText(value);
    if (!text || text.bytes) return needs('text that is not encoded yet', value);
    const parts = text.parts.map((part) => (typeof part === 'string' ? encode(part) : part));
    if (prefix === '') return [{ is: 'text', parts, bytes: true }];
    const [first] = parts;
    const marked = typeof first === 'string' ? [prefix + first, ...parts.slice(1)] : [prefix, ...parts];
    return [{ is: 'text', parts: marked, bytes: true }];
  };
}
const codeUnits = (text: string): number[] => Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
const utf16le = (text: string): Bytes => byteText(codeUnits(text).flatMap((unit) => [unit & 0xff, unit >> 8]));
const utf16be = (text: string): Bytes => byteText(codeUnits(text).flatMap((unit) => [unit >> 8, unit & 0xff]));

/** The bytes of a text without wildcards: as they are where it is encoded already, else UTF-8. */
function bytesOf(value: Value): Bytes | undefined {
  const text = asText(value);
  if (!text || hasWildcard(text.parts)) return undefined;
  const whole = text.parts.join('');
  return text.bytes ? whole : byteText(new TextEncoder().encode(whole));
}

const base64: Modifier = (value) => {
  const bytes = bytesOf(value);
  if (bytes === undefined) return needs('text without wildcards', value);
  return [{ is: 'text', parts: [btoa(bytes)] }];
};

/** The three ways in which bytes look inside longer Base64, cut to the characters that do not depend on their neighbours. */
const base64offset: Modifier = (value) => {
  const bytes = bytesOf(value);
  if (bytes === undefined) return needs('text without wildcards', value);
  return [0, 1, 2].map((shift) => {
    const encoded = btoa(' '.repeat(shift) + bytes);
    const from = [0, 2, 3][shift] ?? 0;
    const cut = [0, 3, 2][(bytes.length + shift) % 3] ?? 0;
    return { is: 'text', parts: [encoded.slice(from, encoded.length - cut)] };
  });
};

// @see Sigma modifiers appendix 2.1, "windash": hyphen, slash, en dash, em dash, horizontal bar
const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'];
const DASH = /\B[-/\u2013\u2014\u2015]\b/g;
const MAX_DASHES = 5;

const windash: Modifier = (value) => {
  const text = asText(value);
  if (!text) return needs('text', value);
  const count = text.parts.reduce((sum, part) => sum + (typeof part === 'string' ? (part.match(DASH)?.length ?? 0) : 0), 0);
  if (count > MAX_DASHES) {
    return {
      what: `The value ${shown(value)} has ${count} dashes, ${5 ** count} spellings`,
      allowed: `at most ${MAX_DASHES} dashes a value`,
      fix: 'split it into several values under `all`.',
    };
  }
  let spellings: PatternPart[][] = [[]];
  for (const part of text.parts) {
    const choices = typeof part === 'string' ? dashSpellings(part) : [part];
    spellings = spellings.flatMap((head) => choices.map((choice) => [...head, choice]));
  }
  return spellings.map((parts) => ({ is: 'text', parts, ...(text.bytes ? { bytes: text.bytes } : {}) }));
};

function dashSpellings(text: string): string[] {
  let heads = [''];
  let from = 0;
  for (const { index } of text.matchAll(DASH)) {
    const before = text.slice(from, index);
    heads = heads.flatMap((head) => DASHES.map((dash) => head + before + dash));
    from = index + 1;
  }
  return heads.map((head) => head + text.slice(from));
}

const re: Modifier = (value, { names }) => {
  const text = asText(value);
  if (text?.raw === undefined) return needs('a regular expression as plain text', value);
  const flags = ['i', 'm', 's'].filter((flag) => names.includes(flag)).join('');
  const problem = regexProblem({ source: text.raw, flags });
  return problem ?? [{ is: 'regex', source: text.raw, flags }];
};
const regexFlag: Modifier = (value) =>
  value.is === 'regex' ? [value] : { what: 'The modifiers i, m and s only follow `re`', allowed: 're|i, re|m, re|s' };

const cidr: Modifier = (value) => {
  const text = asText(value);
  if (text?.raw === undefined) return needs('an IPv4 or IPv6 network, such as 10.0.0.0/8', value);
  return cidrProblem(text.raw) ?? [{ is: 'cidr', network: text.raw }];
};

const exists: Modifier = (value) =>
  value.is === 'boolean' ? [{ is: 'exists', want: value.boolean }] : needs('true, false', value);

function comparing(compare: Comparison): Modifier {
  return (value) => {
    const number =
      value.is === 'number' ? value.number : value.is === 'text' && value.raw?.trim() ? Number(value.raw) : Number.NaN;
    if (!Number.isFinite(number)) return needs('a number', value);
    return [{ is: 'compare', compare, number, ...(value.is === 'number' && value.part ? { part: value.part } : {}) }];
  };
}

function timePart(part: TimePart): Modifier {
  return (value) =>
    value.is === 'number' && Number.isInteger(value.number) ? [{ ...value, part }] : needs('a whole number', value);
}

const fieldref: Modifier = (value) => {
  const raw = value.is === 'text' ? value.raw?.trim() : undefined;
  return raw ? [{ is: 'fieldref', other: raw }] : needs('the name of another field', value);
};

const expand: Modifier = (value, { placeholders }) => {
  if (value.is !== 'text' || value.raw === undefined) return needs('text with %placeholders%', value);
  const expanded = expandPlaceholders(value.raw, placeholders);
  return Array.isArray(expanded) ? expanded.map((raw) => ({ is: 'text', parts: parseParts(raw), raw })) : expanded;
};

const same: Modifier = (value) => [value];
/** By name, as it follows the field: `field|name`. */
export const MODIFIERS: ReadonlyMap<string, Modifier> = new Map<string, Modifier>([
  ['contains', opening('both')],
  ['startswith', opening('end')],
  ['endswith', opening('start')],
  ['all', same],
  ['cased', same],
  ['neq', same],
  ['re', re],
  ...['i', 'm', 's'].map((flag): [string, Modifier] => [flag, regexFlag]),
  ['cidr', cidr],
  ['base64', base64],
  ['base64offset', base64offset],
  ['utf16le', encoding(utf16le)],
  ['utf16be', encoding(utf16be)],
  ['utf16', encoding(utf16le, '\u00ff\u00fe')],
  ['wide', encoding(utf16le)],
  ['windash', windash],
  ['exists', exists],
  ['lt', comparing('lt')],
  ['lte', comparing('lte')],
  ['gt', comparing('gt')],
  ['gte', comparing('gte')],
  ['fieldref', fieldref],
  ['expand', expand],
  ...TIME_PARTS.map((part): [string, Modifier] => [part, timePart(part)]),
]);
/** Every modifier of the specification, for messages and documentation. */
export const MODIFIER_NAMES: readonly string[] = [...MODIFIERS.keys()];
