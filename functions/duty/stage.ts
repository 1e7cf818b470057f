/** The duty stage: open cases whose time runs out → alarms and escalations, each once; and cases that the lake waits for are called again. */
import { dutyEvents } from '../core/case/duty.ts';
import type { CasePolicy } from '../core/case/policy.ts';
import type { Bus } from '../ports/bus.ts';
import { CASE_LAKE_SK, CASE_OUTBOX_PK, caseEvents, casePk, commitCases, openCases, readCase } from '../ports/case-store.ts';
import { announce } from '../ports/change-case.ts';
import type { Clock } from '../ports/clock.ts';
import type { Meter } from '../ports/meter.ts';
import type { Table } from '../ports/table.ts';

export interface DutyPorts {
  table: Table;
  bus: Bus;
  clock: Clock;
  meter: Meter;
}

export interface DutyReport {
  openCount: number;
  alarmCount: number;
  escalationCount: number;
}

const ACTOR = { id: 'yagura', kind: 'rule' } as const;
const MAX_OUTBOX = 200;

/** Safe to repeat and beside itself. */
export async function watchCases(ports: DutyPorts, policy: CasePolicy): Promise<DutyReport> {
  const report: DutyReport = { openCount: 0, alarmCount: 0, escalationCount: 0 };
  for (const { incidentId } of await openCases(ports.table)) {
    report.openCount++;
    const kinds = await watchCase(incidentId, ports, policy);
    report.alarmCount += kinds.filter((kind) => kind === 'sla_alarmed').length;
    report.escalationCount += kinds.filter((kind) => kind === 'escalated').length;
  }
  await recall(ports);
  const { openCount, alarmCount, escalationCount } = report;
  ports.meter.count({ OpenCaseCount: openCount, SlaAlarmCount: alarmCount, AutoEscalationCount: escalationCount });
  return report;
}

/** The queue is only a hint: what counts is read from the case itself. Where somebody works on it right now, the next run looks again. */
async function watchCase(incidentId: string, { table, bus, clock }: DutyPorts, policy: CasePolicy): Promise<string[]> {
  const before = await readCase(table, incidentId);
  if (before === undefined) return [];
  const atMs = clock.nowMs();
  const events = dutyEvents(before.state, policy, atMs);
  if (events.length === 0) return [];
  const committed = await commitCases(table, [{ incidentId, before, events, actor: ACTOR, atMs }]);
  if (committed === undefined) return [];
  await announce(bus, committed);
  return events.map(({ kind }) => kind);
}

/** Where a crash came between a change and its announcement, it is announced now. Listeners know a change by its number, and hear it once. */
async function recall({ table, bus }: DutyPorts): Promise<void> {
  const waiting = await table.query(CASE_OUTBOX_PK, { limit: MAX_OUTBOX });
  for (const { sk: incidentId } of waiting) {
    const heard = Number((await table.get(casePk(incidentId), CASE_LAKE_SK))?.data['seq'] ?? 0);
    const events = await caseEvents(table, incidentId, heard);
    const [first, last] = [events[0], events.at(-1)];
    if (first === undefined || last === undefined) continue;
    const kinds = [...new Set(events.map(({ kind }) => kind))];
    await bus.publish([{ name: 'CaseChanged', detail: { incidentId, fromSeq: first.seq, seq: last.seq, kinds } }]);
  }
}
