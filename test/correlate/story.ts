/** Findings for tests of correlation, and a correlate stage over a table in memory. */
import type { BusEvent } from '../../functions/core/bus-event.ts';
import { shortId } from '../../functions/core/digest.ts';
import type { Entity, Finding, Level } from '../../functions/core/finding.ts';
import type { Incident } from '../../functions/core/incident.ts';
import { listIncidents } from '../../functions/core/incident-store.ts';
import { correlate } from '../../functions/correlate/stage.ts';
import type { Table } from '../../functions/ports/table.ts';
import { createMemoryTable } from '../../local/adapters/memory-table.ts';

export const T0 = Date.UTC(2025, 5, 2, 3, 0, 0);
export const MIN = 60_000;
export const HOUR = 60 * MIN;
export const DAY = 24 * HOUR;

export const user = (name: string, part: Entity['part'] = 'actor'): Entity => ({
  type: 'principal',
  id: `arn:aws:iam::111122223333:user/${name}`,
  part,
  name,
});
export const key = (id: string, part: Entity['part'] = 'actor'): Entity => ({
  type: 'access_key',
  id: `AKIA${id.padEnd(16, 'X')}`,
  part,
});
export const session = (id: string, part: Entity['part'] = 'actor'): Entity => ({
  type: 'session',
  id: `ASIA${id.padEnd(16, 'X')}`,
  part,
});
export const roleSession = (role: string, name: string, part: Entity['part'] = 'actor'): Entity => ({
  type: 'principal',
  id: `arn:aws:sts::111122223333:assumed-role/${role}/${name}`,
  part,
});
export const ip = (id: string): Entity => ({ type: 'ip', id, part: 'actor' });
export const resource = (id: string): Entity => ({ type: 'resource', id, part: 'target' });

let numbers = 0;
export interface Told {
  rule: string;
  atMs: number;
  level?: Level;
  tactics?: string[];
  entities: Entity[];
  eventUid?: string;
}

export function finding({ rule, atMs, level = 'high', tactics = ['persistence'], entities, eventUid }: Told): Finding {
  const uid = eventUid ?? `event-${++numbers}`;
  const actor = entities.find(({ part }) => part === 'actor');
  return {
    uid: shortId(rule, uid),
    ruleId: rule,
    ruleVersion: '1',
    title: `Rule ${rule}`,
    level,
    attack: ['T1098'],
    tactics,
    source: 'aws-cloudtrail',
    analyticOf: 'yagura',
    eventUids: [uid],
    timeMs: atMs,
    entities: [...entities, { type: 'account', id: '111122223333', part: 'context' }],
    summary: `${actor?.id ?? 'someone'} did ${rule}`,
    dedupKey: `${rule}|${actor?.id ?? uid}`,
    dedupWindowMs: HOUR,
  };
}

export interface Desk {
  table: Table;
  published: BusEvent[];
  counts: Record<string, number>;
  correlate: (findings: readonly Finding[]) => Promise<void>;
  incidents: () => Promise<Incident[]>;
}

export function desk(wrap: (table: Table) => Table = (table) => table): Desk {
  const stored = createMemoryTable();
  const table = wrap(stored);
  const published: BusEvent[] = [];
  const counts: Record<string, number> = {};
  const ports = {
    table,
    bus: { publish: async (events: readonly BusEvent[]) => void published.push(...events) },
    clock: { nowMs: () => T0 + 30 * DAY },
    meter: {
      count: (values: Readonly<Record<string, number>>) => {
        for (const [name, value] of Object.entries(values)) counts[name] = (counts[name] ?? 0) + value;
      },
    },
  };
  return {
    table,
    published,
    counts,
    correlate: async (findings) => void (await correlate(findings, ports)),
    incidents: async () => (await listIncidents(stored)).sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}
