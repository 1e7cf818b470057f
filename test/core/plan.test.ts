// What a plan's hash covers, and what it must not depend on.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalsFor, idempotencyKey, isSealed, Plan, type PlannedStep, sealPlan, stepHash } from '../../functions/core/plan.ts';

const bare = {
  index: 0,
  actionId: 'aws-iam-key-disable',
  parameters: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
  target: { provider: 'aws', accountId: '111122223333', region: 'us-east-1', uid: 'arn:aws:iam::111122223333:user/a', name: 'a' },
  calls: [{ tier: 'contain' as const, service: 'iam', operation: 'UpdateAccessKey', parameters: { Status: 'Inactive' } }],
  observed: { status: 'Active' },
  facts: { lastUsed: {} },
  approvalTier: 1,
  blastRadius: 1,
  reversible: 'full' as const,
  texts: { does: { en: 'a', ja: 'a' }, staysOpen: [], undoes: { en: 'b', ja: 'b' } },
};
const step = (more: Partial<PlannedStep> = {}): PlannedStep => {
  const whole = { ...bare, ...more };
  return { ...whole, hash: stepHash(whole) };
};
const draft = {
  runId: 'run-1',
  kind: 'respond' as const,
  playbook: 'p-q',
  incidentId: 'INC-1',
  requester: 'a',
  reason: 'r',
  createdAtMs: 1,
};
const sealed = (more: object = {}, steps = [step()]) => sealPlan({ ...draft, ...more, steps });

describe('a plan hash', () => {
  it('is the same for the same plan, whenever it was made and however it reads', () => {
    const texts = { does: { en: 'other', ja: 'other' }, staysOpen: [], undoes: { en: 'c', ja: 'c' } };
    const later = sealed({ createdAtMs: 99 }, [step({ texts, facts: { lastUsed: { at: 'now' } } })]);
    expect(later.hash).toBe(sealed().hash);
  });

  it.each([
    ['run', sealed({ runId: 'run-2' })],
    ['kind', sealed({ kind: 'undo' })],
    ['incident', sealed({ incidentId: 'INC-2' })],
    ['requester', sealed({ requester: 'b' })],
    ['reason', sealed({ reason: 's' })],
    ['target', sealed({}, [step({ target: { ...bare.target, accountId: '444455556666' } })])],
    ['observed state', sealed({}, [step({ observed: { status: 'Inactive' } })])],
    [
      'parameter of a call',
      sealed({}, [
        step({
          calls: [
            {
              tier: 'contain',
              service: 'iam',
              operation: 'UpdateAccessKey',
              parameters: { Status: 'Active' },
            },
          ],
        }),
      ]),
    ],
    ['number of steps', sealed({}, [step(), step({ index: 1, actionId: 'x' })])],
    ['order of steps', sealed({}, [step({ actionId: 'x' }), step()])],
    ['approval tier', sealed({}, [step({ approvalTier: 3 })])],
  ])('differs for another %s', (_what, other) => {
    expect(other.hash).not.toBe(sealed().hash);
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (facts) => {
        const parameters: PlannedStep['parameters'] = JSON.parse(JSON.stringify(facts));
        const turned: typeof parameters = Object.fromEntries(Object.entries(parameters).reverse());
        return step({ parameters }).hash === step({ parameters: turned }).hash;
      }),
    );
  });

  it('shows an altered plan', () => {
    const plan = sealed();
    expect(isSealed(plan)).toBe(true);
    expect(isSealed({ ...plan, requester: 'mallory' })).toBe(false);
    expect(isSealed({ ...plan, approvalsNeeded: 2 })).toBe(false);
    expect(isSealed({ ...plan, steps: [{ ...step(), calls: [] }] })).toBe(false);
  });

  it('gives the action another idempotency key in another plan', () => {
    expect(idempotencyKey(sealed(), step())).not.toBe(idempotencyKey(sealed({ runId: 'run-2' }), step()));
  });

  it('asks for two persons from tier 3 on', () => {
    expect([0, 1, 2, 3].map(approvalsFor)).toEqual([1, 1, 1, 2]);
    expect(sealed({}, [step(), step({ index: 1, approvalTier: 3 })])).toMatchObject({ tier: 3, approvalsNeeded: 2 });
  });

  it('survives JSON', () => {
    expect(Plan.parse(JSON.parse(JSON.stringify(sealed())))).toEqual(sealed());
  });
});
