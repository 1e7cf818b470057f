/** Translates both forms of CASE. */

import { ruleOf, rulesOf, type SqlRule } from '../../functions/core/sql/tree.ts';
import { condition, expression } from './expression.ts';
import { unified } from './number-functions.ts';
import { refusal } from './parser.ts';
import { compared } from './predicate.ts';
import type { Place } from './session.ts';
import { type Typed, typed } from './typed.ts';

/** `CASE WHEN condition THEN …`. */
export function searchedCase(node: SqlRule, place: Place): Typed {
  const clauses = rulesOf(node, 'WhenClause').map((clause) => rulesOf(clause, 'Expression'));
  const otherwise = ruleOf(node, 'Expression');
  return caseOf(node, place, clauses, { test: (when) => condition(when, place), otherwise });
}

/** `CASE x WHEN value THEN …`. */
export function simpleCase(node: SqlRule, place: Place): Typed {
  const [operandNode, otherwise] = rulesOf(node, 'Expression');
  if (operandNode === undefined) throw refusal('CASE has no operand', node);
  const operand = expression(operandNode, place);
  const clauses = rulesOf(node, 'WhenClause').map((clause) => rulesOf(clause, 'Expression'));
  return caseOf(node, place, clauses, { test: (when) => compared(operand, '=', expression(when, place), when).sql, otherwise });
}

interface CaseParts {
  test: (when: SqlRule) => string;
  otherwise: SqlRule | undefined;
}

function caseOf(node: SqlRule, place: Place, clauses: readonly SqlRule[][], { test, otherwise }: CaseParts): Typed {
  const branches = clauses.map(([when, then]) => {
    if (when === undefined || then === undefined) throw refusal('WHEN … THEN … is incomplete', node);
    return { when: test(when), value: expression(then, place) };
  });
  const last = otherwise === undefined ? undefined : expression(otherwise, place);
  const type = unified(
    {
      refuse: (what, fix) => {
        throw refusal(what, node, fix);
      },
    },
    [...branches.map(({ value }) => value), ...(last === undefined ? [] : [last])],
    'CASE',
  );
  const text = branches.map(({ when, value }) => `WHEN ${when} THEN ${value.sql}`).join(' ');
  return typed(`CASE ${text}${last === undefined ? '' : ` ELSE ${last.sql}`} END`, type);
}
