/** The row groups of a round → which of their rows are taken over, each event once, in the order of time. */

import { YaguraError } from '../core/error.ts';
import { RECORD_DIGEST } from '../core/lake/conform.ts';
import { dayOf, isCovered } from '../core/lake/cut.ts';
import { type LeafSpec, leafSpecs } from '../core/lake/leaf-specs.ts';
import { tableNamed } from '../core/lake/tables.ts';
import type { Partition } from './keys.ts';
import type { Group } from './leaf-read.ts';

/** Where a round's rows are cut off. */
export interface CutRange {
  cutMs: number;
  /** The cut before; 0 where there was none. */
  beforeMs: number;
}

export interface ChosenRows {
  groups: readonly Group[];
  /** Of each row that is taken, in the order of time. */
  groupOf: Uint32Array;
  rowOf: Uint32Array;
  /** Epoch ms that the new row bears. */
  ingestMs: Float64Array;
  /** Of each group, whether all of its rows are before the cut. */
  whole: boolean[];
  /** Events that an older cold row has too, with the time that the new row bears. */
  replaced: { key: string; ingestMs: number }[];
  /** Rows left out because another row has the event. */
  copies: number;
}

/** The leaf of a table. @throws YaguraError Bug where the manifest has none of the name */
export function specOf(table: string, name: string): LeafSpec {
  const found = tableNamed(table);
  const spec = found === undefined ? undefined : leafSpecs(found).find((leaf) => leaf.name === name);
  if (spec === undefined) throw new YaguraError('Bug', `table ${table} has no leaf ${name}`);
  return spec;
}

/** Of each row its number; NaN where it has none. */
export function numbersOf(group: Group, spec: LeafSpec): Float64Array {
  const { values, codes, definitionLevels } = group.leaf(spec);
  const out = new Float64Array(group.rowCount).fill(Number.NaN);
  for (let row = 0, code = 0; row < out.length; row++)
    if (definitionLevels[row] === spec.maxDef) out[row] = Number(values[codes[code++] as number]);
  return out;
}

/** Of each row its text, or undefined. */
export function textsOf(group: Group, spec: LeafSpec): (string | undefined)[] {
  const { values, codes, definitionLevels } = group.leaf(spec);
  let code = 0;
  return Array.from({ length: group.rowCount }, (_, row) =>
    definitionLevels[row] === spec.maxDef ? String(values[codes[code++] as number]) : undefined,
  );
}

/** Of each row what copies of its event have in common: the digest of the record, else the id; undefined where it has neither. */
export function keysOf(group: Group, table: string): (string | undefined)[] {
  const digests = textsOf(group, specOf(table, RECORD_DIGEST));
  return textsOf(group, specOf(table, 'metadata.uid')).map((uid, row) => digests[row] ?? uid);
}

interface Rows {
  groups: readonly Group[];
  groupOf: Uint32Array;
  rowOf: Uint32Array;
  timeMs: Float64Array;
  ingestMs: Float64Array;
  isTaken: Uint8Array;
  byKey: Map<string, number>;
  whole: boolean[];
  copies: number;
}

/**
 * Of several rows of one event the last ingested is taken, unless an older cold row was ingested as late or later.
 * @param older the row groups of cold files that the partition has already
 */
export async function choose(
  groups: readonly Group[],
  older: AsyncIterable<Group>,
  { partition, range }: { partition: Partition; range: CutRange },
): Promise<ChosenRows> {
  const rows = collected(groups, partition, range);
  const replaced = await against(older, rows, partition);
  const clampMs = partition.eventday < dayOf(range.beforeMs) ? range.beforeMs : 0;
  const order = sortedRows(rows);
  const at = (index: number): number => order[index] as number;
  const size = order.length;
  return {
    groups,
    groupOf: Uint32Array.from({ length: size }, (_, i) => rows.groupOf[at(i)] as number),
    rowOf: Uint32Array.from({ length: size }, (_, i) => rows.rowOf[at(i)] as number),
    // A row that came too late for the cut before must stay unseen until this one is there.
    ingestMs: Float64Array.from({ length: size }, (_, i) => Math.max(clampMs, rows.ingestMs[at(i)] as number)),
    whole: rows.whole,
    replaced: replaced.map(({ key, row }) => ({ key, ingestMs: Math.max(clampMs, rows.ingestMs[row] as number) })),
    copies: rows.copies,
  };
}

function collected(groups: readonly Group[], { table, eventday }: Partition, { cutMs }: CutRange): Rows {
  const size = groups.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const rows: Rows = {
    ...{ groups, groupOf: new Uint32Array(size), rowOf: new Uint32Array(size), timeMs: new Float64Array(size) },
    ...{ ingestMs: new Float64Array(size), isTaken: new Uint8Array(size), byKey: new Map(), whole: [], copies: 0 },
  };
  const [time, ingest] = [specOf(table, 'time_dt'), specOf(table, 'ingest_time_dt')];
  let at = 0;
  groups.forEach((group, groupIndex) => {
    const [times, ingests, keys] = [numbersOf(group, time), numbersOf(group, ingest), keysOf(group, table)];
    let isWhole = true;
    for (let row = 0; row < group.rowCount; row++, at++) {
      const ingestMs = ingests[row] as number;
      const timeMs = times[row] as number;
      rows.groupOf[at] = groupIndex;
      rows.rowOf[at] = row;
      rows.timeMs[at] = Number.isNaN(timeMs) ? 0 : timeMs;
      rows.ingestMs[at] = ingestMs;
      if (isCovered({ ingestMs, eventday }, cutMs)) take(rows, at, keys[row]);
      else isWhole = false;
    }
    rows.whole.push(isWhole);
  });
  return rows;
}

function take(rows: Rows, at: number, key: string | undefined): void {
  rows.isTaken[at] = 1;
  if (key === undefined) return;
  const other = rows.byKey.get(key);
  if (other !== undefined) {
    const [kept, left] = (rows.ingestMs[at] as number) >= (rows.ingestMs[other] as number) ? [at, other] : [other, at];
    rows.isTaken[left] = 0;
    rows.copies++;
    if (kept !== at) return;
  }
  rows.byKey.set(key, at);
}

/** Takes no row whose event an older cold row has from as late; returns those that replace one. */
async function against(older: AsyncIterable<Group>, rows: Rows, { table }: Partition): Promise<{ key: string; row: number }[]> {
  const ingest = specOf(table, 'ingest_time_dt');
  const latest = new Map<string, number>();
  for await (const group of older) {
    const ingests = numbersOf(group, ingest);
    keysOf(group, table).forEach((key, row) => {
      if (key === undefined || !rows.byKey.has(key)) return;
      latest.set(key, Math.max(latest.get(key) ?? 0, ingests[row] as number));
    });
  }
  const replaced: { key: string; row: number }[] = [];
  for (const [key, ingestMs] of latest) {
    const row = rows.byKey.get(key) as number;
    rows.copies++;
    if (ingestMs >= (rows.ingestMs[row] as number)) rows.isTaken[row] = 0;
    else replaced.push({ key, row });
  }
  return replaced;
}

/** Indexes of the rows that are taken, by time, then as they lay. */
function sortedRows({ isTaken, timeMs }: Rows): Uint32Array {
  const count = isTaken.reduce((sum, taken) => sum + taken, 0);
  const order = new Uint32Array(count);
  for (let row = 0, at = 0; row < isTaken.length; row++) if (isTaken[row] === 1) order[at++] = row;
  return order.sort((a, b) => (timeMs[a] as number) - (timeMs[b] as number) || a - b);
}
