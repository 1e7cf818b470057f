/** The closed vocabularies of a case that are not statuses, markings or verdicts. */

/** A task that stops closing: always, only for a true positive, or never. */
export const TASK_REQUIRED = ['always', 'true_positive', 'never'] as const;
export const TASK_RESULTS = ['done', 'skipped'] as const;
export const RELATIONS = ['related', 'parent', 'child', 'duplicate'] as const;
export type Relation = (typeof RELATIONS)[number];
/** How the other case sees it. */
export const INVERSE: Readonly<Record<Relation, Relation>> = {
  related: 'related',
  parent: 'child',
  child: 'parent',
  duplicate: 'duplicate',
};
export const SIDES = ['attacker', 'responder'] as const;
export const CUSTODY_ACTIONS = ['collected', 'accessed', 'transferred', 'verified', 'released', 'destroyed'] as const;
export type CustodyAction = (typeof CUSTODY_ACTIONS)[number];
export const OBSERVABLE_TYPES = [
  'ip',
  'domain',
  'url',
  'hash',
  'email',
  'user',
  'access_key',
  'host',
  'resource',
  'file',
  'process',
  'other',
] as const;
export type ObservableType = (typeof OBSERVABLE_TYPES)[number];

/** The clocks that run for a case. */
export const CLOCKS = ['acknowledge', 'escalate', 'contain', 'resolve'] as const;
export type Clock = (typeof CLOCKS)[number];

/**
 * Moments that a person may record, each with when it was: those of the measures, and the facts that start a regulator's clock. What
 * Yagura sees itself (surfaced, acknowledged, verdict, escalated, resolved, closed, reopened) is taken from the events.
 */
export const RECORDED_TIMES = [
  'occur',
  'compromise',
  'ingest',
  'detect',
  'declare',
  'scope',
  'contain',
  'eradicate',
  'recover',
  'aware',
  'classified_major',
  'materiality_determined',
  'ransom_paid',
] as const;
export type RecordedTime = (typeof RECORDED_TIMES)[number];
