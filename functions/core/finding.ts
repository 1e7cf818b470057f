/** What a detection says: one rule (ours or a product's) about one or more events. */
import type { RiskFactors } from './risk-factors.ts';
import type { LocalText } from './text.ts';

/** The `ruleId` of findings that say that a rule could not judge. */
export const RULE_ERROR = 'rule_error';

/** Sigma's levels, in rising order. `informational` and `low` are signals: they add risk, they do not alert. */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

/** 0 for informational … 4 for critical. */
export const levelRank = (level: Level): number => LEVELS.indexOf(level);

/** Kinds of thing that an attack moves through. `access_key` is a long-lived key (AKIA…), `session` a temporary one (ASIA…, session id). */
export const ENTITY_TYPES = [
  'principal',
  'access_key',
  'session',
  'role',
  'ip',
  'host',
  'resource',
  'account',
  'repository',
  'application',
] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

export interface Entity {
  type: EntityType;
  /** The identifier as the provider writes it: ARN, key id, IP address, host name. */
  id: string;
  /** Who did it, what it was done to, or where it happened. */
  part: 'actor' | 'target' | 'context';
  /** A shorter text for people, where the id is unreadable. */
  name?: string;
}

/** What a product says of its own finding. Closed ones are known, so that an analyst does not work on what is settled. */
export const PRODUCT_STATES = ['open', 'in_progress', 'suppressed', 'resolved', 'archived'] as const;
export interface ProductState {
  /** The product's id of its finding, the same for every update. */
  uid: string;
  state: (typeof PRODUCT_STATES)[number];
  /** When the product said so, epoch ms. */
  atMs: number;
}

/** One match. A finding's uid derives from its rule and its event, so that raising it again changes nothing. */
export interface Finding {
  uid: string;
  /** Sigma UUID of our rule, or the product's own finding type. */
  ruleId: string;
  /** Content hash of the rule (12 hex digits), or the product's version. */
  ruleVersion: string;
  title: string;
  level: Level;
  /** ATT&CK technique ids, `T1098.001`. */
  attack: string[];
  /** ATT&CK tactic slugs, `privilege-escalation`. */
  tactics: string[];
  /** The source that the event came from. */
  source: string;
  /** Who judged: `yagura` for our rules, else the product's name. */
  analyticOf: string;
  /** The providers' own event ids. */
  eventUids: string[];
  /** When it happened: event time, epoch ms. */
  timeMs: number;
  /** When the ingest pass read the event, epoch ms; absent where a query found it in the lake. */
  ingestedAtMs?: number;
  entities: Entity[];
  /** One sentence of fact: who did what to what, from where, with which outcome. Log text inside is data, never markup. */
  summary: string;
  /** rule × entity × resource family: findings of one key that follow each other within the window are one alert. Never a constant. */
  dedupKey: string;
  /** How long after the last event of an alert the next one still belongs to it (sliding, in event time, a day at most). */
  dedupWindowMs: number;
  /** The moment that dedup counts by where it is not `timeMs`: updates of a product's finding count at its creation. */
  countedMs?: number;
  /** Where a product made it: its own id and state there. */
  product?: ProductState;
  /** The suppression that lowered it to a signal. */
  suppressedBy?: string;
  /** What is known of the entities that makes it more or less grave; absent: nothing. */
  factors?: RiskFactors;
  /** It touches a decoy that nobody has a reason to touch. */
  isCanary?: true;
  /** What an analyst asks first. */
  nextSteps?: LocalText;
  /** The rule is staged (experimental): recorded for measuring, its level lowered to a signal's, never an alert. */
  staged?: true;
}
