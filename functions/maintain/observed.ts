/** The rows that a round takes over → the lines of its rollup. */
import type { LeafSpec } from '../core/lake/leaf-specs.ts';
import { Rollup, type RollupLine } from '../core/lake/rollup.ts';
import type { Group, LeafData } from './leaf-read.ts';
import { type ChosenRows, keysOf, numbersOf, specOf } from './rows.ts';

const OBSERVABLE = 'observables.list.element';

/** Each value of the taken rows; those of a further copy of an event are not counted again. */
export function observedIn(rows: ChosenRows, table: string): RollupLine[] {
  const rollup = new Rollup();
  const [typeId, type, value] = ['type_id', 'type', 'value'].map((name) => specOf(table, `${OBSERVABLE}.${name}`)) as [
    LeafSpec,
    LeafSpec,
    LeafSpec,
  ];
  const taken = takenRows(rows);
  const again = new Set(rows.replaced.map(({ key }) => key));
  rows.groups.forEach((group, at) => {
    const isTaken = taken[at];
    if (isTaken === undefined || !group.names.has(value.name)) return;
    const times = numbersOf(group, specOf(table, 'time_dt'));
    const keys = again.size === 0 ? undefined : keysOf(group, table);
    const types = cellsOf(group, type);
    const typeIds = cellsOf(group, typeId);
    const values = cellsOf(group, value);
    const { repetitionLevels } = group.leaf(value);
    let row = -1;
    for (let entry = 0; entry < values.length; entry++) {
      if (repetitionLevels?.[entry] === 0) row++;
      const text = values[entry];
      if (isTaken[row] !== 1 || text === undefined) continue;
      const id = typeIds[entry];
      const timeMs = times[row] as number;
      const isAgain = keys !== undefined && again.has(keys[row] ?? '');
      rollup.add(
        { typeId: id === undefined ? undefined : Number(id), type: textOf(types[entry]), value: String(text) },
        Number.isNaN(timeMs) ? 0 : timeMs,
        isAgain ? 0 : 1,
      );
    }
  });
  return rollup.lines();
}

const textOf = (cell: unknown): string | undefined => (cell === undefined ? undefined : String(cell));

/** Of each group, which of its rows are taken. */
function takenRows({ groups, groupOf, rowOf }: ChosenRows): (Uint8Array | undefined)[] {
  const taken: (Uint8Array | undefined)[] = groups.map(() => undefined);
  for (let i = 0; i < rowOf.length; i++) {
    const group = groupOf[i] as number;
    const rows = taken[group] ?? new Uint8Array(groups[group]?.rowCount ?? 0);
    taken[group] = rows;
    rows[rowOf[i] as number] = 1;
  }
  return taken;
}

/** Of each entry of a list its value, or undefined; the leaves of one list have the same entries. */
function cellsOf(group: Group, spec: LeafSpec): (LeafData['values'][number] | undefined)[] {
  if (!group.names.has(spec.name)) return [];
  const { values, codes, definitionLevels } = group.leaf(spec);
  let code = 0;
  return Array.from(definitionLevels, (level) => (level === spec.maxDef ? values[codes[code++] as number] : undefined));
}
