/** Turns a compiled OCSF schema into the compact facts that the product carries: `node scripts/ocsf-facts.ts SCHEMA.json > functions/core/ocsf/facts.generated.ts`. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { EXTENSION } from './ocsf-extension.ts';

const Attribute = z.looseObject({
  type: z.string(),
  object: z.string().optional(),
  array: z.boolean().optional(),
  req: z.string().optional(),
  profiles: z.array(z.string()).optional(),
  enum: z.record(z.string(), z.string()).optional(),
  enum_deprecated: z.array(z.string()).optional(),
  sibling: z.string().optional(),
  observable: z.number().optional(),
  deprecated: z.unknown().optional(),
});
const Item = z.looseObject({
  uid: z.number().optional(),
  caption: z.string(),
  category_uid: z.number().optional(),
  deprecated: z.unknown().optional(),
  constraints: z.record(z.string(), z.array(z.string())).optional(),
  attributes: z.record(z.string(), Attribute),
});
const Schema = z.looseObject({
  ocsf: z.string(),
  types: z.record(z.string(), z.unknown()),
  profiles: z.record(z.string(), z.unknown()),
  classes: z.record(z.string(), Item),
  objects: z.record(z.string(), Item),
});
type AttributeFacts = z.infer<typeof Attribute>;

/** Every class has its own values of these; they follow from the captions and the activities, so they are left out. */
const DERIVED = new Set(['class_uid', 'category_uid', 'type_uid']);

/** Gives each distinct value one number, in order of first sight. */
class Pool {
  readonly lines: string[] = [];
  readonly #seen = new Map<string, number>();

  add(value: unknown): number {
    const text = JSON.stringify(value);
    const known = this.#seen.get(text);
    if (known !== undefined) return known;
    this.#seen.set(text, this.lines.length);
    return this.lines.push(text) - 1;
  }
}

/** Objects that some class reaches, so that nothing unreachable is carried. */
function reachable(schema: z.infer<typeof Schema>): string[] {
  const names = new Set<string>();
  const todo = Object.values(schema.classes).flatMap((item) => Object.values(item.attributes));
  for (let attribute = todo.pop(); attribute !== undefined; attribute = todo.pop()) {
    const name = attribute.object;
    if (name === undefined || names.has(name)) continue;
    names.add(name);
    todo.push(...Object.values(schema.objects[name]?.attributes ?? {}));
  }
  return [...names].sort();
}

const flags = (attribute: AttributeFacts): number =>
  (attribute.req === 'required' ? 1 : 0) +
  (attribute.req === 'recommended' ? 2 : 0) +
  (attribute.array === true ? 4 : 0) +
  (attribute.deprecated === undefined ? 0 : 8);

/** A row loses its empty tail: `[name, type, flags, enum, sibling, profiles, deprecated enum values, observable type]`. */
function attributeRow(name: string, attribute: AttributeFacts, enums: Pool, ofClass: boolean): unknown[] {
  const type = attribute.type === 'object_t' ? `@${attribute.object}` : attribute.type;
  const options = attribute.enum === undefined || (ofClass && DERIVED.has(name)) ? -1 : enums.add(attribute.enum);
  const row: unknown[] = [name, type, flags(attribute), options, attribute.sibling ?? 0];
  row.push(attribute.profiles ?? 0, attribute.enum_deprecated ?? 0, attribute.observable ?? 0);
  while (row.length > 3 && (row.at(-1) === 0 || (row.length === 4 && row.at(-1) === -1))) row.pop();
  return row;
}

/** Rising ids as differences: runs of neighbours become short numbers. */
const deltas = (ids: number[]): number[] => ids.sort((a, b) => a - b).map((id, i) => id - (ids[i - 1] ?? 0));

/** The class's flag is 1 where it is deprecated; its category's caption is what the class's own enum says. */
function compact(schema: z.infer<typeof Schema>): Record<string, readonly string[]> {
  const enums = new Pool();
  const attributes = new Pool();
  const ids = (item: z.infer<typeof Item>): number[] => {
    const rows = Object.entries(item.attributes).map(([name, attribute]) =>
      attributeRow(name, attribute, enums, item.uid !== undefined),
    );
    return deltas(rows.map((row) => attributes.add(row)));
  };
  const line = (name: string, item: z.infer<typeof Item>): unknown[] => [
    name,
    item.constraints ?? 0,
    item.deprecated === undefined ? 0 : 1,
    ids(item),
  ];
  const classes = Object.entries(schema.classes).map(([name, item]) => {
    const category = item.attributes['category_uid']?.enum?.[String(item.category_uid)] ?? '';
    return JSON.stringify([...line(name, item), item.uid, item.caption, item.category_uid, category]);
  });
  const objects = reachable(schema).map((name) => {
    const item = schema.objects[name];
    if (item === undefined) throw new Error(`The schema names an object that it does not define: ${name}`);
    return JSON.stringify(line(name, item));
  });
  return { classes, objects, attributes: attributes.lines, enums: enums.lines };
}

/** The schema with our own extension: nothing of OCSF changes. */
function extended(schema: z.infer<typeof Schema>): z.infer<typeof Schema> {
  const classes = Object.entries(schema.classes).map(([name, item]) => {
    const attributes = {
      ...item.attributes,
      ...(isExtended(name) ? z.record(z.string(), Attribute).parse(EXTENSION.attribute) : {}),
    };
    return [name, { ...item, attributes }] as const;
  });
  return {
    ...schema,
    profiles: { ...schema.profiles, [EXTENSION.profile]: {} },
    classes: Object.fromEntries(classes),
    objects: { ...schema.objects, ics: Item.parse(EXTENSION.object.ics) },
  };
}
const isExtended = (name: string): boolean => EXTENSION.classes.some((extendedName) => extendedName === name);

function main(path: string | undefined): void {
  if (path === undefined) throw new Error('Say which compiled schema: node scripts/ocsf-facts.ts SCHEMA.json');
  const schema = extended(Schema.parse(JSON.parse(readFileSync(path, 'utf8'))));
  const facts: Record<string, readonly string[]> = {
    types: Object.entries(schema.types).map((entry) => JSON.stringify(entry)),
    profiles: Object.keys(schema.profiles).map((name) => JSON.stringify(name)),
    ...compact(schema),
  };
  console.log(
    `/** Facts of OCSF ${schema.ocsf} (Apache-2.0, https://github.com/ocsf/ocsf-schema), one JSON value a line. Written by scripts/ocsf-facts.ts: do not edit. */`,
  );
  console.log(`export const FACTS_VERSION = '${schema.ocsf}';`);
  for (const [name, lines] of Object.entries(facts)) {
    console.log(
      `export const ${name.toUpperCase()}: readonly string[] = String.raw\`\n${lines.map(asTemplate).join('\n')}\n\`.trim().split('\\n');`,
    );
  }
}

/** A template literal must not see a backtick or a placeholder; JSON can spell both as escapes. */
const asTemplate = (line: string): string => line.replaceAll('`', '\\u0060').replaceAll('${', '\\u0024{');

main(process.argv[2]);
