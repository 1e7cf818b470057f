/** The calls that only look: each answers with what the caller is cleared for, as if the rest were not there. */
import type { Member } from '../core/api/member.ts';
import { visibleCase, visibleEvents } from '../core/api/visible.ts';
import type { CaseHead } from '../core/case/head.ts';
import { mayRead, type Tlp } from '../core/case/marking.ts';
import type { CasePolicy } from '../core/case/policy.ts';
import { YaguraError } from '../core/error.ts';
import type { Level } from '../core/finding.ts';
import { listIncidents, readIncident } from '../core/incident-store.ts';
import { measure } from '../core/metrics/measure.ts';
import { caseEvents, endedCases, openCases, readCase, type StoredCase } from '../ports/case-store.ts';
import type { Clock } from '../ports/clock.ts';
import { measuredCases } from '../ports/measured-cases.ts';
import type { Table } from '../ports/table.ts';
import { pageOf } from './page.ts';

export interface ReadPorts {
  table: Table;
  clock: Clock;
}

/** The same words for what is not there and for what the caller may not know of. */
const unknown = (id: string): YaguraError => new YaguraError('NotFound', `There is no case ${id}`);

/** @throws YaguraError NotFound, also where the caller is not cleared */
export async function clearedCase(table: Table, id: string, { clearance }: Member): Promise<StoredCase> {
  const stored = await readCase(table, id);
  if (stored === undefined || !mayRead(clearance, stored.state.tlp)) throw unknown(id);
  return stored;
}

export interface CaseQuery {
  status?: readonly string[] | undefined;
  severity?: readonly string[] | undefined;
  owner?: string | undefined;
  tier?: string | undefined;
  ended?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

export async function listCases(member: Member, query: CaseQuery, { table }: ReadPorts) {
  const heads = query.ended === undefined ? await openCases(table) : await endedCases(table, query.ended);
  // Cleared first: neither a filter nor a count tells of the others.
  const cleared = heads.filter(({ tlp }) => mayRead(member.clearance, tlp)).filter((head) => fits(head, query));
  return pageOf(cleared, { ...query, at: ({ updatedAtMs, incidentId }) => [updatedAtMs, incidentId] });
}

function fits(head: CaseHead, { status, severity, owner, tier }: CaseQuery): boolean {
  if (status !== undefined && !status.includes(head.status)) return false;
  if (severity !== undefined && !severity.includes(head.severity)) return false;
  if (owner !== undefined && head.owner !== (owner === 'none' ? null : owner)) return false;
  return tier === undefined || head.tier === tier;
}

export async function showCase(member: Member, id: string, { table }: ReadPorts) {
  const { state } = await clearedCase(table, id, member);
  const { value, withheld } = visibleCase(state, member.clearance);
  // What requests were named is for those who sent them.
  const { requests: _, ...shown } = value;
  return { case: shown, withheld, seq: state.seq };
}

export async function listCaseEvents(member: Member, of: { id: string; after: number; limit: number }, { table }: ReadPorts) {
  const { state } = await clearedCase(table, of.id, member);
  // All of them: what an early event hides, a later one may speak of.
  const { value, withheld } = visibleEvents(await caseEvents(table, state.incidentId), member.clearance);
  return { items: value.filter(({ seq }) => seq > of.after).slice(0, of.limit), withheld };
}

interface IncidentQuery {
  severity?: readonly Level[] | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** What a case without a marking of its own has: an incident whose case is not opened yet is as strict as a new one. */
async function tlpOf(table: Table, id: string, policy: CasePolicy): Promise<Tlp> {
  return (await readCase(table, id))?.state.tlp ?? policy.tlp;
}

export async function listClearedIncidents(
  member: Member,
  query: IncidentQuery,
  { table, policy }: ReadPorts & { policy: CasePolicy },
) {
  const all = (await listIncidents(table)).filter(({ severity }) => query.severity?.includes(severity) ?? true);
  const labels = await Promise.all(all.map(({ id }) => tlpOf(table, id, policy)));
  const cleared = all.filter((_, i) => mayRead(member.clearance, labels[i] ?? policy.tlp));
  const page = pageOf(cleared, { ...query, at: ({ lastMs, id }) => [lastMs, id] });
  return { ...page, items: page.items.map(({ timeline: _timeline, eventIds: _eventIds, ...head }) => head) };
}

/** An incident that has no case, where the caller may know of it. */
export async function keptIncident(table: Table, id: string, { member, policy }: { member: Member; policy: CasePolicy }) {
  return mayRead(member.clearance, policy.tlp) ? await readIncident(table, id) : undefined;
}

export async function showIncident(member: Member, id: string, { table, policy }: ReadPorts & { policy: CasePolicy }) {
  const incident = await readIncident(table, id);
  if (incident === undefined || !mayRead(member.clearance, await tlpOf(table, id, policy))) throw unknown(id);
  return { incident };
}

const DAY_MS = 86_400_000;

/** Measures are of all cases: numbers without names. */
export async function showMetrics(
  of: { from?: string | undefined; to?: string | undefined },
  ports: ReadPorts & { policy: CasePolicy },
) {
  const toMs = of.to === undefined ? ports.clock.nowMs() : dayMs('to', of.to) + DAY_MS;
  const fromMs = of.from === undefined ? Math.floor(toMs / DAY_MS - 30) * DAY_MS : dayMs('from', of.from);
  if (fromMs >= toMs)
    throw new YaguraError('BadInput', 'the period ends before it begins', {
      problems: [{ at: 'from', what: of.from ?? '', fix: 'name an earlier day' }],
    });
  const period = { fromMs, toMs };
  const metrics = measure(await measuredCases(ports, period, ports.policy), period);
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), metrics };
}

function dayMs(at: string, text: string): number {
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (Number.isFinite(ms)) return ms;
  throw new YaguraError('BadInput', 'no such day', { problems: [{ at, what: text, allowed: 'yyyy-mm-dd' }] });
}
