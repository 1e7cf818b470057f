/** Turns column types into the text that Glue, Trino and DuckDB write them as, and Glue text back into types. */
import { YaguraError } from '../error.ts';

export type ScalarKind = 'string' | 'int' | 'bigint' | 'double' | 'boolean' | 'timestamp' | 'json';

/** `json` is a Glue string that holds JSON text where the event held a value. */
export type LakeType =
  | { kind: ScalarKind }
  | { kind: 'array'; element: LakeType }
  | { kind: 'map'; key: LakeType; value: LakeType }
  | { kind: 'struct'; fields: readonly LakeField[] };

export interface LakeField {
  /** The OCSF attribute, lower snake case. */
  name: string;
  type: LakeType;
}

/** A column is a field at the top of a table. */
export type LakeColumn = LakeField;

const GLUE: Readonly<Record<ScalarKind, string>> = {
  string: 'string',
  json: 'string',
  int: 'int',
  bigint: 'bigint',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamp',
};
const TRINO: Readonly<Record<ScalarKind, string>> = {
  string: 'varchar',
  json: 'varchar',
  int: 'integer',
  bigint: 'bigint',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamp(3)',
};

/** `struct<uid:string,tags:array<string>>`, as a Glue column or Athena DDL wants it. */
export function glueType(type: LakeType): string {
  switch (type.kind) {
    case 'array':
      return `array<${glueType(type.element)}>`;
    case 'map':
      return `map<${glueType(type.key)},${glueType(type.value)}>`;
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${glueType(field.type)}`).join(',')}>`;
    default:
      return GLUE[type.kind];
  }
}

/** `row("uid" varchar, "tags" array(varchar))`, as a Trino view's column and `QueryColumn.type` want it. */
export function trinoType(type: LakeType): string {
  switch (type.kind) {
    case 'array':
      return `array(${trinoType(type.element)})`;
    case 'map':
      return `map(${trinoType(type.key)}, ${trinoType(type.value)})`;
    case 'struct':
      return `row(${type.fields.map((field) => `"${field.name}" ${trinoType(field.type)}`).join(', ')})`;
    default:
      return TRINO[type.kind];
  }
}

/** The type of a dotted path below a column (lists are stepped through), or undefined where there is none. */
export function typeAt(type: LakeType, path: readonly string[]): LakeType | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return type;
  if (type.kind === 'array') return typeAt(type.element, path);
  if (type.kind === 'map') return typeAt(type.value, rest);
  if (type.kind !== 'struct') return undefined;
  const field = type.fields.find((candidate) => candidate.name === name);
  return field && typeAt(field.type, rest);
}

const SCALARS = new Map<string, ScalarKind>(
  (['string', 'int', 'bigint', 'double', 'boolean', 'timestamp'] as const).map((kind) => [kind, kind]),
);

/** Reads Glue type text. @throws YaguraError BadInput with the column where reading stopped */
export function parseGlueType(text: string): LakeType {
  const reader = new TypeReader(text);
  const type = reader.type();
  reader.end();
  return type;
}

class TypeReader {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  type(): LakeType {
    const word = this.#word();
    const kind = SCALARS.get(word);
    if (kind !== undefined) return { kind };
    this.#expect('<');
    const type = this.#compound(word);
    this.#expect('>');
    return type;
  }

  end(): void {
    if (this.#at !== this.#text.length) this.#fail('the end of the type');
  }

  #compound(word: string): LakeType {
    if (word === 'array') return { kind: 'array', element: this.type() };
    if (word === 'map') {
      const key = this.type();
      this.#expect(',');
      return { kind: 'map', key, value: this.type() };
    }
    if (word !== 'struct') return this.#fail('string, int, bigint, double, boolean, timestamp, array<>, map<,> or struct<:>');
    const fields: LakeField[] = [];
    do {
      const name = this.#word();
      this.#expect(':');
      fields.push({ name, type: this.type() });
    } while (this.#skip(','));
    return { kind: 'struct', fields };
  }

  #word(): string {
    const start = this.#at;
    while (/[a-z0-9_]/.test(this.#text[this.#at] ?? '')) this.#at++;
    return start === this.#at ? this.#fail('a name') : this.#text.slice(start, this.#at);
  }

  #skip(mark: string): boolean {
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#skip(mark)) this.#fail(`\`${mark}\``);
  }

  #fail(allowed: string): never {
    const what = `Glue type \`${this.#text.slice(0, 200)}\` cannot be read at column ${this.#at + 1}`;
    throw new YaguraError('BadInput', what, { problems: [{ what, allowed }] });
  }
}
