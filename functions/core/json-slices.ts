/** A JSON text → the texts of an array's items exactly as they stand in it: a parsed number may differ from the written one. */

/** Text without the line breaks and blanks between its tokens; what is inside strings stays. */
const BETWEEN = /("(?:[^"\\]|\\.)*")|[ \t\r\n]+/gs;

/**
 * The items of the array at a dotted path (`''` is the whole text), each on one line; undefined where no array is there.
 * @param text valid JSON: check it with `JSON.parse` before
 */
export function arraySlices(text: string, path: string): string[] | undefined {
  let at = skipBlanks(text, 0);
  for (const key of path === '' ? [] : path.split('.')) {
    const found = memberAt(text, at, key);
    if (found === undefined) return undefined;
    at = found;
  }
  if (text[at] !== '[') return undefined;
  const items: string[] = [];
  at = skipBlanks(text, at + 1);
  while (text[at] !== ']') {
    const end = skipValue(text, at);
    items.push(oneLine(text.slice(at, end)));
    at = skipBlanks(text, end);
    if (text[at] === ',') at = skipBlanks(text, at + 1);
  }
  return items;
}

const oneLine = (item: string): string => (/[\r\n]/.test(item) ? item.replace(BETWEEN, '$1') : item);

/** Where the value of the object's member begins; of repeated keys the last one counts, as in `JSON.parse`. */
function memberAt(text: string, from: number, key: string): number | undefined {
  if (text[from] !== '{') return undefined;
  let found: number | undefined;
  let at = skipBlanks(text, from + 1);
  while (text[at] !== '}') {
    const end = skipValue(text, at);
    const value = skipBlanks(text, skipBlanks(text, end) + 1);
    if (JSON.parse(text.slice(at, end)) === key) found = value;
    at = skipBlanks(text, skipValue(text, value));
    if (text[at] === ',') at = skipBlanks(text, at + 1);
  }
  return found;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at++;
  return at;
}

/** The index after the value that begins here. */
function skipValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') at = skipString(text, at);
    else if (char === '{' || char === '[') {
      depth++;
      at++;
    } else if (char === '}' || char === ']') {
      if (depth === 0) return at;
      depth--;
      at++;
    } else if (depth === 0 && (char === ',' || ' \t\r\n'.includes(char ?? ''))) return at;
    else at++;
    if (depth === 0 && (char === '"' || char === '}' || char === ']')) return at;
  }
  return at;
}

function skipString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
