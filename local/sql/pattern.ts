/** Turns Trino's regular expressions and replacement texts, which are Java's, into RE2's; refuses what RE2 cannot say. */
import type { Call } from './function-spec.ts';
import { quoteText, type Typed } from './typed.ts';

/** Look-around, back-references, possessive and atomic groups. */
const BEYOND_RE2 = /\(\?(?:=|!|<=|<!|>)|\\[1-9]|\\k<|[*+?}]\+|\\[GZ]|&&/;

/** The pattern argument as DuckDB takes it; a pattern that is no literal goes as it is, and RE2 judges it. */
export function pattern(call: Call, argument: Typed): string {
  if (typeof argument.literal !== 'string') return argument.sql;
  const beyond = BEYOND_RE2.exec(argument.literal.replaceAll('\\\\', '__'));
  if (beyond !== null) {
    return call.refuse(
      `the regular expression uses \`${beyond[0]}\`, which the embedded engine cannot match`,
      'Say it without look-around, back-references or possessive quantifiers, or run the query on Athena.',
    );
  }
  return quoteText(argument.literal.replaceAll(/\(\?<([A-Za-z][A-Za-z0-9]*)>/g, '(?P<$1>').replaceAll('\\h', '[ \\t]'));
}

/** `$1` and `\$` of Java become `\1` and `$`. */
export function replacement(call: Call, argument: Typed): string {
  if (argument.type.kind !== 'varchar') return call.refuse('regexp_replace() with a lambda is not translated');
  if (typeof argument.literal !== 'string') return call.refuse('the replacement of regexp_replace() must be a literal');
  const text = argument.literal;
  if (/\$\{/.test(text)) return call.refuse('named groups in a replacement are not translated', 'Number the groups.');
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const [mark, next] = [text[i] ?? '', text[i + 1] ?? ''];
    if (mark === '$' && /\d/.test(next)) {
      if (/\d/.test(text[i + 2] ?? '')) return call.refuse('group numbers above 9 are not translated');
      out += `\\${next}`;
      i++;
    } else if (mark === '\\' && next !== '') {
      out += next === '\\' ? '\\\\' : next;
      i++;
    } else out += mark;
  }
  return quoteText(out);
}
