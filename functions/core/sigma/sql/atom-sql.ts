/** Turns one atom into three-valued SQL over the slots of its fields: true, false, or NULL where the field says nothing. */
import type { Atom } from '../ast.ts';
import { networkText } from '../cidr.ts';
import { allOfSql, anyOfSql, chunks, sqlDouble, sqlText } from './literal.ts';
import { regexSql } from './regex-sql.ts';
import { RAW_TEXT } from './slot-sql.ts';
import { patternsOnObject, patternsSql } from './text-sql.ts';
import { timePartSql } from './time-sql.ts';

/** Names of the columns that hold a slot's texts in the query's inner level. */
export interface Slot {
  one: string;
  many: string;
  object: string;
  /** True where nothing can be said of the field; absent where that cannot be. */
  untold?: string;
  present(): string;
}

export interface AtomSql {
  /** boolean, NULL for unknown. */
  truth: string;
  /** boolean: an object whose text is not in the lake would decide; absent where that cannot be. */
  undecided?: string;
}
export type AtomResult = AtomSql | { why: string };

export type SlotsOf = (field: string) => readonly Slot[] | { why: string };

/** A test of one text, and what it says of the JSON text of an object: true, false, or undefined. */
interface TextSql {
  test(x: string): string;
  cased: boolean;
  onObject: boolean | undefined;
  /** Long tests are written once, over a list, instead of twice. */
  isLong: boolean;
}

type ValueAtom = Exclude<Atom, { test: 'exists' | 'null' | 'fieldref' }>;

export function atomSql(atom: Atom, slotsOf: SlotsOf): AtomResult {
  if (atom.field === null) return keywordSql(atom);
  const slots = slotsOf(atom.field);
  if ('why' in slots) return slots;
  if (atom.test === 'exists') {
    const present = anyOfSql(slots.map((slot) => slot.present()));
    return { truth: atom.want ? present : `NOT ${present}` };
  }
  if (atom.test === 'null') return { truth: `NOT ${anyOfSql(slots.map(isKnown))}` };
  const positive = atom.test === 'fieldref' ? fieldrefSql(atom, slots, slotsOf) : valueSql(atom, slots);
  if ('why' in positive || atom.not !== true) return positive;
  return { ...positive, truth: `NOT ${positive.truth}` };
}

const isKnown = ({ one, many, object }: Slot): string =>
  `(${one} IS NOT NULL OR coalesce(cardinality(${many}), 0) > 0 OR ${object})`;
/** All texts of a slot; NULL where there is none. */
export const listOf = ({ one, many }: Slot): string =>
  `CASE WHEN cardinality(${many}) > 0 THEN ${many} WHEN ${one} IS NOT NULL THEN ARRAY[${one}] END`;

/**
 * A keyword is looked for in the record's JSON text, and in its strings as they are without JSON's escapes.
 * @see atom-test.ts, `keywordTest`
 */
function keywordSql(atom: Atom): AtomResult {
  if (atom.test !== 'text' && atom.test !== 'regex')
    return { why: 'only texts and expressions are searched for without a field' };
  const text = textSql(atom);
  if ('why' in text) return text;
  const fold = (x: string): string => (text.cased ? x : `lower(${x})`);
  const strings = `transform(regexp_extract_all(${RAW_TEXT}, ${JSON_STRING}), s -> ${fold("json_extract_scalar(s, '$')")})`;
  const found = `(${text.test(fold(RAW_TEXT))} OR (strpos(${RAW_TEXT}, '\\') > 0 AND coalesce(any_match(${strings}, s -> ${text.test('s')}), false)))`;
  return { truth: atom.not === true ? `NOT ${found}` : found, undecided: `${RAW_TEXT} IS NULL` };
}

/** A string of JSON text, with its quotes. */
const JSON_STRING = sqlText('"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"');

function valueSql(atom: ValueAtom, slots: readonly Slot[]): AtomResult {
  const text = textSql(atom);
  if ('why' in text) return text;
  const truths = slots.map((slot) => slotTruth(slot, text));
  const undecided = text.onObject === undefined ? { undecided: anyOfSql(slots.map(({ object }) => object)) } : {};
  const [only] = truths;
  if (only !== undefined && truths.length === 1) return { truth: `(${only})`, ...undecided };
  const found = anyOfSql(truths.map((truth) => `coalesce(${truth}, false)`));
  return { truth: `(CASE WHEN ${anyOfSql(slots.map(isKnown))} THEN ${found} END)`, ...undecided };
}

function slotTruth(slot: Slot, { test, cased, onObject, isLong }: TextSql): string {
  const fold = (x: string): string => (cased ? x : `lower(${x})`);
  const { one, many, object } = slot;
  // Items of a list may be objects beside texts.
  const orObject = onObject === true ? ` OR ${object}` : '';
  if (isLong) {
    const list = listOf(slot);
    return `CASE WHEN ${isKnown(slot)} THEN coalesce(any_match(transform(${list}, t -> ${fold('t')}), t -> ${test('t')}), false)${orObject} END`;
  }
  return `CASE WHEN cardinality(${many}) > 0 THEN any_match(transform(${many}, t -> ${fold('t')}), t -> ${test('t')})${orObject} WHEN ${one} IS NOT NULL THEN ${test(fold(one))}${orObject} WHEN ${object} THEN ${onObject === true} END`;
}

const LONG = 50;

function textSql(atom: ValueAtom): TextSql | { why: string } {
  if (atom.test === 'text') {
    const cased = atom.cased === true;
    return {
      test: (x) => patternsSql(atom.patterns, cased, x),
      cased,
      onObject: patternsOnObject(atom.patterns, cased),
      isLong: atom.patterns.length > LONG,
    };
  }
  const exact = { cased: true, onObject: false, isLong: false };
  if (atom.test === 'cidr') return { ...exact, test: (x) => cidrSql(atom.networks, x), isLong: true };
  if (atom.test === 'number') {
    const { compare, value, part } = atom;
    const number = part === undefined ? numberSql : timePartSql(part);
    if (typeof number !== 'function') return number;
    return { ...exact, test: (x) => `coalesce(${number(x)} ${SIGNS[compare]} ${sqlDouble(value)}, false)` };
  }
  const patterns: string[] = [];
  for (const regex of atom.regexes) {
    const written = regexSql(regex);
    if ('why' in written) return { why: `the regular expression ${JSON.stringify(regex.source)}: ${written.why}` };
    patterns.push(written.pattern);
  }
  const test = (x: string): string => anyOfSql(patterns.map((pattern) => `regexp_like(${x}, ${sqlText(pattern)})`));
  return { test, cased: true, onObject: undefined, isLong: patterns.length > LONG };
}

const SIGNS = { eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;
const NUMBER = sqlText('\\A[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?\\z');

/** The text as a double; NULL where it is no number. */
const numberSql = (x: string): string =>
  `CASE WHEN length(${x}) <= 64 AND regexp_like(trim(${x}), ${NUMBER}) THEN TRY_CAST(trim(${x}) AS double) END`;

/** An address in brackets counts; what is no address is in no network. */
function cidrSql(networks: readonly string[], x: string): string {
  const bare = `CASE WHEN starts_with(${x}, '[') AND substr(${x}, -1) = ']' THEN substr(${x}, 2, length(${x}) - 2) ELSE ${x} END`;
  const address = `TRY_CAST(CASE WHEN length(${x}) <= 64 THEN ${bare} END AS ipaddress)`;
  const texts = [...new Set(networks.map(networkText).filter((text) => text !== undefined))];
  const found = chunks(texts, 200).map((part) =>
    part.length <= 8
      ? anyOfSql(part.map((network) => `contains(${sqlText(network)}, ${address})`))
      : `any_match(ARRAY[${part.map(sqlText).join(', ')}], n -> contains(n, ${address}))`,
  );
  return `coalesce(${anyOfSql(found)}, false)`;
}

const COMPARE = {
  equals: (a: string, b: string) => `${a} = ${b}`,
  startswith: (a: string, b: string) => `starts_with(${a}, ${b})`,
  endswith: (a: string, b: string) => `(${b} = '' OR (length(${b}) <= length(${a}) AND substr(${a}, -length(${b})) = ${b}))`,
  contains: (a: string, b: string) => `(${b} = '' OR strpos(${a}, ${b}) > 0)`,
} as const;

function fieldrefSql(atom: Atom & { test: 'fieldref' }, slots: readonly Slot[], slotsOf: SlotsOf): AtomResult {
  const others = slotsOf(atom.other);
  if ('why' in others) return others;
  const fold = (x: string): string => (atom.cased ? x : `lower(${x})`);
  const pairs = slots.flatMap((a) => others.map((b) => ({ a: listOf(a), b: listOf(b) })));
  const found = anyOfSql(
    pairs.map(
      ({ a, b }) => `coalesce(any_match(${a}, x -> any_match(${b}, y -> ${COMPARE[atom.how](fold('x'), fold('y'))})), false)`,
    ),
  );
  const known = allOfSql([anyOfSql(slots.map(isKnown)), anyOfSql(others.map(isKnown))]);
  return {
    truth: `(CASE WHEN ${known} THEN ${found} END)`,
    undecided: anyOfSql([...slots, ...others].map(({ object }) => object)),
  };
}
