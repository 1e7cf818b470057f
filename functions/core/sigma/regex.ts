/** Turns a regular expression of a rule into a matcher that no log line can make slow. */
import { RE2JS } from 're2js';
import type { RegexSource } from './ast.ts';
import { nativeForm } from './native-regex.ts';

/** Leading inline flags, `(?i)`, mean the same as the modifiers. */
export function plainForm({ source, flags }: RegexSource): RegexSource {
  const inline = /^\(\?([ims]+)\)/.exec(source);
  if (!inline) return { source, flags };
  return { source: source.slice(inline[0].length), flags: [...new Set([...flags, ...(inline[1] ?? '')])].sort().join('') };
}

function linearRegex({ source, flags }: RegexSource): RE2JS {
  const bits = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL };
  const set = (flag: 'i' | 'm' | 's'): number => (flags.includes(flag) ? bits[flag] : 0);
  return RE2JS.compile(source, set('i') | set('m') | set('s'));
}

const ALLOWED = '. ^ $ * + ? {n,m} [a-z] [^a-z] ( ) | and escapes; no lookaround, no back-reference';

/** What engines without backtracking do not have, and what to write instead. */
const BACKTRACKING: readonly (readonly [part: RegExp, name: string, fix: string])[] = [
  [/\(\?[=!]/, 'lookahead', 'test what must (not) follow in a selection of its own: "selection and not filter".'],
  [/\(\?<[=!]/, 'lookbehind', 'write what stands before as part of the expression, or test it in a selection of its own.'],
  [/\\[1-9]/, 'back-reference', 'write the alternatives out.'],
];

/** What is wrong with a regular expression, if anything. Lookaround and back-references cannot run in linear time: refused. */
export function regexProblem(regex: RegexSource): { what: string; allowed: string; fix: string } | undefined {
  try {
    linearRegex(plainForm(regex));
    return undefined;
  } catch (error) {
    const found = BACKTRACKING.find(([part]) => part.test(regex.source));
    if (found !== undefined) {
      const [, name, fix] = found;
      const what = `The regular expression ${JSON.stringify(regex.source)} has a ${name}: not searchable in linear time`;
      return { what, allowed: ALLOWED, fix };
    }
    const reason = error instanceof Error ? error.message : String(error);
    return {
      what: `The regular expression ${JSON.stringify(regex.source)} cannot be used: ${reason}`,
      allowed: ALLOWED,
      fix: 'rewrite it with these, or split it into selections.',
    };
  }
}

/**
 * A search for the expression anywhere in a text. Runs V8's engine where the number of steps is provably small for the text's
 * length, else a linear-time engine; both give the same answer.
 */
export function regexTest(regex: RegexSource): (text: string) => boolean {
  const plain = plainForm(regex);
  const native = nativeForm(plain);
  let linear: RE2JS | undefined;
  return (text) => {
    if (native && text.length <= native.maxLength) return native.regex.test(text);
    linear ??= linearRegex(plain);
    return linear.test(text);
  };
}
