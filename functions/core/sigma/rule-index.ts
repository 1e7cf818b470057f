/** Turns the rules of one log source into an index: an event looks up a few fields and meets only rules that could match it. */
import { anchorSets, bestSet, type Rank } from './anchor.ts';
import { atomsOf, type Expr, type SigmaRule, wholeExpr } from './ast.ts';
import { FieldAnchors } from './field-anchors.ts';
import type { FieldMap } from './field-map.ts';
import { fold, patternText } from './pattern.ts';
import { compilePredicate, type Predicate } from './predicate.ts';
import { FieldSlots, type ReadField, RecordReader } from './record-reader.ts';
import type { RuleHit, RuleInfo } from './rule.ts';
import { TextValue } from './text-value.ts';

export type OnError = (rule: RuleInfo, error: unknown) => void;

/** What nearly every event gets. */
const NO_HITS: readonly RuleHit[] = [];

interface Indexed {
  info: RuleInfo;
  predicate: Predicate;
}

export class RuleIndex {
  /** Rules that no anchor stands for: every event is tried on them. */
  readonly unanchored: RuleInfo[] = [];
  private readonly rules: Indexed[] = [];
  private readonly always: number[] = [];
  private readonly anchors: readonly FieldAnchors[];
  /** The fields of `anchors`, in their order. */
  private readonly fields: readonly ReadField[];
  private readonly reader: RecordReader;
  /** Number of the event that a rule was last found for. Numbers of fixed width: a list that is emptied for each event costs more. */
  private readonly seenAt: Uint32Array;
  private readonly found: Uint32Array;
  private foundCount = 0;
  private event = 0;

  constructor(rules: readonly SigmaRule[], maps: readonly FieldMap[]) {
    const slots = new FieldSlots(maps);
    const exprs = rules.map((rule) => wholeExpr(rule));
    const rank = rankFor(exprs);
    const sets = exprs.map((expr) => bestSet(anchorSets(expr, rank), rank));
    const byField = new Map<string, FieldAnchors>();
    for (const [position, anchors] of sets.entries()) {
      if (!anchors) this.always.push(position);
      for (const anchor of anchors ?? []) {
        const field = byField.get(anchor.field) ?? new FieldAnchors(slots.slotOf(anchor.field));
        byField.set(anchor.field, field);
        field.add(anchor, position);
      }
    }
    this.anchors = [...byField.values()];
    for (const [position, { info }] of rules.entries()) {
      const expr = exprs[position] ?? { op: 'or', of: [] };
      const anchored = new Set(sets[position]?.map(({ field }) => field));
      this.rules.push({ info, predicate: compilePredicate(cheapFirst(expr, byField, anchored), slots) });
      if (!sets[position]) this.unanchored.push(info);
    }
    const reader = new RecordReader(slots);
    this.reader = reader;
    this.fields = this.anchors.map(({ slot }) => reader.field(slot));
    this.seenAt = new Uint32Array(rules.length);
    this.found = new Uint32Array(rules.length);
  }

  /** Rules that match a record, in the rules' order. A rule that throws is reported and left out. */
  match(record: unknown, onError?: OnError): readonly RuleHit[] {
    if (this.rules.length === 0) return NO_HITS;
    this.reader.begin(record);
    this.findCandidates();
    let hits: RuleHit[] | undefined;
    for (let at = 0; at < this.foundCount; at++) {
      const rule = this.rules[this.found[at] ?? 0];
      if (rule === undefined || !this.holds(rule, onError)) continue;
      hits ??= [];
      hits.push({ rule: rule.info });
    }
    this.reader.begin(null);
    return hits ?? NO_HITS;
  }

  private holds({ info, predicate }: Indexed, onError?: OnError): boolean {
    try {
      return predicate.matches(this.reader);
    } catch (error) {
      try {
        onError?.(info, error);
      } catch {
        // Reporting is the caller's: its failure must not hide the other rules.
      }
      return false;
    }
  }

  /** Puts into `found` the positions of the rules that an anchor in this record speaks for, in order. */
  private findCandidates(): void {
    this.foundCount = 0;
    this.event = this.event === LAST_EVENT ? this.restart() : this.event + 1;
    try {
      for (let at = 0; at < this.fields.length; at++) this.findIn(at);
    } catch {
      // A record that cannot be read: each rule meets the trouble by itself, and those that do not need the field still run.
      this.foundCount = this.rules.length;
      for (let position = 0; position < this.foundCount; position++) this.found[position] = position;
      return;
    }
    this.collect(this.always);
    if (this.foundCount > 1) sortStart(this.found, this.foundCount);
  }

  private findIn(at: number): void {
    const field = this.fields[at];
    const anchors = this.anchors[at];
    if (field === undefined || anchors === undefined) return;
    const text = this.reader.textOf(field);
    if (text === null || (typeof text === 'string' && !anchors.canHold(text.length))) return;
    const values = this.reader.valueOf(field);
    if (values === undefined) return;
    if (values instanceof TextValue) this.collect(values.rules ?? anchors.rulesOf(values));
    else for (const value of values) this.collect(anchors.rulesOf(value));
  }

  private collect(positions: readonly number[]): void {
    const { seenAt, found, event } = this;
    for (let at = 0; at < positions.length; at++) {
      const position = positions[at] ?? 0;
      if (seenAt[position] === event) continue;
      seenAt[position] = event;
      found[this.foundCount++] = position;
    }
  }

  private restart(): number {
    this.seenAt.fill(0);
    return 1;
  }
}

const LAST_EVENT = 0xff_ff_ff_ff;

/** Sorts the first `count` in place; most events have a few candidates, for which the library's sort costs more than the rules do. */
function sortStart(positions: Uint32Array, count: number): void {
  if (count > 24) {
    positions.subarray(0, count).sort();
    return;
  }
  for (let next = 1; next < count; next++) {
    const position = positions[next] ?? 0;
    let at = next;
    for (; at > 0 && (positions[at - 1] ?? 0) > position; at--) positions[at] = positions[at - 1] ?? 0;
    positions[at] = position;
  }
}

/**
 * The same expression with cheap tests before dear ones: first those on fields that the index has read anyhow, last the anchor's own,
 * which nearly always hold once the anchor was found.
 */
function cheapFirst(expr: Expr, indexed: ReadonlyMap<string, unknown>, anchored: ReadonlySet<string>): Expr {
  if (expr.op === 'atom') return expr;
  if (expr.op === 'not') return { op: 'not', of: cheapFirst(expr.of, indexed, anchored) };
  const costOf = (part: Expr): number => {
    if (part.op === 'not') return costOf(part.of);
    if (part.op !== 'atom') return part.of.reduce((sum, inner) => sum + costOf(inner), 0);
    const { atom } = part;
    if (!('field' in atom) || atom.field === null) return KEYWORD_COST;
    if (atom.test === 'fieldref') return FIELDREF_COST;
    return indexed.has(atom.field) ? (anchored.has(atom.field) ? 2 : 1) : 2 + atom.field.split('.').length;
  };
  const parts = expr.of.map((part) => ({ part: cheapFirst(part, indexed, anchored), cost: costOf(part) }));
  return { op: expr.op, of: parts.sort((a, b) => a.cost - b.cost).map(({ part }) => part) };
}

/** The whole record as JSON text; two fields. In units of one look at a remembered value. */
const KEYWORD_COST = 1_000;
const FIELDREF_COST = 10;

/** How many more events a partial text lets through than a whole one; `present` is the last resort. */
const LOOSENESS = { exact: 1, prefix: 2, suffix: 3, substring: 4, literal: 16, present: 10_000 } as const;

/**
 * Estimates the share of events that a set of anchors lets through. The more values a field has in these rules, the better it tells
 * events apart: `eventName` beats `eventSource` without either being known here.
 */
function rankFor(exprs: readonly Expr[]): Rank {
  const values = new Map<string, Set<string>>();
  for (const expr of exprs) {
    for (const atom of atomsOf(expr)) {
      if (atom.test !== 'text' || atom.field === null || atom.not) continue;
      const known = values.get(atom.field) ?? new Set();
      for (const pattern of atom.patterns) known.add(fold(patternText(pattern)));
      values.set(atom.field, known);
    }
  }
  return (anchors) =>
    anchors.reduce((share, { field, kind }) => share + LOOSENESS[kind] / Math.max(values.get(field)?.size ?? 1, 1), 0);
}
