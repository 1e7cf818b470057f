/** Turns one atom into a three-valued test of a record. */
import type { Atom } from './ast.ts';
import { cidrTest } from './cidr.ts';
import { fold, foldedAt } from './pattern.ts';
import type { FieldSlots, RecordReader, Texts, Values } from './record-reader.ts';
import { regexTest } from './regex.ts';
import { anyOf, shapeOf, type TextTest, textTest } from './text-test.ts';
import { TextValue } from './text-value.ts';
import { timestampPart } from './timestamp-part.ts';

/** Kleene's three values: 1 true, 0 false, -1 unknown (the field is absent or null, so nothing can be said of its value). */
export type Truth = 1 | 0 | -1;
export type AtomTest = (reader: RecordReader) => Truth;

const truth = (value: boolean): Truth => (value ? 1 : 0);
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Compiles an atom against the slots of its record. */
export function atomTest(atom: Atom, slots: FieldSlots): AtomTest {
  if (atom.test === 'exists') {
    const slot = slots.slotOf(atom.field);
    return (reader) => truth(reader.present(slot) === atom.want);
  }
  if (atom.test === 'null') {
    const slot = slots.slotOf(atom.field);
    return (reader) => truth(reader.text(slot) === null);
  }
  if (atom.test === 'fieldref') return fieldrefTest(atom, slots);
  if (atom.field === null) return keywordTest(atom);
  return fieldTest(atom, atom.field, slots);
}

type ValueAtom = Exclude<Atom, { test: 'exists' | 'null' | 'fieldref' }>;

function fieldTest(atom: ValueAtom, field: string, slots: FieldSlots): AtomTest {
  const slot = slots.slotOf(field);
  const [whenTrue, whenFalse]: [Truth, Truth] = atom.not === true ? [0, 1] : [1, 0];
  const folded = atom.test === 'text' && atom.cased !== true;
  const test = valueTest(atom);
  // Values repeat in logs: where a look at the text costs more than a look into the memo, the answer is kept with the value.
  const id = isCheap(atom) ? -1 : slots.testOf(slot);
  const glance = glanceTest(atom);
  if (glance !== undefined)
    return (reader) => {
      const text = reader.text(slot);
      if (typeof text === 'string') return glance(text) ? whenTrue : whenFalse;
      if (text === null) return -1;
      return textsOf(reader.value(slot)).some(glance) ? whenTrue : whenFalse;
    };
  const passes = (value: TextValue): boolean =>
    id >= 0 ? value.passes(id, test, folded) : test(folded ? value.folded : value.text);
  return (reader) => {
    const values = reader.value(slot);
    if (values === undefined) return -1;
    if (values instanceof TextValue) return passes(values) ? whenTrue : whenFalse;
    return values.some(passes) ? whenTrue : whenFalse;
  };
}

const textsOf = (values: Values): string[] =>
  values === undefined ? [] : values instanceof TextValue ? [values.text] : values.map(({ text }) => text);

/** The commonest tests, a whole text or an end of it: a glance tells, dearer than that is what is remembered of a value. */
function glanceTest(atom: ValueAtom): TextTest | undefined {
  if (atom.test !== 'text' || atom.cased === true || atom.patterns.length > 2) return undefined;
  const tests = atom.patterns.map((pattern): TextTest | undefined => {
    const shape = shapeOf(pattern, false);
    if (shape.kind === 'exact') return (text) => text.length === shape.text.length && foldedAt(text, shape.text, 0);
    if (shape.kind === 'prefix') return (text) => foldedAt(text, shape.text, 0);
    if (shape.kind === 'suffix') return (text) => foldedAt(text, shape.text, text.length - shape.text.length);
    return undefined;
  });
  return tests.every((test) => test !== undefined) ? anyOf(tests) : undefined;
}

const isCheap = (atom: ValueAtom): boolean =>
  atom.test === 'text' && atom.patterns.length <= 2 && atom.patterns.every((pattern) => typeof pattern === 'string');

const some = (texts: string | readonly string[], test: TextTest): boolean =>
  typeof texts === 'string' ? test(texts) : texts.some(test);

function valueTest(atom: ValueAtom): TextTest {
  if (atom.test === 'text') return textTest(atom.patterns, atom.cased === true);
  if (atom.test === 'regex') return anyOf(atom.regexes.map(regexTest));
  return atom.test === 'cidr' ? cidrTest(atom.networks) : numberTest(atom);
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
