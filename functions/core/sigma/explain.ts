/** A parsed rule, and if given a record → what it looks for in words, and what it sees in the record, test by test. */
import type { Atom, Condition, Expr, Pattern, SigmaRule } from './ast.ts';
import type { FieldMap } from './field-map.ts';
import { FIELD_MAPS, mapsFor, pathsOf } from './field-map.ts';
import { patternText } from './pattern.ts';
import { evaluate } from './predicate.ts';
import { FieldSlots, RecordReader } from './record-reader.ts';
import type { Verdict } from './rule.ts';

/** More values than this are counted, not listed. */
const MAX_VALUES = 12;
const SIGN = { eq: '=', lt: '<', lte: '≤', gt: '>', gte: '≥' } as const;

const anyOf = (values: readonly string[]): string => {
  const shown = values.slice(0, MAX_VALUES).join(', ');
  if (values.length === 1) return shown;
  return values.length > MAX_VALUES ? `any of ${values.length}: ${shown}, …` : `any of ${shown}`;
};

/** One test in words: `eventName is any of "A", "B"`. */
export function atomText(atom: Atom): string {
  const field = atom.field ?? 'the whole record';
  if (atom.test === 'exists') return `${field} ${atom.want ? 'exists' : 'does not exist'}`;
  if (atom.test === 'null') return `${field} is empty or absent`;
  const not = atom.not === true ? 'not ' : '';
  if (atom.test === 'text') {
    const plain = atom.patterns.every((pattern) => typeof pattern === 'string');
    const verb = atom.field === null ? 'contains' : plain ? 'is' : 'is like';
    const textOf = (pattern: Pattern): string => (typeof pattern === 'string' ? pattern : patternText(pattern));
    // A keyword is open at both ends: "contains" says so.
    const shown = atom.patterns.map((pattern) =>
      atom.field === null ? textOf(pattern).replace(/^\*|\*$/g, '') : textOf(pattern),
    );
    const values = shown.map((text) => JSON.stringify(text));
    return `${field} ${verb} ${not}${anyOf(values)}${atom.cased === true ? ' (upper and lower case differ)' : ''}`;
  }
  if (atom.test === 'regex')
    return `${field} ${not}matches ${anyOf(atom.regexes.map(({ source, flags }) => `/${source}/${flags}`))}`;
  if (atom.test === 'cidr') return `${field} is ${not}in ${anyOf(atom.networks)}`;
  if (atom.test === 'number')
    return `${not}${atom.part === undefined ? field : `the ${atom.part} of ${field}`} ${SIGN[atom.compare]} ${atom.value}`;
  return `${field} ${not}${atom.how} the value of ${atom.other}`;
}

/** An expression as indented lines. */
export function exprLines(expr: Expr, indent = ''): string[] {
  if (expr.op === 'atom') return [`${indent}${atomText(expr.atom)}`];
  if (expr.op === 'not') return [`${indent}not:`, ...exprLines(expr.of, `${indent}  `)];
  const head = expr.op === 'and' ? 'all of:' : 'any of:';
  return [`${indent}${head}`, ...expr.of.flatMap((part) => exprLines(part, `${indent}  `))];
}

/** A condition with `1 of x*` written out. */
export function conditionText(condition: Condition): string {
  if (condition.op === 'selection') return condition.name;
  if (condition.op === 'not') return `not ${bracketed(condition.of)}`;
  return condition.of.map(bracketed).join(` ${condition.op} `);
}
const bracketed = (part: Condition): string =>
  part.op === 'selection' || part.op === 'not' ? conditionText(part) : `(${conditionText(part)})`;

/** `true`, `false`, or `unknown` where the record lacks the field. */
export type Seen = 'true' | 'false' | 'unknown';

export interface AtomTrace {
  text: string;
  seen: Seen;
  /** The values that the record has there; undefined: none. Log text: data, never markup. */
  values?: string[];
}
export interface SelectionTrace {
  name: string;
  seen: Seen;
  atoms: AtomTrace[];
}
export interface RuleTrace {
  verdict: Verdict;
  selections: SelectionTrace[];
}

const SEEN: Record<Verdict, Seen> = { match: 'true', no_match: 'false', not_applicable: 'unknown' };

/** What a rule says of a record (the OCSF event for `taxonomy: ocsf` rules), and why. */
export function traceRule(rule: SigmaRule, record: unknown, maps?: readonly FieldMap[]): RuleTrace {
  const fieldMaps = maps ?? (rule.taxonomy === 'ocsf' ? [] : mapsFor(FIELD_MAPS, [rule.logsource]));
  const judge = (expr: Expr): Seen => {
    const alone: SigmaRule = { ...rule, selections: [{ name: 's', expr }], condition: { op: 'selection', name: 's' } };
    return SEEN[evaluate(alone, record, fieldMaps)];
  };
  const atoms = (expr: Expr): AtomTrace[] => {
    if (expr.op === 'not') return atoms(expr.of);
    if (expr.op !== 'atom') return expr.of.flatMap(atoms);
    const values = expr.atom.field === null ? undefined : valuesOf(expr.atom.field, record, fieldMaps);
    return [{ text: atomText(expr.atom), seen: judge(expr), ...(values === undefined ? {} : { values }) }];
  };
  return {
    verdict: evaluate(rule, record, fieldMaps),
    selections: rule.selections.map(({ name, expr }) => ({ name, seen: judge(expr), atoms: atoms(expr) })),
  };
}

function valuesOf(field: string, record: unknown, maps: readonly FieldMap[]): string[] | undefined {
  const slots = new FieldSlots(maps);
  const slot = slots.slotOf(field);
  const reader = new RecordReader(slots);
  reader.begin(record);
  const texts = reader.read(slot);
  return texts === undefined ? undefined : typeof texts === 'string' ? [texts] : [...texts];
}

/** Every field that the rule reads, with the paths that it may stand at. */
export function fieldsOf(rule: SigmaRule): { field: string; paths: readonly string[] }[] {
  const maps = rule.taxonomy === 'ocsf' ? [] : mapsFor(FIELD_MAPS, [rule.logsource]);
  const fields = new Set<string>();
  const walk = (expr: Expr): void => {
    if (expr.op === 'not') walk(expr.of);
    else if (expr.op !== 'atom') expr.of.forEach(walk);
    else if (expr.atom.field !== null) {
      fields.add(expr.atom.field);
      if (expr.atom.test === 'fieldref') fields.add(expr.atom.other);
    }
  };
  for (const { expr } of rule.selections) walk(expr);
  return [...fields].map((field) => ({ field, paths: pathsOf(field, maps) }));
}
