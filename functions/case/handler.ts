/** Case in Lambda: messages of its bus queue → `updateCases`. */
import { policy, templates } from '../adapters/aws/case-content.ts';
import { busHandler } from '../adapters/aws/handlers.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { updateCases } from './stage.ts';

const ports = await portsFor('case');
export const handler = busHandler((events) => updateCases(events, ports, { policy, templates }));
