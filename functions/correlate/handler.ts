/** Correlate in Lambda: messages of its bus queue → `correlate`. */
import { suppressions } from '../adapters/aws/content.ts';
import { busHandler } from '../adapters/aws/handlers.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { Suppressor } from '../core/suppression/apply.ts';
import { correlate } from './stage.ts';

const ports = await portsFor('correlate');
const content = { suppressor: new Suppressor(suppressions) };
export const handler = busHandler((events) =>
  correlate(
    events.flatMap((event) => (event.name === 'FindingsRaised' ? event.detail.findings : [])),
    ports,
    content,
  ),
);
