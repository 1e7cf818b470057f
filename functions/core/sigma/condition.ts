/** Turns the text of a condition into a tree over selections, with `1 of x*` and `all of them` written out. */
import { nearest, type Problem } from '../error.ts';
import { type Condition, join } from './ast.ts';

const MAX_DEPTH = 100;
const GRAMMAR = 'selection names, and, or, not, ( ), 1 of name*, all of name*, 1 of them, all of them';

export interface ConditionContext {
  /** Selections in the order of the rule. */
  names: readonly string[];
  /** Place of the condition. */
  at: string;
  /** Place of its first character, where offsets in the text are columns. */
  textAt?: string | undefined;
  problems: Problem[];
}

interface Token {
  text: string;
  /** Offset in the condition. */
  offset: number;
}

class ConditionError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.what);
    this.problem = problem;
  }
}

/**
 * Parses one condition; undefined where a problem was added. Precedence from weak to strong: or, and, not, `x of`, parentheses.
 * @see Sigma rules specification 2.1, "Condition"
 */
export function parseCondition(text: string, context: ConditionContext): Condition | undefined {
  try {
    return new Parser(text, context).whole();
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    context.problems.push(error.problem);
    return undefined;
  }
}

class Parser {
  private readonly tokens: Token[];
  private readonly context: ConditionContext;
  private readonly text: string;
  private next = 0;
  private depth = 0;

  constructor(text: string, context: ConditionContext) {
    this.text = text;
    this.context = context;
    this.tokens = [...text.matchAll(/[()]|[^\s()]+/g)].map((match) => ({ text: match[0], offset: match.index }));
  }

  whole(): Condition {
    if (this.tokens.length === 0) throw this.error('The condition is empty');
    const condition = this.or();
    const rest = this.peek();
    if (rest) throw this.error(`Unexpected ${JSON.stringify(rest.text)} after a complete condition`, rest);
    return condition;
  }

  private or(): Condition {
    const parts = [this.and()];
    while (this.takeWord('or')) parts.push(this.and());
    return join('or', parts);
  }

  private and(): Condition {
    const parts = [this.not()];
    while (this.takeWord('and')) parts.push(this.not());
    return join('and', parts);
  }

  private not(): Condition {
    if (!this.takeWord('not')) return this.operand();
    return this.deeper(() => ({ op: 'not', of: this.not() }));
  }

  private deeper(read: () => Condition): Condition {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw this.error(`The condition nests deeper than ${MAX_DEPTH} levels`, this.peek());
    const condition = read();
    this.depth -= 1;
    return condition;
  }

  private operand(): Condition {
    const token = this.peek();
    if (!token) throw this.error('The condition ends where a selection is expected');
    this.next += 1;
    if (token.text === '(') {
      const inner = this.deeper(() => this.or());
      if (this.peek()?.text !== ')') throw this.error('A parenthesis is not closed', token);
      this.next += 1;
      return inner;
    }
    if (this.peek()?.text.toLowerCase() === 'of' && !this.context.names.includes(token.text)) return this.quantified(token);
    if (token.text === ')' || ['and', 'or', 'of'].includes(token.text.toLowerCase())) {
      throw this.error(`Unexpected ${JSON.stringify(token.text)} where a selection is expected`, token);
    }
    if (!this.context.names.includes(token.text)) throw this.unknown(token);
    return { op: 'selection', name: token.text };
  }

  private quantified(quantifier: Token): Condition {
    const word = quantifier.text.toLowerCase();
    if (word !== '1' && word !== 'any' && word !== 'all') {
      throw this.error(`Unknown quantifier ${JSON.stringify(quantifier.text)}`, quantifier, { allowed: '1 of, any of, all of' });
    }
    this.next += 1;
    const target = this.peek();
    if (!target || target.text === '(' || target.text === ')') {
      throw this.error(`"${word} of" needs a selection pattern or "them"`, target ?? quantifier);
    }
    this.next += 1;
    const names = this.context.names.filter((name) => covers(target.text, name));
    if (names.length === 0) throw this.unknown(target);
    return join(
      word === 'all' ? 'and' : 'or',
      names.map((name) => ({ op: 'selection', name })),
    );
  }

  private peek(): Token | undefined {
    return this.tokens[this.next];
  }

  private takeWord(word: string): boolean {
    const token = this.peek();
    if (token?.text.toLowerCase() !== word || this.context.names.includes(token.text)) return false;
    this.next += 1;
    return true;
  }

  private unknown(token: Token): ConditionError {
    const near = nearest(token.text, this.context.names);
    const what = token.text.includes('*') || token.text === 'them' ? 'No selection matches' : 'There is no selection';
    const allowed = this.context.names.join(', ') || 'no selection is defined';
    return this.error(`${what} ${JSON.stringify(token.text)}`, token, { allowed, ...(near ? { fix: `write "${near}".` } : {}) });
  }

  private error(what: string, token?: Token, rest: { allowed?: string; fix?: string } = {}): ConditionError {
    const { at: start, textAt } = this.context;
    const at = textAt === undefined ? start : moved(textAt, token?.offset ?? this.text.length);
    return new ConditionError({ at, what, allowed: GRAMMAR, ...rest });
  }
}

/** True where `1 of <pattern>` means the selection. Names that begin with an underscore must be meant expressly. */
function covers(pattern: string, name: string): boolean {
  if (pattern === 'them') return !name.startsWith('_');
  if (name.startsWith('_') && !pattern.startsWith('_')) return false;
  const chunks = pattern.split('*');
  if (chunks.length === 1) return name === pattern;
  return new RegExp(`^${chunks.map((chunk) => chunk.replace(/[^\w]/g, '\\$&')).join('.*')}$`, 's').test(name);
}

/** Moves `file:line:column` along its line. */
function moved(at: string, columns: number): string {
  const colon = at.lastIndexOf(':');
  return `${at.slice(0, colon)}:${Number(at.slice(colon + 1)) + columns}`;
}
