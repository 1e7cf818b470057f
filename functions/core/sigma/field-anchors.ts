/** Turns the anchors that rules have in one field into a look-up: a value of the field → the rules that it may matter to. */
import type { Anchor } from './anchor.ts';
import { type Finder, substringFinder } from './text-test.ts';
import type { TextValue } from './text-value.ts';

const NONE: readonly number[] = [];
const LONGEST = 64;

/** Numbers are positions of rules, ascending. */
export class FieldAnchors {
  readonly slot: number;
  private readonly exact = new Map<string, number[]>();
  /** Prefixes, suffixes and substrings: all are searched for at once, then asked where they were found. */
  private readonly partial = new Map<string, { kind: Anchor['kind']; position: number }[]>();
  private readonly present: number[] = [];
  private finder: Finder | undefined;
  /** A bit for each length (modulo 32) that a value must have to hold an anchor; all of them where anchors are parts of values. */
  private lengths = 0;

  constructor(slot: number) {
    this.slot = slot;
  }

  add({ kind, text }: Anchor, position: number): void {
    this.lengths |= kind === 'exact' ? 1 << (text.length & 31) : -1;
    if (kind === 'exact') push(this.exact, text, position);
    else if (kind === 'present' || text === '') this.present.push(position);
    else {
      // A part of the text is necessary too, and keeps the search small.
      const part = kind === 'suffix' ? text.slice(-LONGEST) : text.slice(0, LONGEST);
      push(this.partial, part, { kind, position });
    }
  }

  /** False where no value of this length can hold an anchor: that saves a look for what is known of it. */
  canHold(length: number): boolean {
    return (this.lengths & (1 << (length & 31))) !== 0;
  }

  /** Positions of the rules that have an anchor in this value, in order and each once. */
  rulesOf(value: TextValue): readonly number[] {
    value.rules ??= this.search(value.folded);
    return value.rules;
  }

  private search(folded: string): readonly number[] {
    const exact = this.exact.get(folded) ?? NONE;
    const found: number[] = [];
    if (this.partial.size > 0) {
      this.finder ??= substringFinder([...this.partial.keys()]);
      for (const text of this.finder(folded)) {
        for (const { kind, position } of this.partial.get(text) ?? []) if (holds(kind, folded, text)) found.push(position);
      }
    }
    if (found.length === 0 && this.present.length === 0) return exact;
    return [...new Set([...exact, ...this.present, ...found])].sort((a, b) => a - b);
  }
}

const holds = (kind: Anchor['kind'], folded: string, text: string): boolean =>
  kind === 'prefix' ? folded.startsWith(text) : kind === 'suffix' ? folded.endsWith(text) : true;

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
