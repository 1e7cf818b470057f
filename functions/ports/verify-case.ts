/** Recomputes the chain of a case: a changed, inserted, removed or reordered event is named by its number, and a state that does not follow. */

import { type CaseEvent, caseEventHash, GENESIS, readCaseEvent } from '../core/case/event.ts';
import { PROJECTION_VERSION, projectCase } from '../core/case/project.ts';
import { canonicalJson } from '../core/digest.ts';
import type { JsonObject } from '../core/json.ts';
import { CASE_STATE_SK, casePk, EVENT_PREFIX, eventSk } from './case-store.ts';
import type { Table } from './table.ts';

export type CaseProof = { ok: true; eventCount: number } | { ok: false; seq: number; problem: string };

/** Proves one case, or names the first event that does not fit. */
export async function verifyCase(table: Table, incidentId: string): Promise<CaseProof> {
  const items = await table.query(casePk(incidentId), { prefix: EVENT_PREFIX });
  let prevHash = GENESIS;
  const events: CaseEvent[] = [];
  for (const [i, item] of items.entries()) {
    const checked = checkEvent(item.data, { incidentId, sk: item.sk, seq: i + 1, prevHash });
    if (typeof checked === 'string') return { ok: false, seq: i + 1, problem: checked };
    prevHash = checked.hash;
    events.push(checked);
  }
  const state = (await table.get(casePk(incidentId), CASE_STATE_SK))?.data;
  return stateProblem(state, events, prevHash) ?? { ok: true, eventCount: items.length };
}

function stateProblem(state: JsonObject | undefined, events: readonly CaseEvent[], lastHash: string): CaseProof | undefined {
  const known = Number(state?.['seq'] ?? 0);
  if (known !== events.length) {
    const seq = Math.min(known, events.length) + 1;
    return { ok: false, seq, problem: `the case knows ${known} events, ${events.length} are there` };
  }
  if (known > 0 && state?.['lastHash'] !== lastHash)
    return { ok: false, seq: known, problem: 'the last hash is not the one that the case knows' };
  const snapshot = state?.['snapshot'] ?? null;
  const isCurrent = state?.['projection'] === PROJECTION_VERSION;
  if (isCurrent && snapshot !== null && canonicalJson(snapshot) !== canonicalJson(projectCase(events)))
    return { ok: false, seq: known, problem: 'the state of the case is not what its events tell' };
  return undefined;
}

interface Expected {
  incidentId: string;
  sk: string;
  seq: number;
  prevHash: string;
}

/** The event, or what is wrong with it. */
function checkEvent(data: JsonObject, expected: Expected): CaseEvent | string {
  const read = readCaseEvent(data);
  if (!read.ok) return 'it is no case event';
  const { event } = read;
  if (event.seq !== expected.seq || expected.sk !== eventSk(expected.seq))
    return `number ${expected.seq} is missing or out of place`;
  if (event.incidentId !== expected.incidentId) return 'it belongs to another case';
  if (event.prevHash !== expected.prevHash) return 'it does not follow the event before it';
  return event.hash === caseEventHash(event) ? event : 'its content does not fit its hash';
}
