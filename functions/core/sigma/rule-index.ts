/** Turns the rules of one log source into an index: an event looks up a few fields and meets only rules that could match it. */
import { type Anchor, anchorSets, bestSet, type Rank } from './anchor.ts';
import { atomsOf, type Expr, type SigmaRule, wholeExpr } from './ast.ts';
import type { FieldMap } from './field-map.ts';
import { fold, patternText } from './pattern.ts';
import { compilePredicate, type Predicate } from './predicate.ts';
import { FieldSlots, RecordReader } from './record-reader.ts';
import type { RuleHit, RuleInfo } from './rule.ts';
import { anyOf, substringTest } from './text-test.ts';

export type OnError = (rule: RuleInfo, error: unknown) => void;

interface Indexed {
  info: RuleInfo;
  predicate: Predicate;
}

/** Anchors of one field. Numbers are positions of rules. */
interface FieldAnchors {
  slot: number;
  exact: Map<string, number[]>;
  /** Prefixes, suffixes and substrings, asked one after the other, behind one search that says whether any can be there. */
  partial: Map<string, { kind: Anchor['kind']; text: string; rules: number[] }>;
  gate: ((text: string) => boolean) | undefined;
  present: number[];
  /** Raw value → what it means, so that folding and partial anchors cost once per distinct value. */
  memo: Map<string, Meaning>;
}

interface Meaning {
  folded: string;
  rules: readonly number[];
}

const MEMO_ENTRIES = 4_096;
const MEMO_TEXT = 256;
const NONE: readonly number[] = [];

export class RuleIndex {
  /** Rules that no anchor stands for: every event is tried on them. */
  readonly unanchored: RuleInfo[] = [];
  private readonly rules: Indexed[] = [];
  private readonly always: number[] = [];
  private readonly fields: FieldAnchors[] = [];
  private readonly reader: RecordReader;
  private readonly seenAt: number[] = [];
  private event = 0;

  constructor(rules: readonly SigmaRule[], maps: readonly FieldMap[]) {
    const slots = new FieldSlots(maps);
    const exprs = rules.map((rule) => wholeExpr(rule));
    const rank = rankFor(exprs);
    const byField = new Map<string, FieldAnchors>();
    for (const [index, rule] of rules.entries()) {
      const expr = exprs[index] ?? wholeExpr(rule);
      const position = this.rules.push({ info: rule.info, predicate: compilePredicate(expr, slots) }) - 1;
      const anchors = bestSet(anchorSets(expr, rank), rank);
      if (!anchors) {
        this.always.push(position);
        this.unanchored.push(rule.info);
      }
      for (const anchor of anchors ?? []) place(anchor, position, fieldAnchors(byField, anchor.field, slots));
    }
    for (const field of byField.values()) {
      const [gate] = field.partial.size > 8 ? [anyOf(substringTest([...field.partial.values()].map(({ text }) => text)))] : [];
      field.gate = gate;
      this.fields.push(field);
    }
    this.reader = new RecordReader(slots);
  }

  /** Rules that match a record, in the rules' order. A rule that throws is reported and left out. */
  match(record: unknown, onError?: OnError): RuleHit[] {
    if (this.rules.length === 0) return [];
    this.reader.begin(record);
    const hits: RuleHit[] = [];
    for (const position of this.candidates()) {
      const rule = this.rules[position];
      if (rule && this.holds(rule, onError)) hits.push({ rule: rule.info });
    }
    this.reader.begin(null);
    return hits;
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

  private candidates(): readonly number[] {
    this.event += 1;
    const found: number[] = [];
    try {
      for (const field of this.fields) {
        const texts = this.reader.read(field.slot);
        if (texts === undefined) continue;
        if (typeof texts === 'string') {
          const { folded, rules } = lookUp(field, texts);
          this.reader.keepFolded(field.slot, folded);
          this.collect(rules, found);
        } else for (const text of texts) this.collect(lookUp(field, text).rules, found);
      }
    } catch {
      // A record that cannot be read: each rule meets the trouble by itself, and those that do not need the field still run.
      return this.rules.map((_, position) => position);
    }
    this.collect(this.always, found);
    return found.length > 1 ? found.sort((a, b) => a - b) : found;
  }

  private collect(positions: readonly number[], found: number[]): void {
    for (const position of positions) {
      if (this.seenAt[position] === this.event) continue;
      this.seenAt[position] = this.event;
      found.push(position);
    }
  }
}

function fieldAnchors(byField: Map<string, FieldAnchors>, field: string, slots: FieldSlots): FieldAnchors {
  const known = byField.get(field);
  if (known) return known;
  const fresh: FieldAnchors = {
    slot: slots.slotOf(field),
    exact: new Map(),
    partial: new Map(),
    gate: undefined,
    present: [],
    memo: new Map(),
  };
  byField.set(field, fresh);
  return fresh;
}

function place({ kind, text }: Anchor, position: number, field: FieldAnchors): void {
  if (kind === 'present') field.present.push(position);
  else if (kind === 'exact') {
    const rules = field.exact.get(text);
    if (rules) rules.push(position);
    else field.exact.set(text, [position]);
  } else {
    const key = `${kind} ${text}`;
    const same = field.partial.get(key);
    if (same) same.rules.push(position);
    else field.partial.set(key, { kind, text, rules: [position] });
  }
}

function lookUp(field: FieldAnchors, text: string): Meaning {
  const known = field.memo.get(text);
  if (known !== undefined) return known;
  const folded = fold(text);
  const meaning = { folded, rules: search(field, folded) };
  if (text.length <= MEMO_TEXT) {
    if (field.memo.size >= MEMO_ENTRIES) field.memo.clear();
    field.memo.set(text, meaning);
  }
  return meaning;
}

function search(field: FieldAnchors, folded: string): readonly number[] {
  const exact = field.exact.get(folded) ?? NONE;
  if (field.partial.size === 0 && field.present.length === 0) return exact;
  const rules = [...exact, ...field.present];
  if (field.gate && !field.gate(folded)) return rules;
  for (const { kind, text, rules: anchored } of field.partial.values()) {
    const found = kind === 'prefix' ? folded.startsWith(text) : kind === 'suffix' ? folded.endsWith(text) : folded.includes(text);
    if (found) for (const position of anchored) rules.push(position);
  }
  return rules;
}

/** How many more events a partial text lets through than a whole one; `present` is the last resort. */
const LOOSENESS = { exact: 1, prefix: 2, suffix: 3, substring: 4, present: 10_000 } as const;

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
