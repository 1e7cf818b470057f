/** A channel's line: one sender at a time, what the last hour sent, until when the product wants to be left alone, and the threads of matters. */
import * as z from 'zod';
import { sha256 } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import type { Table } from '../ports/table.ts';
import { outboxPk } from './outbox.ts';

const lineSchema = z.object({
  /** Somebody sends until then; after it that sender counts as crashed. */
  leaseUntilMs: z.number(),
  /** Messages of the last hour that did not page, epoch ms. */
  sentAtMs: z.array(z.number()),
  /** The product asked for silence until then. */
  blockedUntilMs: z.number(),
});
export type Line = z.infer<typeof lineSchema>;

const LINE_SK = 'line';
const HOUR_MS = 3_600_000;
/** Longer than any pass: a pass stops by itself after a minute and each request after ten seconds. */
const LEASE_MS = 120_000;
const KEEP_THREAD_SEC = 90 * 86_400;

export interface LinePorts {
  table: Table;
  nowMs: number;
}

/** Takes the line, or undefined where somebody has it. */
export async function takeLine(channel: string, { table, nowMs }: LinePorts): Promise<Line | undefined> {
  const pk = outboxPk(channel);
  const item = await table.get(pk, LINE_SK);
  const line = item === undefined ? { leaseUntilMs: 0, sentAtMs: [], blockedUntilMs: 0 } : readLine(item.data);
  if (line.leaseUntilMs > nowMs) return undefined;
  const taken: Line = { ...line, leaseUntilMs: nowMs + LEASE_MS, sentAtMs: line.sentAtMs.filter((at) => at > nowMs - HOUR_MS) };
  const condition = item === undefined ? ({ absent: true } as const) : { version: item.version };
  return (await table.write([{ put: { pk, sk: LINE_SK, data: taken }, condition }])) ? taken : undefined;
}

/** Gives it back, with what was sent. Only who has the lease writes the line. */
export async function returnLine(channel: string, line: Line, table: Table): Promise<void> {
  await table.write([{ put: { pk: outboxPk(channel), sk: LINE_SK, data: { ...line, leaseUntilMs: 0 } } }]);
}

function readLine(data: unknown): Line {
  const parsed = lineSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new YaguraError('Bug', `the line of a channel cannot be read: ${parsed.error.message}`);
}

const threadSk = (subject: string, person: string): string => `thread#${sha256(`${subject}\u0000${person}`).slice(0, 32)}`;

/** What the product called the first message on a matter. */
export async function threadOf(
  of: { channel: string; subject: string; person: string },
  table: Table,
): Promise<string | undefined> {
  const item = await table.get(outboxPk(of.channel), threadSk(of.subject, of.person));
  const thread = item?.data['thread'];
  return typeof thread === 'string' ? thread : undefined;
}

export async function rememberThread(
  of: { channel: string; subject: string; person: string; thread: string },
  { table, nowMs }: LinePorts,
): Promise<void> {
  const { channel, subject, person, thread } = of;
  const expiresAtSec = Math.ceil(nowMs / 1000) + KEEP_THREAD_SEC;
  await table.write([{ put: { pk: outboxPk(channel), sk: threadSk(subject, person), data: { thread }, expiresAtSec } }]);
}
