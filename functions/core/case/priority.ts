/** Turns severity, judged impact and the tier of what is at stake into a priority, P1 to P4. */
import { type Level, levelRank } from '../finding.ts';
import type { Impact } from './judgement.ts';

export const PRIORITIES = ['P1', 'P2', 'P3', 'P4'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** 1: the crown jewels … 4: what nobody would miss for a week. */
export const ASSET_TIERS = [1, 2, 3, 4] as const;
export type AssetTier = (typeof ASSET_TIERS)[number];

/** Rows: how bad; columns: asset tier 1 to 4. */
const MATRIX: Readonly<Record<Level, readonly [Priority, Priority, Priority, Priority]>> = {
  critical: ['P1', 'P1', 'P1', 'P2'],
  high: ['P1', 'P2', 'P2', 'P3'],
  medium: ['P2', 'P3', 'P3', 'P4'],
  low: ['P3', 'P3', 'P4', 'P4'],
  informational: ['P4', 'P4', 'P4', 'P4'],
};

const LEVEL_OF: Readonly<Record<Impact, Level>> = { none: 'informational', low: 'low', medium: 'medium', high: 'high' };

export interface PriorityInput {
  severity: Level;
  /** Undefined until somebody judged. */
  impact?: Impact | undefined;
  assetTier: AssetTier;
}

/** Once the impact is judged it counts instead of the severity; a high impact never lowers a critical severity. */
export function priorityOf({ severity, impact, assetTier }: PriorityInput): Priority {
  const judged = impact === undefined ? severity : LEVEL_OF[impact];
  const level = impact === 'high' && levelRank(severity) > levelRank(judged) ? severity : judged;
  return MATRIX[level][assetTier - 1] ?? 'P4';
}

interface Prioritized {
  severity: Level;
  verdict: { impact: Impact } | null;
  assetTier: number | null;
}

/** The priority of a case. @param defaultAssetTier of assets that nobody classified */
export const casePriority = ({ severity, verdict, assetTier }: Prioritized, defaultAssetTier: number): Priority =>
  priorityOf({ severity, impact: verdict?.impact, assetTier: (assetTier ?? defaultAssetTier) as AssetTier });
