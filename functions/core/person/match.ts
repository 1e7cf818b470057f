/** The names of one person → a test whether a text or a value speaks of them: each name as a whole word, whatever its case. */
import { YaguraError } from '../error.ts';
import type { Json } from '../json.ts';

/** Shorter names would be found in everything. */
const LEAST_CHARS = 4;
/** What a longer name could go on with: `alice` is not in `alice2`, nor `a@b.com` in `aa@b.com`. */
const WORD = /[\p{L}\p{N}_]/u;

export interface PersonMatcher {
  inText(text: string): boolean;
  inValue(value: Json): boolean;
}

/** @throws YaguraError BadInput for a name that is too short to tell a person */
export function personMatcher(names: readonly string[]): PersonMatcher {
  const short = names.filter((name) => name.trim().length < LEAST_CHARS);
  if (names.length === 0 || short.length > 0) {
    const problems = [
      {
        at: '--id',
        what: short.join(', ') || 'none',
        allowed: `at least ${LEAST_CHARS} characters: a mail address, a user id, an ARN`,
      },
    ];
    throw new YaguraError('BadInput', 'a person is told by their ids', { problems });
  }
  const wanted = names.map((name) => name.trim().toLowerCase());
  const inText = (text: string): boolean => {
    const lower = text.toLowerCase();
    return wanted.some((name) => isWordIn(lower, name));
  };
  const inValue = (value: Json): boolean => {
    if (typeof value === 'string') return inText(value);
    if (typeof value !== 'object' || value === null) return inText(String(value));
    if (Array.isArray(value)) return value.some(inValue);
    return Object.entries(value).some(([key, item]) => inText(key) || inValue(item));
  };
  return { inText, inValue };
}

function isWordIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const [before = '', after = ''] = [text[at - 1], text[at + name.length]];
    if (!WORD.test(before) && !WORD.test(after)) return true;
  }
  return false;
}
