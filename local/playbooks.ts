/** The folders of `playbooks/` → definitions checked whole, and the interpreter that runs them over local ports. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, YaguraError } from '../functions/core/error.ts';
import type { Json } from '../functions/core/json.ts';
import { type Playbook, parsePlaybook } from '../functions/core/playbook.ts';
import type { RespondPorts } from '../functions/respond/stage.ts';
import type { ScheduledPorts } from '../functions/scheduled/task.ts';
import { createLocalExecutions, type LocalExecutions } from './adapters/local-executions.ts';
import { ROOT } from './content.ts';
import { loadScheduled, MACHINE, MACHINE_FILE } from './scheduled.ts';
import { LOCAL_STAGES } from './stages.ts';

export type PlaybookExecutions = LocalExecutions & { readonly playbooks: ReadonlyMap<string, Playbook> };

/** The machine that playbooks share: one plan, one approval, every action captured, verified, and taken back where one fails. */
const RUN_RESPONSE_FILE = 'functions/respond/machine.asl.json';

/** The functions behind the placeholders of the machines: the same names that infra substitutes with ARNs. */
const FUNCTIONS = {
  RespondFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:yagura-respond',
  ApproveFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:yagura-approve',
  ScheduledFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:yagura-scheduled',
  RunResponseMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:run-response',
  UndoResponseMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:undo-response',
} as const;

/** @throws YaguraError BadContent with every problem of every playbook */
export async function playbookExecutions(ports: RespondPorts & ScheduledPorts): Promise<PlaybookExecutions> {
  const playbooks = new Map<string, Playbook>();
  const machines: Record<string, { definition: string; substitutions: typeof FUNCTIONS; file: string }> = {};
  const problems: Problem[] = [];
  for (const id of await playbookIds()) {
    const folder = join('playbooks', id);
    const parsed = parsePlaybook(await readFile(join(ROOT, folder, 'playbook.yml'), 'utf8'), `${folder}/playbook.yml`);
    problems.push(...parsed.problems);
    if (parsed.playbook !== undefined) playbooks.set(id, parsed.playbook);
    const file = join(folder, 'machine.asl.json');
    machines[id] = { definition: await readFile(join(ROOT, file), 'utf8'), substitutions: FUNCTIONS, file };
  }
  if (problems.length > 0) throw new YaguraError('BadContent', 'the playbooks have problems', { problems });
  machines['run-response'] = {
    definition: await readFile(join(ROOT, RUN_RESPONSE_FILE), 'utf8'),
    substitutions: FUNCTIONS,
    file: RUN_RESPONSE_FILE,
  };
  machines[MACHINE] = {
    definition: await readFile(join(ROOT, MACHINE_FILE), 'utf8'),
    substitutions: FUNCTIONS,
    file: MACHINE_FILE,
  };
  let content: ReturnType<typeof loadScheduled> | undefined;
  const handlers = {
    functions: {
      'yagura-respond': (payload: unknown) => LOCAL_STAGES.respond(payload, ports),
      'yagura-approve': (payload: unknown) => LOCAL_STAGES.approve(payload, ports),
      'yagura-scheduled': async (payload: unknown) => {
        content ??= loadScheduled();
        return toJson(await LOCAL_STAGES.scheduled(payload, ports, await content));
      },
    },
  };
  const executions = createLocalExecutions({ ...ports, playbooks: machines, handlers });
  return Object.assign(executions, { playbooks });
}

/** What every playbook says of itself, without its machine. Playbooks with problems are left out: the run of them tells. */
export async function playbookTexts(): Promise<Playbook[]> {
  const found: Playbook[] = [];
  for (const id of await playbookIds()) {
    const file = join('playbooks', id, 'playbook.yml');
    const { playbook } = parsePlaybook(await readFile(join(ROOT, file), 'utf8'), file);
    if (playbook !== undefined) found.push(playbook);
  }
  return found;
}

async function playbookIds(): Promise<string[]> {
  const entries = await readdir(join(ROOT, 'playbooks'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map((entry) => entry.name)
    .sort();
}

/** As Lambda answers: what JSON can say. */
const toJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
