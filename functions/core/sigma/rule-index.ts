/** Turns the rules of one log source into an index: an event looks up a few fields and meets only rules that could match it. */
import { type Anchor, anchorSets, bestSet, type Rank, weakest } from './anchor.ts';
import { atomsOf, type SigmaRule, wholeExpr } from './ast.ts';
import type { FieldMap } from './field-map.ts';
import { fold } from './pattern.ts';
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
  /** Raw value → rules, so that folding and partial anchors cost once per distinct value. */
  memo: Map<string, readonly number[]>;
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
    const rank = rankFor(rules);
    const byField = new Map<string, FieldAnchors>();
    for (const rule of rules) {
      const expr = wholeExpr(rule);
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
        if (typeof texts === 'string') this.collect(lookUp(field, texts), found);
        else for (const text of texts) this.collect(lookUp(field, text), found);
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

function lookUp(field: FieldAnchors, text: string): readonly number[] {
  const known = field.memo.get(text);
  if (known !== undefined) return known;
  const rules = search(field, fold(text));
  if (text.length <= MEMO_TEXT) {
    if (field.memo.size >= MEMO_ENTRIES) field.memo.clear();
    field.memo.set(text, rules);
  }
  return rules;
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

/** Prefers exact values of the field with the most distinct values in these rules: it tells events apart best. */
function rankFor(rules: readonly SigmaRule[]): Rank {
  const values = new Map<string, Set<string>>();
  for (const rule of rules) {
    for (const atom of atomsOf(wholeExpr(rule))) {
      if (atom.test !== 'text' || atom.field === null || atom.not) continue;
      const known = values.get(atom.field) ?? new Set();
      for (const pattern of atom.patterns) if (typeof pattern === 'string') known.add(fold(pattern));
      values.set(atom.field, known);
    }
  }
  return (anchors) => {
    const spread = anchors.reduce((least, { field }) => Math.min(least, values.get(field)?.size ?? 0), 99_999);
    return weakest(anchors) * 1e12 - spread * 1e5 + Math.min(anchors.length, 99_999);
  };
}
