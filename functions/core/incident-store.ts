/** Reads alerts and incidents as the table keeps them, whole, with all their event ids. */
import { ALERT_DAYS_PK, type Alert, alertDayPk, alertPk, alertSchema, overflowPk } from './alert.ts';
import { type FoldedAlert, foldAlerts } from './alert-fold.ts';
import { CONTEXT_PK, incidentContextSchema } from './enrichment/context.ts';
import { YaguraError } from './error.ts';
import type { Entity } from './finding.ts';
import { composeIncident, INCIDENTS_PK, type Incident, type IncidentHead, incidentHeadSchema } from './incident.ts';
import type { JsonObject } from './json.ts';

/** The reading half of the table port. */
export interface TableReader {
  get(pk: string, sk: string): Promise<{ data: JsonObject } | undefined>;
  query(pk: string): Promise<{ data: JsonObject }[]>;
}

export type StoredAlert = FoldedAlert & {
  /** The incident that it belongs to, null where it stayed a signal. */
  incidentId: string | null;
};

/** One row of `export alerts`, in the words that tools outside expect. */
export interface AlertRow {
  id: string;
  ruleId: string;
  title: string;
  severity: Alert['level'];
  /** ATT&CK technique ids. */
  attack: string[];
  /** Every id by which the records that it rests on are found again: in the lake, at the provider, in the store that they passed. */
  eventIds: string[];
  incidentId: string | null;
  entities: Entity[];
  /** ISO 8601, UTC. */
  createdAt: string;
}

/** @param idsOf `metadata.uid` → all ids of its record (`recordIds`), where it is known */
export const alertRow = (alert: StoredAlert, idsOf: ReadonlyMap<string, readonly string[]> = new Map()): AlertRow => ({
  id: alert.id,
  ruleId: alert.ruleId,
  title: alert.title,
  severity: alert.level,
  attack: alert.attack,
  eventIds: [...new Set(alert.eventUids.flatMap((uid) => idsOf.get(uid) ?? [uid]))],
  incidentId: alert.incidentId,
  entities: alert.entities,
  createdAt: new Date(alert.createdAtMs).toISOString(),
});

/** Every alert of every level, signals too, by the day that it began and its id. */
export async function listAlerts(table: TableReader): Promise<StoredAlert[]> {
  const incidentOf = new Map<string, string>();
  for (const head of await listHeads(table)) for (const id of head.alertIds) incidentOf.set(id, head.id);
  const parts: Alert[] = [];
  for (const { data } of await table.query(ALERT_DAYS_PK)) {
    for (const item of await table.query(alertDayPk(String(data['day']))))
      parts.push(await withOverflow(table, parsed(alertSchema, item.data)));
  }
  const folded = foldAlerts(parts).map((alert): StoredAlert => {
    const partOf = alert.partIds.find((id) => incidentOf.has(id));
    return { ...alert, incidentId: partOf === undefined ? null : (incidentOf.get(partOf) ?? null) };
  });
  return folded.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Every incident that stands, the gravest of the newest first; merged ones are reached through `getIncident`. */
export async function listIncidents(table: TableReader): Promise<Incident[]> {
  const heads = (await listHeads(table)).sort((a, b) => b.lastMs - a.lastMs || (a.id < b.id ? -1 : 1));
  const incidents: Incident[] = [];
  for (const head of heads) incidents.push(await whole(table, head));
  return incidents;
}

/** One incident; the id of a merged one leads to the incident that took it over. Undefined where no such id was ever given. */
export async function getIncident(table: TableReader, id: string): Promise<Incident | undefined> {
  let at = id;
  // Merges of merges make chains; the bound only guards against a loop.
  for (let step = 0; step < 50; step++) {
    const item = await table.get(INCIDENTS_PK, at);
    if (item === undefined) return undefined;
    const head = parsed(incidentHeadSchema, item.data);
    if (head.mergedInto === null) return whole(table, head);
    at = head.mergedInto;
  }
  throw new YaguraError('Bug', `Incident ${id} was merged in a circle`);
}

/** One incident under exactly this id, also where it was merged away. */
export async function readIncident(table: TableReader, id: string): Promise<Incident | undefined> {
  const item = await table.get(INCIDENTS_PK, id);
  return item === undefined ? undefined : whole(table, parsed(incidentHeadSchema, item.data));
}

async function listHeads(table: TableReader): Promise<IncidentHead[]> {
  const items = await table.query(INCIDENTS_PK);
  return items.map(({ data }) => parsed(incidentHeadSchema, data)).filter(({ status }) => status === 'new');
}

async function whole(table: TableReader, head: IncidentHead): Promise<Incident> {
  const alerts: Alert[] = [];
  for (const id of head.alertIds) {
    const item = await table.get(alertPk(id), id);
    if (item !== undefined) alerts.push(await withOverflow(table, parsed(alertSchema, item.data)));
  }
  const incident = composeIncident(head, alerts);
  const context = await table.get(CONTEXT_PK, head.id);
  return context === undefined ? incident : { ...incident, context: parsed(incidentContextSchema, context.data) };
}

async function withOverflow(table: TableReader, alert: Alert): Promise<Alert> {
  if (Object.keys(alert.overflow).length === 0) return alert;
  const more = (await table.query(overflowPk(alert.id))).flatMap(({ data }) => {
    const ids = data['eventUids'];
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
  });
  return { ...alert, eventUids: [...new Set([...alert.eventUids, ...more])].sort() };
}

interface Schema<T> {
  safeParse(data: unknown): { success: true; data: T } | { success: false; error: Error };
}

function parsed<T>(schema: Schema<T>, data: JsonObject): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw new YaguraError('Bug', `A stored item cannot be read: ${result.error.message}`);
}
