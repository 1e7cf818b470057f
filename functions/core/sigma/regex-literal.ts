/** Finds in a regular expression the longest text that everything it matches must contain. */
import type { RegexSource } from './ast.ts';

/**
 * The longest run of plain characters outside groups, classes and repeats; undefined where there is none of two characters or more.
 * Only what is certain counts: an alternation anywhere outside a group makes nothing necessary.
 */
export function requiredLiteral({ source, flags }: RegexSource): string | undefined {
  const runs: string[] = [];
  let run = '';
  let depth = 0;
  const end = () => {
    runs.push(run);
    run = '';
  };
  const inline = /^\(\?[ims]+\)/.exec(source)?.[0] ?? '';
  const body = source.slice(inline.length);
  // Where case is ignored, letters outside ASCII and s (which ſ also is) do not fold one to one.
  const unsure = flags.includes('i') || inline.includes('i') ? /[^\x00-\x7f]|s/i : /$^/;
  for (let at = 0; at < body.length; at++) {
    const char = body[at] ?? '';
    if (char === '\\') {
      at += 1;
      const escaped = body[at] ?? '';
      if (depth === 0 && /[^\w\s]/.test(escaped)) run += escaped;
      else end();
      // \Q…\E, \x41, \p{…} take more characters than we read here.
      if (/[QExpPuk0-9cN]/.test(escaped)) return undefined;
    } else if (char === '[') {
      end();
      at = classEnd(body, at);
    } else if (char === '(') {
      end();
      depth += 1;
      if (body[at + 1] === '?' && body[at + 2] !== ':') return undefined;
    } else if (char === ')') {
      end();
      depth -= 1;
    } else if (char === '|' && depth === 0) return undefined;
    else if ('*?{'.includes(char)) {
      // The repeat makes the character before it optional.
      run = Array.from(run).slice(0, -1).join('');
      end();
      if (char === '{') at = Math.max(at, body.indexOf('}', at));
    } else if ('+.^$'.includes(char)) end();
    else if (unsure.test(char)) end();
    else if (depth === 0) run += char;
  }
  end();
  const longest = runs.reduce((best, next) => (next.length > best.length ? next : best), '');
  return longest.length >= 2 ? longest : undefined;
}

/** Position of the bracket that closes a class. */
function classEnd(text: string, open: number): number {
  let at = open + 1;
  if (text[at] === '^') at += 1;
  if (text[at] === ']') at += 1;
  for (; at < text.length && text[at] !== ']'; at++) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith('[:', at)) at = Math.max(at, text.indexOf(':]', at) + 1);
  }
  return at;
}
