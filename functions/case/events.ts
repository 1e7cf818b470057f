/** Turns what happens to a case into an append-only chain of events, each holding the hash of the one before. */
import * as z from 'zod';
import { digestOf } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import type { JsonObject } from '../core/json.ts';
import type { Table } from '../ports/table.ts';

export const CASE_EVENT_KINDS = ['opened', 'updated', 'merged', 'dissolved', 'response'] as const;
export type CaseEventKind = (typeof CASE_EVENT_KINDS)[number];

const eventSchema = z.object({
  incidentId: z.string(),
  /** 1, 2, 3 … without gaps. */
  seq: z.int(),
  atMs: z.number(),
  /** Who: `yagura`, or a person. */
  actor: z.string(),
  kind: z.enum(CASE_EVENT_KINDS),
  data: z.record(z.string(), z.json()),
  prevHash: z.string(),
  hash: z.string(),
});
export type CaseEvent = z.infer<typeof eventSchema>;

/** The hash before the first event. */
export const GENESIS = '0'.repeat(64);
export const casePk = (incidentId: string): string => `case#${incidentId}`;
export const CASE_STATE_SK = 'state';
const EVENT_PREFIX = 'event#';
export const eventSk = (seq: number): string => `${EVENT_PREFIX}${String(seq).padStart(8, '0')}`;

/** SHA-256 over everything but the hash itself, the previous hash included. */
export const caseEventHash = ({ hash: _, ...rest }: CaseEvent): string => digestOf(rest);

/** The event that follows. */
export function nextEvent(of: Omit<CaseEvent, 'hash'>): CaseEvent {
  const event = { ...of, hash: '' };
  return { ...event, hash: caseEventHash(event) };
}

/** Every event of a case, in order. @throws YaguraError Bug where a stored item is no case event at all */
export async function caseEvents(table: Table, incidentId: string): Promise<CaseEvent[]> {
  const items = await table.query(casePk(incidentId), { prefix: EVENT_PREFIX });
  return items.map(({ sk, data }) => {
    const parsed = eventSchema.safeParse(data);
    if (!parsed.success) throw new YaguraError('Bug', `Case event ${incidentId} ${sk} cannot be read: ${parsed.error.message}`);
    return parsed.data;
  });
}

export type CaseVerdict = { ok: true; eventCount: number } | { ok: false; seq: number; problem: string };

/** Recomputes the chain. A changed, inserted, removed or reordered event is named by its number; a cut-off end too. */
export async function verifyCase(table: Table, incidentId: string): Promise<CaseVerdict> {
  const items = await table.query(casePk(incidentId), { prefix: EVENT_PREFIX });
  let prevHash = GENESIS;
  for (const [i, item] of items.entries()) {
    const problem = eventProblem(item.data, { incidentId, sk: item.sk, seq: i + 1, prevHash });
    if (problem !== undefined) return { ok: false, seq: i + 1, problem };
    prevHash = String(item.data['hash']);
  }
  const state = (await table.get(casePk(incidentId), CASE_STATE_SK))?.data;
  const known = Number(state?.['seq'] ?? 0);
  if (known !== items.length)
    return {
      ok: false,
      seq: Math.min(known, items.length) + 1,
      problem: `the case knows ${known} events, ${items.length} are there`,
    };
  if (known > 0 && state?.['lastHash'] !== prevHash)
    return { ok: false, seq: known, problem: 'the last hash is not the one that the case knows' };
  return { ok: true, eventCount: items.length };
}

interface Expected {
  incidentId: string;
  sk: string;
  seq: number;
  prevHash: string;
}

function eventProblem(data: JsonObject, expected: Expected): string | undefined {
  const parsed = eventSchema.strict().safeParse(data);
  if (!parsed.success) return 'it is no case event';
  const event = parsed.data;
  if (event.seq !== expected.seq || expected.sk !== eventSk(expected.seq))
    return `number ${expected.seq} is missing or out of place`;
  if (event.incidentId !== expected.incidentId) return 'it belongs to another case';
  if (event.prevHash !== expected.prevHash) return 'it does not follow the event before it';
  return event.hash === caseEventHash(event) ? undefined : 'its content does not fit its hash';
}
