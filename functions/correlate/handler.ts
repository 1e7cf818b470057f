/** Correlate in Lambda: messages of its bus queue → `correlate`. */
import { indicators, inventory, suppressions } from '../adapters/aws/content.ts';
import { busHandler } from '../adapters/aws/handlers.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { Enricher } from '../core/enrichment/enricher.ts';
import { IndicatorIndex } from '../core/indicator/index-of.ts';
import { Suppressor } from '../core/suppression/apply.ts';
import { correlate } from './stage.ts';

const ports = await portsFor('correlate');
const enricher = new Enricher(inventory, new IndicatorIndex(indicators));
const content = { suppressor: new Suppressor(suppressions), enricher };
export const handler = busHandler((events) =>
  correlate(
    events.flatMap((event) => (event.name === 'FindingsRaised' ? event.detail.findings : [])),
    ports,
    content,
  ),
);
