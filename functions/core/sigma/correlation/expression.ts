/** Turns a temporal correlation's condition over rule names into a tree, and says which names it wants and which it forbids. */
import type { Problem } from '../../error.ts';
import type { Condition, SigmaCorrelation } from '../ast.ts';
import { parseCondition } from '../condition.ts';

export type { Condition } from '../ast.ts';

/** `rule_a and not rule_b` over the names of `rules`; undefined where a problem was added. */
export function readExpression(text: string, correlation: SigmaCorrelation, problems: Problem[]): Condition | undefined {
  const at = correlation.places?.condition ?? correlation.places?.body ?? correlation.info.path;
  return parseCondition(text, { names: correlation.rules, at, problems });
}

/** The names that must be there, and those that must not. */
export function conditionNames(condition: Condition, negated = false): { positive: string[]; negative: string[] } {
  if (condition.op === 'selection') {
    return negated ? { positive: [], negative: [condition.name] } : { positive: [condition.name], negative: [] };
  }
  if (condition.op === 'not') return conditionNames(condition.of, !negated);
  const parts = condition.of.map((part) => conditionNames(part, negated));
  return { positive: parts.flatMap(({ positive }) => positive), negative: parts.flatMap(({ negative }) => negative) };
}

export function holdsFor(condition: Condition, present: (name: string) => boolean): boolean {
  if (condition.op === 'selection') return present(condition.name);
  if (condition.op === 'not') return !holdsFor(condition.of, present);
  return condition.op === 'and'
    ? condition.of.every((part) => holdsFor(part, present))
    : condition.of.some((part) => holdsFor(part, present));
}
