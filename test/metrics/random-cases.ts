/** A seed → cases that people worked on in random ways that the rules allow, over three months, and their rows in the lake. */
import { applyOperation } from '../../functions/core/case/apply.ts';
import { type ActorKind, type CaseEvent, chained, GENESIS, type NewCaseEvent } from '../../functions/core/case/event.ts';
import { toCaseFinding } from '../../functions/core/case/finding.ts';
import type { OperationInput } from '../../functions/core/case/operation.ts';
import { operationSchema } from '../../functions/core/case/operation.ts';
import { DEFAULT_POLICY } from '../../functions/core/case/policy.ts';
import { projectEvent } from '../../functions/core/case/project.ts';
import type { CaseState } from '../../functions/core/case/state.ts';
import { LEVELS } from '../../functions/core/finding.ts';
import type { Incident } from '../../functions/core/incident.ts';
import type { LakeInput } from '../../functions/core/lake/encode.ts';

export const MIN = 60_000;
export const HOUR = 60 * MIN;
export const DAY = 24 * HOUR;
export const T0 = Date.UTC(2026, 0, 1);

/** mulberry32: small, seeded, the same everywhere. */
export function randomOf(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const incident = (id: string, state: CaseState): Incident => ({
  ...{
    id,
    title: { en: 'x', ja: 'x' },
    severity: state.severityAuto,
    severityReasons: [],
    explanation: [],
    status: 'new',
    risk: 10,
  },
  ...{ firstMs: state.firstMs ?? 0, lastMs: state.lastMs ?? 0, createdAtMs: 0, detectedAtMs: 0, tactics: [], techniques: [] },
  ...{
    lowers: [],
    surfacing: { isSurfaced: true, reasons: [] },
    path: { tactics: [], score: 0 },
    alertCount: state.alertIds.length,
    alertIds: state.alertIds,
    eventCount: 1,
    entities: [],
    nextSteps: [],
    mergedInto: null,
    timeline: [],
    eventIds: [],
  },
});

/** One case: its events, and the case after each. */
export interface Told {
  events: CaseEvent[];
  states: CaseState[];
}

export class Case {
  readonly told: Told = { events: [], states: [] };
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }

  get state(): CaseState | undefined {
    return this.told.states.at(-1);
  }

  add(atMs: number, actor: string, actorKind: ActorKind, ...news: readonly NewCaseEvent[]): this {
    for (const one of news) {
      const prevHash = this.told.events.at(-1)?.hash ?? GENESIS;
      const seq = this.told.events.length + 1;
      const event = chained({ incidentId: this.id, seq, atMs, actor, actorKind, prevHash, ...one });
      this.told.states.push(projectEvent(this.state, event));
      this.told.events.push(event);
    }
    return this;
  }

  /** Does it if the rules allow it. */
  act(atMs: number, actor: { id: string; kind: ActorKind }, input: OperationInput): this {
    if (this.state === undefined) throw new Error('not opened');
    const outcome = applyOperation(this.state, operationSchema.parse(input), { actor, atMs, policy: DEFAULT_POLICY });
    return outcome.ok ? this.add(atMs, actor.id, actor.kind, ...outcome.events) : this;
  }

  open(atMs: number, of: { severity: CaseState['severity']; firstMs: number; detectedAtMs: number; alerts: number }): this {
    const { severity, firstMs, detectedAtMs, alerts } = of;
    const facts = {
      ...{ title: { en: 'x', ja: 'x' }, firstMs, lastMs: firstMs, detectedAtMs, risk: 1, ruleIds: ['r'], tactics: [] },
      ...{ techniques: [], assetTier: null },
    };
    const alertsAdded = Array.from({ length: alerts }, (_, i) => `${this.id}-${i}`);
    return this.add(atMs, 'yagura', 'rule', {
      kind: 'opened',
      data: {
        title: 'x',
        severity,
        severityBefore: null,
        alertsAdded,
        alertsRemoved: [],
        eventCount: 1,
        mergedInto: null,
        incidentDigest: 'd',
        facts,
      },
    });
  }
}

/** Rows as the case stage writes them. */
export const rowsOf = (cases: readonly Case[]): LakeInput[] =>
  cases.flatMap(({ id, told: { events, states } }) =>
    events.flatMap((event, i) => {
      const state = states[i];
      if (state === undefined) return [];
      const finding = toCaseFinding({ incident: incident(id, state), state, event, policy: DEFAULT_POLICY });
      return [
        {
          event: finding,
          source: 'yagura',
          rawRef: { key: 'k', line: event.seq, sha256: 'ab', bytes: 1 },
          ingestTimeMs: event.atMs,
        },
      ];
    }),
  );

export function randomCases(seed: number, count: number): Case[] {
  const random = randomOf(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  return Array.from({ length: count }, (_, i) => {
    const made = new Case(`INC-${seed}-${i}`);
    let atMs = T0 + Math.floor(random() * 90) * DAY + Math.floor(random() * DAY);
    const detectedAtMs = atMs - Math.floor(random() * 10 * MIN);
    const firstMs = detectedAtMs - Math.floor(random() ** 3 * 5 * DAY);
    made.open(atMs, { severity: pick(LEVELS), firstMs, detectedAtMs, alerts: 1 + Math.floor(random() * 6) });
    const steps = Math.floor(random() * 16);
    for (let step = 0; step < steps; step++) {
      atMs += 1 + Math.floor(random() ** 2 * 30 * HOUR);
      const who =
        random() < 0.15
          ? { id: 'yagura', kind: 'rule' as const }
          : random() < 0.1
            ? { id: 'model', kind: 'ai' as const }
            : { id: pick(['aiko', 'bob', 'chie']), kind: 'human' as const };
      const operation = pick<() => OperationInput>([
        () => ({ op: 'acknowledge' }),
        () => ({ op: 'assign', to: 'aiko' }),
        () => ({
          op: 'set_verdict',
          verdict: pick(['true_positive', 'true_positive', 'benign_true_positive', 'false_positive', 'undetermined'] as const),
          reason: 'x',
        }),
        () => ({ op: 'set_severity', to: pick(LEVELS), reason: 'x' }),
        () => ({ op: 'pause', reason: 'x', waitingFor: 'y' }),
        () => ({ op: 'resume' }),
        () => ({ op: 'escalate', to: pick(['tier2', 'tier3']), reason: 'x' }),
        () => ({ op: 'start_work' }),
        () => ({ op: 'stop_work' }),
        () => ({ op: 'log_work', startMs: atMs - Math.floor(random() * 5 * HOUR) - 1, stopMs: atMs }),
        () => ({
          op: 'record_timestamp',
          name: pick(['contain', 'compromise', 'occur', 'detect'] as const),
          occurredAtMs: atMs - Math.floor(random() * 2 * DAY),
        }),
        () => ({ op: 'set_status', to: pick(['investigating', 'containing', 'resolved'] as const) }),
        () => ({ op: 'close', reason: 'x' }),
        () => ({ op: 'propose_close', reason: 'x' }),
        () => ({ op: 'approve_close' }),
        () => ({ op: 'reopen', reason: 'x' }),
      ]);
      if (random() < 0.1) {
        const mode = pick(['auto', 'human', 'approved'] as const);
        const outcome = pick(['done', 'failed', 'rejected', 'undone']);
        made.add(atMs, 'yagura', 'rule', {
          kind: 'response',
          data: { runId: `run-${step}`, outcome, startedAtMs: atMs - MIN, mode, contains: random() < 0.5 },
        });
      } else if (random() < 0.02)
        made.add(atMs, 'yagura', 'rule', {
          kind: 'dissolved',
          data: {
            title: 'x',
            severity: 'low',
            severityBefore: 'low',
            alertsAdded: [],
            alertsRemoved: [],
            eventCount: 1,
            mergedInto: null,
            incidentDigest: 'e',
          },
        });
      else made.act(atMs, who, operation());
    }
    return made;
  });
}
