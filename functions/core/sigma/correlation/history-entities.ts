/** Rows that a rule matched in history → the entities of their events, read from the records that the lake keeps beside its columns. */
import { entitiesOf } from '../../entity.ts';
import { YaguraError } from '../../error.ts';
import type { Entity } from '../../finding.ts';
import { isJsonObject, type Json, type JsonObject } from '../../json.ts';
import { parseJson } from '../../json-exact.ts';
import { tableForClass } from '../../lake/tables.ts';
import type { OcsfEvent } from '../../ocsf/event.ts';
import { sqlText } from '../sql/literal.ts';
import type { HistoryQuery } from './history.ts';
import { MAX_ENTITIES } from './reader.ts';

/** What a source makes of a raw record; undefined for a source that nobody knows any more. */
export type EventOf = (sourceId: string, record: JsonObject) => OcsfEvent | undefined;

export interface HistoryRow {
  uid: string;
  timeMs: number;
  eventday: string;
  classUid: number;
}

/** Records that are read again: of older matches the flat columns tell who it was. */
const MAX_RECORDS = 1_000;
/** Longer records are not read again: they stand in memory together. */
const MAX_RECORD_CHARS = 64 * 1024;
/** @see Athena quotas: a query string has at most 262144 bytes */
const MAX_LIST_BYTES = 128 * 1024;

/**
 * Entities by event uid, of the newest events as many as may be read. An engine that refuses (a byte cut-off) refuses the entities only.
 * @throws YaguraError retryable of the query port
 */
export async function rowEntities(
  rows: readonly HistoryRow[],
  { query, source, eventOf }: { query: HistoryQuery; source: string; eventOf: EventOf },
): Promise<{ entities: ReadonlyMap<string, Entity[]>; scannedBytes: number }> {
  const entities = new Map<string, Entity[]>();
  const chosen = newest(rows);
  if (chosen.length === 0) return { entities, scannedBytes: 0 };
  try {
    const { rows: found, scannedBytes } = await query.run(recordsSql(chosen, source));
    for (const [uid, text] of found) {
      const event = eventIn(text, source, eventOf);
      if (event !== undefined) entities.set(String(uid), entitiesOf(event).slice(0, MAX_ENTITIES));
    }
    return { entities, scannedBytes };
  } catch (error) {
    if (!(error instanceof YaguraError) || error.retryable) throw error;
    return { entities, scannedBytes: 0 };
  }
}

function newest(rows: readonly HistoryRow[]): HistoryRow[] {
  const chosen: HistoryRow[] = [];
  const seen = new Set<string>();
  let bytes = 0;
  for (const row of [...rows].sort((a, b) => b.timeMs - a.timeMs)) {
    if (row.uid === '' || seen.has(row.uid) || row.uid.includes('\u0000') || !/^\d{8}$/.test(row.eventday)) continue;
    bytes += Buffer.byteLength(row.uid) + 4;
    if (chosen.length >= MAX_RECORDS || bytes > MAX_LIST_BYTES) break;
    seen.add(row.uid);
    chosen.push(row);
  }
  return chosen;
}

/** Reads the days and classes of these events, and no others. */
function recordsSql(rows: readonly HistoryRow[], source: string): string {
  const list = (texts: readonly string[]): string => [...new Set(texts)].sort().map(sqlText).join(', ');
  const tables = [...new Set(rows.map(({ classUid }) => tableForClass(classUid).name))].sort();
  const where = `source = ${sqlText(source)} AND eventday IN (${list(rows.map(({ eventday }) => eventday))}) AND metadata.uid IN (${list(rows.map(({ uid }) => uid))}) AND length(raw_record) <= ${MAX_RECORD_CHARS}`;
  return tables.map((table) => `SELECT metadata.uid AS uid, raw_record FROM ${table} WHERE ${where}`).join('\nUNION ALL\n');
}

function eventIn(text: Json | undefined, source: string, eventOf: EventOf): OcsfEvent | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const record = parseJson(text);
    return isJsonObject(record) ? eventOf(source, record) : undefined;
  } catch {
    // A row that somebody else wrote: its columns tell who it was.
    return undefined;
  }
}
