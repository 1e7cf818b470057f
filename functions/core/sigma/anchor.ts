/** Finds in a rule what an event must have for the rule to match, so that most rules need no look at most events. */
import type { Atom, Expr } from './ast.ts';
import { fold } from './pattern.ts';
import { requiredLiteral } from './regex-literal.ts';
import { shapeOf } from './text-test.ts';

/**
 * From the most to the least selective. `literal` is the constant part of a regular expression: mostly structure that many values
 * share (`:assumed-role/`), while what tells values apart is the rest. `present` asks only that the field has a value.
 */
export type AnchorKind = 'exact' | 'prefix' | 'suffix' | 'substring' | 'literal' | 'present';

/** One thing to look for in a field; `text` is folded. */
export interface Anchor {
  field: string;
  kind: AnchorKind;
  text: string;
}

/** Ranks a set of anchors, of which one must be found: the lower, the fewer events will be looked at. */
export type Rank = (anchors: readonly Anchor[]) => number;

/**
 * Sets of anchors; a record on which the expression is true satisfies at least one anchor of each set. Empty: nothing is
 * necessary (negations, `exists`, `null`, keywords).
 */
export function anchorSets(expr: Expr, rank: Rank): readonly Anchor[][] {
  if (expr.op === 'not') return [];
  if (expr.op === 'atom') return atomAnchors(expr.atom);
  if (expr.op === 'and') return expr.of.flatMap((part) => anchorSets(part, rank));
  // One alternative without an anchor leaves the whole "or" without.
  const union: Anchor[] = [];
  for (const part of expr.of) {
    const best = bestSet(anchorSets(part, rank), rank);
    if (!best) return [];
    for (const anchor of best) union.push(anchor);
  }
  return union.length === 0 ? [] : [union];
}

export function bestSet(sets: readonly (readonly Anchor[])[], rank: Rank): readonly Anchor[] | undefined {
  let best: readonly Anchor[] | undefined;
  for (const set of sets) if (best === undefined || rank(set) < rank(best)) best = set;
  return best;
}

/** A value test of any kind needs its field to have a value; text tests need one of their texts. */
function atomAnchors(atom: Atom): readonly Anchor[][] {
  if (atom.test === 'exists' || atom.test === 'null' || atom.field === null) return [];
  const { field } = atom;
  const present: Anchor[] = [{ field, kind: 'present', text: '' }];
  if (atom.not === true) return [present];
  if (atom.test === 'fieldref') return [present, [{ field: atom.other, kind: 'present', text: '' }]];
  if (atom.test === 'text') {
    const texts = atom.patterns.map((pattern) => patternAnchor(field, pattern));
    return texts.every((anchor) => anchor !== undefined) ? [texts] : [present];
  }
  if (atom.test !== 'regex') return [present];
  const literals = atom.regexes.map((regex) => requiredLiteral(regex));
  if (literals.some((literal) => literal === undefined)) return [present];
  return [literals.map((literal) => ({ field, kind: 'literal', text: fold(literal ?? '') }))];
}

function patternAnchor(field: string, pattern: Parameters<typeof shapeOf>[0]): Anchor | undefined {
  const shape = shapeOf(pattern, false);
  if (shape.kind === 'anything') return undefined;
  if (shape.kind !== 'glob') return { field, kind: shape.kind, text: shape.text };
  const [first] = shape.parts;
  if (typeof first === 'string') return { field, kind: 'prefix', text: first };
  const last = shape.parts.at(-1);
  if (typeof last === 'string') return { field, kind: 'suffix', text: last };
  const longest = shape.parts.reduce<string>(
    (best, part) => (typeof part === 'string' && part.length > best.length ? part : best),
    '',
  );
  return longest === '' ? undefined : { field, kind: 'substring', text: longest };
}
