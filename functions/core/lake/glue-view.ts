/** Turns a view into what a Glue table must hold so that Athena reads it as one of its own. */
import type { LakeView } from './views.ts';

export interface GlueView {
  /** @see Trino source, `PrestoViewReader` and `ViewReaderUtil`: the comment that marks a view, with the view as base64 JSON in it */
  originalText: string;
  expandedText: string;
  columns: { name: string; type: string }[];
  parameters: Readonly<Record<string, string>>;
}

export function glueView(view: LakeView, database: string): GlueView {
  const columns = view.columns.map(({ name, trinoType }) => ({ name, type: trinoType }));
  const json = JSON.stringify({ originalSql: view.athenaSql, catalog: 'awsdatacatalog', schema: database, columns });
  return {
    originalText: `/* Presto View: ${Buffer.from(json).toString('base64')} */`,
    expandedText: '/* Presto View */',
    columns: columns.map(({ name, type }) => ({ name, type: hiveType(type) })),
    parameters: { presto_view: 'true', comment: 'Presto View' },
  };
}

const SCALARS: Readonly<Record<string, string>> = { varchar: 'string', integer: 'int', 'timestamp(3)': 'timestamp' };

/** Trino's type text as Hive's: `row("a" varchar)` → `struct<a:string>`. @throws Error for text that is no type */
export function hiveType(trinoType: string): string {
  const compound = /^(array|map|row)\((.*)\)$/s.exec(trinoType);
  if (compound === null) {
    if (!/^[a-z]+(\(\d+\))?$/.test(trinoType)) throw new Error(`no Trino type: ${trinoType.slice(0, 200)}`);
    return SCALARS[trinoType] ?? trinoType;
  }
  const [, kind, inside = ''] = compound;
  const parts = topLevelParts(inside);
  if (kind !== 'row') return `${kind}<${parts.map(hiveType).join(',')}>`;
  const fields = parts.map((part) => {
    const field = /^"([^"]+)" (.*)$/s.exec(part);
    if (field === null) throw new Error(`no field of a row: ${part.slice(0, 200)}`);
    return `${field[1]}:${hiveType(field[2] ?? '')}`;
  });
  return `struct<${fields.join(',')}>`;
}

/** Splits at commas that lie in no bracket. */
function topLevelParts(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')') depth--;
    else if (text[at] === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}
