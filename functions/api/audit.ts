/** Calls that change something → two records each that nothing overwrites: what was asked, before it is done, and what came of it. */

import type { Member } from '../core/api/member.ts';
import { canonicalJson, sha256 } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { Clock } from '../ports/clock.ts';
import type { Table } from '../ports/table.ts';
import { Refusal } from './answer.ts';

export interface Asked {
  requestId: string;
  member: Member;
  route: string;
  target: string;
  seen: string;
  key: string;
  body: unknown;
}

interface AuditPorts {
  table: Table;
  clock: Clock;
}

const KEEP_SEC = 400 * 86_400;
/** How long a key names one request. */
const KEY_SEC = 7 * 86_400;
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const pkOf = (ofDay: string): string => `audit#${ofDay}`;

/** Written before anything is done: a call that cannot be recorded is not made. */
export async function recordAsked(asked: Asked, { table, clock }: AuditPorts): Promise<void> {
  const atMs = clock.nowMs();
  const { member, requestId, route, target, seen, key, body } = asked;
  const data = {
    ...{ what: 'asked', requestId, atMs, actor: member.id, role: member.role, route, target, seen, key },
    // The words are in the case; here it is proved which they were.
    op: isJsonObject(body) && typeof body['op'] === 'string' ? body['op'].slice(0, 40) : '',
    bodySha256: sha256(canonicalJson(body)),
  };
  await append(table, { atMs, sk: `${requestId}#1`, data });
}

export async function recordAnswered(requestId: string, status: number, { table, clock }: AuditPorts): Promise<void> {
  const atMs = clock.nowMs();
  await append(table, { atMs, sk: `${requestId}#2`, data: { what: 'answered', requestId, atMs, status } });
}

async function append(table: Table, { atMs, sk, data }: { atMs: number; sk: string; data: JsonObject }): Promise<void> {
  const put = {
    pk: pkOf(day(atMs)),
    sk: `${new Date(atMs).toISOString()}#${sk}`,
    data,
    expiresAtSec: Math.ceil(atMs / 1000) + KEEP_SEC,
  };
  if (await table.write([{ put, condition: { absent: true } }])) return;
  throw new YaguraError('Conflict', 'This call is recorded already', { retryable: true });
}

/** Every record of a UTC day, in order. */
export const auditOf = async (table: Table, ofDay: string): Promise<JsonObject[]> =>
  (await table.query(pkOf(ofDay))).map(({ data }) => data);

/**
 * A key names one request of one person: what it was first used for. @throws Refusal 409 where it was another request
 */
export async function claimKey({ member, target, key, body }: Asked, { table, clock }: AuditPorts): Promise<string> {
  const name = sha256(`${member.id}\u0000${key}`).slice(0, 40);
  const digest = sha256(canonicalJson({ target, body }));
  const put = {
    ...{ pk: `api-key#${name}`, sk: 'request', data: { digest } },
    expiresAtSec: Math.ceil(clock.nowMs() / 1000) + KEY_SEC,
  };
  if (await table.write([{ put, condition: { absent: true } }])) return name;
  const first = (await table.get(put.pk, put.sk))?.data['digest'];
  if (first === undefined || first === digest) return name;
  throw new Refusal(409, 'This Idempotency-Key was used for another request', {
    problems: [{ at: 'Idempotency-Key', what: 'used before, for something else', fix: 'take a new key for a new request' }],
  });
}
