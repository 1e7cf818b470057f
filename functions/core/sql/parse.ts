/** Turns SQL text into a parse tree by a Trino grammar that the composition root brings, or into one readable syntax error. */
import { YaguraError } from '../error.ts';
import type { SqlNode, SqlRule } from './tree.ts';

/** What a grammar gives for a place in the text: the parts of an ANTLR tree that are read here. */
interface GrammarNode {
  symbol?: { type: number; text?: string | null; line: number; column: number; start: number; stop: number };
  children?: readonly object[] | null;
  start?: { line: number; column: number } | null;
}

/** A grammar, as a module of its own: it is large (0.8 MB), so each adapter loads it when the first query comes. */
export interface Grammar {
  parse(
    sql: string,
    onError: (line: number, column: number, message: string, near: string) => void,
  ): { tree: object; names: readonly (string | null)[] };
}

/** The parse tree of exactly one statement. @throws YaguraError BadInput with line, column and what was expected */
export type ParseSql = (sql: string) => Promise<SqlRule>;

/** A parser over a grammar that is loaded once it is needed. */
export const sqlParser =
  (load: () => Promise<Grammar>): ParseSql =>
  async (sql) => {
    const { parse } = await load();
    return statementIn(sql, parse);
  };

function statementIn(sql: string, parse: Grammar['parse']): SqlRule {
  const errors: YaguraError[] = [];
  const { tree, names } = parse(sql, (line, column, message, near) => errors.push(syntaxError(line, column, message, near)));
  const first = errors[0];
  if (first !== undefined) throw first;
  const program = plain(tree, names);
  if (program.rule === undefined) throw new YaguraError('Bug', 'the grammar gave a token for a program');
  const statements = program.kids.filter((kid): kid is SqlRule => kid.rule === 'Statements');
  const [statement, second] = statements;
  if (statement === undefined) throw refusal('the query is empty', undefined, 'Write one SELECT statement.');
  if (second !== undefined) throw refusal('there is more than one statement', second, 'Run one statement at a time.');
  return statement;
}

const EXPECTED = 6;

function syntaxError(line: number, column: number, message: string, near: string): YaguraError {
  const expecting = /expecting (\{.*\}|.*)$/s.exec(message)?.[1] ?? '';
  const words = [...expecting.matchAll(/'((?:[^'\\]|\\.)*)'|([A-Z_]{3,})/g)].map((match) => match[1] ?? match[2] ?? '');
  const at = `line ${line}:${column}`;
  const what = near === '<EOF>' || near === '' ? 'the SQL ends too early' : `the SQL cannot be read at \`${near.slice(0, 60)}\``;
  const allowed =
    words.length === 0 || words.length > 40
      ? undefined
      : words.slice(0, EXPECTED).join(', ') + (words.length > EXPECTED ? ', …' : '');
  return new YaguraError('BadInput', `SQL syntax error at ${at}`, {
    problems: [{ at, what, ...(allowed !== undefined && { allowed }), fix: fixFor(near) }],
  });
}

function fixFor(near: string): string {
  if (near === '`') return 'Quote identifiers with double quotes, not backquotes.';
  if (near === '::') return 'Write CAST(x AS type).';
  if (near === '==') return 'Compare with a single =.';
  return "Athena's dialect is Trino SQL: text in single quotes, names in double quotes, OFFSET before LIMIT.";
}

/** An error about a place in the SQL. */
export function refusal(what: string, node: { line: number; column: number } | undefined, fix?: string): YaguraError {
  const at = node === undefined ? undefined : `line ${node.line}:${node.column}`;
  return new YaguraError('BadInput', at === undefined ? what : `${at}: ${what}`, {
    problems: [{ ...(at !== undefined && { at }), what, ...(fix !== undefined && { fix }) }],
  });
}

function plain(tree: object, names: readonly (string | null)[]): SqlNode {
  const { symbol, children, start }: GrammarNode = tree;
  if (symbol !== undefined) {
    return {
      rule: undefined,
      token: names[symbol.type] ?? symbol.text ?? '',
      text: symbol.text ?? '',
      line: symbol.line,
      column: symbol.column + 1,
      start: symbol.start,
      end: symbol.stop + 1,
    };
  }
  const kids = (children ?? [])
    .map((child) => plain(child, names))
    .filter((kid) => kid.rule !== undefined || kid.text !== '<EOF>');
  return {
    rule: tree.constructor.name.replace(/^_+|Context$/g, ''),
    kids,
    line: start?.line ?? 1,
    column: (start?.column ?? 0) + 1,
  };
}
