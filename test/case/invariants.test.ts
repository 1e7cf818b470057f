import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperation } from '../../functions/core/case/apply.ts';
import { type CaseEvent, chained } from '../../functions/core/case/event.ts';
import { isEnded, STATUSES } from '../../functions/core/case/lifecycle.ts';
import { OPERATION_NAMES, type OperationInput } from '../../functions/core/case/operation.ts';
import { DEFAULT_POLICY } from '../../functions/core/case/policy.ts';
import { projectCase, projectEvent } from '../../functions/core/case/project.ts';
import { slaClocks } from '../../functions/core/case/sla.ts';
import { type CaseState, caseStateSchema } from '../../functions/core/case/state.ts';
import { LEVELS } from '../../functions/core/finding.ts';
import { VERDICTS } from '../../functions/core/verdict.ts';
import { parseOperation } from '../../functions/ports/change-case.ts';
import { room } from './desk.ts';

const reason = fc.constantFrom('a reason', 'another');
const task = fc.constantFrom('T1', 'T2', 'T3');
const operation: fc.Arbitrary<OperationInput> = fc.oneof(
  fc.constantFrom<OperationInput>(
    { op: 'acknowledge' },
    { op: 'watch' },
    { op: 'unwatch' },
    { op: 'start_work' },
    { op: 'stop_work' },
  ),
  fc.record({ op: fc.constant('assign'), to: fc.constantFrom('alice', 'bob', null) }),
  fc.record({ op: fc.constant('comment'), text: fc.constantFrom('hello @bob', 'x') }),
  fc.record({ op: fc.constant('add_task'), title: reason, required: fc.constantFrom('always', 'never') }),
  fc.record({ op: fc.constant('complete_task'), taskId: task, result: fc.constantFrom('done', 'skipped'), note: reason }),
  fc.record({ op: fc.constant('set_status'), to: fc.constantFrom(...STATUSES) }),
  fc.record({
    op: fc.constant('set_verdict'),
    verdict: fc.constantFrom(...VERDICTS),
    impact: fc.constantFrom('none', 'high'),
    reason,
  }),
  fc.record({ op: fc.constant('set_severity'), to: fc.constantFrom(...LEVELS), reason }),
  fc.record({ op: fc.constantFrom('propose_close', 'reject_close', 'approve_close', 'close', 'reopen'), reason }),
  fc.record({ op: fc.constant('escalate'), to: fc.constantFrom('tier2', 'tier3'), reason }),
  fc.record({ op: fc.constant('pause'), reason, waitingFor: fc.constant('owner') }),
  fc.constant<OperationInput>({ op: 'resume' }),
  fc.record({ op: fc.constant('add_observable'), type: fc.constant('ip'), value: fc.constantFrom('192.0.2.1', '192.0.2.2') }),
) as fc.Arbitrary<OperationInput>;
const step = fc.record({ operation, who: fc.constantFrom('alice', 'bob', 'model'), waitMin: fc.integer({ min: 1, max: 600 }) });

/** What has to hold in every state that operations can reach. */
function check(state: CaseState, events: readonly CaseEvent[], nowMs: number): void {
  expect(caseStateSchema.parse(state)).toEqual(state);
  expect(state.seq).toBe(events.length);
  if (state.status === 'closed') {
    expect(state.verdict).not.toBeNull();
    expect(state.times.closeMs).not.toBeNull();
    expect(state.pauses.every(({ toMs }) => toMs !== null)).toBe(true);
    const last = events.findLast(({ kind }) => kind === 'closed');
    if (last?.kind === 'closed' && ['high', 'critical'].includes(state.severity))
      expect(last.data.proposedBy).not.toBe(last.actor);
    if (last?.kind === 'closed' && ['high', 'critical'].includes(state.severity)) expect(last.data.proposedBy).not.toBeNull();
  }
  if (state.status === 'resolved' && state.verdict?.verdict === 'true_positive' && state.verdict.impact !== 'none')
    expect(state.times.containMs).not.toBeNull();
  if (!isEnded(state.status) && state.status !== 'new') expect(state.times.ackMs).not.toBeNull();
  expect(state.pauses.filter(({ toMs }) => toMs === null).length).toBeLessThanOrEqual(1);
  expect(new Set(state.tasks.map(({ taskId }) => taskId)).size).toBe(state.tasks.length);
  expect(new Set(state.observables.map(({ value }) => value)).size).toBe(state.observables.length);
  for (const { dueMs, startMs } of slaClocks(state, DEFAULT_POLICY, nowMs)) expect(dueMs).toBeGreaterThan(startMs);
}

describe('whatever people do to a case, in any order', () => {
  it('keeps its invariants, refuses with what is allowed, and can be projected again from its events', async () => {
    const started = await room();
    const first = await started.events();
    const opened = await started.state();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let state = opened;
        const events = [...first];
        let nowMs = opened.openedAtMs;
        for (const { operation: input, who, waitMin } of steps) {
          nowMs += waitMin * 60_000;
          const actor = { id: who, kind: who === 'model' ? ('ai' as const) : ('human' as const) };
          const outcome = applyOperation(state, parseOperation(input), { actor, atMs: nowMs, policy: DEFAULT_POLICY });
          if (!outcome.ok) {
            expect(outcome.refusal.what.en).not.toBe('');
            expect(outcome.refusal.what.ja).not.toBe('');
            continue;
          }
          for (const one of outcome.events) {
            const chainedEvent = chained({
              incidentId: state.incidentId,
              seq: state.seq + 1,
              atMs: nowMs,
              actor: who,
              actorKind: actor.kind,
              ...one,
              prevHash: state.lastHash,
            });
            state = projectEvent(state, chainedEvent);
            events.push(chainedEvent);
            if (who === 'model') expect(['closed', 'verdict_set', 'reopened', 'status_changed']).not.toContain(one.kind);
          }
          check(state, events, nowMs);
        }
        expect(projectCase(events)).toEqual(state);
      }),
      { numRuns: 300 },
    );
  });

  it('has an operation for every name', () => {
    expect(new Set(OPERATION_NAMES).size).toBe(OPERATION_NAMES.length);
    expect(OPERATION_NAMES.length).toBeGreaterThan(30);
  });
});
