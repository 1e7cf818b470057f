/** Turns the values of one field of a selection, through its chain of modifiers, into an expression of atoms. */
import { nearest, type Problem } from '../error.ts';
import { type Atom, atom, type Expr, join, type Pattern } from './ast.ts';
import { asText, type Chain, MODIFIER_NAMES, MODIFIERS, type Value } from './modifiers.ts';
import { openEnd, openStart, packParts, parseParts } from './pattern.ts';
import type { Placeholders } from './placeholder.ts';
import type { ScalarTree } from './yaml-tree.ts';

export interface FieldTest {
  /** null: keywords. */
  field: string | null;
  modifiers: readonly { name: string; at: string }[];
  values: readonly ScalarTree[];
  placeholders: Placeholders;
  problems: Problem[];
}

/** The expression of one `field|modifiers: values` entry; undefined where problems were added. */
export function fieldExpr(test: FieldTest): Expr | undefined {
  const names = test.modifiers.map(({ name }) => name);
  const modifiers = test.modifiers.map(({ name, at }) => {
    const modifier = MODIFIERS.get(name);
    if (!modifier) test.problems.push(unknownModifier(name, at));
    return modifier;
  });
  if (modifiers.some((modifier) => modifier === undefined)) return undefined;
  const chain: Chain = { placeholders: test.placeholders, names };
  const groups = test.values.map((tree) => {
    let values: Value[] = [initialValue(tree)];
    for (const [index, modifier] of modifiers.entries()) {
      const outcomes: Value[] = [];
      for (const value of values) {
        const outcome = modifier?.(value, chain) ?? [];
        if (!Array.isArray(outcome)) {
          test.problems.push({ at: tree.at, ...outcome, what: `${outcome.what}, for the modifier "${names[index]}"` });
          return undefined;
        }
        outcomes.push(...outcome);
      }
      values = outcomes;
    }
    return keywordProblem(test.field, values, tree.at, test.problems) ? undefined : values;
  });
  if (groups.some((group) => group === undefined)) return undefined;
  const known = groups.filter((group) => group !== undefined);
  const options = { field: test.field, cased: names.includes('cased'), not: names.includes('neq') };
  if (names.includes('all'))
    return join(
      'and',
      known.map((group) => anyOf(group, options)),
    );
  return anyOf(known.flat(), options);
}

function unknownModifier(name: string, at: string): Problem {
  // One or two letters are near to everything.
  const near = name.length > 2 ? nearest(name, MODIFIER_NAMES) : undefined;
  return {
    at,
    what: `Unknown modifier "${name}"`,
    allowed: MODIFIER_NAMES.join(', '),
    ...(near ? { fix: `write "${near}".` } : {}),
  };
}

function keywordProblem(field: string | null, values: readonly Value[], at: string, problems: Problem[]): boolean {
  if (field !== null || values.every(({ is }) => is === 'text' || is === 'number' || is === 'boolean' || is === 'regex'))
    return false;
  problems.push({
    at,
    what: 'A keyword has no field, so only text can be searched',
    allowed: 'text, numbers, re',
    fix: 'write the field before the first "|".',
  });
  return true;
}

function initialValue(tree: ScalarTree): Value {
  const { value, source } = tree;
  if (value === null) return { is: 'null' };
  if (typeof value === 'boolean') return { is: 'boolean', boolean: value };
  if (typeof value === 'string') return { is: 'text', parts: parseParts(value), raw: value };
  // 012345678901 is an account id and 2^53 + 1 an identifier: numbers that a double cannot keep as written stay text.
  const asWritten = /^0\d+$/.test(source) || (Number.isInteger(value) && !Number.isSafeInteger(value));
  return { is: 'number', number: value, text: asWritten ? source : String(value) };
}

interface AtomOptions {
  field: string | null;
  cased: boolean;
  not: boolean;
}

/** True where any of the values passes (with `not`: where none does). Values of one kind share an atom. */
function anyOf(values: readonly Value[], { field, cased, not }: AtomOptions): Expr {
  const negated = not ? { not: true as const } : {};
  const sensitive = cased ? { cased: true as const } : {};
  const patterns: Pattern[] = [];
  const regexes: { source: string; flags: string }[] = [];
  const networks: string[] = [];
  const rest: Expr[] = [];
  for (const value of values) {
    if (value.is === 'regex') regexes.push({ source: value.source, flags: value.flags });
    else if (value.is === 'cidr') networks.push(value.network);
    else if (field === null || value.is === 'text' || value.is === 'boolean' || (value.is === 'number' && !value.part)) {
      const parts = asText(value)?.parts ?? [];
      patterns.push(packParts(field === null ? openEnd(openStart(parts)) : parts));
    } else rest.push(otherAtom(field, value, { negated, sensitive, not }));
  }
  const exprs: Expr[] = [];
  if (patterns.length > 0) exprs.push(atom({ test: 'text', field, patterns, ...sensitive, ...negated }));
  if (regexes.length > 0) exprs.push(atom({ test: 'regex', field, regexes, ...negated }));
  if (networks.length > 0 && field !== null) exprs.push(atom({ test: 'cidr', field, networks, ...negated }));
  return join(not ? 'and' : 'or', [...exprs, ...rest]);
}

function otherAtom(
  field: string,
  value: Value,
  { negated, sensitive, not }: { negated: { not?: true }; sensitive: { cased?: true }; not: boolean },
): Expr {
  const flip = (expr: Expr): Expr => (not ? { op: 'not', of: expr } : expr);
  if (value.is === 'null') return flip(atom({ test: 'null', field }));
  if (value.is === 'exists') return flip(atom({ test: 'exists', field, want: value.want }));
  if (value.is === 'fieldref') {
    const how = value.start && value.end ? 'contains' : value.start ? 'startswith' : value.end ? 'endswith' : 'equals';
    return atom({ test: 'fieldref', field, other: value.other, how, ...sensitive, ...negated });
  }
  const compare = value.is === 'compare' ? value.compare : 'eq';
  const number = value.is === 'compare' || value.is === 'number' ? value.number : Number.NaN;
  const part = value.is === 'compare' || value.is === 'number' ? value.part : undefined;
  const numeric: Atom = { test: 'number', field, compare, value: number, ...(part ? { part } : {}), ...negated };
  return atom(numeric);
}
