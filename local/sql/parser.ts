/** Turns SQL text into a parse tree by the Trino grammar of dt-sql-parser, or into one readable syntax error. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ParserRuleContext, ParseTree, Token } from 'antlr4ng';
import { shortId } from '../../functions/core/digest.ts';
import { YaguraError } from '../../functions/core/error.ts';
import type { SqlNode, SqlRule } from './tree.ts';

/** What the bundled module exports; the rest of its surface stays inside it. */
interface Grammar {
  parse(
    sql: string,
    onError: (line: number, column: number, message: string, near: string) => void,
  ): { tree: ParserRuleContext; names: (string | null)[] };
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** dt-sql-parser's files import without endings, which Node refuses: one esbuild run makes a single module of them. */
const ENTRY = `
import { CharStreams, CommonTokenStream, PredictionMode } from 'antlr4ng';
import { TrinoSqlLexer } from 'dt-sql-parser/dist/lib/trino/TrinoSqlLexer.js';
import { TrinoSqlParser } from 'dt-sql-parser/dist/lib/trino/TrinoSqlParser.js';
export function parse(sql, onError) {
  const listener = {
    syntaxError: (recognizer, token, line, column, message) => onError(line, column + 1, message, token?.text ?? ''),
    reportAmbiguity() {}, reportAttemptingFullContext() {}, reportContextSensitivity() {},
  };
  const lexer = new TrinoSqlLexer(CharStreams.fromString(sql));
  lexer.removeErrorListeners(); lexer.addErrorListener(listener);
  const parser = new TrinoSqlParser(new CommonTokenStream(lexer));
  parser.removeErrorListeners(); parser.addErrorListener(listener);
  parser.interpreter.predictionMode = PredictionMode.SLL;
  return { tree: parser.program(), names: [...lexer.vocabulary.symbolicNames] };
}
`;

let grammar: Promise<Grammar> | undefined;

/** Loads the grammar once a process (0.1 s; 0.5 s the first time on a machine, when it is bundled). */
function loadGrammar(): Promise<Grammar> {
  grammar ??= bundledGrammar().catch((error: unknown) => {
    grammar = undefined;
    throw error;
  });
  return grammar;
}

async function bundledGrammar(): Promise<Grammar> {
  const version = JSON.parse(readFileSync(join(ROOT, 'node_modules/dt-sql-parser/package.json'), 'utf8')) as { version: string };
  const folder = join(ROOT, 'node_modules/.cache/yagura');
  const path = join(folder, `trino-parser-${version.version}-${shortId(ENTRY)}.mjs`);
  if (!existsSync(path)) await bundle(path);
  return (await import(pathToFileURL(path).href)) as Grammar;
}

async function bundle(path: string): Promise<void> {
  const { build } = await import('esbuild');
  const result = await build({
    stdin: { contents: ENTRY, resolveDir: ROOT, loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    keepNames: true,
    write: false,
    logLevel: 'silent',
  });
  mkdirSync(dirname(path), { recursive: true });
  // Another process may do the same: the last rename wins, and both wrote the same bytes.
  const unfinished = `${path}.${process.pid}.tmp`;
  writeFileSync(unfinished, result.outputFiles[0]?.contents ?? new Uint8Array());
  renameSync(unfinished, path);
}

/** The parse tree of exactly one statement. @throws YaguraError BadInput with line, column and what was expected */
export async function parseSql(sql: string): Promise<SqlRule> {
  const { parse } = await loadGrammar();
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

function plain(tree: ParseTree, names: readonly (string | null)[]): SqlNode {
  const symbol = (tree as { symbol?: Token }).symbol;
  if (symbol !== undefined) {
    return {
      rule: undefined,
      token: names[symbol.type] ?? symbol.text ?? '',
      text: symbol.text ?? '',
      line: symbol.line,
      column: symbol.column + 1,
    };
  }
  const context = tree as ParserRuleContext;
  const kids = (context.children ?? [])
    .map((child) => plain(child, names))
    .filter((kid) => kid.rule !== undefined || kid.text !== '<EOF>');
  return {
    rule: tree.constructor.name.replace(/^_+|Context$/g, ''),
    kids,
    line: context.start?.line ?? 1,
    column: (context.start?.column ?? 0) + 1,
  };
}
