/** Turns a search identifier of a detection (a map, a list of maps, a list of keywords) into an expression. */
import type { Problem } from '../error.ts';
import { type Expr, join } from './ast.ts';
import { fieldExpr } from './field-expr.ts';
import type { Placeholders } from './placeholder.ts';
import type { ScalarTree, Tree, TreeEntry } from './yaml-tree.ts';

export interface SelectionContext {
  placeholders: Placeholders;
  problems: Problem[];
  /** Remarks that do not stop the rule. */
  notes: Problem[];
}

const SHAPES = 'a map of field: value, a list of such maps, a list of keywords';

/**
 * The expression of one selection: a map joins its fields by "and", a list its items by "or". Undefined where problems were added.
 * @see Sigma rules specification 2.1, "Search-Identifier"
 */
export function selectionExpr(tree: Tree, context: SelectionContext): Expr | undefined {
  if (tree.kind === 'map') return mapExpr(tree.entries, tree.at, context);
  if (tree.kind === 'scalar') return keywordsExpr([tree], tree.at, context);
  if (tree.items.length === 0)
    return refuse(context, { at: tree.at, what: 'The list is empty, so nothing could match', allowed: SHAPES });
  const keywords = tree.items.filter((item) => item.kind === 'scalar');
  const others = tree.items.filter((item) => item.kind !== 'scalar').map((item) => selectionExpr(item, context));
  const exprs = keywords.length > 0 ? [keywordsExpr(keywords, tree.at, context), ...others] : others;
  const known = exprs.filter((expr) => expr !== undefined);
  return known.length < exprs.length ? undefined : join('or', known);
}

function mapExpr(entries: readonly TreeEntry[], at: string, context: SelectionContext): Expr | undefined {
  if (entries.length === 0)
    return refuse(context, { at, what: 'The selection is empty, so nothing could match', allowed: SHAPES });
  const exprs = entries.map((entry) => entryExpr(entry, context));
  const known = exprs.filter((expr) => expr !== undefined);
  return known.length < exprs.length ? undefined : join('and', known);
}

function entryExpr(entry: TreeEntry, context: SelectionContext): Expr | undefined {
  const [field = '', ...names] = entry.key.split('|').map((part) => part.trim());
  const values = scalarsOf(entry, context);
  if (!values) return undefined;
  const { placeholders, problems, notes } = context;
  if (names.includes('all') && values.length === 1) {
    notes.push({
      at: entry.at,
      what: '"all" has no meaning for a single value',
      fix: 'leave "all" out, or list several values.',
    });
  }
  const modifiers = names.map((name) => ({ name, at: entry.at }));
  return fieldExpr({ field: field === '' ? null : field, modifiers, values, placeholders, problems });
}

function scalarsOf(entry: TreeEntry, context: SelectionContext): ScalarTree[] | undefined {
  const { value } = entry;
  if (value.kind === 'scalar') return [value];
  const items = value.kind === 'list' ? value.items : [value];
  const odd = items.find((item) => item.kind !== 'scalar');
  if (odd) {
    const fix = 'write nested fields with dots: parent.child: value.';
    refuse(context, {
      at: odd.at,
      what: `The field "${entry.key}" holds a ${odd.kind} where a value is expected`,
      allowed: 'a value, a list of values',
      fix,
    });
    return undefined;
  }
  if (items.length === 0) {
    refuse(context, { at: entry.at, what: `The field "${entry.key}" has no values`, allowed: 'a value, a list of values' });
    return undefined;
  }
  return items.filter((item) => item.kind === 'scalar');
}

function keywordsExpr(values: readonly ScalarTree[], at: string, { placeholders, problems }: SelectionContext): Expr | undefined {
  const empty = values.find((value) => value.value === null || value.value === '');
  if (empty) {
    problems.push({
      at: empty.at ?? at,
      what: 'An empty keyword would match every event',
      allowed: 'text',
      fix: 'write the keyword, or remove it.',
    });
    return undefined;
  }
  return fieldExpr({ field: null, modifiers: [], values, placeholders, problems });
}

function refuse(context: SelectionContext, problem: Problem): undefined {
  context.problems.push(problem);
  return undefined;
}
