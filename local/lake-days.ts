/** The lake's folders → which sources have events on which days, without reading one of them. */
import { BUS_SOURCE } from '../functions/core/bus-event.ts';
import { TABLES } from '../functions/core/lake/tables.ts';
import { lakePartitions } from './adapters/lake-files.ts';

export interface SourceDays {
  /** First and last day with events, yyyyMMdd. */
  first: string;
  last: string;
  /** Names of the tables that hold them. */
  tables: string[];
}

/** By source id; our own findings and incidents are no source. */
export async function lakeDays(lakeDir: string): Promise<Map<string, SourceDays>> {
  const found = new Map<string, SourceDays>();
  for (const table of TABLES)
    for (const { source, eventday } of await lakePartitions(lakeDir, table)) {
      if (source === BUS_SOURCE) continue;
      const known = found.get(source);
      found.set(source, {
        first: known === undefined || eventday < known.first ? eventday : known.first,
        last: known === undefined || eventday > known.last ? eventday : known.last,
        tables: known === undefined ? [table.name] : [...new Set([...known.tables, table.name])],
      });
    }
  return found;
}
