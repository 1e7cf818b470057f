/** Correlate in Lambda: messages of its bus queue → `correlate`. */
import { busHandler } from '../adapters/aws/handlers.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { correlate } from './stage.ts';

const ports = await portsFor('correlate');
export const handler = busHandler((events) =>
  correlate(
    events.flatMap((event) => (event.name === 'FindingsRaised' ? event.detail.findings : [])),
    ports,
  ),
);
