import { describe, expect, it } from 'vitest';
import { updateCases } from '../../functions/case/stage.ts';
import type { CaseState } from '../../functions/core/case/state.ts';
import { isAudited } from '../../functions/core/triage/policy.ts';
import { type AutoCloseReport, closeByPolicy } from '../../functions/duty/auto-close.ts';
import { caseEvents } from '../../functions/ports/case-store.ts';
import { changeCase } from '../../functions/ports/change-case.ts';
import { readVerdicts } from '../../functions/ports/verdicts.ts';
import { verifyCase } from '../../functions/ports/verify-case.ts';
import { room } from '../case/desk.ts';
import { finding, HOUR, T0, user } from '../correlate/story.ts';

const autoClose = { rules: ['noisy'] };

/** A SOC that judged many alerts of one rule, and has untouched cases of it: the ids are told apart by whether they are audited. */
async function soc(judgedCount: number, openCount: number) {
  const of = await room({ level: 'medium' });
  const people = Array.from({ length: judgedCount + openCount }, (_, i) => `user-${i}`);
  const findings = people.map((name, i) =>
    finding({ rule: 'noisy', atMs: T0 + i * 8_000, level: 'medium', entities: [user(name)], tactics: ['discovery'] }),
  );
  await of.at.correlate(findings);
  const incidents = (await of.at.incidents()).filter(({ id }) => id !== of.id);
  of.at.published.splice(0);
  await updateCases(
    incidents.map(({ id }) => ({ name: 'IncidentChanged', detail: { incidentId: id, version: 1, isWanted: true } })),
    of.ports,
    { policy: of.policy, templates: [] },
  );
  const ids = incidents.map(({ id }) => id).sort();
  const judge = (id: string, verdict: 'false_positive' | 'true_positive' = 'false_positive') =>
    changeCase(
      of.ports,
      id,
      verdict === 'true_positive'
        ? { op: 'set_verdict', verdict, impact: 'low', rootCause: 'phishing', reason: 'looked' }
        : { op: 'set_verdict', verdict, rootCause: 'rule_logic', reason: 'looked' },
      { actor: { id: 'ana', kind: 'human' }, policy: of.policy },
    );
  for (const id of ids.slice(0, judgedCount)) await judge(id);
  const open = ids.slice(judgedCount);
  const close = (policy = autoClose as { rules: string[] }): Promise<AutoCloseReport> =>
    closeByPolicy(of.ports, { policy: of.policy, autoClose: policy });
  const states = (): Promise<CaseState[]> => Promise.all(open.map(of.state));
  return { ...of, open, close, states, judge };
}

describe('closing by policy', () => {
  it('closes what people called harmless often enough, keeps the audited share open with a note, and repeats nothing', async () => {
    const { open, close, states, at } = await soc(320, 60);
    const audited = open.filter(isAudited);
    expect(audited.length).toBeGreaterThan(0);
    expect(await close()).toEqual({ closedCount: open.length - audited.length, auditedCount: audited.length });
    for (const state of await states()) {
      if (isAudited(state.incidentId)) {
        expect(state).toMatchObject({ status: 'new', verdict: null });
        expect(state.comments.map(({ by, text }) => [by, text.slice(0, 27)])).toEqual([
          ['policy', 'Policy could close this. It'],
        ]);
      } else {
        expect(state).toMatchObject({ status: 'closed', verdict: { verdict: 'false_positive', by: 'policy', byKind: 'rule' } });
        expect(state.verdict?.reason).toContain('every guard holds');
      }
      expect((await verifyCase(at.table, state.incidentId)).ok).toBe(true);
    }
    // What policy said teaches nothing.
    const byPolicy = (await readVerdicts(at.table)).filter(({ by }) => by === 'policy');
    expect(byPolicy).toHaveLength(open.length - audited.length);
    expect(await close()).toEqual({ closedCount: 0, auditedCount: 0 });
  });

  it('leaves a case that a person brought back, took, or judged; and stops the rule where the person found an error', async () => {
    const { open, close, state, judge, ports, policy, at } = await soc(320, 12);
    const [first = '', second = ''] = open.filter((id) => !isAudited(id));
    const person = { actor: { id: 'ana', kind: 'human' } as const, policy };
    await changeCase(ports, second, { op: 'acknowledge' }, person);
    await close();
    expect((await state(second)).status).toBe('triaging');
    await changeCase(ports, first, { op: 'reopen', reason: 'this one was real' }, person);
    expect((await close()).closedCount).toBe(0);
    expect((await state(first)).status).not.toBe('closed');
    await judge(first, 'true_positive');
    // The next one of the same rule: the audit stopped it.
    const next = finding({
      rule: 'noisy',
      atMs: T0 + HOUR / 2,
      level: 'medium',
      entities: [user('next')],
      tactics: ['discovery'],
    });
    const known = new Set((await at.incidents()).map(({ id }) => id));
    await at.correlate([next]);
    at.published.splice(0);
    const fresh = (await at.incidents()).map(({ id }) => id).filter((id) => !known.has(id));
    await updateCases(
      fresh.map((id) => ({ name: 'IncidentChanged', detail: { incidentId: id, version: 1, isWanted: true } })),
      ports,
      { policy, templates: [] },
    );
    expect(fresh).toHaveLength(1);
    expect(await close()).toEqual({ closedCount: 0, auditedCount: 0 });
    expect((await state(fresh[0] ?? '')).status).toBe('new');
  });

  it.each([
    ['nobody listed the rule', 320, { rules: [] }],
    ['another rule is listed', 320, { rules: ['other'] }],
    ['there are too few verdicts', 20, autoClose],
  ])('closes nothing where %s', async (_, judgedCount, listed) => {
    const { close, states } = await soc(judgedCount, 5);
    expect(await close(listed)).toEqual({ closedCount: 0, auditedCount: 0 });
    expect((await states()).every(({ status, comments }) => status === 'new' && comments.length === 0)).toBe(true);
  });

  it('writes nothing upon a case that a person changed between the look and the closing', async () => {
    const { open, ports, policy, at, state } = await soc(320, 1);
    const [id = ''] = open;
    let isTouched = false;
    const table: typeof at.table = {
      ...at.table,
      write: async (writes) => {
        if (!isTouched) {
          isTouched = true;
          await changeCase(ports, id, { op: 'acknowledge' }, { actor: { id: 'ana', kind: 'human' }, policy });
        }
        return at.table.write(writes);
      },
    };
    const report = await closeByPolicy({ ...ports, table }, { policy, autoClose });
    expect(report).toEqual({ closedCount: 0, auditedCount: 0 });
    expect((await state(id)).status).toBe('triaging');
    expect((await caseEvents(at.table, id)).every(({ actor }) => actor !== 'policy')).toBe(true);
  });
});
