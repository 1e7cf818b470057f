/** Scheduled queries with their windows → groups that are asked together; a group of one is asked as it is written. */
import type { ParseSql } from '../sql/parse.ts';
import type { ScheduledQuery } from './file.ts';
import type { Window } from './window.ts';

export interface Wanted {
  query: ScheduledQuery;
  windows: Window[];
}

export interface Group {
  queries: ScheduledQuery[];
  windows: Window[];
}

export async function groupsOf(wanted: readonly Wanted[], _parse: ParseSql): Promise<Group[]> {
  return wanted.map(({ query, windows }) => ({ queries: [query], windows }));
}
