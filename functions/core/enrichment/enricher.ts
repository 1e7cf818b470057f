/** What is written down of assets, identities and indicators → what it means for a finding: risk factors, what triage learns by, a canary's alarm. */
import type { Entity, Finding } from '../finding.ts';
import type { IndicatorIndex } from '../indicator/index-of.ts';
import { ASSET_TIERS, type AssetTier, EXPOSURES, type Exposure, mergeFactors, NEUTRAL, riskFactors } from '../risk-factors.ts';
import type { KnownOfAlert } from '../triage/features.ts';
import type { Asset, Identity, Inventory, Vulnerability } from './inventory.ts';
import { Lookup } from './lookup.ts';

/** OCSF observable types of entities that indicators know. */
const OBSERVABLE: Readonly<Record<string, number>> = { ip: 2, host: 1 };

const namesOf = ({ id, name }: Entity): string[] => {
  // A bucket's ARN, and the name that people write down.
  const last = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:(?:[^/]+\/)?([^/]+)$/.exec(id)?.[1];
  return [id, ...(name === undefined ? [] : [name]), ...(last === undefined ? [] : [last])];
};

export class Enricher {
  readonly inventory: Inventory;
  readonly indicators: IndicatorIndex | undefined;
  readonly #assets: Lookup<Asset>;
  readonly #identities: Lookup<Identity>;
  readonly #vulnerabilities: Lookup<Vulnerability>;

  constructor(inventory: Inventory, indicators?: IndicatorIndex) {
    this.inventory = inventory;
    this.indicators = indicators;
    this.#assets = new Lookup(inventory.assets ?? []);
    this.#identities = new Lookup(inventory.identities ?? []);
    this.#vulnerabilities = new Lookup(inventory.vulnerabilities ?? []);
  }

  assetsOf = (entity: Entity): Asset[] => this.#assets.find(namesOf(entity));
  identitiesOf = (entity: Entity): Identity[] =>
    entity.type === 'principal' || entity.type === 'role' ? this.#identities.find(namesOf(entity)) : [];
  vulnerabilitiesOf = (entity: Entity): Vulnerability[] => this.#vulnerabilities.find(namesOf(entity));

  /** The gravest of everything that is known of these entities. */
  knownOf(entities: readonly Entity[], timeMs: number): KnownOfAlert & { hasExploited?: boolean } {
    const assets = entities.flatMap(this.assetsOf);
    const identities = entities.filter(({ part }) => part === 'actor').flatMap(this.identitiesOf);
    const tier = first(ASSET_TIERS, [...assets, ...identities].map(tierOf));
    const exposure = first(
      EXPOSURES,
      assets.map((asset) => asset.exposure),
    );
    const [acting] = identities;
    const confidence = this.#confidenceOf(entities, timeMs);
    return {
      ...(tier === undefined ? {} : { tier }),
      ...(exposure === undefined ? {} : { exposure }),
      ...(acting?.kind === undefined ? {} : { isService: acting.kind === 'service' }),
      ...(acting?.hasMfa === undefined ? {} : { hasMfa: acting.hasMfa }),
      ...(confidence === undefined ? {} : { intelConfidence: confidence }),
      ...(assets.some(({ isCanary }) => isCanary) ? { isCanary: true } : {}),
      ...(entities.some((entity) => this.vulnerabilitiesOf(entity).some(({ isExploited }) => isExploited))
        ? { hasExploited: true }
        : {}),
    };
  }

  /** The finding with its risk factors. Whoever touches a canary is told of at once. */
  apply(finding: Finding): Finding {
    const known = this.knownOf(finding.entities, finding.timeMs);
    const factors = riskFactors(known);
    const isNeutral = factors.asset === NEUTRAL.asset && factors.exposure === NEUTRAL.exposure && factors.intel === NEUTRAL.intel;
    if (isNeutral && known.isCanary !== true) return finding;
    const merged = mergeFactors(finding.factors, isNeutral ? undefined : factors);
    const alarm = known.isCanary === true ? ({ level: 'critical', isCanary: true } as const) : {};
    return { ...finding, ...alarm, ...(merged === undefined ? {} : { factors: merged }) };
  }

  #confidenceOf(entities: readonly Entity[], timeMs: number): number | undefined {
    if (this.indicators === undefined || this.indicators.size === 0) return undefined;
    const observables = entities.flatMap(({ type, id }) => {
      const type_id = OBSERVABLE[type];
      return type_id === undefined ? [] : [{ name: '', type: '', type_id, value: id }];
    });
    const hits = this.indicators.hits(observables, timeMs);
    return hits.length === 0 ? undefined : Math.max(...hits.map(({ indicator }) => indicator.confidence));
  }
}

/** An identity for emergencies is worth as much as what it opens. */
const tierOf = (row: Asset | Identity): AssetTier | undefined =>
  row.tier ?? ('kind' in row && row.kind === 'break_glass' ? 'crown_jewel' : undefined);
const first = <Word extends AssetTier | Exposure>(
  order: readonly Word[],
  words: readonly (Word | undefined)[],
): Word | undefined => order.find((one) => words.includes(one));
