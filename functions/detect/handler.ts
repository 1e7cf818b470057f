/** Detect in Lambda: a tick of the schedule → `detect`. */
import { correlations, indicators, lakeMaps, mappings, rules, suppressions } from '../adapters/aws/content.ts';
import { scheduleHandler } from '../adapters/aws/handlers.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { compileCorrelations } from '../core/sigma/correlation/compile.ts';
import { Suppressor } from '../core/suppression/apply.ts';
import { eventOfSources } from '../sources/event-of.ts';
import { withMappings } from '../sources/from-mapping.ts';
import { SOURCES } from '../sources/index.ts';
import { detect } from './stage.ts';

const ports = await portsFor('detect');
const eventOf = eventOfSources(withMappings(mappings, SOURCES));
const suppressor = new Suppressor(suppressions);
const content = { ...compileCorrelations(rules, correlations), lakeMaps, suppressions, suppressor, indicators, eventOf };
export const handler = scheduleHandler(() => detect(ports, content));
