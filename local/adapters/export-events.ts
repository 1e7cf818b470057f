/** Reads the OCSF events back from the lake's folder: each once, exactly as they were ingested. */

import { listValue } from '@duckdb/node-api';
import { restoreEvent } from '../../functions/core/lake/restore.ts';
import { type LakeTable, TABLES, tableForClass } from '../../functions/core/lake/tables.ts';
import type { OcsfEvent } from '../../functions/core/ocsf/event.ts';
import { createDuckdbLake, type DuckdbLake, type DuckdbLakeOptions, duckdbError } from './duckdb-lake.ts';
import { type LakePartition, lakePartitions } from './lake-files.ts';

export interface ExportEventsOptions extends DuckdbLakeOptions {
  /** Only this class. */
  classUid?: number;
  /** Only this source. */
  source?: string;
  /** All sources but this. */
  notSource?: string;
  /** Only events with these ids (`metadata.uid`). */
  uids?: readonly string[];
}

/**
 * Every event of the lake once, table by table, then by source and day, in the order of time. Holds one day of one source at a time.
 * @throws YaguraError Unavailable where a file cannot be read
 */
export async function* exportEvents(options: ExportEventsOptions): AsyncGenerator<OcsfEvent> {
  const lake = createDuckdbLake(options);
  const tables = options.classUid === undefined ? TABLES : [tableForClass(options.classUid)];
  try {
    for (const table of tables) {
      for (const partition of await lakePartitions(options.lakeDir, table)) {
        if (options.source !== undefined && partition.source !== options.source) continue;
        if (options.notSource === partition.source) continue;
        for (const event of await partitionEvents(lake, { table, partition, uids: options.uids })) {
          if (options.classUid === undefined || event.class_uid === options.classUid) yield event;
        }
      }
    }
  } finally {
    await lake.close();
  }
}

interface Wanted {
  table: LakeTable;
  partition: LakePartition;
  uids: readonly string[] | undefined;
}

async function partitionEvents(lake: DuckdbLake, { table, partition, uids }: Wanted): Promise<OcsfEvent[]> {
  try {
    return await lake.use(async (connection) => {
      const all = await lake.stored(connection, table, partition);
      const reader =
        uids === undefined
          ? await connection.runAndReadAll(all)
          : await connection.runAndReadAll(`SELECT * FROM (${all}) WHERE metadata.uid IN (SELECT unnest($1))`, [
              listValue([...uids]),
            ]);
      const events = reader.getRowObjectsJS().map((row) => restoreEvent(table, row));
      return events.sort(byTime);
    });
  } catch (error) {
    throw duckdbError(error);
  }
}

/** By time, then by id, so that the same lake is always exported in the same order. */
function byTime(a: OcsfEvent, b: OcsfEvent): number {
  if (a.time !== b.time && Number.isFinite(a.time) && Number.isFinite(b.time)) return a.time - b.time;
  const [x, y] = [String(a.metadata?.uid), String(b.metadata?.uid)];
  return x === y ? 0 : x < y ? -1 : 1;
}
