/** What a zod schema refuses in a YAML file → problems at their line and column, with the keys that are allowed there. */
import type * as z from 'zod';
import { nearest, type Problem } from './error.ts';
import { keysOfSchema } from './schema-keys.ts';
import { entryOf, placeAt, type Tree } from './sigma/yaml-tree.ts';

export interface Judged {
  tree: Tree;
  schema: z.ZodType;
  /** What a problem of no key in particular is in: `the file`. */
  whole: string;
}

/** A misspelt key first: it is often why another one is missing. */
export function schemaProblems({ issues }: z.ZodError, judged: Judged): Problem[] {
  const isKey = ({ code }: { code: string }): number => (code === 'unrecognized_keys' ? 0 : 1);
  return [...issues].sort((x, y) => isKey(x) - isKey(y)).flatMap((issue) => problemsOf(issue, judged));
}

function problemsOf(issue: z.core.$ZodIssue, { tree, schema, whole }: Judged): Problem[] {
  const where = issue.path.join('.') || whole;
  const at = placeAt(tree, issue.path);
  const holder = issue.path.reduce<Tree | undefined>(childOf, tree);
  if (issue.code !== 'unrecognized_keys')
    return [
      holder === undefined ? { at, what: `${where} is missing`, fix: 'add it' } : { at, what: `${where}: ${issue.message}` },
    ];
  const allowed = keysOfSchema(schema, issue.path);
  return issue.keys.map((key) => {
    const near = nearest(key, allowed);
    return {
      at: entryOf(holder, key)?.at ?? at,
      what: `unknown key "${key}" in ${where}`,
      allowed: allowed.join(', '),
      fix: near === undefined ? 'leave it out' : `did you mean "${near}"?`,
    };
  });
}

const childOf = (tree: Tree | undefined, key: PropertyKey): Tree | undefined =>
  tree?.kind === 'list' ? tree.items[Number(key)] : entryOf(tree, String(key))?.value;
