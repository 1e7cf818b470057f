/** Events of cases that the lake does not have yet → one Incident Finding each, under keys that depend on the event alone. */
import { BUS_SOURCE } from '../core/bus-event.ts';
import { type CaseMoment, toCaseFinding } from '../core/case/finding.ts';
import type { CasePolicy } from '../core/case/policy.ts';
import { projectEvent } from '../core/case/project.ts';
import type { CaseState } from '../core/case/state.ts';
import { sha256 } from '../core/digest.ts';
import { readIncident } from '../core/incident-store.ts';
import { encodeLake } from '../core/lake/encode.ts';
import { CASE_LAKE_SK, CASE_OUTBOX_PK, caseEvents, casePk, eventSk } from '../ports/case-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Table } from '../ports/table.ts';

export interface DeliverPorts {
  table: Table;
  lake: ObjectStore;
  clock: Clock;
}

/** Cases in one run; the others wait for the next. */
const MAX_CASES = 200;

/** Safe to repeat and beside itself: what is written twice is the same object. */
export async function deliverCases(ports: DeliverPorts, policy: CasePolicy): Promise<void> {
  const waiting = await ports.table.query(CASE_OUTBOX_PK, { limit: MAX_CASES });
  for (const { sk: incidentId, version } of waiting) await deliverCase({ incidentId, version, policy }, ports);
}

interface Waiting {
  incidentId: string;
  version: number;
  policy: CasePolicy;
}

async function deliverCase({ incidentId, version, policy }: Waiting, { table, lake, clock }: DeliverPorts): Promise<void> {
  const mark = await table.get(casePk(incidentId), CASE_LAKE_SK);
  const delivered = Number(mark?.data['seq'] ?? 0);
  const events = await caseEvents(table, incidentId);
  const incident = await readIncident(table, incidentId);
  let state: CaseState | undefined;
  for (const event of events) {
    state = projectEvent(state, event);
    if (event.seq > delivered && incident !== undefined) await put({ event, state, incident, policy }, { lake, clock });
  }
  await table.write([
    { put: { pk: casePk(incidentId), sk: CASE_LAKE_SK, data: { seq: Math.max(delivered, events.length) } } },
    // Where more came meanwhile, the note stays for the next run.
    { delete: { pk: CASE_OUTBOX_PK, sk: incidentId }, condition: { version } },
  ]);
}

async function put(moment: CaseMoment, { lake, clock }: Omit<DeliverPorts, 'table'>): Promise<void> {
  const { event } = moment;
  const text = JSON.stringify(event);
  const rawRef = {
    key: `${casePk(event.incidentId)}/${eventSk(event.seq)}`,
    line: event.seq,
    sha256: sha256(text),
    bytes: Buffer.byteLength(text),
  };
  const finding = toCaseFinding(moment);
  const files = encodeLake(
    [{ event: finding, source: BUS_SOURCE, rawRef, ingestTimeMs: clock.nowMs() }],
    `case-${event.incidentId}-${event.seq}`,
  );
  for (const { key, bytes } of files) await lake.put(key, bytes);
}
