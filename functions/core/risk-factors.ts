/** Turns what is known of an asset, its exposure and of indicators into the three factors that a finding's risk is multiplied by. */
import * as z from 'zod';

/** How much depends on an asset: the crown jewels first, what may be thrown away last. */
export const ASSET_TIERS = ['crown_jewel', 'high', 'normal', 'low', 'disposable'] as const;
export type AssetTier = (typeof ASSET_TIERS)[number];
/** From where an asset can be reached. */
export const EXPOSURES = ['internet', 'partner', 'internal'] as const;
export type Exposure = (typeof EXPOSURES)[number];

/** Asset 0.5–2, exposure 1–1.5, intel 1–2; 1 is what is not known or not special. */
export const riskFactorsSchema = z.object({ asset: z.number(), exposure: z.number(), intel: z.number() });
export type RiskFactors = z.infer<typeof riskFactorsSchema>;

export const NEUTRAL: RiskFactors = { asset: 1, exposure: 1, intel: 1 };

const TIER_FACTOR: Readonly<Record<AssetTier, number>> = { crown_jewel: 2, high: 1.5, normal: 1, low: 0.75, disposable: 0.5 };
const EXPOSURE_FACTOR: Readonly<Record<Exposure, number>> = { internet: 1.5, partner: 1.25, internal: 1 };

export interface RiskContext {
  /** The gravest tier of the assets that are involved. */
  tier?: AssetTier;
  exposure?: Exposure;
  /** A vulnerability of the asset that is known to be exploited (CISA KEV) is open. */
  hasExploited?: boolean;
  /** The confidence of the best indicator hit, 0–100. */
  intelConfidence?: number;
}

/** An exploited vulnerability counts as the widest exposure: whoever reaches the asset gets in. */
export function riskFactors({ tier, exposure, hasExploited, intelConfidence }: RiskContext): RiskFactors {
  const reach = exposure === undefined ? 1 : EXPOSURE_FACTOR[exposure];
  return {
    asset: tier === undefined ? 1 : TIER_FACTOR[tier],
    exposure: hasExploited === true ? EXPOSURE_FACTOR.internet : reach,
    intel: 1 + Math.min(100, Math.max(0, intelConfidence ?? 0)) / 100,
  };
}

/** What a weight is multiplied by. */
export const riskFactor = ({ asset, exposure, intel }: RiskFactors = NEUTRAL): number => asset * exposure * intel;

/** Of two findings of one alert the graver values count. */
export function mergeFactors(a: RiskFactors | undefined, b: RiskFactors | undefined): RiskFactors | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { asset: Math.max(a.asset, b.asset), exposure: Math.max(a.exposure, b.exposure), intel: Math.max(a.intel, b.intel) };
}

/** The tier that priorities are made of, 1 for crown jewels to 4, of the gravest asset; null where no asset is known to be special. */
export function tierOfFactors(factors: readonly (RiskFactors | undefined)[]): 1 | 2 | 4 | null {
  const assets = factors.flatMap((one) => (one === undefined || one.asset === 1 ? [] : [one.asset]));
  if (assets.length === 0) return null;
  const gravest = Math.max(...assets);
  if (gravest < 1) return factors.every((one) => one !== undefined && one.asset < 1) ? 4 : null;
  return gravest >= TIER_FACTOR.crown_jewel ? 1 : 2;
}
