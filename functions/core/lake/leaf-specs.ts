/** Turns a table into what a reader of its files must know of each leaf: its type, and the levels at each step of its path. */
import type { PhysicalType } from './chunk.ts';
import { parquetColumns } from './parquet-schema.ts';
import type { LakeTable } from './tables.ts';

/** One step of a path: the highest levels at which it is there. */
export interface LeafStep {
  name: string;
  def: number;
  rep: number;
}

export interface LeafSpec {
  /** In file order. */
  index: number;
  path: readonly string[];
  /** The path as one text. */
  name: string;
  type: PhysicalType;
  steps: readonly LeafStep[];
  maxDef: number;
  maxRep: number;
}

const known = new Map<string, readonly LeafSpec[]>();

/** The leaves of a table, in file order. */
export function leafSpecs(table: LakeTable): readonly LeafSpec[] {
  const found = known.get(table.name) ?? specsOf(table);
  known.set(table.name, found);
  return found;
}

function specsOf(table: LakeTable): LeafSpec[] {
  const { schema } = parquetColumns(table);
  const specs: LeafSpec[] = [];
  let at = 1;
  const walk = (above: readonly LeafStep[]): void => {
    const element = schema[at++];
    if (element === undefined) return;
    const last = above.at(-1) ?? { def: 0, rep: 0 };
    const def = last.def + (element.repetition_type === 'REQUIRED' ? 0 : 1);
    const rep = last.rep + (element.repetition_type === 'REPEATED' ? 1 : 0);
    const steps = [...above, { name: element.name, def, rep }];
    for (let child = 0; child < (element.num_children ?? 0); child++) walk(steps);
    if (element.num_children !== undefined) return;
    const path = steps.map(({ name }) => name);
    const type = element.type as PhysicalType;
    specs.push({ index: specs.length, path, name: path.join('.'), type, steps, maxDef: def, maxRep: rep });
  };
  while (at < schema.length) walk([]);
  return specs;
}
