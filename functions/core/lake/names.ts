/** The lake's tables and views → what a check of queries must know of each: its columns, and which of them hold time as a number. */
import type { TimeColumns } from '../sql/bounds.ts';
import { securityLakeName } from './security-lake-views.ts';
import { LAKE_VIEWS, type ViewColumn } from './views.ts';

const timesOf = (columns: readonly ViewColumn[]): TimeColumns => ({
  columns: new Set(columns.map(({ name }) => name)),
  epochMs: new Set(columns.flatMap(({ name, type }) => (type.kind === 'bigint' ? [name] : []))),
});

/** Amazon Security Lake's names of tables, whichever region they carry, mean our views. */
class LakeNames extends Map<string, TimeColumns> {
  override get(name: string): TimeColumns | undefined {
    return super.get(securityLakeName(name)?.view ?? name);
  }
}

/** Every view, and every stored table that one of them reads. */
export const LAKE_NAMES: ReadonlyMap<string, TimeColumns> = new LakeNames([
  ...LAKE_VIEWS.flatMap(({ reads, columns }) => reads.map((name) => [name, timesOf(columns)] as const)),
  ...LAKE_VIEWS.map(({ name, columns }) => [name, timesOf(columns)] as const),
]);
