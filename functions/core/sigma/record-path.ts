/** Turns a field's name into a path, and a record and paths into the texts that lie there. */
import { jsonText } from './json-text.ts';

interface Key {
  name: string;
  /** True for names that every object inherits (`constructor`): only an own property counts. */
  inherited: boolean;
}
/**
 * Item `from`, entry `length - 1`: the segments from `from` on, joined by dots, for records whose keys contain dots. A path without
 * dots is one item with one entry.
 */
export type Path = readonly (readonly Key[])[];

// Arrays inside arrays, deeper than any log nests them: an attack on the reader.
const MAX_ARRAY_DEPTH = 32;

/** One step of a field's name; `isIndex` where it is written in brackets: `items[0]`. */
export interface FieldStep {
  text: string;
  isIndex: boolean;
}

/** `items[].name`, `items{}.name` and `items[0].name` are spellings of paths through arrays; plain dots suffice. */
export function fieldSteps(field: string): FieldStep[] {
  const bare = field.replace(/(?:\[\*?\]|\{\})(?=\.|$)/g, '');
  return bare.split('.').flatMap((piece) => {
    const [, name, indexes] = /^([^[\]]*)((?:\[\d+\])+)$/.exec(piece) ?? [];
    const steps = (indexes?.match(/\d+/g) ?? []).map((text) => ({ text, isIndex: true }));
    return [{ text: name ?? piece, isIndex: false }, ...steps];
  });
}

/** Steps as one key: as a record's key with dots, or as `unmapped` spells what lies in a list (`Targets[0].name`). */
export const joinedSteps = (steps: readonly FieldStep[]): string =>
  steps.map(({ text, isIndex }, at) => (at === 0 ? text : isIndex ? `[${text}]` : `.${text}`)).join('');

export function parsePath(field: string): Path {
  const steps = fieldSteps(field);
  return steps.map((_, from) =>
    steps.slice(from).map((__, index) => {
      const name = joinedSteps(steps.slice(from, from + index + 1));
      return { name, inherited: name in Object.prototype };
    }),
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => value !== null && typeof value === 'object';

/** Collects what a path finds in a record. Own properties only, so that `__proto__` and `constructor` are keys like any other. */
export class Collector {
  present = false;
  texts: string | string[] | undefined;

  begin(): void {
    this.present = false;
    this.texts = undefined;
  }

  walk(node: unknown, path: Path, from: number, depth: number): void {
    const keys = path[from];
    if (keys === undefined) this.leaf(node, depth);
    else if (Array.isArray(node)) this.items(node, path, from, depth);
    else if (isObject(node)) {
      for (let index = 0; index < keys.length; index++) {
        const key = keys[index];
        if (key === undefined || (key.inherited && !Object.hasOwn(node, key.name))) continue;
        const value = node[key.name];
        if (value !== undefined) this.walk(value, path, from + index + 1, depth);
      }
    }
  }

  private items(list: readonly unknown[], path: Path, from: number, depth: number): void {
    if (depth > MAX_ARRAY_DEPTH) return;
    const own = path[from]?.[0]?.name ?? '';
    if (/^\d+$/.test(own) && Number(own) < list.length) this.walk(list[Number(own)], path, from + 1, depth + 1);
    for (const item of list) if (typeof item === 'object') this.walk(item, path, from, depth + 1);
  }

  private leaf(node: unknown, depth: number): void {
    if (node === undefined) return;
    this.present = true;
    if (node === null) return;
    if (typeof node === 'string') this.add(node);
    else if (Array.isArray(node)) {
      if (depth > MAX_ARRAY_DEPTH) this.add(jsonText(node));
      else for (const item of node) this.leaf(item, depth + 1);
    } else this.add(typeof node === 'object' ? jsonText(node) : String(node));
  }

  private add(text: string): void {
    if (this.texts === undefined) this.texts = text;
    else if (typeof this.texts === 'string') this.texts = [this.texts, text];
    else this.texts.push(text);
  }
}

/**
 * The quick way to the common case: of the paths one leads through objects, without dotted keys, to one text, and the others to nothing.
 * Null: surely absent. Undefined: look properly.
 */
export function plainText(record: unknown, paths: readonly Path[]): string | null | undefined {
  const [first] = paths;
  if (first === undefined) return undefined;
  let found = textAt(record, first);
  for (let next = 1; next < paths.length; next++) {
    const path = paths[next];
    const text = path === undefined || found === undefined ? undefined : textAt(record, path);
    if (text === undefined || (text !== null && found !== null)) return undefined;
    found ??= text;
  }
  return found;
}

/** The same for one path. */
export function textAt(record: unknown, path: Path): string | null | undefined {
  let node = record;
  for (let from = 0; from < path.length; from++) {
    const keys = path[from];
    const key = keys?.[0];
    if (keys === undefined || key === undefined || key.inherited || !isObject(node) || Array.isArray(node)) return undefined;
    for (let index = 1; index < keys.length; index++) {
      const dotted = keys[index];
      if (dotted !== undefined && node[dotted.name] !== undefined) return undefined;
    }
    node = node[key.name];
    if (node === undefined) return null;
  }
  return typeof node === 'string' ? node : undefined;
}
