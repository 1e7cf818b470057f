/** The Trino grammar of dt-sql-parser, made loadable for Node → the parser of a laptop. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { shortId } from '../../functions/core/digest.ts';
import { type Grammar, sqlParser } from '../../functions/core/sql/parse.ts';

export { refusal } from '../../functions/core/sql/parse.ts';

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
export const parseSql = sqlParser(loadGrammar);
