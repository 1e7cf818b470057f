/** Turns a batch of findings into stored alerts: one item each, and overflow items where an alert has very many events. */
import {
  ALERT_DAYS_PK,
  type Alert,
  alertDay,
  alertIdOf,
  alertOf,
  alertPk,
  alertSchema,
  MAX_INLINE_IDS,
  mergeAlerts,
  overflowPk,
} from '../core/alert.ts';
import { sha256 } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import type { Finding } from '../core/finding.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { Item, Table } from '../ports/table.ts';
import { type Change, readAll, upsertAll } from './upsert.ts';

/** Longer ids are cut, told apart by a digest: no single id may fill an item. */
const MAX_ID_CHARS = 256;

export interface SavedAlerts {
  /** Every alert that the findings belong to, as stored. */
  alerts: Map<string, Alert>;
  createdCount: number;
}

/** Merges findings into alerts in memory, then into the table. Idempotent. */
export async function saveAlerts(table: Table, findings: readonly Finding[], nowMs: number): Promise<SavedAlerts> {
  const fresh = alertsOf(findings, nowMs);
  const days = [...new Set([...fresh.keys()].map(alertDay))];
  await upsertAll(
    table,
    days.map((day) => ({ pk: ALERT_DAYS_PK, sk: day, apply: (item) => (item === undefined ? { day } : undefined) })),
  );
  const saved: SavedAlerts = { alerts: new Map(), createdCount: 0 };
  let spilled = await spill(table, fresh);
  let changes = [...fresh.values()];
  // Another worker may have moved ids to overflow items meanwhile: then what we kept inline has to follow.
  for (let round = 0; changes.length > 0 && round < 5; round++) {
    await upsertAll(
      table,
      changes.map((alert) => alertChange(saved, alert, spilled.get(alert.id))),
    );
    changes = changes.flatMap(({ id }) => saved.alerts.get(id) ?? []).filter(isMixed);
    spilled = await spill(table, new Map(changes.map((alert) => [alert.id, alert])));
  }
  return saved;
}

const isMixed = ({ eventUids, overflow }: Alert): boolean => eventUids.length > 0 && Object.keys(overflow).length > 0;

function alertChange(saved: SavedAlerts, alert: Alert, counts: Record<string, number> | undefined): Change {
  return {
    pk: alertPk(alert.id),
    sk: alert.id,
    apply: (item) => {
      const merged = keepInline(item === undefined ? alert : mergeAlerts(alertFrom(item.data), alert), counts);
      if (item === undefined && !saved.alerts.has(alert.id)) saved.createdCount++;
      saved.alerts.set(alert.id, merged);
      const data = jsonOf(merged);
      return item !== undefined && JSON.stringify(data) === JSON.stringify(item.data) ? undefined : data;
    },
  };
}

function alertsOf(findings: readonly Finding[], nowMs: number): Map<string, Alert> {
  const groups = new Map<string, Alert[]>();
  for (const finding of findings) {
    const eventUids = finding.eventUids.map((uid) =>
      uid.length > MAX_ID_CHARS ? `${uid.slice(0, MAX_ID_CHARS - 17)}~${sha256(uid).slice(0, 16)}` : uid,
    );
    const id = alertIdOf(finding);
    const alert = alertOf({ ...finding, eventUids }, nowMs);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [alert]);
    else group.push(alert);
  }
  return new Map([...groups].map(([id, group]) => [id, mergeTree(group)]));
}

/** Pairwise, so that 5,000 findings of one alert cost n·log n. */
function mergeTree(alerts: readonly Alert[]): Alert {
  const [first] = alerts;
  if (first === undefined) throw new YaguraError('Bug', 'An alert without findings');
  if (alerts.length === 1) return first;
  const half = alerts.length >> 1;
  return mergeAlerts(mergeTree(alerts.slice(0, half)), mergeTree(alerts.slice(half)));
}

/**
 * Alerts that hold or would hold more than the inline limit get their ids written to overflow items first, by a digit of each id's
 * digest. Returns for those alerts the counts that are stored now.
 */
async function spill(table: Table, fresh: ReadonlyMap<string, Alert>): Promise<Map<string, Record<string, number>>> {
  const counts = new Map<string, Record<string, number>>();
  const ids = [...fresh.keys()];
  const stored = await readAll(
    table,
    ids.map((id) => ({ pk: alertPk(id), sk: id })),
  );
  for (const [i, id] of ids.entries()) {
    const alert = fresh.get(id);
    const item = stored[i];
    const known = item === undefined ? undefined : alertFrom(item.data);
    if (alert === undefined) continue;
    const inline = new Set([...(known?.eventUids ?? []), ...alert.eventUids]);
    if (inline.size <= MAX_INLINE_IDS && Object.keys(known?.overflow ?? {}).length === 0) continue;
    counts.set(id, await spillOne(table, id, [...inline]));
  }
  return counts;
}

async function spillOne(table: Table, alertId: string, uids: readonly string[]): Promise<Record<string, number>> {
  const buckets = new Map<string, string[]>();
  for (const uid of uids) {
    const bucket = sha256(uid).slice(0, 2);
    const list = buckets.get(bucket);
    if (list === undefined) buckets.set(bucket, [uid]);
    else list.push(uid);
  }
  const counts: Record<string, number> = {};
  await upsertAll(
    table,
    [...buckets].map(
      ([bucket, list]): Change => ({
        pk: overflowPk(alertId),
        sk: bucket,
        apply: (item) => {
          const known = idsOf(item);
          const all = [...new Set([...known, ...list])].sort();
          counts[bucket] = all.length;
          return all.length === known.length ? undefined : { eventUids: all };
        },
      }),
    ),
  );
  return counts;
}

/** The ids of an overflow item. */
export const idsOf = (item: Item | undefined): string[] => {
  const ids = item?.data['eventUids'];
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
};

/** An alert whose ids lie in overflow items keeps none itself. */
function keepInline(alert: Alert, counts: Record<string, number> | undefined): Alert {
  if (counts === undefined) return alert;
  const keys = [...new Set([...Object.keys(alert.overflow), ...Object.keys(counts)])].sort();
  const overflow = Object.fromEntries(keys.map((key) => [key, Math.max(alert.overflow[key] ?? 0, counts[key] ?? 0)]));
  return { ...alert, eventUids: [], overflow };
}

/** The stored alerts of these ids, without those that are gone. */
export async function alertsById(table: Table, ids: readonly string[]): Promise<Alert[]> {
  const items = await readAll(
    table,
    ids.map((id) => ({ pk: alertPk(id), sk: id })),
  );
  return items.flatMap((item) => (item === undefined ? [] : [alertFrom(item.data)]));
}

/** @throws YaguraError Bug where the stored item is no alert */
export function alertFrom(data: JsonObject): Alert {
  const parsed = alertSchema.safeParse(data);
  if (!parsed.success) throw new YaguraError('Bug', `A stored alert cannot be read: ${parsed.error.message}`);
  return parsed.data;
}

/** The same value, known as JSON. */
export function jsonOf(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new YaguraError('Bug', 'Not a JSON object');
  return value;
}
