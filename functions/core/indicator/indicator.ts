/** What an indicator of compromise is: a value that others saw in an attack, how sure they were, and until when it is worth looking for. */
import type { Level } from '../finding.ts';

export const INDICATOR_TYPES = ['ip', 'cidr', 'domain', 'url', 'hash', 'email'] as const;
export type IndicatorType = (typeof INDICATOR_TYPES)[number];

export interface Indicator {
  type: IndicatorType;
  /** Normal form: lower case but for URLs' paths, no brackets, no trailing dot. */
  value: string;
  /** 0–100, as STIX has it. */
  confidence: number;
  /** The moment from which on it means nothing, epoch ms; absent: it does not expire. */
  untilMs?: number;
  /** Who says so: the feed, or the file's name. */
  feed: string;
  /** What it is known for. */
  says?: string;
}

/** What a hit alone is worth. */
export function levelOfConfidence(confidence: number): Level {
  if (confidence >= 80) return 'high';
  if (confidence >= 50) return 'medium';
  return confidence >= 20 ? 'low' : 'informational';
}
