/** The interpreter keeps the contract of the Executions port, over the store that a laptop really uses, and survives a real kill. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { createLocalExecutions, type LocalExecutions } from '../../../local/adapters/local-executions.ts';
import { createSqliteTable } from '../../../local/adapters/sqlite-table.ts';
import { randomIds, systemClock } from '../../../local/adapters/time.ts';
import type { Handlers } from '../../../local/asl/resource.ts';
import { executionsContract, WAITING_MACHINE } from '../../contracts/executions.contract.ts';
import { machineOf } from './laboratory.ts';

const folder = mkdtempSync(join(tmpdir(), 'asl-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

executionsContract('the interpreter over SQLite', async () => {
  const table = createSqliteTable(join(folder, 'contract.db'));
  const executions = createLocalExecutions({
    table,
    clock: systemClock,
    ids: randomIds,
    playbooks: { wait: { definition: WAITING_MACHINE } },
    handlers: {},
  });
  return { executions, tokens: true, close: () => table.close() };
});

const steps = Object.fromEntries(
  Array.from({ length: 30 }, (_, i) => [
    `S${i}`,
    {
      Type: 'Task',
      Resource: 'arn:aws:lambda:us-east-1:111122223333:function:step',
      Arguments: i,
      Output: '{% $states.input + $states.result %}',
      ...(i === 29 ? { End: true } : { Next: `S${i + 1}` }),
    },
  ]),
);
const definition = JSON.stringify(machineOf(steps));

function open(handlers: Handlers): { executions: LocalExecutions; close(): void } {
  const table = createSqliteTable(join(folder, 'killed.db'));
  const executions = createLocalExecutions({
    table,
    clock: systemClock,
    ids: randomIds,
    playbooks: { steps: { definition } },
    handlers,
  });
  return { executions, close: () => table.close() };
}

/** A process that runs the machine, says each step, and never gets past step 17. */
const script = (root: string): string => `
import { createLocalExecutions } from '${root}/local/adapters/local-executions.ts';
import { createSqliteTable } from '${root}/local/adapters/sqlite-table.ts';
import { randomIds, systemClock } from '${root}/local/adapters/time.ts';
const table = createSqliteTable(process.argv[2]);
const step = (n) => { console.log('step ' + n); return n === 17 ? new Promise(() => setInterval(() => {}, 1000)) : Promise.resolve(n); };
const executions = createLocalExecutions({ table, clock: systemClock, ids: randomIds, playbooks: { steps: { definition: process.argv[3] } }, handlers: { functions: { step } } });
await executions.start('steps', 'run', 0);
await executions.runToRest();
`;

test('an execution goes on after kill -9 in the middle of a call: that call is made again, none before it', async () => {
  const file = join(folder, 'run.mts');
  writeFileSync(file, script(fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, join(folder, 'killed.db'), definition], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.on('exit', () => reject(new Error('ended too early')));
    child.stdout.on('data', (chunk) => {
      if (!String(chunk).includes('step 17')) return;
      child.removeAllListeners('exit');
      child.on('exit', () => resolve());
      child.kill('SIGKILL');
    });
  });

  const again: unknown[] = [];
  const { executions, close } = open({
    functions: {
      step: async (n) => {
        again.push(n);
        return n;
      },
    },
  });
  await executions.resume();
  expect(await executions.describe('steps', 'run')).toMatchObject({ status: 'SUCCEEDED', output: (29 * 30) / 2 });
  expect(again).toEqual([17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
  const events = await executions.history('steps', 'run');
  expect(events.filter(({ type }) => type === 'LambdaFunctionScheduled')).toHaveLength(30);
  close();
});
