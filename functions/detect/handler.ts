/** Detect in Lambda: a tick of the schedule → `detect`. */
import { correlations, lakeMaps, rules, suppressions } from '../adapters/aws/content.ts';
import { scheduleHandler } from '../adapters/aws/handlers.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { compileCorrelations } from '../core/sigma/correlation/compile.ts';
import { detect } from './stage.ts';

const ports = await portsFor('detect');
const content = { ...compileCorrelations(rules, correlations), lakeMaps, suppressions };
export const handler = scheduleHandler(() => detect(ports, content));
