// The view of a table as Athena runs it, each scan at a time of its own: the text of `table-view.ts`, word for word, in TypeScript.
import { cutAt, dayOf, ON_TIME_MIN, WRITE_MIN } from '../../functions/core/lake/cut.ts';
import { partitionOf } from '../../functions/maintain/keys.ts';
import { type Group, groupsOf } from '../../functions/maintain/leaf-read.ts';
import { keysOf, numbersOf, specOf, textsOf } from '../../functions/maintain/rows.ts';
import type { LakeState } from './lake-world.ts';

const MIN_MS = 60_000;

export interface SeenRow {
  table: string;
  source: string;
  eventday: string;
  uid: string;
  /** What its copies have in common. */
  key: string;
  ingestMs: number;
}

/** When a query began, and what lay there as it made each of its scans. */
export interface Scans {
  nowMs: number;
  hot: LakeState;
  late: LakeState;
  cold: LakeState;
  replaced: LakeState;
  /** The cut is read for each of the four. */
  cuts: readonly [LakeState, LakeState, LakeState, LakeState];
}

export const allAt = (state: LakeState, nowMs = state.atMs): Scans => ({
  nowMs,
  ...{ hot: state, late: state, cold: state, replaced: state },
  cuts: [state, state, state, state],
});

const parsed = new WeakMap<Uint8Array, readonly Group[]>();
const groups = (bytes: Uint8Array): readonly Group[] => {
  const known = parsed.get(bytes) ?? groupsOf(bytes);
  parsed.set(bytes, known);
  return known;
};

function* rowsIn({ objects }: LakeState, tier: string): Generator<SeenRow> {
  for (const [key, bytes] of objects) {
    const partition = key.startsWith(`${tier}/`) ? partitionOf(key) : undefined;
    if (partition === undefined) continue;
    for (const group of groups(bytes)) {
      const ingests = numbersOf(group, specOf(partition.table, 'ingest_time_dt'));
      const uids = textsOf(group, specOf(partition.table, 'metadata.uid'));
      const keys = keysOf(group, partition.table);
      for (let row = 0; row < group.rowCount; row++)
        yield { ...partition, uid: uids[row] ?? '', key: keys[row] ?? '', ingestMs: ingests[row] as number };
    }
  }
}

const isCold = (row: SeenRow, cutMs: number): boolean => row.ingestMs < cutMs && row.eventday < dayOf(cutMs);

/** An event on time is seen as soon as its file lies there, a late one once its file must lie there. */
export function isSettled({ eventday, ingestMs }: Pick<SeenRow, 'eventday' | 'ingestMs'>, nowMs: number): boolean {
  const dayMs = Date.UTC(Number(eventday.slice(0, 4)), Number(eventday.slice(4, 6)) - 1, Number(eventday.slice(6)));
  return ingestMs < dayMs + (24 * 60 + ON_TIME_MIN) * MIN_MS || ingestMs <= nowMs - WRITE_MIN * MIN_MS;
}

const keyOf = ({ table, source, eventday, key }: SeenRow): string => `${table}|${source}|${eventday}|${key}`;

/** What the query shows. */
export function visibleRows({ nowMs, ...scans }: Scans): SeenRow[] {
  const [hotCut, lateCut, coldCut, replacedCut] = scans.cuts.map(({ commits }) => cutAt(commits, nowMs)) as [
    number,
    number,
    number,
    number,
  ];
  const last = new Map<string, SeenRow>();
  for (const row of rowsIn(scans.hot, 'ocsf')) {
    if (isCold(row, hotCut) || !isSettled(row, nowMs)) continue;
    const other = last.get(keyOf(row));
    if (other === undefined || row.ingestMs > other.ingestMs) last.set(keyOf(row), row);
  }
  const newest = new Map<string, number>();
  const newer = (row: SeenRow): void => void newest.set(keyOf(row), Math.max(newest.get(keyOf(row)) ?? 0, row.ingestMs));
  for (const row of rowsIn(scans.late, 'ocsf'))
    if (row.eventday < dayOf(lateCut) && !isCold(row, lateCut) && isSettled(row, nowMs)) newer(row);
  for (const row of rowsIn(scans.replaced, 'replaced')) if (isCold(row, replacedCut)) newer(row);
  const cold = [...rowsIn(scans.cold, 'cold')].filter(
    (row) => isCold(row, coldCut) && (newest.get(keyOf(row)) ?? 0) <= row.ingestMs,
  );
  return [...cold, ...last.values()];
}
