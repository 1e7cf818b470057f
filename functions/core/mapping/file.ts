/** The text of a mapping file (`mappings/<id>.yml`) → a checked mapping, or everything that is wrong with it, each at its line and column. */
import * as z from 'zod';
import { nearest, type Problem } from '../error.ts';
import type { Json } from '../json.ts';
import { entryOf, placeAt, readYaml, type Tree } from '../sigma/yaml-tree.ts';
import { checkedSpec } from './check.ts';
import type { MappingSpec } from './spec.ts';
import { FORMAT_TYPES, type FormatType, type TextFormat } from './text-format.ts';

/** What a mapping file says, as data: it travels as JSON into the functions that read it. */
export interface FileMapping {
  spec: MappingSpec;
  format: TextFormat;
  /** Patterns of object keys that are the product's own, with `*`; they begin at any folder. */
  keys: readonly string[];
}

const path = z.string().min(1).max(300);
const paths = z.union([path, z.array(path).min(1).max(50)], { error: 'must be a field of the record, or a list of them' });
const scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'must be a text, a number, true or false' });
const text = z.string().trim().min(1).max(200);
const title = z.union([text, z.strictObject({ en: text, ja: text })], { error: 'must be a text, or {en, ja}' });

const whenValue = z.union([z.string(), z.boolean(), z.number(), z.array(z.union([z.string(), z.number()])).min(1)], {
  error: 'must be a text, a list of texts (* for anything), true (the field is there) or false (it is not)',
});
const when = z.record(path, whenValue).refine((tests) => Object.keys(tests).length > 0, 'must have a test at least');

const lookup = z.strictObject({
  from: paths,
  table: z.record(z.string(), z.union([z.string(), z.number()])),
  else: z.union([z.string(), z.number()]).exactOptional(),
});

const from: z.ZodType = z.lazy(() =>
  z.union(
    [
      path,
      z.array(path).min(1).max(50),
      z.strictObject({ is: z.union([scalar, z.array(z.string())]) }),
      z.strictObject({
        from: paths,
        as: z.enum(['address', 'url', 'file', 'hash', 'person']),
        unless: z.array(z.string()).min(1).exactOptional(),
      }),
      z.strictObject({ from: paths, table: z.record(z.string(), scalar), else: scalar.exactOptional() }),
      z.strictObject({ from: paths, unless: z.array(z.string()).min(1) }),
      z.strictObject({ each: paths, fields }),
      z.strictObject({ json: paths }),
      z.strictObject({ joined: paths }),
    ],
    {
      error:
        'must be a field, a list of fields, {is: constant}, {from, as: address|url|file|hash|person}, {from, table, else}, {from, unless}, {each, fields}, {json} or {joined}',
    },
  ),
);
const fields = z.record(z.string(), from);

const kind = z.strictObject({
  when: when.exactOptional(),
  class: z.union([z.string(), z.int()]),
  activity: z
    .union([z.string(), z.int(), lookup], { error: 'must be an activity by name or number, or {from, table, else}' })
    .exactOptional(),
  time: paths.exactOptional(),
  fields: fields.exactOptional(),
});

const FORMAT_NAMES = [...FORMAT_TYPES, 'syslog+json', 'syslog+csv', 'syslog+key=value'];
const formatName = z.enum(FORMAT_NAMES as [string, ...string[]]);
const names = z.array(z.string().trim().min(1).max(200)).min(1).max(1000);
const format = z.union(
  [
    formatName,
    z.strictObject({
      type: formatName,
      delimiter: z.string().min(1).max(4).exactOptional(),
      columns: names.exactOptional(),
      header: names.exactOptional(),
      absent: z.array(z.string()).exactOptional(),
    }),
  ],
  { error: `must be one of ${FORMAT_NAMES.join(', ')}, or {type, delimiter, columns, header, absent}` },
);

const shape = {
  id: z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be of a-z, 0-9 and -, and begin with a letter')
    .max(60),
  title,
  product: z.strictObject({ name: text, vendor: text }),
  format,
  keys: z.array(z.string().min(1).max(300)).min(1).max(100).exactOptional(),
  match: z.union([when, z.array(when).min(1).max(100)], { error: 'must be tests, or a list of them' }).exactOptional(),
  caseless: z.boolean().exactOptional(),
  time: paths,
  uid: paths.exactOptional(),
  code: paths.exactOptional(),
  severity: lookup.exactOptional(),
  logsources: z
    .array(z.strictObject({ product: text.exactOptional(), service: text.exactOptional(), category: text.exactOptional() }))
    .exactOptional(),
  kinds: z.array(kind).min(1).max(200),
  fields: fields.exactOptional(),
};
const schema = z.strictObject(shape);
/** The file as its author wrote it, right in form. */
export type MappingText = z.output<typeof schema>;

export interface ParsedMapping {
  mapping?: FileMapping;
  problems: Problem[];
}

/** @param file how problems name the file; its name without the ending must be the id */
export function parseMapping(content: string, file: string): ParsedMapping {
  const { trees, problems } = readYaml(content, file);
  const [tree, second] = trees;
  if (problems.length > 0) return { problems };
  if (tree === undefined)
    return { problems: [{ at: `${file}:1:1`, what: 'the file is empty', fix: 'write a mapping: docs/add-a-source.md' }] };
  if (second !== undefined)
    return {
      problems: [
        { at: second.at, what: 'a second document', allowed: 'one mapping a file', fix: 'move it to a file of its own' },
      ],
    };
  const reserved = prototypeKeys(tree);
  if (reserved.length > 0) return { problems: reserved };
  const result = schema.safeParse(dataOf(tree));
  if (!result.success) {
    // A misspelt key first: it is often why another one is missing.
    const isKey = ({ code }: { code: string }): number => (code === 'unrecognized_keys' ? 0 : 1);
    const issues = result.error.issues.sort((a, b) => isKey(a) - isKey(b));
    return { problems: issues.flatMap((issue) => formProblems(issue, tree)) };
  }
  const written = result.data;
  const at = (...keys: PropertyKey[]): string => placeAt(tree, keys);
  const checked = checkedSpec(written, at);
  const found = [...nameProblems(written, file, at), ...claimProblems(written, at), ...checked.problems];
  if (found.length > 0) return { problems: found };
  return { mapping: { spec: checked.spec, format: formatOf(written.format), keys: written.keys ?? [] }, problems: [] };
}

/** The tree as plain values; numbers that are written another way than numbers are (`007`) stay the text that they are written as. */
function dataOf(tree: Tree): Json {
  if (tree.kind === 'list') return tree.items.map(dataOf);
  if (tree.kind === 'map') return Object.fromEntries(tree.entries.map(({ key, value }) => [key, dataOf(value)]));
  return typeof tree.value === 'number' && String(tree.value) !== tree.source ? tree.source : tree.value;
}

function prototypeKeys(tree: Tree): Problem[] {
  if (tree.kind === 'scalar') return [];
  if (tree.kind === 'list') return tree.items.flatMap(prototypeKeys);
  return tree.entries.flatMap(({ key, at, value }) => [
    ...(key === '__proto__'
      ? [{ at, what: 'the key __proto__', allowed: 'other names', fix: 'leave it out; its value stays in unmapped' }]
      : []),
    ...prototypeKeys(value),
  ]);
}

function formProblems(issue: z.core.$ZodIssue, tree: Tree): Problem[] {
  const where = issue.path.join('.') || 'the file';
  if (issue.code === 'unrecognized_keys') {
    const allowed = keysAt(issue.path);
    return issue.keys.map((key) => {
      const near = nearest(key, allowed);
      const entry = treeAt(tree, issue.path);
      return {
        at: entryOf(entry, key)?.at ?? placeAt(tree, issue.path),
        what: `unknown key "${key}"${issue.path.length === 0 ? '' : ` in ${where}`}`,
        ...(allowed.length === 0 ? {} : { allowed: allowed.join(', ') }),
        fix: near === undefined ? 'leave it out' : `did you mean "${near}"?`,
      };
    });
  }
  const isMissing = treeAt(tree, issue.path) === undefined;
  if (isMissing)
    return [{ at: placeAt(tree, issue.path), what: `${where} is missing`, fix: `add it: docs/add-a-source.md shows how` }];
  return [
    { at: placeAt(tree, issue.path), what: `${where}: ${issue.message}`, fix: 'docs/add-a-source.md shows how it is written' },
  ];
}

function keysAt(at: readonly PropertyKey[]): string[] {
  if (at.length === 0) return Object.keys(shape);
  if (at[0] === 'kinds' && at.length === 2) return Object.keys(kind.shape);
  if (at[0] === 'product') return ['name', 'vendor'];
  if (at[0] === 'severity' || at.at(-1) === 'activity') return ['from', 'table', 'else'];
  return at[0] === 'logsources' ? ['product', 'service', 'category'] : [];
}

function treeAt(tree: Tree, at: readonly PropertyKey[]): Tree | undefined {
  let found: Tree | undefined = tree;
  for (const key of at) found = found?.kind === 'list' ? found.items[Number(key)] : entryOf(found, String(key))?.value;
  return found;
}

type At = (...keys: PropertyKey[]) => string;

function nameProblems({ id }: MappingText, file: string, at: At): Problem[] {
  const name = file
    .replaceAll('\\', '/')
    .split('/')
    .at(-1)
    ?.replace(/\.ya?ml$/i, '');
  return name === id
    ? []
    : [{ at: at('id'), what: `the id "${id}" in the file ${name}.yml`, allowed: name ?? '', fix: `name the file ${id}.yml` }];
}

/** Whether the file says surely enough whose a record is. */
function claimProblems({ format: written, keys, match }: MappingText, at: At): Problem[] {
  const problems: Problem[] = [];
  const { type, delimiter, columns, header, syslog } = formatOf(written);
  const isDelimited = type === 'csv' || type === 'tsv';
  const add = (key: string, what: string, fix: string): void => void problems.push({ at: at(key), what, fix });
  if (!isDelimited && (columns ?? header) !== undefined) add('format', `${type} has no columns`, 'leave columns and header out');
  if (delimiter !== undefined && !isDelimited && type !== 'key=value') add('format', `${type} has no delimiter`, 'leave it out');
  if (columns !== undefined && header !== undefined)
    add('format', 'columns and header', 'keep columns where the log has no header line, header where it has one');
  if (syslog === true && isDelimited && columns === undefined)
    add('format', 'lines behind syslog headers have no header line of their own', 'name the columns');
  if (keys !== undefined) return problems;
  if (match === undefined && header === undefined)
    add('id', 'nothing says whose records these are', 'add match (tests on fields), or keys (patterns of object keys)');
  if (isDelimited && header === undefined && columns === undefined)
    add('format', 'a header line that could be anybody’s', 'add header (names that it has), columns, or keys');
  for (const [i, tests] of (match === undefined ? [] : Array.isArray(match) ? match : [match]).entries()) {
    const sure = Object.values(tests).reduce<number>((sum, test) => sum + (test === true ? 1 : test === false ? 0 : 2), 0);
    if (sure < 2 && header === undefined)
      problems.push({
        at: Array.isArray(match) ? at('match', i) : at('match'),
        what: 'one field that is there could be anybody’s',
        allowed: 'a value to compare with, two fields, or keys',
        fix: 'say more about the record, or add keys',
      });
  }
  return problems;
}

function formatOf(written: MappingText['format']): TextFormat {
  const { type: name, ...rest } = typeof written === 'string' ? { type: written } : written;
  const syslog = name.startsWith('syslog+');
  const type = name.replace(/^syslog\+/, '') as FormatType;
  return { type, ...(syslog ? { syslog } : {}), ...rest };
}
