/** Operations on two cases at once: links, merges, and taking them back. Both histories tell it. */
import type { Apply } from './apply-lifecycle.ts';
import type { CaseEventData } from './event.ts';
import { isEnded } from './lifecycle.ts';
import type { Operation } from './operation.ts';
import { done, event, notFound, refused } from './outcome.ts';
import type { CaseState } from './state.ts';
import { INVERSE } from './terms.ts';

/** The id of the second case that an operation concerns. */
export function otherCaseId(state: CaseState, operation: Operation): string | undefined {
  if (operation.op === 'link' || operation.op === 'unlink') return operation.to;
  if (operation.op === 'merge') return operation.into;
  return operation.op === 'unmerge' ? (state.joinedInto ?? undefined) : undefined;
}

const CASE = { en: 'case', ja: 'ケース' };

export const link: Apply<'link'> = (state, { to, relation, reason }, { other }) => {
  if (to === state.incidentId)
    return refused({ en: 'a case is not linked to itself', ja: '自分自身にはリンクできません' }, ['another case'], 'BadInput');
  if (other === undefined) return notFound(CASE, to, []);
  if (state.links.some((one) => one.to === to && one.relation === relation)) return done([]);
  return done(
    [event('linked', { to, relation, reason })],
    [event('linked', { to: state.incidentId, relation: INVERSE[relation], reason })],
  );
};

export const unlink: Apply<'unlink'> = (state, { to, relation, reason }, { other }) => {
  const links = state.links.map((one) => `${one.relation} ${one.to}`);
  if (!links.includes(`${relation} ${to}`)) return notFound({ en: `link as ${relation} to`, ja: 'リンク' }, to, links);
  const back = other === undefined ? [] : [event('unlinked', { to: state.incidentId, relation: INVERSE[relation], reason })];
  return done([event('unlinked', { to, relation, reason })], back);
};

export const merge: Apply<'merge'> = (state, { into, reason }, { other }) => {
  if (into === state.incidentId)
    return refused({ en: 'a case is not merged into itself', ja: '自分自身には統合できません' }, ['another case'], 'BadInput');
  if (other === undefined) return notFound(CASE, into, []);
  if (isEnded(other.status)) {
    const where = other.mergedInto === null ? ['reopen it first'] : [other.mergedInto];
    return refused({ en: `${into} is ${other.status}`, ja: `${into} は終了しています (${other.status})` }, where);
  }
  const caseId = state.incidentId;
  return done(
    [event('joined', { into, reason })],
    [event('absorbed', { caseId, by: 'person', reason, carried: carriedFrom(state) })],
  );
};

export const unmerge: Apply<'unmerge'> = (state, { reason }) => {
  const from = state.joinedInto;
  if (from === null)
    return refused(
      { en: 'no person merged this case', ja: '人が統合したケースではありません' },
      ['incidents unmerge'],
      'Refused',
    );
  return done([event('separated', { from, reason })], [event('released', { caseId: state.incidentId, reason })]);
};

/** What goes with a case into another: whom it concerns, its clocks, and what is still to be done or known. */
export function carriedFrom(state: CaseState): CaseEventData<'absorbed'>['carried'] {
  const { owner, watchers, tier, tlp, pap, severity, times } = state;
  return {
    owner,
    watchers,
    tier,
    tlp,
    pap,
    severity,
    surfaceMs: times.surfaceMs,
    ackMs: times.ackMs,
    tasks: state.tasks
      .filter(({ result, template }) => result === null && template === null)
      .map(({ addedBy: _a, result: _r, note: _n, doneBy: _b, doneAtMs: _m, from: _f, ...task }) => task),
    observables: state.observables.map(({ by: _b, atMs: _a, from: _f, sightings: _s, ...item }) => item),
    evidence: state.evidence.map(({ from: _f, custody: _c, ...item }) => item),
  };
}
