/** Scheduled queries with their windows → groups that one scan can serve; a group of one is asked as it is written. */
import { bindQuery } from '../query-file.ts';
import type { ParseSql } from '../sql/parse.ts';
import type { ScheduledQuery } from './file.ts';
import { MOST_TOGETHER } from './merge.ts';
import { shapeOf } from './shape.ts';
import { type Window, windowValues } from './window.ts';

export interface Wanted {
  query: ScheduledQuery;
  windows: Window[];
}

export interface Group {
  queries: ScheduledQuery[];
  windows: Window[];
}

/** Together: aggregates over one table, the same windows of ingest time and the same days. */
export async function groupsOf(wanted: readonly Wanted[], parse: ParseSql): Promise<Group[]> {
  const groups = new Map<string, Group>();
  for (const { query, windows } of wanted) {
    const known = await keyOf(query, windows, parse);
    const key = known ?? `alone ${query.id}`;
    const before = groups.get(key);
    if (before === undefined) groups.set(key, { queries: [query], windows });
    else if (before.queries.length < MOST_TOGETHER) before.queries.push(query);
    else groups.set(`${key} ${query.id}`, { queries: [query], windows });
  }
  return [...groups.values()];
}

async function keyOf(query: ScheduledQuery, windows: readonly Window[], parse: ParseSql): Promise<string | undefined> {
  const [first] = windows;
  if (first === undefined) return undefined;
  try {
    const shape = await shapeOf(bindQuery(query, windowValues(query, first)), parse);
    return shape && JSON.stringify([shape.table, shape.label, windows, query.meta.lateDays]);
  } catch {
    // What cannot be read is asked alone, so that the fault is told of that query and no other.
    return undefined;
  }
}
