/** Rewrites a regular expression for V8 where its cost is provably bounded, with exactly the meaning that RE2 gives it. */
import type { RegexSource } from './ast.ts';

export interface NativeRegex {
  regex: RegExp;
  /** Longest text, in UTF-16 units, for which the search stays within the step budget. */
  maxLength: number;
}

// A search of n characters with k unbounded repeats takes at most about n^(k+1) steps; a million steps is a few milliseconds.
const MAX_LENGTH_BY_REPEATS = [1_000_000, 1_000, 100];
const MAX_COUNT = 100;
/** Ways to take the choices and small repeats of one attempt: `a?a?a?…` doubles them with each. */
const MAX_BRANCHES = 64;
const CLASSES: Readonly<Record<string, string>> = { d: '0-9', w: '0-9A-Za-z_', s: '\\t\\n\\f\\r ' };
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const CONTROLS = /[tnrfv]/;

/**
 * The native form, or undefined where the expression is outside the plain subset: repeats of groups that repeat or choose, word
 * boundaries, Unicode classes, named and special groups, case folding of `\w`. Those run on the linear engine.
 */
export function nativeForm({ source, flags }: RegexSource): NativeRegex | undefined {
  const scan = new Scan(trimOpenEnds(source), flags);
  if (!scan.alternatives() || !scan.done || scan.branches > MAX_BRANCHES) return undefined;
  const maxLength = MAX_LENGTH_BY_REPEATS[scan.repeats];
  if (maxLength === undefined) return undefined;
  try {
    return { regex: new RegExp(scan.out, `u${flags.replace('s', '')}`), maxLength };
  } catch {
    return undefined;
  }
}

/** A search need not consume what `.*` or `.+` at its ends would: `.+x.*` finds what `.x` finds, without the repeats. */
function trimOpenEnds(source: string): string {
  if (/[|()]/.test(source)) return source;
  const start = source.replace(/^(?:\.\*\??)+/, '').replace(/^\.\+\??(?![*+?{])/, '.');
  return start.replace(/(?<!\\)(?:\.\*\??)+$/, '').replace(/(?<!\\)\.\+\??$/, '.');
}

/** One pass over the source that checks the subset, counts unbounded repeats and writes the equivalent. */
class Scan {
  out = '';
  repeats = 0;
  branches = 1;
  private at = 0;
  private depth = 0;
  private readonly source: string;
  private readonly flags: string;

  constructor(source: string, flags: string) {
    this.source = source;
    this.flags = flags;
  }

  get done(): boolean {
    return this.at === this.source.length;
  }

  /** Reads alternatives up to the end or a closing parenthesis. False: outside the subset. */
  alternatives(): boolean {
    let choices = 1;
    while (!this.done && this.source[this.at] !== ')') {
      if (this.source[this.at] === '|') {
        choices += 1;
        this.out += '|';
        this.at += 1;
      } else if (!this.piece()) return false;
    }
    this.branches *= choices;
    return this.done ? this.depth === 0 : this.depth > 0;
  }

  private piece(): boolean {
    const from = this.out.length;
    const repeatsBefore = this.repeats;
    const plain = this.single();
    if (plain === undefined) return false;
    const complex = !plain && (this.repeats > repeatsBefore || /[|*+?{]/.test(this.out.slice(from)));
    return this.quantifier(complex);
  }

  /** Reads one atom. True: one character wide; false: a group or an anchor; undefined: outside the subset. */
  private single(): boolean | undefined {
    const char = this.source[this.at] ?? '';
    this.at += 1;
    if (char === '(') return this.group();
    if (char === '[') return this.charClass() ? true : undefined;
    if (char === '\\') return this.escape(false);
    if (char === '.') return this.write(this.flags.includes('s') ? '[^]' : '[^\\n]', true);
    if (char === '^' || char === '$') return this.flags.includes('m') ? undefined : this.write(char, false);
    if ('*+?{}]'.includes(char)) return undefined;
    if (char >= '\ud800' && char <= '\udfff') return undefined;
    return this.write(char === '/' ? '\\/' : char, true);
  }

  private write(text: string, plain: boolean): boolean {
    this.out += text;
    return plain;
  }

  private group(): boolean | undefined {
    if (this.source[this.at] === '?' && !this.source.startsWith('?:', this.at)) return undefined;
    if (this.source.startsWith('?:', this.at)) this.at += 2;
    this.out += '(?:';
    this.depth += 1;
    if (this.depth > 20 || !this.alternatives() || this.source[this.at] !== ')') return undefined;
    this.depth -= 1;
    this.at += 1;
    this.out += ')';
    return false;
  }

  private escape(isClass: boolean): boolean | undefined {
    const char = this.source[this.at] ?? '';
    this.at += 1;
    const set = CLASSES[char.toLowerCase()];
    if (set !== undefined && char.length === 1) {
      if (char.toLowerCase() === 'w' && this.flags.includes('i')) return undefined;
      if (isClass) return char === char.toLowerCase() ? this.write(set, true) : undefined;
      return this.write(char === char.toLowerCase() ? `[${set}]` : `[^${set}]`, true);
    }
    if (PUNCTUATION.test(char)) {
      const special = /[\^$\\.*+?()[\]{}|/]/.test(char) || (isClass && char === '-');
      return this.write(special ? `\\${char}` : char, true);
    }
    return CONTROLS.test(char) ? this.write(`\\${char}`, true) : undefined;
  }

  private charClass(): boolean {
    this.out += '[';
    if (this.source[this.at] === '^') {
      this.out += '^';
      this.at += 1;
    }
    const from = this.at;
    while (!this.done && this.source[this.at] !== ']') {
      const char = this.source[this.at] ?? '';
      this.at += 1;
      if (char === '\\') {
        if (this.escape(true) === undefined) return false;
      } else if (char === '[' || (char >= '\ud800' && char <= '\udfff')) return false;
      else this.out += char === '^' || char === '/' ? `\\${char}` : char;
    }
    if (this.done || this.at === from) return false;
    this.at += 1;
    this.out += ']';
    return true;
  }

  private quantifier(complex: boolean): boolean {
    const match = /^(?:[*+?]|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})\??/.exec(this.source.slice(this.at, this.at + 16));
    if (!match) return this.source[this.at] !== '{';
    const [text, low, comma, high] = match;
    const next = this.source[this.at + text.length];
    if (complex || next === '*' || next === '+' || next === '?' || next === '{') return false;
    const open = text.startsWith('*') || text.startsWith('+') || (comma !== undefined && high === undefined);
    if (Math.max(Number(low ?? 0), Number(high ?? 0)) > MAX_COUNT) return false;
    // A bounded repeat multiplies the steps too; count anything beyond a small one as unbounded.
    if (open || Number(high ?? low ?? 0) > 8) this.repeats += 1;
    else this.branches *= text.startsWith('?') ? 2 : Number(high ?? low) - Number(low) + 1;
    this.out += text;
    this.at += text.length;
    return true;
  }
}
