/** The Trino grammar of dt-sql-parser → what the parser of queries needs. A module of its own, so that it is loaded with the first query only. */
import { type ANTLRErrorListener, CharStreams, CommonTokenStream, PredictionMode } from 'antlr4ng';
import { TrinoSqlLexer } from 'dt-sql-parser/dist/lib/trino/TrinoSqlLexer.js';
import { TrinoSqlParser } from 'dt-sql-parser/dist/lib/trino/TrinoSqlParser.js';
import type { Grammar } from '../../core/sql/parse.ts';

/** Node cannot load the package's files as they are (imports without endings): this module runs bundled only. */
export const parse: Grammar['parse'] = (sql, onError) => {
  const listener: ANTLRErrorListener = {
    syntaxError: (_, token, line, column, message) => onError(line, column + 1, message, token?.text ?? ''),
    reportAmbiguity: () => undefined,
    reportAttemptingFullContext: () => undefined,
    reportContextSensitivity: () => undefined,
  };
  const lexer = new TrinoSqlLexer(CharStreams.fromString(sql));
  lexer.removeErrorListeners();
  lexer.addErrorListener(listener);
  const parser = new TrinoSqlParser(new CommonTokenStream(lexer));
  parser.removeErrorListeners();
  parser.addErrorListener(listener);
  parser.interpreter.predictionMode = PredictionMode.SLL;
  return { tree: parser.program(), names: lexer.symbolicNames };
};
