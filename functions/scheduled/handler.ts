/** Scheduled in Lambda: a task of the scheduled-queries machine → `scheduled`. */
import { scheduledQueries as queries } from '../adapters/aws/content.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { dailyQueryUsd, parseSql as parse } from '../adapters/aws/queries.ts';
import { scheduled } from './stage.ts';

const ports = await portsFor('scheduled');
export const handler = (task: unknown) => scheduled(task, ports, { queries, parse, dailyUsd: dailyQueryUsd() });
