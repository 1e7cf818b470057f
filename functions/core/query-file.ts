/** The text of a query file (Athena SQL whose opening comment is YAML) → checked front matter and SQL, and values → SQL with `?` marks. */
import * as z from 'zod';
import { revokedBy, techniqueById } from './attack/attack.ts';
import { nearest, type Problem, YaguraError } from './error.ts';
import { ENTITY_TYPES } from './finding.ts';
import {
  allowedText,
  type BoundValue,
  bindParameter,
  type ParameterValue,
  parameterProblems,
  peopleText,
  type QueryParameter,
  queryParameter,
  WINDOW_PARAMETERS,
} from './query-parameter.ts';
import { type QueryToken, queryTokens } from './query-tokens.ts';
import { schemaProblems } from './schema-problems.ts';
import { placeAt, plainOf, readYaml, type Tree } from './sigma/yaml-tree.ts';

export { peopleText, type QueryParameter, queryParameter } from './query-parameter.ts';

const NAME = /^[a-z][a-z0-9_]{0,40}$/;

/** An active technique of ATT&CK v19.1; a revoked one is refused with what replaced it. */
export const attackId = z.string().superRefine((id, context) => {
  if (/^T\d{4}(\.\d{3})?$/.test(id) && techniqueById(id) !== undefined) return;
  const now = revokedBy(id);
  context.addIssue(
    now === undefined ? `${id} is no technique of ATT&CK v19.1` : `${id} was replaced by ${now} in ATT&CK v19.1: write that`,
  );
});

/** Front matter that every kind of query file has; spread it into a kind's own `z.strictObject`. */
export const queryFields = {
  title: peopleText,
  parameters: z.record(z.string().regex(NAME, 'must be a name of a-z, 0-9 and _'), queryParameter).default({}),
  attack: z.array(attackId).default([]),
  /** Columns of the result → what they name. */
  entities: z.record(z.string().regex(NAME, 'must be a column of the result'), z.enum(ENTITY_TYPES)).default({}),
  /** The most bytes that one run may scan. */
  budgetBytes: z.int().min(10_000_000).max(1e14),
};

/** What a schema for front matter must at least give. */
export interface QueryMeta {
  parameters: Record<string, QueryParameter>;
}

export interface QueryFile<Meta extends QueryMeta = QueryMeta> {
  path: string;
  meta: Meta;
  /** The SQL with its `:name` marks, without the front matter. */
  sql: string;
  /** Every name that the SQL uses, in order of first use: the window's and the declared ones. */
  parameterNames: string[];
}

export interface ParsedQueryFile<Meta extends QueryMeta> {
  file?: QueryFile<Meta>;
  problems: Problem[];
}

/** @param path how problems name the file */
export function parseQueryFile<Meta extends QueryMeta>(
  path: string,
  text: string,
  schema: z.ZodType<Meta>,
): ParsedQueryFile<Meta> {
  const clean = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const front = /^\s*\/\*([\s\S]*?)\*\//.exec(clean);
  if (front === null)
    return { problems: [{ at: `${path}:1:1`, what: 'no front matter', fix: 'open the file with a /* … */ comment of YAML' }] };
  const end = front[0].length;
  // Blank where the comment's marks were, so that lines and columns stay those of the file.
  const yaml = `${clean.slice(0, end - 2 - (front[1]?.length ?? 0)).replace(/[^\n]/g, ' ')}${front[1]}`;
  const { trees, problems } = readYaml(yaml, path);
  const [tree] = trees;
  if (problems.length > 0) return { problems };
  if (tree?.kind !== 'map' || trees.length > 1)
    return {
      problems: [{ at: `${path}:1:1`, what: 'the front matter is no YAML map', allowed: 'one document, `key: value` lines' }],
    };
  const parsed = schema.safeParse(plainOf(tree));
  if (!parsed.success) {
    return { problems: schemaProblems(parsed.error, { tree, schema, whole: 'the front matter' }) };
  }
  const sqlText = clean.slice(end);
  const offset = sqlText.length - sqlText.trimStart().length;
  const body: Body = { path, tree, sql: sqlText.trim(), before: clean.slice(0, end + offset), ...queryTokens(sqlText.trim()) };
  const found = [...declarationProblems(parsed.data, tree), ...sqlProblems(body), ...nameProblems(body, parsed.data)];
  if (found.length > 0) return { problems: found };
  return { file: { path, meta: parsed.data, sql: body.sql, parameterNames: usedNames(body.tokens) }, problems: [] };
}

interface Body {
  path: string;
  tree: Tree;
  sql: string;
  /** The file's text before the SQL. */
  before: string;
  tokens: QueryToken[];
  openAt?: number;
}

const placeIn = ({ path, before, sql }: Body, offset: number): string => {
  const lines = `${before}${sql.slice(0, offset)}`.split('\n');
  return `${path}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
};

const usedNames = (tokens: readonly QueryToken[]): string[] => [
  ...new Set(tokens.filter(({ kind }) => kind === 'name').map(({ text }) => text)),
];

const declarationProblems = ({ parameters }: QueryMeta, tree: Tree): Problem[] =>
  Object.entries(parameters).flatMap(([name, spec]) =>
    parameterProblems(name, spec).map((problem) => ({
      ...problem,
      at: placeAt(tree, ['parameters', name]),
      what: `parameter ${name}: ${problem.what}`,
    })),
  );

function sqlProblems(body: Body): Problem[] {
  const { sql, tokens, openAt } = body;
  const problems: Problem[] = [];
  if (openAt !== undefined)
    return [{ at: placeIn(body, openAt), what: `${sql.slice(openAt, openAt + 2)} never ends`, fix: 'close it' }];
  const [word] = tokens.filter(({ kind, text }) => kind === 'code' && text.trim() !== '');
  if (word === undefined || !/^[\s(]*(select|with)\b/i.test(word.text))
    problems.push({ at: placeIn(body, word?.offset ?? 0), what: 'no query', allowed: 'one SELECT or WITH … SELECT' });
  for (const { kind, text, offset } of tokens) {
    if (kind !== 'code') continue;
    for (const { 0: mark, index } of text.matchAll(/[?;]/g))
      problems.push({
        at: placeIn(body, offset + index),
        what: mark === '?' ? 'a ? mark' : 'a semicolon',
        allowed: mark === '?' ? ':name' : 'one statement, without an end mark',
        fix: mark === '?' ? 'declare a parameter and write :name' : 'leave it out',
      });
  }
  return problems;
}

function nameProblems(body: Body, { parameters }: QueryMeta): Problem[] {
  const used = usedNames(body.tokens);
  const known = [...WINDOW_PARAMETERS, ...Object.keys(parameters)];
  const problems: Problem[] = [];
  for (const { kind, text, offset } of body.tokens) {
    if (kind !== 'name' || known.includes(text)) continue;
    const near = nearest(text, known);
    const fix = near === undefined ? 'declare it under parameters' : `did you mean :${near}? Else declare it under parameters`;
    problems.push({ at: placeIn(body, offset), what: `unknown parameter :${text}`, allowed: known.join(', '), fix });
  }
  for (const name of Object.keys(parameters))
    if (!used.includes(name) && !WINDOW_PARAMETERS.some((window) => window === name))
      problems.push({ at: placeAt(body.tree, ['parameters', name]), what: `parameter ${name} is not used`, fix: 'leave it out' });
  for (const name of WINDOW_PARAMETERS)
    if (!used.includes(name))
      problems.push({
        at: placeIn(body, 0),
        what: `the query has no :${name}`,
        fix: 'bound each table: WHERE eventday BETWEEN :from_day AND :to_day',
      });
  return problems;
}

export type QueryValues = Readonly<Record<string, ParameterValue | undefined>>;

export interface BoundQuery {
  /** The query with `?` marks only. */
  sql: string;
  /** A value for each mark, in order. */
  parameters: BoundValue[];
}

/** Values for a file's parameters → the query to run. Defaults fill in. @throws YaguraError BadInput naming every value that is wrong */
export function bindQuery({ path, meta, sql }: QueryFile, values: QueryValues): BoundQuery {
  const known = [...WINDOW_PARAMETERS, ...Object.keys(meta.parameters)];
  const problems: Problem[] = Object.keys(values)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      return {
        at: name,
        what: 'no such parameter',
        allowed: known.join(', '),
        ...(near === undefined ? {} : { fix: `did you mean ${near}?` }),
      };
    });
  const bound = new Map<string, { sql: string; values: BoundValue[] }>();
  for (const name of known) {
    const spec = Object.hasOwn(meta.parameters, name) ? meta.parameters[name] : undefined;
    const value = (Object.hasOwn(values, name) ? values[name] : undefined) ?? spec?.default;
    const result = value === undefined ? { problem: missing(name, spec) } : bindParameter(name, spec, value);
    if ('problem' in result) problems.push(result.problem);
    else bound.set(name, result);
  }
  if (problems.length > 0) throw new YaguraError('BadInput', `${path} cannot run with these values`, { problems });
  const parameters: BoundValue[] = [];
  const parts = queryTokens(sql).tokens.map(({ kind, text }) => {
    if (kind !== 'name') return text;
    const part = bound.get(text);
    if (part === undefined) throw new YaguraError('Bug', `${path} uses :${text}, which its front matter has not`);
    parameters.push(...part.values);
    return part.sql;
  });
  return { sql: parts.join(''), parameters };
}

const missing = (name: string, spec: QueryParameter | undefined): Problem => ({
  at: name,
  what: 'no value',
  allowed: spec === undefined ? 'a day as yyyyMMdd' : allowedText(spec),
  fix: `give one: ${name}=…`,
});
