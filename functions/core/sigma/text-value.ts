/** Turns a text that a field holds into all that was found out about it, kept for the next events that hold the same text. */
import { fold } from './pattern.ts';
import type { TextTest } from './text-test.ts';

/** One text of one field, and what is known of it by now. */
export class TextValue {
  readonly text: string;
  /** Positions of the rules that this value is an anchor of, in order; for the index. */
  rules: readonly number[] | undefined = undefined;
  private lower: string | undefined = undefined;
  private answers: (boolean | undefined)[] | undefined = undefined;

  constructor(text: string) {
    this.text = text;
  }

  get folded(): string {
    this.lower ??= fold(this.text);
    return this.lower;
  }

  /** What a test says of the text (`folded`: of its lower case); `id` numbers the field's tests. */
  passes(id: number, test: TextTest, folded: boolean): boolean {
    this.answers ??= [];
    const known = this.answers[id];
    if (known !== undefined) return known;
    const answer = test(folded ? this.folded : this.text);
    this.answers[id] = answer;
    return answer;
  }
}

const ENTRIES = 4_096;
const LONGEST = 256;
/** Texts that go unremembered after a memo has filled up with texts that hardly ever came back. */
const PAUSE = 65_536;
/** A power of two. */
const MARKS = 1_024;

/** The values of one field: they repeat in logs, so folding, searching and matching cost once per distinct value. Bounded. */
export class ValueMemo {
  private readonly values = new Map<string, TextValue>();
  /** The last value with each mark: saves hashing the whole text, which is most of the cost of a look into the map. */
  private readonly recent: (TextValue | undefined)[] = new Array(MARKS).fill(undefined);
  private asked = 0;
  private pause = 0;

  of(text: string): TextValue {
    if (text.length > LONGEST) return new TextValue(text);
    const mark = markOf(text);
    const recent = this.recent[mark];
    if (recent !== undefined && recent.text === text) return recent;
    const value = this.find(text);
    this.recent[mark] = value;
    return value;
  }

  private find(text: string): TextValue {
    if (this.pause > 0) {
      this.pause -= 1;
      return new TextValue(text);
    }
    this.asked += 1;
    const known = this.values.get(text);
    if (known !== undefined) return known;
    if (this.values.size >= ENTRIES) this.forget();
    const fresh = new TextValue(text);
    this.values.set(text, fresh);
    return fresh;
  }

  private forget(): void {
    if (this.asked < 2 * ENTRIES) this.pause = PAUSE;
    this.asked = 0;
    this.values.clear();
  }
}

/**
 * A small number from the length and eight characters; equal texts have equal marks. Names differ at their begin (`sns.`, `sqs.`),
 * addresses at their end, session names of ARNs some way before it.
 */
function markOf(text: string): number {
  const { length } = text;
  let mark = (Math.imul(length, 31) + text.charCodeAt(0)) | 0;
  if (length > 1) mark = (Math.imul(mark, 31) + text.charCodeAt(1)) | 0;
  if (length > 16) mark = (Math.imul(mark, 31) + text.charCodeAt(length - 16)) | 0;
  mark = (Math.imul(mark, 31) + text.charCodeAt(length - 1)) | 0;
  if (length > 1) mark = (Math.imul(mark, 31) + text.charCodeAt(length - 2)) | 0;
  mark = (Math.imul(mark, 31) + text.charCodeAt(length >> 1)) | 0;
  mark = (Math.imul(mark, 31) + text.charCodeAt((5 * length) >> 3)) | 0;
  mark = (Math.imul(mark, 31) + text.charCodeAt((3 * length) >> 2)) | 0;
  return (mark ^ (mark >>> 10) ^ (mark >>> 20)) & (MARKS - 1);
}
