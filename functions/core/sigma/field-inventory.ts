/** Records of a source → which field paths they carry, so that a rule on a field that no record has can be told from one that waits. */

/** `seen`: some record had it. `possible`: below a map whose keys vary from record to record. `unknown`: no record is like that. */
export type FieldSight = 'seen' | 'possible' | 'unknown';

interface Branch {
  keys: Set<string>;
  /** Keys of all objects here together, each as often as it came. */
  occurrences: number;
  objects: number;
}

const MAX_DEPTH = 12;
const MAX_PATHS = 50_000;
const MAX_KEYS = 1_000;
/** Fewer objects than this say nothing of the keys that are missing in them. */
const FEW_OBJECTS = 4;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A path without the spellings for arrays: `items[0].name`, `items{}.name` and `items.0.name` are `items.name`. */
const bareOf = (field: string): string =>
  field
    .replace(/\[(?:\d+|\*)?]|\{\}/g, '')
    .split('.')
    .filter((segment, at) => at === 0 || !/^\d+$/.test(segment))
    .join('.');

/** Grows with each record; holds paths, never values. Arrays are looked through. */
export class FieldInventory {
  private readonly paths = new Set<string>();
  private readonly leaves = new Set<string>();
  private readonly branches = new Map<string, Branch>();
  /** How many records were added. */
  records = 0;

  add(record: unknown): void {
    if (!isObject(record)) return;
    this.records++;
    this.walk(record, '', 0);
  }

  private walk(node: unknown, path: string, depth: number): void {
    if (depth > MAX_DEPTH) return;
    if (Array.isArray(node)) {
      for (const item of node.slice(0, 50)) this.walk(item, path, depth + 1);
      return;
    }
    if (!isObject(node)) {
      if (node !== null) this.leaves.add(path);
      return;
    }
    const keys = Object.keys(node);
    const branch = this.branches.get(path) ?? { keys: new Set<string>(), occurrences: 0, objects: 0 };
    this.branches.set(path, branch);
    branch.objects++;
    branch.occurrences += keys.length;
    for (const key of keys) {
      if (this.paths.size >= MAX_PATHS) return;
      if (branch.keys.size < MAX_KEYS) branch.keys.add(key);
      const at = path === '' ? key : `${path}.${key}`;
      this.paths.add(at);
      this.walk(node[key], at, depth + 1);
    }
  }

  /** Whether records carry a field. Without any record everything is possible. */
  judge(field: string): FieldSight {
    const path = bareOf(field);
    if (this.records === 0) return 'possible';
    if (this.paths.has(path)) return 'seen';
    const segments = path.split('.');
    let sight: FieldSight = 'unknown';
    for (let length = 0; length < segments.length; length++) {
      const parent = segments.slice(0, length).join('.');
      const branch = this.branches.get(parent);
      // What lies below a map of data differs from record to record, at any depth.
      if (branch !== undefined && isOpen(branch)) return 'possible';
      // Always null or an empty list so far: what stands there otherwise is not known.
      if (branch === undefined && this.paths.has(parent)) sight = this.leaves.has(parent) ? 'unknown' : 'possible';
    }
    return sight;
  }

  /** Every path that a record had, sorted. */
  fields(): string[] {
    return [...this.paths].sort();
  }
}

/** In a map whose keys are data (request parameters, tags) an object has few of the keys that all of them have together. */
const isOpen = ({ keys, occurrences, objects }: Branch): boolean =>
  objects < FEW_OBJECTS || occurrences / objects < keys.size / 3;
