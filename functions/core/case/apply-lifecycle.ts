/** Operations on the life of a case: acknowledge, assign, status, verdict, severity, escalation, pauses, closing. */
import type { LocalText } from '../text.ts';
import type { NewCaseEvent } from './event.ts';
import { ROOT_CAUSES_OF } from './judgement.ts';
import { type CaseStatus, TRANSITIONS } from './lifecycle.ts';
import type { OperationName, OperationOf } from './operation.ts';
import { type ApplyContext, done, event, type Outcome, refused } from './outcome.ts';
import { timeField } from './project-time.ts';
import type { CaseState } from './state.ts';
import type { RecordedTime } from './terms.ts';

/** Turns one kind of operation into events. */
export type Apply<Name extends OperationName> = (
  state: CaseState,
  operation: OperationOf<Name>,
  context: ApplyContext,
) => Outcome;

export const acknowledge: Apply<'acknowledge'> = (state, _, { actor }) => {
  if (state.times.ackMs !== null) {
    const mine = state.owner === null || state.owner === actor.id;
    const who = state.owner ?? '';
    return mine
      ? done(state.owner === null ? [event('assigned', { from: null, to: actor.id, reason: '' })] : [])
      : refused(
          { en: `${who} has it already`, ja: `すでに ${who} が担当しています` },
          ['assign', 'comment', 'watch'],
          'Conflict',
        );
  }
  const take = state.owner === null ? [event('assigned', { from: null, to: actor.id, reason: '' })] : [];
  return done([event('acknowledged', {}), ...take]);
};

export const assign: Apply<'assign'> = (state, { to, reason }, { policy }) => {
  if (to === state.owner) return done([]);
  const people = policy.people.map(({ id }) => id);
  if (to !== null && people.length > 0 && !people.includes(to))
    return refused(
      { en: `${to} is not among the people of this SOC`, ja: `${to} は SOC の要員ではありません` },
      people,
      'BadInput',
    );
  return done([event('assigned', { from: state.owner, to, reason })]);
};

/** A phase that is left forwards is done: its moment is recorded, unless a person recorded it. */
const LEFT: readonly { from: CaseStatus; to: readonly CaseStatus[]; time: RecordedTime }[] = [
  { from: 'investigating', to: ['containing', 'eradicating', 'recovering'], time: 'scope' },
  { from: 'containing', to: ['eradicating', 'recovering', 'resolved'], time: 'contain' },
  { from: 'eradicating', to: ['recovering', 'resolved'], time: 'eradicate' },
  { from: 'recovering', to: ['resolved'], time: 'recover' },
];

function leavingEvents(state: CaseState, to: CaseStatus, atMs: number): NewCaseEvent[] {
  return LEFT.filter(
    (left) => left.from === state.status && left.to.includes(to) && state.times[timeField(left.time)] === null,
  ).map(({ time, from }) =>
    event('timestamp_recorded', { name: time, occurredAtMs: atMs, before: null, reason: `${from} was left for ${to}` }),
  );
}

export const setStatus: Apply<'set_status'> = (state, { to, reason }, { atMs }) => {
  if (to === state.status) return done([]);
  const allowed = TRANSITIONS[state.status];
  if (to === 'closed')
    return refused({ en: 'a case is closed with a reason and checks', ja: 'クローズは専用の操作で行います' }, [
      'close',
      'propose_close',
    ]);
  if (!allowed.includes(to))
    return refused({ en: `${state.status} cannot become ${to}`, ja: `${state.status} から ${to} へは移れません` }, allowed);
  const missing = to === 'resolved' ? unresolvable(state) : undefined;
  if (missing !== undefined) return missing;
  return done([...leavingEvents(state, to, atMs), event('status_changed', { from: state.status, to, reason })]);
};

/** What a resolution lacks: a verdict, and for harm that was done the moment of containment. */
function unresolvable(state: CaseState): Outcome | undefined {
  if (state.verdict === null) return refused({ en: 'nobody has judged it yet', ja: 'まだ判定がありません' }, ['set_verdict']);
  const isHarm = state.verdict.verdict === 'true_positive' && state.verdict.impact !== 'none';
  if (!isHarm || state.times.containMs !== null || state.status === 'containing') return undefined;
  return refused(
    { en: 'a true positive with impact was never contained', ja: '影響のある正検知ですが、封じ込めの記録がありません' },
    ['set_status containing', 'record_timestamp contain'],
  );
}

export const setVerdict: Apply<'set_verdict'> = (state, operation, { atMs }) => {
  const { verdict, impact, rootCause, reason, alertIds } = operation;
  const allowed = ROOT_CAUSES_OF[verdict];
  if (!allowed.includes(rootCause))
    return refused(
      { en: `${rootCause} is at the root of no ${verdict}`, ja: `${verdict} の根本原因に ${rootCause} は選べません` },
      allowed,
    );
  if (verdict !== 'true_positive' && impact !== 'none')
    return refused({ en: `a ${verdict} has no impact`, ja: `${verdict} に影響は付けられません` }, ['none']);
  const strange = alertIds.filter((id) => !state.alertIds.includes(id));
  if (strange.length > 0)
    return refused(
      {
        en: `alerts of another case: ${strange.slice(0, 5).join(', ')}`,
        ja: `別ケースのアラート: ${strange.slice(0, 5).join(', ')}`,
      },
      state.alertIds.slice(0, 20),
      'BadInput',
    );
  const events = [event('verdict_set', { verdict, impact, rootCause, reason, alertIds, from: state.verdict?.verdict ?? null })];
  // Who knows of a true positive is aware of it: the strict reading of a regulator's clock. A person may correct it.
  if (verdict === 'true_positive')
    for (const name of ['declare', 'aware'] as const)
      if (state.times[timeField(name)] === null)
        events.push(
          event('timestamp_recorded', { name, occurredAtMs: atMs, before: null, reason: 'the first true positive verdict' }),
        );
  return done(events);
};

export const setSeverity: Apply<'set_severity'> = (state, { to, reason }) =>
  done(to === state.severity ? [] : [event('severity_set', { from: state.severity, to, reason })]);

export const setAssetTier: Apply<'set_asset_tier'> = (state, { to, reason }) =>
  done(to === state.assetTier && state.isAssetTierHuman ? [] : [event('asset_tier_set', { from: state.assetTier, to, reason })]);

export const escalate: Apply<'escalate'> = (state, { to, reason }, { policy, actor }) => {
  const { tiers } = policy;
  const higher = tiers.slice(tiers.indexOf(state.tier) + 1);
  if (!higher.includes(to))
    return refused(
      { en: `${to} is no tier above ${state.tier}`, ja: `${to} は ${state.tier} より上の段階ではありません` },
      higher,
    );
  const events = [event('escalated', { from: state.tier, to, reason })];
  const { owner } = state;
  const ownerTier = policy.people.find(({ id }) => id === owner)?.tier;
  const isBelow = ownerTier === undefined ? owner === actor.id : tiers.indexOf(ownerTier) < tiers.indexOf(to);
  // The next tier takes it from its queue; who had it stays informed.
  if (owner !== null && isBelow)
    events.push(event('watched', { who: owner }), event('assigned', { from: owner, to: null, reason: 'escalated' }));
  return done(events);
};

const pausedSince = (state: CaseState): number | undefined => state.pauses.find(({ toMs }) => toMs === null)?.fromMs;

export const pause: Apply<'pause'> = (state, { reason, waitingFor }) =>
  pausedSince(state) === undefined
    ? done([event('paused', { reason, waitingFor })])
    : refused({ en: 'its clocks are paused already', ja: 'すでに一時停止中です' }, ['resume']);

export const resume: Apply<'resume'> = (state, { reason }) =>
  done(pausedSince(state) === undefined ? [] : [event('resumed', { reason })]);

const needsFourEyes = (state: CaseState, { policy }: ApplyContext): boolean =>
  policy.fourEyes.severities.includes(state.severity);

/** What stands between a case and its end; undefined where nothing does. */
function unclosable(state: CaseState): Outcome | undefined {
  const missing = unresolvable(state);
  if (missing !== undefined) return missing;
  const open = state.tasks.filter(
    ({ result, required }) =>
      result === null && (required === 'always' || (required === 'true_positive' && state.verdict?.verdict === 'true_positive')),
  );
  if (open.length === 0) return undefined;
  const ids = open.map(({ taskId }) => taskId);
  const what: LocalText = {
    en: `required tasks are open: ${ids.join(', ')}`,
    ja: `必須タスクが残っています: ${ids.join(', ')}`,
  };
  return refused(what, ['complete_task']);
}

function closing(state: CaseState, reason: string, proposedBy: string | null, atMs: number): Outcome {
  const resolving =
    state.status === 'resolved'
      ? []
      : [
          ...leavingEvents(state, 'resolved', atMs),
          event('status_changed', { from: state.status, to: 'resolved', reason: 'closing' }),
        ];
  return done([...resolving, event('closed', { reason, proposedBy })]);
}

export const close: Apply<'close'> = (state, { reason }, context) =>
  unclosable(state) ??
  (needsFourEyes(state, context)
    ? refused(
        { en: `a ${state.severity} case is closed by two persons`, ja: `${state.severity} のケースは 2 名でクローズします` },
        ['propose_close', 'approve_close'],
      )
    : closing(state, reason, null, context.atMs));

export const proposeClose: Apply<'propose_close'> = (state, { reason }, { actor }) =>
  unclosable(state) ?? done(state.proposal?.by === actor.id ? [] : [event('close_proposed', { reason })]);

export const rejectClose: Apply<'reject_close'> = (state, { reason }) =>
  state.proposal === null
    ? refused({ en: 'nobody proposes to close it', ja: 'クローズの提案がありません' }, ['propose_close'])
    : done([event('close_rejected', { reason })]);

export const approveClose: Apply<'approve_close'> = (state, { reason }, { actor, atMs }) => {
  const { proposal } = state;
  if (proposal === null)
    return refused({ en: 'nobody proposes to close it', ja: 'クローズの提案がありません' }, ['propose_close']);
  if (proposal.by === actor.id)
    return refused({ en: 'who proposed it cannot approve it', ja: '提案者は承認できません' }, ['another person: approve_close']);
  return unclosable(state) ?? closing(state, reason === '' ? proposal.reason : reason, proposal.by, atMs);
};

export const reopen: Apply<'reopen'> = (state, { reason }) =>
  state.status === 'closed'
    ? done([event('reopened', { reason, alertIds: [] })])
    : refused(
        { en: `it is ${state.status}, not closed`, ja: `クローズされていません (${state.status})` },
        TRANSITIONS[state.status],
      );
