/** The tasks that the scheduled-queries machine gives to its stage, checked. */
import * as z from 'zod';
import type { ScheduledQuery } from '../core/scheduled/file.ts';
import type { ParseSql } from '../core/sql/parse.ts';
import type { Meter } from '../ports/meter.ts';
import type { Query } from '../ports/query.ts';
import type { RaisePorts } from '../ports/raise-findings.ts';

const day = z.string().regex(/^\d{8}$/);
const window = z.strictObject({ fromMs: z.int(), toMs: z.int() });

/** Queries that are asked together, and their windows of ingest time, oldest first. */
export const Run = z.strictObject({
  queries: z.array(z.string().max(200)).min(1),
  windows: z.array(window).min(1),
  /** Look back to this day at least. */
  fromDay: day.optional(),
});
export type Run = z.infer<typeof Run>;

export const ScheduledTask = z.discriminatedUnion('op', [
  /** What is due. `settled`: nothing more is coming, so windows end now. */
  z.strictObject({
    op: z.literal('plan'),
    settled: z.boolean().optional(),
    fromDay: day.optional(),
    /** Only these. */
    only: z.array(z.string()).optional(),
  }),
  z.strictObject({ op: z.literal('run'), run: Run }),
  /** A run that could not be made, whatever was tried. */
  z.strictObject({ op: z.literal('failed'), run: Run, error: z.string().max(200), cause: z.string().max(5000) }),
]);

export interface ScheduledPorts extends RaisePorts {
  query: Query;
  meter: Meter;
}

export interface ScheduledContent {
  queries: readonly ScheduledQuery[];
  /** What all scheduled queries and hunts of a UTC day may cost, US dollars. */
  dailyUsd: number;
  /** Reads SQL, to see which queries one scan can serve. */
  parse: ParseSql;
}
