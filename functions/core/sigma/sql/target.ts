/** What a query reads: the tables, whose rows in them, and where each path lies that a rule may test. */
import { type LakeTable, tableForClass } from '../../lake/tables.ts';
import type { FieldMap } from '../field-map.ts';
import { type EventPlace, eventPlace } from './event-slot.ts';
import { type LakeMap, placeOf } from './lake-map.ts';
import { slotSql } from './slot-sql.ts';

/** A path's columns, and what else of a row its slot needs: the text of the record, or `unmapped` and what is known of its keys. */
export interface TargetPlace extends EventPlace {
  reads?: 'raw' | 'unmapped';
}

export interface Target {
  /** Partition values. */
  sources: readonly string[];
  tables: readonly LakeTable[];
  fieldMaps: readonly FieldMap[];
  /** True where rules see the raw record, so that keywords have a text to search. */
  hasRaw: boolean;
  placeOf(path: string): TargetPlace | { why: string };
}

/** Several classes may lie in the table of events without one. */
const tablesOf = (classes: readonly number[]): LakeTable[] => [...new Set(classes.map(tableForClass))];

/** The raw records of one source. */
export const recordTarget = (map: LakeMap, fieldMaps: readonly FieldMap[]): Target => ({
  sources: [map.source],
  tables: tablesOf(map.classes),
  fieldMaps,
  hasRaw: true,
  placeOf: (path) => {
    const place = placeOf(path, map);
    if (place.kind === 'refused') return { why: place.why };
    if (place.kind === 'whole') return { columns: [], slot: () => slotSql(place, undefined), reads: 'raw' };
    const { sql } = place;
    const columns = sql === undefined ? [] : [{ key: sql, sql: () => sql }];
    return { columns, slot: ([column]) => slotSql(place, column), reads: 'unmapped' };
  },
});

/** The OCSF events of some sources. */
export const eventTarget = (maps: readonly LakeMap[]): Target => ({
  sources: maps.map(({ source }) => source),
  tables: tablesOf(maps.flatMap(({ classes }) => classes)),
  fieldMaps: [],
  hasRaw: false,
  placeOf: eventPlace,
});
