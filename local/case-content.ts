/** `soc.config.ts` and the folder `tasks` → how cases are worked here, as the stages are told. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CasePolicy } from '../functions/core/case/policy.ts';
import { isTemplateName, parseTemplates, type TaskTemplate } from '../functions/core/case/template.ts';
import { ROOT } from './content.ts';
import { readConfig } from './settings.ts';

export interface CaseContent {
  policy: CasePolicy;
  templates: TaskTemplate[];
}

/** @throws YaguraError BadConfig, BadContent with every problem */
export async function loadCaseContent(): Promise<CaseContent> {
  const [{ cases }, templates] = await Promise.all([readConfig(), loadTemplates()]);
  return { policy: cases, templates };
}

/** The templates of the repository. @throws YaguraError BadContent with every problem of every file */
export async function loadTemplates(folder = join(ROOT, 'tasks')): Promise<TaskTemplate[]> {
  const names = (await readdir(folder)).filter(isTemplateName).sort();
  return parseTemplates(
    await Promise.all(names.map(async (name) => ({ file: `tasks/${name}`, text: await readFile(join(folder, name), 'utf8') }))),
  );
}
