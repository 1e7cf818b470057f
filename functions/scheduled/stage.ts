/** The scheduled stage: tasks of the scheduled-queries machine → what is due, findings of SQL detections, and faults told. */
import { YaguraError } from '../core/error.ts';
import { type Planned, plan } from './plan.ts';
import { type RunReport, runFailed, runQueries } from './run.ts';
import { type ScheduledContent, type ScheduledPorts, ScheduledTask } from './task.ts';

/** @throws YaguraError BadInput for what is no task; retryable ones where a store, the bus or the engine is at fault */
export async function scheduled(
  task: unknown,
  ports: ScheduledPorts,
  content: ScheduledContent,
): Promise<Planned | RunReport | { failed: number }> {
  const read = ScheduledTask.safeParse(task);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => ({ at: path.join('.') || '(task)', what: message }));
    throw new YaguraError('BadInput', 'this is no task of the scheduled stage', { problems });
  }
  const given = read.data;
  switch (given.op) {
    case 'plan':
      return await plan(ports, content, given);
    case 'run':
      return await runQueries(ports, content, given.run);
    case 'failed':
      return await runFailed(ports, content, { run: given.run, why: `${given.error}: ${given.cause}`.slice(0, 500) });
  }
}
