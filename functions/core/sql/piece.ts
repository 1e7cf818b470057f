/** A part of a query's text with the values of its `?` marks, so that parts can be put together anew and every value stays with its mark. */
import { childRules, type SqlRule, spanOf, tokensOf, unwrapped } from './tree.ts';

export interface Piece {
  text: string;
  parameters: readonly (string | number)[];
}

/** `sql` puts texts and pieces together: what stands in `${}` is a piece, a list of pieces is joined by commas. */
export function sqlPiece(strings: TemplateStringsArray, ...parts: readonly (Piece | string | number)[]): Piece {
  let text = strings[0] ?? '';
  const parameters: (string | number)[] = [];
  for (const [i, part] of parts.entries()) {
    text += typeof part === 'object' ? part.text : String(part);
    if (typeof part === 'object') parameters.push(...part.parameters);
    text += strings[i + 1] ?? '';
  }
  return { text, parameters };
}

export const joined = (pieces: readonly Piece[], by: string): Piece => ({
  text: pieces.map(({ text }) => text).join(by),
  parameters: pieces.flatMap(({ parameters }) => parameters),
});

/** Cuts pieces out of one statement. */
export class PieceCutter {
  readonly #points: readonly string[];
  readonly #marks: readonly number[];
  readonly #parameters: readonly (string | number)[];

  constructor(sql: string, root: SqlRule, parameters: readonly (string | number)[]) {
    // The grammar counts code points.
    this.#points = [...sql];
    this.#marks = tokensOf(root).flatMap(({ token, start }) => (token === 'QUESTION_MARK' ? [start] : []));
    this.#parameters = parameters;
  }

  of(node: SqlRule): Piece {
    const span = spanOf(node) ?? { start: 0, end: 0 };
    const parameters = this.#marks.flatMap((at, i) => {
      const value = this.#parameters[i];
      return at >= span.start && at < span.end && value !== undefined ? [value] : [];
    });
    return { text: this.#points.slice(span.start, span.end).join(''), parameters };
  }
}

/** The conditions that a condition joins with AND. */
export function conjuncts(node: SqlRule): SqlRule[] {
  const at = unwrapped(node);
  return at.rule === 'And' ? childRules(at).flatMap(conjuncts) : [node];
}

/** The same tokens, whatever stands between them. */
export const tokenText = (node: SqlRule): string =>
  tokensOf(node)
    .map(({ token, text }) => (token.startsWith('KW_') || token === 'IDENTIFIER' ? text.toLowerCase() : text))
    .join(' ');
