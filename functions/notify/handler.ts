/** Notify in Lambda: messages of its bus queue → `notify`. */
import { busHandler } from '../adapters/aws/handlers.ts';
import { notifyConfig } from '../adapters/aws/notify-content.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { notify } from './stage.ts';

const ports = await portsFor('notify');
export const handler = busHandler((events) => notify(events, ports, notifyConfig));
