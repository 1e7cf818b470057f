/** Maintain in Lambda: a tick of the schedule → `maintain`. */
import { scheduleHandler } from '../adapters/aws/handlers.ts';
import { retentionDays } from '../adapters/aws/lake-content.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { maintain } from './stage.ts';

const ports = await portsFor('maintain');
export const handler = scheduleHandler(() => maintain(ports, { retentionDays }));
