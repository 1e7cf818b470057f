/** Turns what was observed in events into the lines of the daily rollup: of each value, in which class, how often, when first and last. */
import { GroupFile } from './group-file.ts';
import { leafSpecs } from './leaf-specs.ts';
import type { LakeTable } from './tables.ts';
import type { LakeColumn, ScalarKind } from './types.ts';

/** Which values to look up costs a hundredth of looking through the events. S3 prefix, with the slash at its end. */
export const ROLLUP_PREFIX = 'rollup/';
/** The Glue table over its files; the view `observable_days` is for queries. */
export const ROLLUP_TABLE_NAME = 'observable_rollup_files';
export const OBSERVABLE_DAYS = 'observable_days';

const columns = (words: Readonly<Record<string, ScalarKind>>): LakeColumn[] =>
  Object.entries(words).map(([name, kind]) => ({ name, type: { kind } }));

/** `class_name` is the table of the events; `type_id` OCSF's. `cut_dt` is whose cut the events are cold by. */
export const ROLLUP_COLUMNS: readonly LakeColumn[] = columns({
  ...{ class_name: 'string', type_id: 'int', type: 'string', value: 'string', observation_count: 'bigint' },
  ...{ first_seen_dt: 'timestamp', last_seen_dt: 'timestamp' },
});
export const CUT_COLUMN: LakeColumn = { name: 'cut_dt', type: { kind: 'timestamp' } };

const TABLE: LakeTable = { name: ROLLUP_TABLE_NAME, classUid: 0, columns: [...ROLLUP_COLUMNS, CUT_COLUMN] };

export interface RollupLine {
  typeId: number | undefined;
  type: string | undefined;
  value: string;
  count: number;
  firstMs: number;
  lastMs: number;
}

/** Lines by type and value, as long as events come. */
export class Rollup {
  readonly #lines = new Map<string, RollupLine>();

  /** @param count 0 for a further copy of an event, whose values are known and counted, or new */
  add({ typeId, type, value }: Pick<RollupLine, 'typeId' | 'type' | 'value'>, timeMs: number, count: 0 | 1): void {
    const key = `${typeId ?? ''}\u0000${value}`;
    const line = this.#lines.get(key);
    if (line === undefined) {
      this.#lines.set(key, { typeId, type, value, count, firstMs: timeMs, lastMs: timeMs });
      return;
    }
    line.count += count;
    line.firstMs = Math.min(line.firstMs, timeMs);
    line.lastMs = Math.max(line.lastMs, timeMs);
  }

  /** Sorted by value, so that a reader who looks for some values skips row groups and pages. */
  lines(): RollupLine[] {
    return [...this.#lines.values()].sort((a, b) =>
      a.value < b.value ? -1 : a.value > b.value ? 1 : (a.typeId ?? 0) - (b.typeId ?? 0),
    );
  }
}

const GROUP_LINES = 100_000;

/** A file of these lines, in their order. */
export function encodeRollup(lines: readonly RollupLine[], { table, cutMs }: { table: string; cutMs: number }): Uint8Array {
  const specs = leafSpecs(TABLE);
  const file = new GroupFile(TABLE, new Uint8Array(specs.length).fill(1));
  for (let from = 0; from < lines.length; from += GROUP_LINES) {
    const some = lines.slice(from, from + GROUP_LINES);
    const cells: Readonly<Record<string, (line: RollupLine) => string | number | undefined>> = {
      class_name: () => table,
      type_id: ({ typeId }) => typeId,
      type: ({ type }) => type,
      value: ({ value }) => value,
      observation_count: ({ count }) => count,
      first_seen_dt: ({ firstMs }) => firstMs,
      last_seen_dt: ({ lastMs }) => lastMs,
      cut_dt: () => cutMs,
    };
    file.add(
      some.length,
      specs.map((spec) => ({
        path: spec.path,
        type: spec.type,
        ...flatLeaf(some.map((line) => cells[spec.name]?.(line))),
      })),
    );
  }
  return file.bytes();
}

/** Values and levels of a column that is no list: each distinct value once. */
function flatLeaf(cells: readonly (string | number | undefined)[]) {
  const codeOf = new Map<string | number, number>();
  const codes: number[] = [];
  for (const cell of cells) {
    if (cell === undefined) continue;
    const code = codeOf.get(cell) ?? codeOf.size;
    codeOf.set(cell, code);
    codes.push(code);
  }
  return {
    values: [...codeOf.keys()],
    placed: {
      definitionLevels: Uint8Array.from(cells, (cell) => (cell === undefined ? 0 : 1)),
      ...{ maxDefinitionLevel: 1, repetitionLevels: undefined, maxRepetitionLevel: 0, codes: Int32Array.from(codes) },
    },
  };
}
