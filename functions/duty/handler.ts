/** Duty in Lambda: a tick of the schedule → `closeByPolicy`, `watchCases`, and what it tells of sources and breakers. */
import { autoClose, policy } from '../adapters/aws/case-content.ts';
import { scheduleHandler } from '../adapters/aws/handlers.ts';
import { health } from '../adapters/aws/health-content.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { closeByPolicy } from './auto-close.ts';
import { tellHealth } from './health.ts';
import { watchCases } from './stage.ts';

const ports = await portsFor('duty');
export const handler = scheduleHandler(async () => {
  await closeByPolicy(ports, { policy, autoClose });
  await watchCases(ports, policy);
  return await tellHealth(ports, health);
});
