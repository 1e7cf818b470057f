/** Turns the text of a Sigma value into a pattern, and a pattern into text that reads back as itself. */
import type { Pattern, PatternPart } from './ast.ts';

const MANY: PatternPart = { any: 'many' };

/**
 * Splits a value at its wildcards. A backslash escapes `*`, `?` and itself; before anything else it is a plain backslash.
 * @see Sigma rules specification 2.1, "Escape character"
 */
export function parseParts(text: string): PatternPart[] {
  const parts: PatternPart[] = [];
  let literal = '';
  const flush = () => {
    if (literal !== '') parts.push(literal);
    literal = '';
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    const next = text[i + 1];
    if (char === '\\' && (next === '*' || next === '?' || next === '\\')) {
      literal += next;
      i += 1;
    } else if (char === '*' || char === '?') {
      flush();
      if (char === '?') parts.push({ any: 'one' });
      else if (!isMany(parts.at(-1))) parts.push(MANY);
    } else literal += char;
  }
  flush();
  return parts;
}

/** One literal becomes a plain string. */
export function packParts(parts: readonly PatternPart[]): Pattern {
  const [only] = parts;
  if (only === undefined) return '';
  return parts.length === 1 && typeof only === 'string' ? only : parts;
}

export const isMany = (part: PatternPart | undefined): boolean => typeof part === 'object' && part.any === 'many';

/** Lets anything stand before the pattern. */
export const openStart = (parts: readonly PatternPart[]): PatternPart[] => (isMany(parts[0]) ? [...parts] : [MANY, ...parts]);
/** Lets anything stand after the pattern. */
export const openEnd = (parts: readonly PatternPart[]): PatternPart[] => (isMany(parts.at(-1)) ? [...parts] : [...parts, MANY]);

export const hasWildcard = (parts: readonly PatternPart[]): boolean => parts.some((part) => typeof part !== 'string');

/** Sigma text that parses to this pattern. */
export function patternText(pattern: Pattern): string {
  const parts = typeof pattern === 'string' ? [pattern] : pattern;
  return parts
    .map((part) => (typeof part === 'string' ? part.replace(/[\\*?]/g, '\\$&') : part.any === 'many' ? '*' : '?'))
    .join('');
}

/**
 * Lower case for comparing: one character for one (U+0130 → i, every Σ → σ), as SQL engines do, so that both backends agree.
 * @see Unicode UnicodeData.txt, simple lower-case mapping
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  // Both marks are outside Latin-1, so the look costs nothing on nearly every text.
  return lower.includes('\u0307') || lower.includes('\u03c2')
    ? text.replace(/[\u0130\u03a3]/g, foldSpecial).toLowerCase()
    : lower;
}
const foldSpecial = (char: string): string => (char === '\u0130' ? 'i' : '\u03c3');

/**
 * True where `fold(text)` has `part` (folded) at this index: as `fold` maps one character to one, no lower case of the whole text is needed.
 */
export function foldedAt(text: string, part: string, from: number): boolean {
  if (from < 0 || from + part.length > text.length) return false;
  for (let index = 0; index < part.length; index++) {
    const code = text.charCodeAt(from + index);
    if (code > 0x7f) return fold(text.slice(from, from + part.length)) === part;
    if ((code >= 0x41 && code <= 0x5a ? code | 0x20 : code) !== part.charCodeAt(index)) return false;
  }
  return true;
}
