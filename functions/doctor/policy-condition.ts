/** A statement's Condition and what is known of a request → met, not met, or not to be told from here. */
import { isJsonObject, type Json } from '../core/json.ts';
import { wildcardMatches } from '../core/wildcard.ts';

/** Condition key in lower case → its values. */
export type RequestContext = Readonly<Record<string, readonly string[]>>;
export type Met = 'met' | 'not-met' | 'unknown';

type Compare = (wanted: string, given: string) => boolean;
const same: Compare = (wanted, given) => wanted === given;
const sameWord: Compare = (wanted, given) => wanted.toLowerCase() === given.toLowerCase();
const like: Compare = (wanted, given) => wildcardMatches(wanted, given, '?');

/** @see IAM User Guide, "IAM JSON policy elements: Condition operators" */
const OPERATORS: Readonly<Record<string, Compare>> = {
  StringEquals: same,
  StringEqualsIgnoreCase: sameWord,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: sameWord,
};
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** All conditions must be met; one that surely is not decides. */
export function conditionMet(condition: Json | undefined, context: RequestContext): Met {
  if (condition === undefined) return 'met';
  if (!isJsonObject(condition)) return 'unknown';
  const each = Object.entries(condition).flatMap(([operator, keys]): Met[] =>
    isJsonObject(keys)
      ? Object.entries(keys).map(([key, wanted]) => oneMet(operator, context[key.toLowerCase()], wanted))
      : ['unknown'],
  );
  if (each.includes('not-met')) return 'not-met';
  return each.includes('unknown') ? 'unknown' : 'met';
}

function oneMet(operator: string, given: readonly string[] | undefined, wanted: Json): Met {
  const name = operator.replace(/^For(AnyValue|AllValues):/, '').replace(/IfExists$/, '');
  const positive = NEGATED[name] ?? name;
  const compare = OPERATORS[positive];
  if (compare === undefined || given === undefined) return 'unknown';
  const values = (Array.isArray(wanted) ? wanted : [wanted]).map(String);
  const fits = values.some((value) => given.some((one) => compare(value, one)));
  return fits === (positive === name) ? 'met' : 'not-met';
}
