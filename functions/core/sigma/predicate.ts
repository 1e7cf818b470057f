/** Turns a rule into a predicate over a record, and into a three-valued verdict. */
import { atomsOf, type Expr, type SigmaRule, wholeExpr } from './ast.ts';
import { type AtomTest, atomTest, type Truth } from './atom-test.ts';
import { FIELD_MAPS, type FieldMap, mapsFor } from './field-map.ts';
import { FieldSlots, RecordReader } from './record-reader.ts';
import type { Verdict } from './rule.ts';

/**
 * What a rule says of a record, defined so that every backend can compute the same:
 *
 * An atom on a field that is absent or null is *unknown*; `null`, `exists` and keywords are always true or false.
 *   B = the condition with unknown read as false, in two-valued logic: `selection and not filter` holds where the filter's field is absent.
 *   K = the condition in Kleene's three-valued logic.
 *   G = some atom is known: without any of its fields, a rule made of negations says nothing.
 * match = B and G; no_match = K is false; not_applicable = everything else: an absent field could have decided.
 */
export interface Predicate {
  matches(reader: RecordReader): boolean;
  verdict(reader: RecordReader): Verdict;
}

type Logic = (reader: RecordReader) => Truth;

export function compilePredicate(expr: Expr, slots: FieldSlots): Predicate {
  const tests = new Map([...atomsOf(expr)].map((atom) => [atom, atomTest(atom, slots)]));
  const testOf = (part: Expr & { op: 'atom' }): AtomTest => tests.get(part.atom) ?? (() => -1);
  const holds = twoValued(expr, testOf);
  const kleene = threeValued(expr, testOf);
  const all = [...tests.values()];
  const silent = holdsOnSilence(expr);
  const matches = silent ? (reader: RecordReader) => holds(reader) && all.some((test) => test(reader) !== -1) : holds;
  return {
    matches,
    verdict: (reader) => {
      if (matches(reader)) return 'match';
      return kleene(reader) === 0 ? 'no_match' : 'not_applicable';
    },
  };
}

/** True where the condition would hold with every atom unknown: only then must a match prove that something is known. */
export function holdsOnSilence(expr: Expr): boolean {
  if (expr.op === 'atom') return false;
  if (expr.op === 'not') return !holdsOnSilence(expr.of);
  return expr.op === 'and' ? expr.of.every(holdsOnSilence) : expr.of.some(holdsOnSilence);
}

function twoValued(expr: Expr, testOf: (part: Expr & { op: 'atom' }) => AtomTest): (reader: RecordReader) => boolean {
  if (expr.op === 'atom') {
    const test = testOf(expr);
    return (reader) => test(reader) === 1;
  }
  if (expr.op === 'not') {
    const inner = twoValued(expr.of, testOf);
    return (reader) => !inner(reader);
  }
  const every = expr.op === 'and';
  const flat = expr.of.flatMap((part) => (part.op === expr.op ? part.of : [part]));
  // A part that reads the whole record stays where it is, after all others.
  const firstWhole = flat.findIndex(readsWhole);
  const movable = firstWhole === -1 ? flat.length : firstWhole;
  // Nearly all rules are lists of plain tests: those run without a call in between.
  const tests = flat.flatMap((part) => (part.op === 'atom' ? [testOf(part)] : []));
  if (tests.length === flat.length)
    return (reader) => {
      for (let at = 0; at < tests.length; at++) {
        if ((tests[at]?.(reader) === 1) === every) continue;
        if (at > 0 && at < movable) forward(tests, at);
        return !every;
      }
      return every;
    };
  const parts = flat.map((part) => twoValued(part, testOf));
  return (reader) => {
    for (let at = 0; at < parts.length; at++) {
      if (parts[at]?.(reader) === every) continue;
      if (at > 0 && at < movable) forward(parts, at);
      return !every;
    }
    return every;
  };
}

const readsWhole = (expr: Expr): boolean => [...atomsOf(expr)].some((atom) => !('field' in atom) || atom.field === null);

/** What decided is asked earlier from now on: the order settles on what these logs are decided by, and the answer is the same in any. */
function forward<T>(list: T[], at: number): void {
  const [before, decisive] = [list[at - 1], list[at]];
  if (before === undefined || decisive === undefined) return;
  list[at - 1] = decisive;
  list[at] = before;
}

function threeValued(expr: Expr, testOf: (part: Expr & { op: 'atom' }) => AtomTest): Logic {
  if (expr.op === 'atom') return testOf(expr);
  if (expr.op === 'not') {
    const inner = threeValued(expr.of, testOf);
    return (reader) => {
      const value = inner(reader);
      return value === -1 ? -1 : value === 1 ? 0 : 1;
    };
  }
  const parts = expr.of.map((part) => threeValued(part, testOf));
  const [neutral, decisive]: [Truth, Truth] = expr.op === 'and' ? [1, 0] : [0, 1];
  return (reader) => {
    let value: Truth = neutral;
    for (const part of parts) {
      const next = part(reader);
      if (next === decisive) return decisive;
      if (next === -1) value = -1;
    }
    return value;
  };
}

interface Compiled {
  predicate: Predicate;
  reader: RecordReader;
}
const compiled = new WeakMap<SigmaRule, Compiled>();

/**
 * The verdict of one rule on one record (the OCSF event for `taxonomy: ocsf` rules), as the stream would give it. For tests and
 * explanations. Default field maps: those that we ship for the rule's own log source.
 */
export function evaluate(rule: SigmaRule, record: unknown, maps?: readonly FieldMap[]): Verdict {
  const { predicate, reader } = maps ? compileRule(rule, maps) : (compiled.get(rule) ?? remember(rule));
  reader.begin(record);
  const verdict = predicate.verdict(reader);
  reader.begin(null);
  return verdict;
}

function remember(rule: SigmaRule): Compiled {
  const fresh = compileRule(rule, rule.taxonomy === 'ocsf' ? [] : mapsFor(FIELD_MAPS, [rule.logsource]));
  compiled.set(rule, fresh);
  return fresh;
}

function compileRule(rule: SigmaRule, maps: readonly FieldMap[]): Compiled {
  const slots = new FieldSlots(maps);
  return { predicate: compilePredicate(wholeExpr(rule), slots), reader: new RecordReader(slots) };
}
