/** Queries of one shape over one table and window → one query that scans the table once, and its rows → the rows of each. */
import type { Json } from '../json.ts';
import type { BoundQuery } from '../query-file.ts';
import { joined, type Piece, sqlPiece } from '../sql/piece.ts';
import type { Shape } from './shape.ts';

export interface Merged extends BoundQuery {
  /** The rows of each query, by its place in the list, under its own columns' names. */
  split(columns: readonly string[], rows: readonly (readonly Json[])[]): { columns: string[]; rows: Json[][] }[];
}

/** More are more aggregates over each group than one scan is worth. */
export const MOST_TOGETHER = 8;

const sameAs = (piece: Piece): string => JSON.stringify([piece.text.replaceAll(/\s+/g, ' '), piece.parameters]);
const TRUE: Piece = { text: 'true', parameters: [] };
const NAME = {
  rule: 'yagura_rule',
  key: (rule: number, i: number) => `yagura_k${rule}_${i}`,
  item: (rule: number, i: number) => `r${rule}_c${i}`,
};

/**
 * Each row of the table is told once for every query whose conditions it meets (UNNEST of their numbers); groups are of the number and that
 * query's keys, so no group mixes two queries, and each column and HAVING speaks for its own. Conditions that all share stand outside,
 * where the engine skips partitions by them. Undefined where there is nothing to merge.
 */
export function merged(shapes: readonly Shape[]): Merged | undefined {
  const [first] = shapes;
  if (first === undefined || shapes.length < 2 || shapes.length > MOST_TOGETHER) return undefined;
  if (shapes.some(({ table, label }) => table !== first.table || label !== first.label)) return undefined;
  const texts = shapes.map(({ where }) => new Set(where.map(sameAs)));
  const common = first.where.filter((piece) => texts.every((set) => set.has(sameAs(piece))));
  const shared = new Set(common.map(sameAs));
  const own = shapes.map(({ where }) => conditionOf(where.filter((piece) => !shared.has(sameAs(piece)))));
  const numbers = joined(
    own.map((condition, i) => sqlPiece`CASE WHEN ${condition} THEN ${i + 1} END`),
    ', ',
  );
  const outer = shapes.flatMap(({ items }, i) => items.map((item, j) => outerItem(item, i + 1, NAME.item(i + 1, j))));
  const keys = shapes.flatMap(({ keys: of }, i) =>
    of.map((key, j) => sqlPiece`CASE WHEN ${NAME.rule} = ${i + 1} THEN ${key} END AS ${NAME.key(i + 1, j)}`),
  );
  const keyNames = shapes.flatMap(({ keys: of }, i) => of.map((_, j) => NAME.key(i + 1, j)));
  const having = joined(
    shapes.map(({ having: condition = TRUE }, i) => sqlPiece`(${NAME.rule} = ${i + 1} AND (${condition}))`),
    ' OR ',
  );
  const scan = sqlPiece`SELECT ${first.label}.*, ${NAME.rule}, ${joined(keys, ', ')}
FROM ${first.table} AS ${first.label} CROSS JOIN UNNEST(ARRAY[${numbers}]) AS yagura_rules (${NAME.rule})
WHERE ${joined([...common, { text: `${NAME.rule} IS NOT NULL`, parameters: [] }], ' AND ')}`;
  const { text, parameters } = sqlPiece`SELECT ${NAME.rule}, ${joined(outer, ', ')}
FROM (${scan}) AS ${first.label}
GROUP BY ${[NAME.rule, ...keyNames].join(', ')}
HAVING ${having}`;
  return {
    sql: text,
    parameters: [...parameters],
    split: (columns, rows) => shapes.map((shape, i) => rowsOf(shape, i + 1, { columns, rows })),
  };
}

const conditionOf = (pieces: readonly Piece[]): Piece =>
  pieces.length === 0
    ? TRUE
    : joined(
        pieces.map((piece) => sqlPiece`(${piece})`),
        ' AND ',
      );

/** A key is a column of the scan now; an aggregate is worked out for every group, and told for its own. */
function outerItem(item: Shape['items'][number], rule: number, name: string): Piece {
  if (item.key !== undefined) return sqlPiece`${NAME.key(rule, item.key)} AS ${name}`;
  return sqlPiece`CASE WHEN ${NAME.rule} = ${rule} THEN ${item.aggregate ?? TRUE} END AS ${name}`;
}

function rowsOf(
  { items }: Shape,
  rule: number,
  { columns, rows }: { columns: readonly string[]; rows: readonly (readonly Json[])[] },
): { columns: string[]; rows: Json[][] } {
  const at = items.map((_, j) => columns.indexOf(NAME.item(rule, j)));
  const of = columns.indexOf(NAME.rule);
  return {
    columns: items.map(({ name }) => name),
    rows: rows.filter((row) => row[of] === rule).map((row) => at.map((index) => row[index] ?? null)),
  };
}
