/** Approve in Lambda: a waiting playbook's task → `approve`. */
import { portsFor } from '../adapters/aws/ports.ts';
import { approve } from './stage.ts';

const ports = await portsFor('approve');
export const handler = (task: unknown) => approve(task, ports);
