/** The text of `tasks/<id>.yml` → tasks that cases of its kind begin with, or everything that is wrong with it, located. */
import * as z from 'zod';
import { TACTICS } from '../attack/attack.ts';
import { type Problem, YaguraError } from '../error.ts';
import { LEVELS, type Level } from '../finding.ts';
import { schemaProblems } from '../schema-problems.ts';
import { placeAt, plainOf, readYaml, type Tree } from '../sigma/yaml-tree.ts';
import { addDuration } from './calendar.ts';
import { durationOf, durationSchema } from './duration.ts';
import type { NewCaseEvent } from './event.ts';
import { PHASES } from './lifecycle.ts';
import { event } from './outcome.ts';
import type { CasePolicy } from './policy.ts';
import type { CaseState } from './state.ts';
import { TASK_REQUIRED } from './terms.ts';

const text = z.string().trim().min(1).max(500);
const local = z.strictObject({ en: text, ja: text });
const key = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a-z, 0-9 and -, at most 40');
const tactic = z.enum(TACTICS.map(({ slug }) => slug) as [string, ...string[]]);

const shape = {
  title: local,
  /** Which cases get these tasks: those with any of the tactics and any of the severities; without the key, all. */
  when: z
    .strictObject({ tactics: z.array(tactic).min(1).optional(), severities: z.array(z.enum(LEVELS)).min(1).optional() })
    .default({}),
  tasks: z
    .array(
      z.strictObject({
        key,
        title: local,
        phase: z.enum(PHASES),
        required: z.enum(TASK_REQUIRED).default('never'),
        /** Keys of tasks of this file that come first. */
        after: z.array(key).default([]),
        /** From when it was added. */
        dueIn: durationSchema.optional(),
      }),
    )
    .min(1)
    .max(50),
};
const schema = z.strictObject(shape);

export type TaskTemplate = z.output<typeof schema> & { id: string };

export interface ParsedTemplate {
  template?: TaskTemplate;
  problems: Problem[];
}

/** @param path how problems name the file; its name without the ending is the id */
export function parseTemplate(content: string, path: string): ParsedTemplate {
  const { trees, problems } = readYaml(content, path);
  const [tree, second] = trees;
  if (problems.length > 0) return { problems };
  if (tree?.kind !== 'map' || second !== undefined)
    return { problems: [{ at: `${path}:1:1`, what: 'the file is no single map', allowed: Object.keys(shape).join(', ') }] };
  const parsed = schema.safeParse(plainOf(tree));
  if (!parsed.success) return { problems: schemaProblems(parsed.error, { tree, schema, whole: 'the file' }) };
  const found = orderProblems(parsed.data.tasks, tree);
  const id = (path.split(/[\\/]/).at(-1) ?? path).replace(/\.ya?ml$/i, '');
  return found.length > 0 ? { problems: found } : { template: { id, ...parsed.data }, problems: [] };
}

/** A task comes after tasks that stand before it in the file: so nothing waits in a circle. */
function orderProblems(tasks: TaskTemplate['tasks'], tree: Tree): Problem[] {
  return tasks.flatMap((task, i) => {
    const before = tasks.slice(0, i).map((one) => one.key);
    const at = placeAt(tree, ['tasks', i]);
    const twice = before.includes(task.key) ? [{ at, what: `key "${task.key}" is there twice`, fix: 'rename one' }] : [];
    const unknown = task.after.filter((one) => !before.includes(one));
    return [
      ...twice,
      ...unknown.map((one) => ({ at, what: `it comes after "${one}"`, allowed: before.join(', ') || 'nothing' })),
    ];
  });
}

export const isTemplateName = (name: string): boolean => /\.ya?ml$/i.test(name);

/** @throws YaguraError BadContent with every problem of every file */
export function parseTemplates(files: readonly { file: string; text: string }[]): TaskTemplate[] {
  const parsed = files.map(({ file, text: content }) => parseTemplate(content, file));
  const problems = parsed.flatMap((one) => one.problems);
  if (problems.length > 0) throw new YaguraError('BadContent', `${problems.length} problems in the tasks`, { problems });
  return parsed.flatMap(({ template }) => template ?? []);
}

export interface TaskCase {
  tactics: readonly string[];
  severity: Level;
}

const applies = ({ when }: TaskTemplate, { tactics, severity }: TaskCase): boolean =>
  (when.tactics === undefined || when.tactics.some((one) => tactics.includes(one))) &&
  (when.severities === undefined || when.severities.includes(severity));

/** The tasks that a case of this kind should have and does not. */
export function templateTasks(
  state: Pick<CaseState, 'tasks'> | undefined,
  of: TaskCase,
  { templates, policy, nowMs }: { templates: readonly TaskTemplate[]; policy: CasePolicy; nowMs: number },
): NewCaseEvent[] {
  const known = new Map((state?.tasks ?? []).flatMap(({ template, taskId }) => (template === null ? [] : [[template, taskId]])));
  let number = (state?.tasks ?? []).filter(({ from }) => from === null).length;
  const added: NewCaseEvent[] = [];
  for (const template of templates.filter((one) => applies(one, of))) {
    for (const task of template.tasks) {
      const name = `${template.id}:${task.key}`;
      if (known.has(name)) continue;
      const taskId = `T${++number}`;
      known.set(name, taskId);
      const { title, phase, required } = task;
      const dependsOn = task.after.flatMap((one) => known.get(`${template.id}:${one}`) ?? []);
      const dueMs = task.dueIn === undefined ? null : addDuration(nowMs, durationOf(task.dueIn), policy.calendar);
      added.push(event('task_added', { taskId, title, phase, required, dependsOn, dueMs, assignee: null, template: name }));
    }
  }
  return added;
}
