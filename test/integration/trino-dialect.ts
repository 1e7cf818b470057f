// Athena's SQL → the same for a plain Trino, where the two differ.

/**
 * Athena gives items of UNNEST as they are; Trino makes columns of a row's fields. A row around each item is what gives Trino
 * one column again.
 * @see trinodb/trino pull request 430, "Remove deprecated unnest behavior"; Athena User Guide, "Filter arrays using UNNEST"
 */
export const asTrino = (sql: string): string =>
  sql.replaceAll(/UNNEST\(([\w.]+)\) AS (\w+)\((\w+)\)/g, 'UNNEST(transform($1, item -> ROW(item))) AS $2($3)');
