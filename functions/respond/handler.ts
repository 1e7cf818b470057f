/** Respond in Lambda: a task of a playbook's state machine → `respond`. A thrown error's name is what `ErrorEquals` compares. */
import { portsFor } from '../adapters/aws/ports.ts';
import { respond } from './stage.ts';

const ports = await portsFor('respond');
export const handler = (task: unknown) => respond(task, ports);
