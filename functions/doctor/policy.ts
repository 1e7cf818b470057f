/** A resource policy → whether somebody may do something by it, under what is known of the request. */
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { wildcardMatches } from '../core/wildcard.ts';
import { conditionMet, type RequestContext } from './policy-condition.ts';
import { objectsIn } from './world.ts';

export interface Asked {
  /** An ARN of a role or a service principal. */
  principal: string;
  action: string;
  resource?: string;
  /** What is known of the request: condition key → its values. A condition on anything else is taken as met. */
  context?: RequestContext;
}

/** Text of a policy → its statements. A policy that is no JSON has none. */
export function statementsOf(text: string): JsonObject[] {
  try {
    const document: unknown = JSON.parse(text);
    if (!isJsonObject(document)) return [];
    const { Statement: statement } = document;
    return isJsonObject(statement) ? [statement] : objectsIn(statement);
  } catch {
    return [];
  }
}

/** True where a statement allows it and none surely denies it. */
export function allows(text: string, asked: Asked): boolean {
  const { context = {} } = asked;
  const about = statementsOf(text).filter((statement) => covers(statement, asked));
  const denied = about.some(({ Effect, Condition }) => Effect === 'Deny' && conditionMet(Condition, context) === 'met');
  return !denied && about.some(({ Effect, Condition }) => Effect === 'Allow' && conditionMet(Condition, context) !== 'not-met');
}

function covers(statement: JsonObject, { principal, action, resource }: Asked): boolean {
  const who = statement['Principal'];
  const named = isJsonObject(who) ? Object.values(who).flatMap(texts) : texts(who);
  const account = /^arn:[\w-]+:iam::(\d{12}):/.exec(principal)?.[1];
  const names = [
    principal,
    '*',
    ...(account === undefined ? [] : [account, principal.replace(/:iam::.*$/, `:iam::${account}:root`)]),
  ];
  return (
    named.some((name) => names.includes(name)) &&
    texts(statement['Action']).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    (resource === undefined || texts(statement['Resource']).some((pattern) => matches(pattern, resource)))
  );
}

const texts = (value: Json | undefined): string[] =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** `*` and `?` as IAM reads them. */
const matches = (pattern: string, text: string): boolean => wildcardMatches(pattern, text, '?');
