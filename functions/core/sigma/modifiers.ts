/** Turns the values of one field of a selection, through its chain of modifiers, into an expression of atoms. */
import { Buffer } from 'node:buffer';
import type { Problem } from '../error.ts';
import { nearest } from '../error.ts';
import {
  type Atom,
  atom,
  type Comparison,
  type Expr,
  join,
  type Pattern,
  type PatternPart,
  TIME_PARTS,
  type TimePart,
} from './ast.ts';
import { cidrProblem } from './cidr.ts';
import { hasWildcard, openEnd, openStart, packParts, parseParts } from './pattern.ts';
import { expandPlaceholders, type Placeholders } from './placeholder.ts';
import { regexProblem } from './regex.ts';
import type { ScalarTree } from './yaml-tree.ts';

/** A value on its way through the chain. `raw` is the text as the author wrote it; a transformation drops it. */
type Value =
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
type Outcome = Value[] | { what: string; allowed?: string; fix?: string };
interface Chain {
  placeholders: Placeholders;
  names: readonly string[];
}
type Modifier = (value: Value, chain: Chain) => Outcome;

const needs = (allowed: string, value: Value): Outcome => ({ what: `The value ${shown(value)} does not fit`, allowed });
const shown = (value: Value): string => {
  if (value.is === 'text') return JSON.stringify(value.raw ?? 'text');
  if (value.is === 'number') return value.text;
  return value.is === 'boolean' ? String(value.boolean) : value.is;
};

/** Numbers and booleans become their text where a text modifier meets them. */
function asText(value: Value): (Value & { is: 'text' }) | undefined {
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

function encoding(encode: (text: string) => Buffer, prefix = ''): Modifier {
  return (value) => {
    const text = asText(value);
    if (!text || text.bytes) return needs('text that is not encoded yet', value);
    const parts = text.parts.map((part) => (typeof part === 'string' ? encode(part).toString('latin1') : part));
    if (prefix === '') return [{ is: 'text', parts, bytes: true }];
    const [first] = parts;
    const marked = typeof first === 'string' ? [prefix + first, ...parts.slice(1)] : [prefix, ...parts];
    return [{ is: 'text', parts: marked, bytes: true }];
  };
}
const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** The bytes of a text without wildcards. */
function bytesOf(value: Value): Buffer | undefined {
  const text = asText(value);
  if (!text || hasWildcard(text.parts)) return undefined;
  return Buffer.from(text.parts.join(''), text.bytes ? 'latin1' : 'utf8');
}

const base64: Modifier = (value) => {
  const bytes = bytesOf(value);
  if (!bytes) return needs('text without wildcards', value);
  return [{ is: 'text', parts: [bytes.toString('base64')] }];
};

/** The three ways in which bytes look inside longer Base64, cut to the characters that do not depend on their neighbours. */
const base64offset: Modifier = (value) => {
  const bytes = bytesOf(value);
  if (!bytes) return needs('text without wildcards', value);
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift, ' '), bytes]).toString('base64');
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
const MODIFIERS = new Map<string, Modifier>([
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

export interface FieldTest {
  /** null: keywords. */
  field: string | null;
  modifiers: readonly { name: string; at: string }[];
  values: readonly ScalarTree[];
  placeholders: Placeholders;
  problems: Problem[];
}

/** The expression of one `field|modifiers: values` entry; undefined where problems were added. */
export function fieldExpr(test: FieldTest): Expr | undefined {
  const names = test.modifiers.map(({ name }) => name);
  const modifiers = test.modifiers.map(({ name, at }) => {
    const modifier = MODIFIERS.get(name);
    if (!modifier) test.problems.push(unknownModifier(name, at));
    return modifier;
  });
  if (modifiers.some((modifier) => modifier === undefined)) return undefined;
  const chain: Chain = { placeholders: test.placeholders, names };
  const groups = test.values.map((tree) => {
    let values: Value[] = [initialValue(tree)];
    for (const [index, modifier] of modifiers.entries()) {
      const outcomes: Value[] = [];
      for (const value of values) {
        const outcome = modifier?.(value, chain) ?? [];
        if (!Array.isArray(outcome)) {
          test.problems.push({ at: tree.at, ...outcome, what: `${outcome.what}, for the modifier "${names[index]}"` });
          return undefined;
        }
        outcomes.push(...outcome);
      }
      values = outcomes;
    }
    return keywordProblem(test.field, values, tree.at, test.problems) ? undefined : values;
  });
  if (groups.some((group) => group === undefined)) return undefined;
  const known = groups.filter((group) => group !== undefined);
  const options = { field: test.field, cased: names.includes('cased'), not: names.includes('neq') };
  if (names.includes('all'))
    return join(
      'and',
      known.map((group) => anyOf(group, options)),
    );
  return anyOf(known.flat(), options);
}

function unknownModifier(name: string, at: string): Problem {
  const near = nearest(name, MODIFIER_NAMES);
  return {
    at,
    what: `Unknown modifier "${name}"`,
    allowed: MODIFIER_NAMES.join(', '),
    ...(near ? { fix: `write "${near}".` } : {}),
  };
}

function keywordProblem(field: string | null, values: readonly Value[], at: string, problems: Problem[]): boolean {
  if (field !== null || values.every(({ is }) => is === 'text' || is === 'number' || is === 'boolean' || is === 'regex'))
    return false;
  problems.push({
    at,
    what: 'A keyword has no field, so only text can be searched',
    allowed: 'text, numbers, re',
    fix: 'write the field before the first "|".',
  });
  return true;
}

function initialValue(tree: ScalarTree): Value {
  const { value, source } = tree;
  if (value === null) return { is: 'null' };
  if (typeof value === 'boolean') return { is: 'boolean', boolean: value };
  if (typeof value === 'string') return { is: 'text', parts: parseParts(value), raw: value };
  // 012345678901 is an account id and 2^53 + 1 an identifier: numbers that a double cannot keep as written stay text.
  const asWritten = /^0\d+$/.test(source) || (Number.isInteger(value) && !Number.isSafeInteger(value));
  return { is: 'number', number: value, text: asWritten ? source : String(value) };
}

interface AtomOptions {
  field: string | null;
  cased: boolean;
  not: boolean;
}

/** True where any of the values passes (with `not`: where none does). Values of one kind share an atom. */
function anyOf(values: readonly Value[], { field, cased, not }: AtomOptions): Expr {
  const negated = not ? { not: true as const } : {};
  const sensitive = cased ? { cased: true as const } : {};
  const patterns: Pattern[] = [];
  const regexes: { source: string; flags: string }[] = [];
  const networks: string[] = [];
  const rest: Expr[] = [];
  for (const value of values) {
    if (value.is === 'regex') regexes.push({ source: value.source, flags: value.flags });
    else if (value.is === 'cidr') networks.push(value.network);
    else if (field === null || value.is === 'text' || value.is === 'boolean' || (value.is === 'number' && !value.part)) {
      const parts = asText(value)?.parts ?? [];
      patterns.push(packParts(field === null ? openEnd(openStart(parts)) : parts));
    } else rest.push(otherAtom(field, value, { negated, sensitive, not }));
  }
  const exprs: Expr[] = [];
  if (patterns.length > 0) exprs.push(atom({ test: 'text', field, patterns, ...sensitive, ...negated }));
  if (regexes.length > 0) exprs.push(atom({ test: 'regex', field, regexes, ...negated }));
  if (networks.length > 0 && field !== null) exprs.push(atom({ test: 'cidr', field, networks, ...negated }));
  return join(not ? 'and' : 'or', [...exprs, ...rest]);
}

function otherAtom(
  field: string,
  value: Value,
  { negated, sensitive, not }: { negated: { not?: true }; sensitive: { cased?: true }; not: boolean },
): Expr {
  const flip = (expr: Expr): Expr => (not ? { op: 'not', of: expr } : expr);
  if (value.is === 'null') return flip(atom({ test: 'null', field }));
  if (value.is === 'exists') return flip(atom({ test: 'exists', field, want: value.want }));
  if (value.is === 'fieldref') {
    const how = value.start && value.end ? 'contains' : value.start ? 'startswith' : value.end ? 'endswith' : 'equals';
    return atom({ test: 'fieldref', field, other: value.other, how, ...sensitive, ...negated });
  }
  const compare = value.is === 'compare' ? value.compare : 'eq';
  const number = value.is === 'compare' || value.is === 'number' ? value.number : Number.NaN;
  const part = value.is === 'compare' || value.is === 'number' ? value.part : undefined;
  const numeric: Atom = { test: 'number', field, compare, value: number, ...(part ? { part } : {}), ...negated };
  return atom(numeric);
}
