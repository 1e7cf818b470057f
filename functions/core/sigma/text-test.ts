/** Turns a list of patterns into one test of a text: sets for whole values, prefixes and suffixes, one search for substrings. */
import type { Pattern, PatternPart } from './ast.ts';
import { fold, isMany } from './pattern.ts';

export type TextTest = (text: string) => boolean;

/** How a pattern can be looked up. `glob` needs a walk along the pattern. */
export type Shape =
  | { kind: 'exact' | 'prefix' | 'suffix' | 'substring'; text: string }
  | { kind: 'anything' }
  | { kind: 'glob'; parts: readonly PatternPart[] };

/** The simplest shape of a pattern, folded unless cased. */
export function shapeOf(pattern: Pattern, cased: boolean): Shape {
  const same = (text: string) => (cased ? text : fold(text));
  if (typeof pattern === 'string') return { kind: 'exact', text: same(pattern) };
  const [first, second, third] = pattern;
  if (pattern.length === 0) return { kind: 'exact', text: '' };
  if (pattern.length === 1 && isMany(first)) return { kind: 'anything' };
  if (pattern.length === 2 && typeof first === 'string' && isMany(second)) return { kind: 'prefix', text: same(first) };
  if (pattern.length === 2 && isMany(first) && typeof second === 'string') return { kind: 'suffix', text: same(second) };
  if (pattern.length === 3 && isMany(first) && typeof second === 'string' && isMany(third))
    return { kind: 'substring', text: same(second) };
  return { kind: 'glob', parts: pattern.map((part) => (typeof part === 'string' ? same(part) : part)) };
}

/** True for texts (already folded unless cased) that any of the patterns covers whole. */
export function textTest(patterns: readonly Pattern[], cased: boolean): TextTest {
  const shapes = patterns.map((pattern) => shapeOf(pattern, cased));
  if (shapes.some(({ kind }) => kind === 'anything')) return () => true;
  const textsOf = (kind: 'exact' | 'prefix' | 'suffix' | 'substring') =>
    shapes.flatMap((shape) => (shape.kind === kind && 'text' in shape ? [shape.text] : []));
  const tests = [
    ...exactTest(textsOf('exact')),
    ...endTest(textsOf('prefix'), 'prefix'),
    ...endTest(textsOf('suffix'), 'suffix'),
    ...substringTest(textsOf('substring')),
    ...shapes.flatMap((shape) => (shape.kind === 'glob' ? [globTest(shape.parts)] : [])),
  ];
  return anyOf(tests);
}

/** True where any of the tests is. */
export function anyOf(tests: readonly TextTest[]): TextTest {
  const [only] = tests;
  if (tests.length === 1 && only) return only;
  return (text) => {
    for (const test of tests) if (test(text)) return true;
    return false;
  };
}

function exactTest(texts: readonly string[]): TextTest[] {
  const [only] = texts;
  if (only === undefined) return [];
  if (texts.length === 1) return [(text) => text === only];
  const set = new Set(texts);
  return [(text) => set.has(text)];
}

/** Thousands of prefixes cost one set look-up for each of their distinct lengths. */
function endTest(texts: readonly string[], end: 'prefix' | 'suffix'): TextTest[] {
  if (texts.length === 0) return [];
  if (texts.length <= 4)
    return texts.map((part) => (end === 'prefix' ? (text) => text.startsWith(part) : (text) => text.endsWith(part)));
  const byLength = new Map<number, Set<string>>();
  for (const text of texts) byLength.set(text.length, (byLength.get(text.length) ?? new Set()).add(text));
  return [
    (text) => {
      for (const [length, set] of byLength) {
        if (length <= text.length && set.has(end === 'prefix' ? text.slice(0, length) : text.slice(text.length - length)))
          return true;
      }
      return false;
    },
  ];
}

/** V8 refuses expressions that are too large. */
const LITERALS = 1_000;
const MAX_HITS = 256;

/** Many substrings become one alternation of literals, which V8 searches in one pass and cannot backtrack in. */
export function substringTest(texts: readonly string[]): TextTest[] {
  if (texts.length === 0) return [];
  if (texts.length <= 8) return texts.map((part) => (text) => text.includes(part));
  return alternations([...new Set(texts)], '').map((regex) => (text) => regex.test(text));
}

/** The texts of a list that occur in a text, each once. */
export type Finder = (text: string) => Iterable<string>;

/**
 * One search for many substrings. Shorter literals stand before longer ones, so at each place the shortest one that is there is found,
 * and every other one there begins with it.
 */
export function substringFinder(texts: readonly string[]): Finder {
  if (texts.length <= 8) return (text) => texts.filter((part) => text.includes(part));
  const sorted = [...new Set(texts)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const regexes = alternations(sorted, 'g');
  const longer = new Map<string, string[]>();
  for (const part of sorted) {
    for (let end = 1; end < part.length; end++) longer.get(part.slice(0, end))?.push(part);
    longer.set(part, []);
  }
  return (text) => {
    const found = new Set<string>();
    let hits = 0;
    for (const regex of regexes) {
      regex.lastIndex = 0;
      for (let hit = regex.exec(text); hit !== null; hit = regex.exec(text)) {
        // A text made of one literal a million times: one look for each literal is cheaper than one stop for each place.
        hits += 1;
        if (hits > MAX_HITS) return sorted.filter((part) => text.includes(part));
        found.add(hit[0]);
        for (const part of longer.get(hit[0]) ?? []) if (text.startsWith(part, hit.index)) found.add(part);
        regex.lastIndex = hit.index + 1;
      }
    }
    return found;
  };
}

/** Regular expressions that find any of the literals, the first of the list first. */
const alternations = (literals: readonly string[], flags: string): RegExp[] =>
  Array.from({ length: Math.ceil(literals.length / LITERALS) }, (_, index) => {
    const part = literals.slice(index * LITERALS, (index + 1) * LITERALS);
    return new RegExp(part.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), flags);
  });

/** A walk over the chunks between `*`: each is found as early as possible, which is enough, so nothing is tried twice. */
function globTest(parts: readonly PatternPart[]): TextTest {
  const chunks: PatternPart[][] = [[]];
  for (const part of parts) {
    if (isMany(part)) chunks.push([]);
    else chunks.at(-1)?.push(part);
  }
  const head = chunks[0] ?? [];
  const tail = chunks.length > 1 ? (chunks.at(-1) ?? []) : undefined;
  const middle = chunks.slice(1, -1).filter((chunk) => chunk.length > 0);
  return (text) => {
    let at = matchAt(head, text, 0);
    if (at < 0) return false;
    if (tail === undefined) return at === text.length;
    for (const chunk of middle) {
      at = findFrom(chunk, text, at);
      if (at < 0) return false;
    }
    return endsFrom(tail, text, at);
  };
}

/** Where a chunk that begins at `at` ends, or -1. `?` is one character, also outside the basic plane. */
function matchAt(chunk: readonly PatternPart[], text: string, at: number): number {
  let position = at;
  for (const part of chunk) {
    if (typeof part === 'string') {
      if (!text.startsWith(part, position)) return -1;
      position += part.length;
    } else {
      const code = text.codePointAt(position);
      if (code === undefined) return -1;
      position += code > 0xffff ? 2 : 1;
    }
  }
  return position;
}

function findFrom(chunk: readonly PatternPart[], text: string, from: number): number {
  const [first] = chunk;
  for (let at = from; at <= text.length; at++) {
    if (typeof first === 'string') {
      at = text.indexOf(first, at);
      if (at < 0) return -1;
    }
    const end = matchAt(chunk, text, at);
    if (end >= 0) return end;
  }
  return -1;
}

/** True where the text ends with the chunk, no earlier than `from`. The chunk's length in units varies with `?`. */
function endsFrom(chunk: readonly PatternPart[], text: string, from: number): boolean {
  const fixed = chunk.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 1), 0);
  const loose = chunk.reduce((sum, part) => sum + (typeof part === 'string' ? 0 : 1), 0);
  for (let start = text.length - fixed; start >= from && start >= text.length - fixed - loose; start--) {
    const middleOfPair =
      isLow(text.charCodeAt(start)) && start > 0 && !isLow(text.charCodeAt(start - 1)) && text.charCodeAt(start - 1) >= 0xd800;
    if (!middleOfPair && matchAt(chunk, text, start) === text.length) return true;
  }
  return false;
}
const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;
