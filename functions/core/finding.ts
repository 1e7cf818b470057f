/** What a detection says: one rule (ours or a product's) about one or more events. */
import type { LocalText } from './text.ts';

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
  entities: Entity[];
  /** One sentence of fact: who did what to what, from where, with which outcome. Log text inside is data, never markup. */
  summary: string;
  /** rule × entity: findings with one key and one window are one alert. Never a constant. */
  dedupKey: string;
  /** The window of the dedup key (tumbling, in event time). */
  dedupWindowMs: number;
  /** What an analyst asks first. */
  nextSteps?: LocalText;
  /** The rule is staged (experimental): recorded for measuring, its level lowered to a signal's, never an alert. */
  staged?: true;
}
