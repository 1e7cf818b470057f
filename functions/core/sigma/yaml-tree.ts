/** Turns YAML text into plain trees in which every key and value knows its file, line and column. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Problem } from '../error.ts';
import type { Json } from '../json.ts';

export interface ScalarTree {
  kind: 'scalar';
  at: string;
  value: string | number | boolean | null;
  /** The text as written, for plain numbers (`007` is not 7 where an account id is meant). */
  source: string;
  /** Place of the text's first character; only where the text stands on one line as it is, so that offsets in it are columns. */
  textAt?: string;
}
export interface ListTree {
  kind: 'list';
  at: string;
  items: Tree[];
}
export interface TreeEntry {
  key: string;
  at: string;
  value: Tree;
}
export interface MapTree {
  kind: 'map';
  at: string;
  entries: TreeEntry[];
}
export type Tree = ScalarTree | ListTree | MapTree;

/** Deeper or larger content is an attack on the parser (nested aliases), not a rule. */
const MAX_DEPTH = 40;
const MAX_NODES = 250_000;
const MAX_ALIASES = 1_000;

/** The documents of a YAML text. Syntax errors, duplicate keys and unresolved aliases become problems, each with its place. */
export function readYaml(text: string, file: string): { trees: (Tree | undefined)[]; problems: Problem[] } {
  const counter = new LineCounter();
  const problems: Problem[] = [];
  const placeOf = (offset: number): string => {
    const { line, col } = counter.linePos(offset);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const clean = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const documents = parseAllDocuments(clean, { lineCounter: counter, prettyErrors: false, logLevel: 'silent', schema: 'core' });
  const budget = { left: MAX_NODES, aliases: MAX_ALIASES };
  const trees = [...documents].map((document) => {
    for (const error of document.errors) problems.push(yamlProblem(placeOf(error.pos[0]), error.message));
    if (document.errors.length > 0 || document.contents === null) return undefined;
    try {
      return toTree(document.contents, { document, placeOf, budget }, 0);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      problems.push(error.problem);
      return undefined;
    }
  });
  return { trees, problems };
}

class Unreadable extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.what);
    this.problem = problem;
  }
}

const tooMuch = (at: string, what: string): Unreadable =>
  new Unreadable({
    at,
    what,
    allowed: `${MAX_DEPTH} levels, ${MAX_NODES} values, ${MAX_ALIASES} aliases`,
    fix: 'split the file.',
  });

interface Reader {
  document: Document;
  placeOf: (offset: number) => string;
  budget: { left: number; aliases: number };
}

function toTree(node: unknown, reader: Reader, depth: number): Tree {
  const { document, placeOf, budget } = reader;
  const at = placeOf((node as Partial<Node> | null)?.range?.[0] ?? 0);
  budget.left -= 1;
  if (depth > MAX_DEPTH) throw tooMuch(at, 'The content nests too deeply');
  if (budget.left < 0) throw tooMuch(at, 'The content holds too many values');
  if (isAlias(node)) {
    budget.aliases -= 1;
    if (budget.aliases < 0) throw tooMuch(at, 'The content uses too many aliases');
    const target = node.resolve(document);
    // The library gives nothing for an unknown anchor; null would turn `*Logging` into a test for absence.
    if (target === undefined) throw new Unreadable(yamlProblem(at, `Unresolved alias *${node.source}`));
    return toTree(target, reader, depth + 1);
  }
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }) => {
      const keyAt = placeOf((key as Partial<Node> | null)?.range?.[0] ?? 0);
      return { key: keyText(key), at: keyAt, value: value === null ? emptyAt(keyAt) : toTree(value, reader, depth + 1) };
    });
    return { kind: 'map', at, entries };
  }
  if (isSeq(node)) return { kind: 'list', at, items: node.items.map((item) => toTree(item, reader, depth + 1)) };
  if (!isScalar(node)) return emptyAt(at);
  const { value } = node;
  const source = node.source ?? String(value);
  if (typeof value === 'bigint') return { kind: 'scalar', at, value: source, source };
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  const [from = 0, to = 0] = node.range ?? [];
  const quote = node.type === 'QUOTE_SINGLE' || node.type === 'QUOTE_DOUBLE' ? 1 : 0;
  const asWritten = to - from === source.length + 2 * quote;
  return { kind: 'scalar', at, value: plain, source, ...(asWritten ? { textAt: placeOf(from + quote) } : {}) };
}

const emptyAt = (at: string): ScalarTree => ({ kind: 'scalar', at, value: null, source: '' });
const keyText = (key: unknown): string => (isScalar(key) ? (key.source ?? String(key.value)) : String(key));

function yamlProblem(at: string, message: string): Problem {
  const alias = /alias|anchor/i.test(message);
  const fix = alias ? "put a value that begins with * or & in single quotes: '*value'." : 'mend the YAML at this place.';
  return { at, what: `The YAML cannot be read: ${message.replace(/\.$/, '')}`, fix };
}

/** The entry of a key in a map. */
export const entryOf = (tree: Tree | undefined, key: string): TreeEntry | undefined =>
  tree?.kind === 'map' ? tree.entries.find((entry) => entry.key === key) : undefined;

/** A tree as JSON, without its places. */
export function plainOf(tree: Tree): Json {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plainOf);
  return Object.fromEntries(tree.entries.map(({ key, value }) => [key, plainOf(value)]));
}

/** The place of the deepest part of a path that exists, for errors of a schema. */
export function placeAt(tree: Tree, path: readonly PropertyKey[]): string {
  let at = tree;
  for (const key of path) {
    const next = at.kind === 'list' && typeof key === 'number' ? at.items[key] : entryOf(at, String(key))?.value;
    if (next === undefined) break;
    at = next;
  }
  return at.at;
}
