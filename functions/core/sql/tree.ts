/** A parse tree as plain data: rules with children, tokens with their text and place. */

export interface SqlToken {
  rule: undefined;
  /** The token's symbolic name: `KW_SELECT`, `IDENTIFIER`, `COMMA`. */
  token: string;
  text: string;
  line: number;
  /** From 1. */
  column: number;
  /** Where the text begins in the SQL, and where what follows it begins, in code points. */
  start: number;
  end: number;
}

export interface SqlRule {
  /** The grammar's name of the rule or labelled alternative: `FunctionCall`. */
  rule: string;
  kids: readonly SqlNode[];
  line: number;
  column: number;
}

export type SqlNode = SqlRule | SqlToken;

/** The child rules of a name. */
export const rulesOf = (node: SqlRule, rule: string): SqlRule[] => node.kids.filter((kid): kid is SqlRule => kid.rule === rule);

/** The first child rule of one of the names. */
export const ruleOf = (node: SqlRule, ...rules: readonly string[]): SqlRule | undefined =>
  node.kids.find((kid): kid is SqlRule => kid.rule !== undefined && rules.includes(kid.rule));

/** All child rules, whatever their names. */
export const childRules = (node: SqlRule): SqlRule[] => node.kids.filter((kid): kid is SqlRule => kid.rule !== undefined);

/** True where the rule has this token as a child. */
export const hasToken = (node: SqlRule, token: string): boolean =>
  node.kids.some((kid) => kid.rule === undefined && kid.token === token);

/** The tokens of a node, joined by spaces. */
export function textOf(node: SqlNode): string {
  return node.rule === undefined ? node.text : node.kids.map(textOf).join(' ');
}

/** The node below single-child rules: what a chain of precedence rules stands for. */
export function unwrapped(node: SqlRule): SqlRule {
  let at = node;
  for (;;) {
    const only = at.kids.length === 1 ? at.kids[0] : undefined;
    if (only === undefined || only.rule === undefined) return at;
    at = only;
  }
}

/** The tokens below a node, in the order of the text. */
export const tokensOf = (node: SqlNode): SqlToken[] => (node.rule === undefined ? [node] : node.kids.flatMap(tokensOf));

/** Where a node's text begins and ends, in code points; undefined for a rule without tokens. */
export function spanOf(node: SqlNode): { start: number; end: number } | undefined {
  const tokens = tokensOf(node);
  const [first, last] = [tokens[0], tokens.at(-1)];
  return first === undefined || last === undefined ? undefined : { start: first.start, end: last.end };
}
