/** Rewrites a rule's regular expression, which means what RE2 means, so that Athena's engine and RE2 read it alike. */
import type { RegexSource } from '../ast.ts';
import { plainForm } from '../regex.ts';

export type SqlRegex = { pattern: string } | { why: string };

/** Perl's classes as RE2 has them: ASCII only. Java's `\s` has the vertical tab too. */
const CLASSES: Readonly<Record<string, string>> = { d: '0-9', s: '\\t\\n\\f\\r ' };

/** The pattern for `regexp_like`, or why there is none that means the same. */
export function regexSql(regex: RegexSource): SqlRegex {
  const { source, flags } = plainForm(regex);
  const writer = new Writer(source, flags.includes('m'));
  const why = writer.run();
  if (why !== undefined) return { why };
  return { pattern: `${flags === '' ? '' : `(?${flags})`}${writer.out}` };
}

class Writer {
  out = '';
  #at = 0;
  readonly #source: string;
  readonly #multiline: boolean;

  constructor(source: string, multiline: boolean) {
    this.#source = source;
    this.#multiline = multiline;
  }

  /** Undefined, or why it cannot be written. */
  run(): string | undefined {
    while (this.#at < this.#source.length) {
      const why = this.#piece();
      if (why !== undefined) return why;
    }
    return undefined;
  }

  #piece(): string | undefined {
    const char = this.#source[this.#at++] ?? '';
    if (char === '\\') return this.#escape(false);
    if (char === '[') return this.#class();
    // Java's `$` also matches before a line break at the end.
    if (char === '$') this.out += this.#multiline ? '$' : '\\z';
    else if (char === '^') this.out += this.#multiline ? '^' : '\\A';
    else if (char === '(' && this.#source[this.#at] === '?') return this.#group();
    else this.out += char;
    return undefined;
  }

  #group(): string | undefined {
    const head = /^\?(?:P?<([A-Za-z][A-Za-z0-9]*)>|:)/.exec(this.#source.slice(this.#at, this.#at + 64));
    if (!head) return 'flags inside the expression are not the same on Athena; use the modifiers i, m and s';
    this.#at += head[0].length;
    this.out += '(?:';
    return undefined;
  }

  #escape(inClass: boolean): string | undefined {
    const char = this.#source[this.#at++] ?? '';
    const set = Object.hasOwn(CLASSES, char.toLowerCase()) ? CLASSES[char.toLowerCase()] : undefined;
    if (set !== undefined) {
      if (!inClass) this.out += char === char.toLowerCase() ? `[${set}]` : `[^${set}]`;
      else if (char === char.toLowerCase()) this.out += set;
      else return `\\${char} inside a class is not the same on Athena`;
      return undefined;
    }
    if (/[!-/:-@[-`{-~]/.test(char) || /[tnrfwWbBA]/.test(char) || (char === 'z' && !inClass)) {
      this.out += `\\${char}`;
      return undefined;
    }
    const hex = /^x([0-9A-Fa-f]{2})/.exec(this.#source.slice(this.#at - 1, this.#at + 2));
    if (hex) {
      this.out += `\\${hex[0]}`;
      this.#at += 2;
      return undefined;
    }
    return `\\${char} is not the same on Athena`;
  }

  #class(): string | undefined {
    this.out += '[';
    if (this.#source[this.#at] === '^') {
      this.out += '^';
      this.#at += 1;
    }
    for (let first = true; this.#at < this.#source.length; first = false) {
      const char = this.#source[this.#at++] ?? '';
      if (char === ']' && !first) {
        this.out += ']';
        return undefined;
      }
      if (char === '[' && this.#source[this.#at] === ':') return 'POSIX classes are not the same on Athena';
      if (char === '\\') {
        const why = this.#escape(true);
        if (why !== undefined) return why;
      } else this.out += char !== '-' && /[!-/:-@[-`{-~]/.test(char) ? `\\${char}` : char;
    }
    return 'a class is not closed';
  }
}
