/** Turns the patterns and tables of a mapping, with `*` for anything, into functions that are asked for each record. */
import type { Json } from '../json.ts';

/** A pattern is never run over a megabyte that an attacker chose. */
const MAX_TEXT = 1024;

/** A predicate over lower-cased texts; `*` stands for anything. The work is the text's length times the pattern's at most: no backtracking. */
export function globTest(pattern: string): (text: string) => boolean {
  const lower = pattern.toLowerCase();
  if (!lower.includes('*')) return (text) => text === lower;
  const [first = '', ...middle] = lower.split('*');
  const last = middle.pop() ?? '';
  const parts = middle.filter((part) => part !== '');
  if (parts.length === 0 && last === '') return (text) => text.startsWith(first);
  return (text) => {
    if (text.length > MAX_TEXT || text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const part of parts) {
      const found = text.indexOf(part, at);
      if (found === -1 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

export const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

/** Answers of one table that are remembered: texts of logs repeat. */
const MAX_REMEMBERED = 5000;

/** A look-up by text: exact entries first, then patterns in their order. */
export function tableLookup<Value>(table: Readonly<Record<string, Value>>): (text: string) => Value | undefined {
  const exact = new Map<string, Value>();
  const patterns: { test: (text: string) => boolean; value: Value }[] = [];
  for (const [key, value] of Object.entries(table)) {
    if (key.includes('*')) patterns.push({ test: globTest(key), value });
    else exact.set(key.toLowerCase(), value);
  }
  const remembered = new Map<string, Value | undefined>();
  return (text) => {
    if (text.length > 1024) return undefined;
    const known = remembered.get(text);
    if (known !== undefined || remembered.has(text)) return known;
    const lower = text.toLowerCase();
    const found = exact.has(lower) ? exact.get(lower) : patterns.find(({ test }) => test(lower))?.value;
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(text, found);
    return found;
  };
}
