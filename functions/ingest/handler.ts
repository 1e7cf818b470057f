/** Ingest in Lambda: messages of the arrival queue → `ingest`. */
import { correlations, indicators as listed, mappings, rules, suppressions } from '../adapters/aws/content.ts';
import { arrivalHandler } from '../adapters/aws/handlers.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { IndicatorIndex } from '../core/indicator/index-of.ts';
import { compileCorrelations } from '../core/sigma/correlation/compile.ts';
import { createMatchReader } from '../core/sigma/correlation/reader.ts';
import { compileStream } from '../core/sigma/stream.ts';
import { Suppressor } from '../core/suppression/apply.ts';
import { withMappings } from '../sources/from-mapping.ts';
import { SOURCES } from '../sources/index.ts';
import { ingest } from './stage.ts';

const ports = await portsFor('ingest');
const sources = withMappings(mappings, SOURCES);
const matches = createMatchReader(compileCorrelations(rules, correlations), sources);
const suppressor = new Suppressor(suppressions);
const indicators = new IndicatorIndex(listed);
const content = { sources, rules: compileStream(rules, { sources }).stream, matches, suppressor, indicators };
export const handler = arrivalHandler((arrivals) => ingest(arrivals, ports, content));
