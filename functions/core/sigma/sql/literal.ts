/** Writes a rule's texts and numbers as literals of Trino SQL: the only way in which anything of a rule gets into a query. */

/** A string literal. Trino knows no escape in it but the doubled quote. @see Trino documentation, "Data types", VARCHAR */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A double: `1.5E0`, which is not a decimal. */
export const sqlDouble = (value: number): string => value.toExponential().replace('e+', 'E').replace('e', 'E');

/** Literal text inside a LIKE pattern with `ESCAPE '\'`. */
export const likeText = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** Literal text inside a regular expression; letters, digits and what is not ASCII stand for themselves. */
export const regexText = (text: string): string => text.replace(/[!-/:-@[-`{-~]/g, '\\$&').replaceAll('\n', '\\n');

/** SQL that is true where any of the parts is; false without parts. */
export const anyOfSql = (parts: readonly string[]): string => joined(parts, ' OR ', 'false');
/** SQL that is true where all of the parts are; true without parts. */
export const allOfSql = (parts: readonly string[]): string => joined(parts, ' AND ', 'true');

function joined(parts: readonly string[], by: string, empty: string): string {
  const [only] = parts;
  if (only === undefined) return empty;
  return parts.length === 1 ? only : `(${parts.join(by)})`;
}

/** Lists in pieces: an array constructor takes 254 items on Trino, and a thousand are enough for one IN. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
