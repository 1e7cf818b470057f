/** A case that a test can work on: an incident through correlation and the case stage, over a table in memory, and people who act. */
import { type CasePorts, caseState, updateCases } from '../../functions/case/stage.ts';
import type { BusEvent } from '../../functions/core/bus-event.ts';
import type { CaseEvent } from '../../functions/core/case/event.ts';
import type { OperationInput } from '../../functions/core/case/operation.ts';
import { type CasePolicy, casePolicySchema } from '../../functions/core/case/policy.ts';
import type { CaseState } from '../../functions/core/case/state.ts';
import type { TaskTemplate } from '../../functions/core/case/template.ts';
import type { Finding, Level } from '../../functions/core/finding.ts';
import { caseEvents } from '../../functions/ports/case-store.ts';
import { type CaseChange, type CaseChangeOptions, changeCase } from '../../functions/ports/change-case.ts';
import type { ObjectStore } from '../../functions/ports/object-store.ts';
import type { Table } from '../../functions/ports/table.ts';
import { type Desk, desk, finding, HOUR, key, T0, user } from '../correlate/story.ts';

export type Room = Awaited<ReturnType<typeof room>>;

export interface RoomOptions {
  policy?: Partial<Parameters<typeof casePolicySchema.parse>[0] & object>;
  wrap?: (table: Table) => Table;
  level?: Level;
  templates?: readonly TaskTemplate[];
}

/** A room with one open case of one finding by eve. */
export async function room({ policy = {}, wrap, level = 'high', templates = [] }: RoomOptions = {}) {
  const at: Desk = desk(wrap);
  const rules: CasePolicy = casePolicySchema.parse(policy);
  const objects = new Map<string, Uint8Array>();
  const told: BusEvent[] = [];
  const now = { ms: T0 + 30 * 24 * HOUR };
  const lake: ObjectStore = {
    get: async () => undefined,
    head: async () => undefined,
    put: async (name, bytes) => {
      objects.set(name, bytes);
      return true;
    },
    list: async function* () {},
    delete: async () => {},
  };
  const ports: CasePorts = {
    table: at.table,
    lake,
    bus: { publish: async (events) => void told.push(...events) },
    clock: { nowMs: () => now.ms },
    meter: { count: () => {} },
  };
  /** Correlates, and lets the case stage hear of it. */
  const hear = async (...findings: Finding[]): Promise<void> => {
    await at.correlate(findings);
    await updateCases(at.published.splice(0), ports, { policy: rules, templates });
  };
  const first = finding({ rule: 'a', atMs: T0, level, entities: [user('eve'), key('K')], tactics: ['persistence'] });
  await at.correlate([first]);
  at.published.splice(0);
  const id = (await at.incidents())[0]?.id ?? '';
  await updateCases([{ name: 'IncidentChanged', detail: { incidentId: id, version: 1, isWanted: true } }], ports, {
    policy: rules,
    templates,
  });
  const as =
    (who: string, kind: 'human' | 'ai' | 'rule' = 'human') =>
    (operation: OperationInput, options: Partial<CaseChangeOptions> & { on?: string } = {}): Promise<CaseChange> => {
      now.ms += 60_000;
      return changeCase(ports, options.on ?? id, operation, { actor: { id: who, kind }, policy: rules, ...options });
    };
  return {
    at,
    id,
    ports,
    policy: rules,
    objects,
    told,
    now,
    hear,
    as,
    state: async (of = id): Promise<CaseState> => {
      const state = await caseState(at.table, of);
      if (state === undefined) throw new Error(`no case ${of}`);
      return state;
    },
    events: (of = id): Promise<CaseEvent[]> => caseEvents(at.table, of),
    kinds: async (of = id): Promise<string[]> => (await caseEvents(at.table, of)).map(({ kind }) => kind),
  };
}
