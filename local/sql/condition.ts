/** Translates the conditions of WHERE, HAVING and ON. */
import { childRules, ruleOf, rulesOf, type SqlRule } from '../../functions/core/sql/tree.ts';
import { expression } from './expression.ts';
import { refusal } from './parser.ts';
import type { Place } from './session.ts';
import { unify } from './sql-type.ts';

/** The condition of WHERE, HAVING or ON. */
export function condition(clause: SqlRule, place: Place): string {
  const node = childRules(clause)[0];
  if (node === undefined) throw refusal('the condition is empty', clause);
  const value = expression(node, place);
  if (value.type.kind !== 'boolean' && value.type.kind !== 'null')
    throw refusal(`a condition must be boolean, not ${value.type.kind}`, node);
  return value.sql;
}

/** The condition of a join. */
export function onCondition(criteria: SqlRule, place: Place): string {
  const body = childRules(criteria)[0];
  if (body === undefined) throw refusal('ON has no condition', criteria);
  if (body.rule !== 'JoinColumnEquality') return condition({ ...criteria, kids: [body] }, place);
  // The grammar reads `a.b = c.d` as two references of its own.
  const [left, right] = rulesOf(body, 'JoinColumnReference').map((reference) => expression(asPath(reference), place));
  if (left === undefined || right === undefined) throw refusal('ON is incomplete', criteria);
  if (unify(left.type, right.type) === undefined)
    throw refusal(
      `Athena does not apply \`=\` to ${left.type.kind} and ${right.type.kind}`,
      body,
      'CAST one side to the type of the other.',
    );
  return `(${left.sql} = ${right.sql})`;
}

function asPath(reference: SqlRule): SqlRule {
  const kids = childRules(reference).flatMap((kid) =>
    kid.rule === 'ColumnName' ? childRules(ruleOf(kid, 'QualifiedName') ?? kid) : [kid],
  );
  return { rule: 'QualifiedName', kids, line: reference.line, column: reference.column };
}
