/** Turns the text of a query into its parts: parameters (`:name`) and what stands between them, literals, quoted names and comments left whole. */

export interface QueryToken {
  /** `name`: a parameter. `code`: SQL. `kept`: a literal, a quoted name or a comment, in which nothing is a parameter. */
  kind: 'name' | 'code' | 'kept';
  text: string;
  offset: number;
}

/** Trino's literals and quoted names end at a quote that is not doubled; its block comments do not nest. */
const PART =
  /(?<kept>'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<open>['"]|\/\*)|(?<!:):(?<name>[A-Za-z_][A-Za-z0-9_]*)/g;

export interface TokenizedQuery {
  tokens: QueryToken[];
  /** Offset of a literal, quoted name or comment that never ends. */
  openAt?: number;
}

/** The parts in order; together they are the whole text. */
export function queryTokens(sql: string): TokenizedQuery {
  const tokens: QueryToken[] = [];
  let done = 0;
  const code = (to: number): void => {
    if (to > done) tokens.push({ kind: 'code', text: sql.slice(done, to), offset: done });
  };
  for (const match of sql.matchAll(PART)) {
    const { kept, open, name } = match.groups ?? {};
    if (open !== undefined) {
      code(match.index);
      tokens.push({ kind: 'kept', text: sql.slice(match.index), offset: match.index });
      return { tokens, openAt: match.index };
    }
    code(match.index);
    tokens.push({ kind: name === undefined ? 'kept' : 'name', text: name ?? kept ?? '', offset: match.index });
    done = match.index + match[0].length;
  }
  code(sql.length);
  return { tokens };
}
