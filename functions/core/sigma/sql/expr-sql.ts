/** Turns a rule's expression into the columns that decide its verdict: B, K and G of decision 0011. */
import { type Atom, atomsOf, type Expr } from '../ast.ts';
import { holdsOnSilence } from '../predicate.ts';
import { allOfSql, anyOfSql } from './literal.ts';

/** Names of an atom's truth column. */
export type TruthOf = (atom: Atom) => string;

/** B: two-valued, unknown read as false. */
export function holdsSql(expr: Expr, truthOf: TruthOf): string {
  if (expr.op === 'atom') return `coalesce(${truthOf(expr.atom)}, false)`;
  if (expr.op === 'not') return `NOT ${holdsSql(expr.of, truthOf)}`;
  const parts = expr.of.map((part) => holdsSql(part, truthOf));
  return expr.op === 'and' ? allOfSql(parts) : anyOfSql(parts);
}

/** K: Kleene's logic is SQL's own. */
export function kleeneSql(expr: Expr, truthOf: TruthOf): string {
  if (expr.op === 'atom') return truthOf(expr.atom);
  if (expr.op === 'not') return `NOT ${kleeneSql(expr.of, truthOf)}`;
  const parts = expr.of.map((part) => kleeneSql(part, truthOf));
  return expr.op === 'and' ? allOfSql(parts) : anyOfSql(parts);
}

/** B and G. G is only needed where the condition would hold of an empty record. */
export function matchesSql(expr: Expr, truthOf: TruthOf): string {
  const holds = holdsSql(expr, truthOf);
  if (!holdsOnSilence(expr)) return holds;
  const known = [...new Set([...atomsOf(expr)].map((atom) => `${truthOf(atom)} IS NOT NULL`))];
  return allOfSql([holds, anyOfSql(known)]);
}
