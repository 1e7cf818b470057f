/** The text of `suppressions/<id>.yml` → a checked suppression, or everything that is wrong with it, each at its line and column. */
import * as z from 'zod';
import { nearest, type Problem, YaguraError } from '../error.ts';
import { ENTITY_TYPES } from '../finding.ts';
import { atomsOf, type Selection, wholeExpr } from '../sigma/ast.ts';
import { readDetection } from '../sigma/detection.ts';
import { holdsOnSilence } from '../sigma/predicate.ts';
import { entryOf, type MapTree, placeAt, plainOf, readYaml, type Tree } from '../sigma/yaml-tree.ts';
import { DAY_MS, MAX_DAYS, type Suppression } from './suppression.ts';

/** 31 February is none. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && Number.isFinite(date.getTime()) && date.toISOString().startsWith(text);
}

const day = z.string({ error: 'must be a day: yyyy-mm-dd' }).refine(isDay, 'must be a day that exists: yyyy-mm-dd');
const line = z.string({ error: 'must be a text' }).trim().min(1, 'must not be empty').max(500, 'at most 500 characters');
const name = z.string({ error: 'must be a text' }).trim().min(1).max(300);

const shape = {
  title: line,
  reason: line.min(10, 'must say why, in ten characters at least'),
  owner: line,
  date: day,
  expires: day,
  rules: z.union([z.literal('any'), z.array(name).min(1).max(200)], { error: 'must be any, or a list of rule ids' }),
  match: z.looseObject({ condition: z.unknown() }, { error: 'must be a map of selections and a condition' }),
};
const schema = z.strictObject(shape);

const ROOTS = ['rule.id', 'rule.title', 'source', 'product', 'level', 'summary', 'attack', 'tactics'];
const PARTS = ['entity', 'actor', 'target'];
const ALLOWED = `${ROOTS.join(', ')}, ${PARTS.join('|')}.<${ENTITY_TYPES.join('|')}>, event.<OCSF field>, raw.<field of the log>`;

export interface ParsedSuppression {
  suppression?: Suppression;
  problems: Problem[];
}

/** @param path how problems name the file; its name without the ending is the id */
export function parseSuppression(content: string, path: string): ParsedSuppression {
  const { trees, problems } = readYaml(content, path);
  const [tree, second] = trees;
  if (problems.length > 0) return { problems };
  if (tree?.kind !== 'map' || second !== undefined)
    return { problems: [{ at: `${path}:1:1`, what: 'the file is no single map', allowed: Object.keys(shape).join(', ') }] };
  const parsed = schema.safeParse(plainOf(tree));
  if (!parsed.success) return { problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, tree)) };
  const { title, reason, owner, rules } = parsed.data;
  const fromMs = Date.parse(`${parsed.data.date}T00:00:00Z`);
  const untilMs = Date.parse(`${parsed.data.expires}T00:00:00Z`) + DAY_MS;
  const detection = matchOf(tree, { id: path, needsSubject: rules === 'any' });
  const found = [...termProblems(tree, fromMs, untilMs), ...detection.problems];
  if (found.length > 0 || detection.match === undefined) return { problems: found };
  const id = (path.split(/[\\/]/).at(-1) ?? path).replace(/\.ya?ml$/i, '');
  return { suppression: { id, path, title, reason, owner, fromMs, untilMs, rules, ...detection.match }, problems: [] };
}

function problemsOf(issue: z.core.$ZodIssue, tree: Tree): Problem[] {
  const at = placeAt(tree, issue.path);
  const allowed = Object.keys(shape).join(', ');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const near = nearest(key, Object.keys(shape));
      const fix = near === undefined ? 'remove it' : `did you mean "${near}"?`;
      return { at: entryOf(tree, key)?.at ?? at, what: `unknown key "${key}"`, allowed, fix };
    });
  const key = String(issue.path[0] ?? '');
  const isMissing = entryOf(tree, key) === undefined;
  const what = isMissing ? `"${key}" is missing` : `"${issue.path.join('.')}" ${issue.message}`;
  return [{ at, what, allowed: isMissing ? allowed : issue.message, fix: FIXES[key] ?? `give ${key}` }];
}

const FIXES: Readonly<Record<string, string>> = {
  expires: `name the last day that it shall hold, at most ${MAX_DAYS} days after date`,
  owner: 'name who answers for it',
  reason: 'say why nobody needs to look',
  date: 'name the day that it was written',
  rules: 'name the rules, or write any',
  match: 'say which findings: match: {selection: {…}, condition: selection}',
};

function termProblems(tree: Tree, fromMs: number, untilMs: number): Problem[] {
  const at = placeAt(tree, ['expires']);
  const days = (untilMs - fromMs) / DAY_MS;
  if (days < 1) return [{ at, what: 'it expires before it begins', allowed: 'a day from date on' }];
  if (days <= MAX_DAYS + 1) return [];
  return [
    {
      at,
      what: `it holds for ${days - 1} days`,
      allowed: `at most ${MAX_DAYS} days after date`,
      fix: 'renew it when they are over',
    },
  ];
}

type Match = Pick<Suppression, 'selections' | 'condition' | 'readsEvent'>;

function matchOf(tree: MapTree, of: { id: string; needsSubject: boolean }): { match?: Match; problems: Problem[] } {
  const body = entryOf(tree, 'match')?.value;
  if (body?.kind !== 'map') return { problems: [] };
  const problems: Problem[] = [];
  const context = { placeholders: {}, problems, notes: problems, ruleId: of.id, reserved: ['condition'] };
  const detection = readDetection(body, context);
  if (detection === undefined) return { problems };
  problems.push(...fieldProblems(detection.selections, body));
  const whole = wholeExpr(detection);
  const fields = [...atomsOf(whole)].map(({ field }) => field ?? '');
  if (holdsOnSilence(whole))
    problems.push({
      at: body.at,
      what: 'the condition is made of "not" alone: it would hide everything else',
      fix: 'name what shall be hidden, then take out of it what shall not: "selection and not other"',
    });
  if (of.needsSubject && !fields.some((field) => !ROOTS.includes(field) || field === 'source' || field === 'rule.id'))
    problems.push({
      at: body.at,
      what: 'for every rule it must say whom, where or which log',
      allowed: ALLOWED,
      fix: 'add an entity, a field of the event, or a source',
    });
  const readsEvent = fields.some((field) => /^(event|raw)\./.test(field));
  return { match: { ...detection, readsEvent }, problems };
}

function fieldProblems(selections: readonly Selection[], body: MapTree): Problem[] {
  return selections.flatMap(({ name: selection, expr }) =>
    [...atomsOf(expr)].flatMap(({ field }): Problem[] => {
      if (field !== null && isKnown(field)) return [];
      const at = entryOf(body, selection)?.at ?? body.at;
      if (field === null)
        return [{ at, what: `"${selection}" holds words without a field`, allowed: ALLOWED, fix: 'name the field' }];
      const near = nearest(field, [...ROOTS, ...PARTS.flatMap((part) => ENTITY_TYPES.map((type) => `${part}.${type}`))]);
      return [
        {
          at,
          what: `unknown field "${field}" in "${selection}"`,
          allowed: ALLOWED,
          ...(near ? { fix: `did you mean "${near}"?` } : {}),
        },
      ];
    }),
  );
}

function isKnown(field: string): boolean {
  if (ROOTS.includes(field) || /^(event|raw)\../.test(field)) return true;
  const [part = '', type = '', ...more] = field.split('.');
  return more.length === 0 && PARTS.includes(part) && ENTITY_TYPES.some((known) => known === type);
}

/** True for the names of suppression files. Those in subfolders are not read: examples, drafts. */
export const isSuppressionName = (file: string): boolean => /^[^./\\][^/\\]*\.ya?ml$/i.test(file);

/** @throws YaguraError BadContent with every problem of every file */
export function parseSuppressions(files: readonly { file: string; text: string }[]): Suppression[] {
  const parsed = [...files].sort((a, b) => (a.file < b.file ? -1 : 1)).map(({ file, text }) => parseSuppression(text, file));
  const problems = parsed.flatMap((one) => one.problems);
  if (problems.length > 0) throw new YaguraError('BadContent', `${problems.length} problems in the suppressions`, { problems });
  return parsed.flatMap(({ suppression }) => suppression ?? []);
}
