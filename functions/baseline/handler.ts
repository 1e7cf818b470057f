/** Baseline in Lambda: a tick of the schedule → `judgeBaselines`. */
import { baselines } from '../adapters/aws/content.ts';
import { scheduleHandler } from '../adapters/aws/handlers.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { dailyQueryUsd } from '../adapters/aws/queries.ts';
import { judgeBaselines } from './stage.ts';

const ports = await portsFor('baseline');
export const handler = scheduleHandler(() => judgeBaselines(ports, { baselines, dailyUsd: dailyQueryUsd() }));
