/** Casts of rows as Trino does them, field by field in order: DuckDB would go by the fields' names. */
import type { CastRequest } from './cast.ts';
import { refusal } from './parser.ts';
import { type SqlType, trinoText } from './sql-type.ts';
import { quoteName, type Typed, typed } from './typed.ts';

type Cast = (request: CastRequest) => Typed;

/** A row, or a list of rows; and whatever has the type already. Undefined for types that have no row at this level. */
export function castOfRows(request: CastRequest, cast: Cast): Typed | undefined {
  const { value, to } = request;
  const from = value.type;
  if (trinoText(from) === trinoText(to)) return typed(value.sql, to);
  if (from.kind === 'array' && to.kind === 'array' && from.element.kind === 'row') {
    const item = `trino_r${value.sql.split('trino_r').length}`;
    const inner = cast({ ...request, value: typed(item, from.element), to: to.element });
    return typed(`list_transform(${value.sql}, lambda ${item}: ${inner.sql})`, to);
  }
  return from.kind === 'row' && to.kind === 'row' ? rowCast(request, { from, to, cast }) : undefined;
}

type Row = Extract<SqlType, { kind: 'row' }>;

function rowCast(request: CastRequest, { from, to, cast }: { from: Row; to: Row; cast: Cast }): Typed {
  const { value, node } = request;
  if (from.fields.length !== to.fields.length)
    throw refusal(`a row of ${from.fields.length} fields is cast to one of ${to.fields.length}`, node);
  const fields = to.fields.map(({ name, type }, index) => {
    const part = typed(`struct_extract_at(${value.sql}, ${index + 1})`, from.fields[index]?.type ?? type);
    const made = cast({ ...request, value: part, to: type });
    return { name: name ?? `field${index}`, sql: made.sql };
  });
  const made = `struct_pack(${fields.map(({ name, sql }) => `${quoteName(name)} := ${sql}`).join(', ')})`;
  return typed(`CASE WHEN ${value.sql} IS NULL THEN NULL ELSE ${made} END`, to);
}
