/** Duty in Lambda: a tick of the schedule → `watchCases`. */
import { policy } from '../adapters/aws/case-content.ts';
import { scheduleHandler } from '../adapters/aws/handlers.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { watchCases } from './stage.ts';

const ports = await portsFor('duty');
export const handler = scheduleHandler(async () => void (await watchCases(ports, policy)));
