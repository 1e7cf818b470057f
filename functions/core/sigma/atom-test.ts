/** Turns one atom into a three-valued test of a record. */
import type { Atom } from './ast.ts';
import { cidrTest } from './cidr.ts';
import { fold } from './pattern.ts';
import type { FieldSlots, RecordReader, Texts } from './record-reader.ts';
import { regexTest } from './regex.ts';
import { type TextTest, textTest } from './text-test.ts';
import { timestampPart } from './timestamp-part.ts';

/** Kleene's three values: 1 true, 0 false, -1 unknown (the field is absent or null, so nothing can be said of its value). */
export type Truth = 1 | 0 | -1;
export type AtomTest = (reader: RecordReader) => Truth;

const truth = (value: boolean): Truth => (value ? 1 : 0);
const MEMO_ENTRIES = 2_048;
const MEMO_TEXT = 512;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Compiles an atom against the slots of its record. */
export function atomTest(atom: Atom, slots: FieldSlots): AtomTest {
  if (atom.test === 'exists') {
    const slot = slots.slotOf(atom.field);
    return (reader) => truth(reader.present(slot) === atom.want);
  }
  if (atom.test === 'null') {
    const slot = slots.slotOf(atom.field);
    return (reader) => truth(reader.read(slot) === undefined);
  }
  if (atom.test === 'fieldref') return fieldrefTest(atom, slots);
  if (atom.field === null) return keywordTest(atom);
  const slot = slots.slotOf(atom.field);
  const wanted = atom.not !== true;
  const folded = atom.test === 'text' && atom.cased !== true;
  const test = valueTest(atom);
  return (reader) => {
    const texts = folded ? reader.folded(slot) : reader.read(slot);
    if (texts === undefined) return -1;
    return truth(some(texts, test) === wanted);
  };
}

const some = (texts: string | readonly string[], test: TextTest): boolean =>
  typeof texts === 'string' ? test(texts) : texts.some(test);

function valueTest(atom: Exclude<Atom, { test: 'exists' | 'null' | 'fieldref' }>): TextTest {
  if (atom.test === 'text')
    return atom.patterns.length > 8
      ? memoized(textTest(atom.patterns, atom.cased === true))
      : textTest(atom.patterns, atom.cased === true);
  if (atom.test === 'regex') {
    const tests = atom.regexes.map(regexTest);
    return memoized((text) => tests.some((test) => test(text)));
  }
  if (atom.test === 'cidr') return memoized(cidrTest(atom.networks));
  return numberTest(atom);
}

/** Values repeat in logs: remembers the answers for short texts, forgetting all when full. */
function memoized(test: TextTest): TextTest {
  const memo = new Map<string, boolean>();
  return (text) => {
    if (text.length > MEMO_TEXT) return test(text);
    let answer = memo.get(text);
    if (answer === undefined) {
      answer = test(text);
      if (memo.size >= MEMO_ENTRIES) memo.clear();
      memo.set(text, answer);
    }
    return answer;
  };
}

function numberTest({ compare, value, part }: Atom & { test: 'number' }): TextTest {
  return (text) => {
    const number = part === undefined ? numberOf(text) : timestampPart(text, part);
    if (number === undefined) return false;
    if (compare === 'eq') return number === value;
    if (compare === 'lt') return number < value;
    if (compare === 'lte') return number <= value;
    return compare === 'gt' ? number > value : number >= value;
  };
}

function numberOf(text: string): number | undefined {
  const trimmed = text.length > 64 ? '' : text.trim();
  return NUMBER.test(trimmed) ? Number(trimmed) : undefined;
}

function fieldrefTest({ field, other, how, cased, not }: Atom & { test: 'fieldref' }, slots: FieldSlots): AtomTest {
  const [slot, otherSlot] = [slots.slotOf(field), slots.slotOf(other)];
  const compare = (a: string, b: string): boolean => {
    if (how === 'startswith') return a.startsWith(b);
    if (how === 'endswith') return a.endsWith(b);
    return how === 'contains' ? a.includes(b) : a === b;
  };
  const read = (reader: RecordReader, at: number): Texts => (cased ? reader.read(at) : reader.folded(at));
  return (reader) => {
    const texts = read(reader, slot);
    const others = read(reader, otherSlot);
    if (texts === undefined || others === undefined) return -1;
    return truth(some(texts, (a) => some(others, (b) => compare(a, b))) !== (not === true));
  };
}

/** A keyword is looked for in the record's JSON text, and in its string values where JSON writes an escape. */
function keywordTest(atom: Atom & { test: 'text' | 'regex' | 'cidr' | 'number' }): AtomTest {
  const wanted = !('not' in atom && atom.not === true);
  const cased = atom.test !== 'text' || atom.cased === true;
  const test = valueTest(atom);
  const same = (text: string): string => (cased ? text : fold(text));
  return (reader) => {
    if (test(reader.message(cased))) return truth(wanted);
    if (!reader.message(true).includes('\\')) return truth(!wanted);
    for (const text of reader.strings()) if (test(same(text))) return truth(wanted);
    return truth(!wanted);
  };
}
