/** JSON text → its value, where each key and element stands (line:column), and which keys come twice in one object. */
import type { Json } from '../../functions/core/json.ts';

export interface TextPlace {
  line: number;
  column: number;
}

export interface ReadJson {
  value?: Json;
  /** Why the text is not JSON. */
  error?: { message: string; place: TextPlace };
  /** Place of the value at a path of keys and indexes, or of its nearest parent that is in the text. */
  placeOf(path: readonly (string | number)[]): TextPlace;
  /** Paths of keys that an earlier key of the same object already has. */
  duplicates: (string | number)[][];
}

const pathKey = (path: readonly (string | number)[]): string => JSON.stringify(path);

/** Never throws: text that is not JSON comes back with `error`. */
export function readJson(text: string): ReadJson {
  const scan = new Scanner(text);
  let error: ReadJson['error'];
  let value: Json | undefined;
  try {
    value = JSON.parse(text);
    scan.value([]);
  } catch (cause) {
    error = { message: cause instanceof Error ? cause.message : 'not JSON', place: placeAt(text, errorOffset(cause)) };
  }
  return {
    ...(value === undefined ? {} : { value }),
    ...(error === undefined ? {} : { error }),
    duplicates: scan.duplicates,
    placeOf(path) {
      for (let length = path.length; length >= 0; length--) {
        const offset = scan.offsets.get(pathKey(path.slice(0, length)));
        if (offset !== undefined) return placeAt(text, offset);
      }
      return { line: 1, column: 1 };
    },
  };
}

function errorOffset(cause: unknown): number {
  const found = cause instanceof Error ? /at position (\d+)/.exec(cause.message) : null;
  return found?.[1] === undefined ? 0 : Number(found[1]);
}

function placeAt(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: offset - lastBreak };
}

/** Walks text that JSON.parse already accepted; so it never has to judge, only to note offsets. */
class Scanner {
  readonly offsets = new Map<string, number>();
  readonly duplicates: (string | number)[][] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(path: (string | number)[]): void {
    this.#space();
    if (!this.offsets.has(pathKey(path))) this.offsets.set(pathKey(path), this.#at);
    const first = this.#text[this.#at];
    if (first === '{') this.#object(path);
    else if (first === '[') this.#array(path);
    else if (first === '"') this.#string();
    else this.#at += /^[^\s,\]}]+/.exec(this.#text.slice(this.#at, this.#at + 400))?.[0].length ?? 1;
  }

  #object(path: (string | number)[]): void {
    const seen = new Set<string>();
    this.#at++;
    for (this.#space(); this.#text[this.#at] !== '}'; this.#space()) {
      const keyAt = this.#at;
      const key = this.#string();
      const inner = [...path, key];
      if (seen.has(key)) this.duplicates.push(inner);
      seen.add(key);
      this.offsets.set(pathKey(inner), keyAt);
      this.#space();
      this.#at++;
      this.value(inner);
      this.#space();
      if (this.#text[this.#at] === ',') this.#at++;
    }
    this.#at++;
  }

  #array(path: (string | number)[]): void {
    this.#at++;
    let index = 0;
    for (this.#space(); this.#text[this.#at] !== ']'; this.#space()) {
      this.value([...path, index++]);
      this.#space();
      if (this.#text[this.#at] === ',') this.#at++;
    }
    this.#at++;
  }

  #string(): string {
    const start = this.#at++;
    while (this.#text[this.#at] !== '"') this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    this.#at++;
    const parsed: unknown = JSON.parse(this.#text.slice(start, this.#at));
    return typeof parsed === 'string' ? parsed : '';
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? 'x')) this.#at++;
  }
}
