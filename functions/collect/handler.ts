/** Collect in Lambda: a tick of the schedule → `collect`. */
import { connectors as settings } from '../adapters/aws/collect-content.ts';
import { scheduleHandler } from '../adapters/aws/handlers.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { CONNECTORS } from './connectors/index.ts';
import { collect } from './stage.ts';

const ports = await portsFor('collect');
export const handler = scheduleHandler(() => collect(ports, { connectors: CONNECTORS, settings }));
