/** Turns the JSON paths of Trino into DuckDB's; refuses wildcards and filters, which mean other things in each. */
import type { Call } from './function-spec.ts';
import { quoteText, type Typed } from './typed.ts';

const STEP =
  /\.([A-Za-z_][A-Za-z0-9_-]*)|\.?\["((?:[^"\\]|\\.)*)"\]|\.?\['((?:[^'\\]|\\.)*)'\]|\.?\[(\d+)\]|\."((?:[^"\\]|\\.)*)"/y;

/** The path argument (a literal `$.a["b"][0]`, with or without `lax`) as a DuckDB literal. */
export function jsonPath(call: Pick<Call, 'refuse'>, argument: Typed): string {
  if (typeof argument.literal !== 'string') return call.refuse('a JSON path must be a literal');
  return quoteText(duckPath(call, argument.literal));
}

export function duckPath(call: Pick<Call, 'refuse'>, literal: string): string {
  const text = literal.trim();
  if (!text.startsWith('$')) return call.refuse(`the JSON path ${JSON.stringify(literal)} must begin with $`);
  let out = '$';
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const from = STEP.lastIndex;
    const match = STEP.exec(text);
    if (match === null)
      return call.refuse(
        `the JSON path step ${JSON.stringify(text.slice(from))} is not translated`,
        'Use $.name, ["name"] and [0].',
      );
    const name = match[1] ?? match[2] ?? match[3] ?? match[5];
    if (name?.includes('"') || name?.includes('\\'))
      return call.refuse(`the JSON path key ${JSON.stringify(name)} is not translated`);
    out += name === undefined ? `[${match[4]}]` : `."${name}"`;
  }
  return out;
}
