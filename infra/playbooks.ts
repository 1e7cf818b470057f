/** Turns the folders of `playbooks/` into what infra deploys of them: the machine's file and the placeholders in it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pascal } from '../functions/core/pascal.ts';
import type { Playbook } from './playbook-machines.ts';

/** Every folder that holds a machine; folders that begin with `_` are templates. */
export async function readPlaybooks(root: string): Promise<Playbook[]> {
  const entries = await readdir(join(root, 'playbooks'), { withFileTypes: true });
  const ids = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('_')).map(({ name }) => name);
  return await Promise.all(ids.sort().map((id) => readPlaybook(root, id)));
}

/** The machine of a stage that has one of its own; its one placeholder is the stage's function. */
export const stageMachine = (stage: string, machine: string): Playbook => ({
  id: machine,
  file: fileURLToPath(new URL(`../functions/${stage}/machine.asl.json`, import.meta.url)),
  placeholders: [`${pascal(stage)}FunctionArn`],
});

/** The machine that playbooks share. */
export const runResponseMachine = (): Playbook => ({
  ...stageMachine('respond', 'run-response'),
  placeholders: ['ApproveFunctionArn', 'RespondFunctionArn'],
});

async function readPlaybook(root: string, id: string): Promise<Playbook> {
  const file = join(root, 'playbooks', id, 'machine.asl.json');
  const text = await readFile(file, 'utf8');
  // As Step Functions' DefinitionSubstitutions reads them.
  const placeholders = new Set([...text.matchAll(/\$\{([A-Za-z][A-Za-z0-9]*)\}/g)].flatMap(([, name]) => name ?? []));
  return { id, file, placeholders: [...placeholders].sort() };
}
