/** `soc.config.ts` and the folder `tasks` → how cases are worked here, as the stages are told. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CasePolicy, casePolicySchema, policyProblems } from '../functions/core/case/policy.ts';
import { isTemplateName, parseTemplates, type TaskTemplate } from '../functions/core/case/template.ts';
import userConfig from '../soc.config.ts';
import { ROOT } from './content.ts';

export interface CaseContent {
  policy: CasePolicy;
  templates: TaskTemplate[];
}

/** @throws YaguraError BadConfig, BadContent with every problem */
export async function loadCaseContent(): Promise<CaseContent> {
  const [policy, templates] = await Promise.all([loadPolicy(), loadTemplates()]);
  return { policy, templates };
}

/** The `cases` of the configuration. Only where it has a problem the rest is read too, to tell all of them. @throws YaguraError BadConfig */
export async function loadPolicy(): Promise<CasePolicy> {
  const parsed = casePolicySchema.safeParse(userConfig.cases ?? {});
  if (parsed.success && policyProblems(parsed.data).length === 0) return parsed.data;
  const { readConfig } = await import('./settings.ts');
  return (await readConfig()).cases;
}

/** The templates of the repository. @throws YaguraError BadContent with every problem of every file */
export async function loadTemplates(folder = join(ROOT, 'tasks')): Promise<TaskTemplate[]> {
  const names = (await readdir(folder)).filter(isTemplateName).sort();
  return parseTemplates(
    await Promise.all(names.map(async (name) => ({ file: `tasks/${name}`, text: await readFile(join(folder, name), 'utf8') }))),
  );
}
