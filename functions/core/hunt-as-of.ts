/** A hunt's SQL → the same over the events that had been ingested until a moment: late events are what differs between two moments. */
import { type Problem, YaguraError } from './error.ts';
import type { Hunt } from './hunt.ts';
import { LAKE_NAMES } from './lake/names.ts';
import { queryTokens } from './query-tokens.ts';
import type { ParseSql } from './sql/parse.ts';
import { type Scan, scansOf } from './sql/scans.ts';
import { childRules, type SqlRule, spanOf, textOf, unwrapped } from './sql/tree.ts';

/** What tables and views call the time at which a row came in. */
const INGEST_COLUMNS = ['ingest_time_dt', 'ingest_time'];

interface Insertion {
  /** In code points. */
  at: number;
  /** Name of the column, qualified. */
  column: string;
}

/**
 * @returns the SQL with `… AND ingest time < :name` beside each condition on its days
 * @throws YaguraError BadInput where a table is read that has no time of ingest, or without `eventday BETWEEN … AND …`
 */
export async function asOf({ path, sql }: Pick<Hunt, 'path' | 'sql'>, parse: ParseSql): Promise<(name: string) => string> {
  // Literals of the same length, so that places in the one text are places in the other.
  const { tokens } = queryTokens(sql);
  const marked = tokens.map(({ kind, text }) => (kind === 'name' ? '0'.repeat([...text].length + 1) : text)).join('');
  const problems: Problem[] = [];
  const insertions = scansOf(await parse(marked)).flatMap((scan): Insertion[] => {
    const table = LAKE_NAMES.get(scan.table);
    if (table === undefined) return [];
    const column = INGEST_COLUMNS.find((name) => table.columns.has(name));
    const end = scan.conditions.flatMap((condition) => dayConditions(condition, scan))[0];
    if (column !== undefined && end !== undefined) return [{ at: end, column: `${scan.labelText}.${column}` }];
    problems.push({
      at: path,
      what:
        column === undefined
          ? `\`${scan.table}\` does not say when its rows came in`
          : `\`${scan.table}\` is read without its days standing beside it`,
      fix:
        column === undefined
          ? 'read the events themselves'
          : `write ${scan.labelText}.eventday BETWEEN :from_day AND :to_day in that WHERE`,
    });
    return [];
  });
  if (problems.length > 0) throw new YaguraError('BadInput', `${path} cannot follow the time of ingest`, { problems });
  const points = [...sql];
  return (name) => {
    let [text, from] = ['', 0];
    for (const { at, column } of insertions.sort((a, b) => a.at - b.at)) {
      text += `${points.slice(from, at).join('')} AND ${column} < :${name}`;
      from = at;
    }
    return text + points.slice(from).join('');
  };
}

/** Where `eventday BETWEEN … AND …` of this scan ends, below AND and parentheses. */
function dayConditions(node: SqlRule, scan: Scan): number[] {
  const at = unwrapped(node);
  const kids = childRules(at);
  if (at.rule === 'And') return kids.flatMap((kid) => dayConditions(kid, scan));
  if (['ParenthesizedExpression', 'Expression'].includes(at.rule) && kids.length === 1 && kids[0] !== undefined)
    return dayConditions(kids[0], scan);
  const [left, predicate] = kids;
  if (at.rule !== 'Predicated' || left === undefined || predicate?.rule !== 'Between') return [];
  const name = textOf(left).replaceAll(' ', '').toLowerCase();
  const end = spanOf(at)?.end;
  return end !== undefined && (name === 'eventday' || name === `${scan.label}.eventday`) ? [end] : [];
}
