/** Measure in Lambda: a tick of the clock → `measureCases`. */
import { policy } from '../adapters/aws/case-content.ts';
import { scheduleHandler } from '../adapters/aws/handlers.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { measureCases } from './stage.ts';

const ports = await portsFor('measure');
export const handler = scheduleHandler(() => measureCases(ports, policy));
