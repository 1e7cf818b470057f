/** An incident's entities → what the inventory, the indicators and the map of networks say of each, in words. */
import type { Entity } from '../finding.ts';
import type { GeoLookup } from '../geo/geo.ts';
import type { LocalText } from '../text.ts';
import type { PartContext } from './context.ts';
import type { Enricher } from './enricher.ts';
import type { Asset, Identity } from './inventory.ts';

/** Facts of one part; the rest is a query away. */
const MAX_FACTS = 12;

export const found = (facts: readonly LocalText[]): PartContext =>
  facts.length === 0 ? { state: 'nothing' } : { state: 'found', facts: [...unique(facts)].slice(0, MAX_FACTS) };
export const blind = (en: string, ja: string): PartContext => ({ state: 'could_not_look', why: { en, ja } });
const noFile = (name: string): PartContext => blind(`there is no ${name}`, `${name} がありません`);

const unique = (facts: readonly LocalText[]): LocalText[] => [...new Map(facts.map((fact) => [fact.en, fact])).values()];
const shown = ({ name, id }: Entity): string => (name ?? id).slice(0, 160);
const same = (text: string): LocalText => ({ en: text, ja: text });

export function assetFacts(entities: readonly Entity[], { inventory, assetsOf }: Enricher): PartContext {
  if (inventory.assets === undefined) return noFile('inventory/assets.csv');
  return found(entities.flatMap((entity) => assetsOf(entity).map((asset) => assetFact(entity, asset))));
}

function assetFact(entity: Entity, { owner, tier, environment, exposure, isCanary, note }: Asset): LocalText {
  const words = (labels: Record<'owner' | 'tier' | 'exposure' | 'canary', string>): string =>
    [
      ...(owner === undefined ? [] : [`${labels.owner} ${owner}`]),
      ...(tier === undefined ? [] : [`${labels.tier} ${tier}`]),
      ...(environment === undefined ? [] : [environment]),
      ...(exposure === undefined ? [] : [`${labels.exposure} ${exposure}`]),
      ...(isCanary === undefined ? [] : [labels.canary]),
      ...(note === undefined ? [] : [note]),
    ].join(', ');
  const en = words({ owner: 'owner', tier: 'tier', exposure: 'reachable from', canary: 'CANARY: nobody has business with it' });
  const ja = words({ owner: '責任者', tier: '重要度', exposure: '公開範囲', canary: 'カナリア: 正規の利用者なし' });
  return { en: `${shown(entity)}: ${en || 'listed'}`, ja: `${shown(entity)}: ${ja || '登録あり'}` };
}

export function identityFacts(entities: readonly Entity[], { inventory, identitiesOf }: Enricher): PartContext {
  if (inventory.identities === undefined) return noFile('inventory/identities.csv');
  return found(entities.flatMap((entity) => identitiesOf(entity).map((identity) => identityFact(entity, identity))));
}

const KINDS: Readonly<Record<NonNullable<Identity['kind']>, LocalText>> = {
  person: { en: 'person', ja: '個人' },
  service: { en: 'service account', ja: 'サービスアカウント' },
  break_glass: { en: 'BREAK-GLASS', ja: '緊急用アカウント' },
};

function identityFact(entity: Entity, { owner, kind, hasMfa, roles, groups, note }: Identity): LocalText {
  const say = (locale: 'en' | 'ja'): string =>
    [
      ...(kind === undefined ? [] : [KINDS[kind][locale]]),
      ...(owner === undefined ? [] : [`${locale === 'en' ? 'owner' : '責任者'} ${owner}`]),
      ...(hasMfa === undefined ? [] : [hasMfa ? 'MFA' : locale === 'en' ? 'no MFA' : 'MFA なし']),
      ...(roles === undefined ? [] : [`${locale === 'en' ? 'roles' : 'ロール'} ${roles}`]),
      ...(groups === undefined ? [] : [`${locale === 'en' ? 'groups' : 'グループ'} ${groups}`]),
      ...(note === undefined ? [] : [note]),
    ].join(', ');
  return { en: `${shown(entity)}: ${say('en') || 'listed'}`, ja: `${shown(entity)}: ${say('ja') || '登録あり'}` };
}

export function networkFacts(entities: readonly Entity[], geo: GeoLookup | undefined): PartContext {
  if (geo === undefined) return blind('there is no geographic data', '地理データがありません');
  return found(
    entities
      .filter(({ type }) => type === 'ip')
      .flatMap(({ id }) => {
        const network = geo.network(id);
        if (network === undefined) return [];
        const { country, asn, org } = network;
        const said = [country, asn === undefined ? undefined : `AS${asn}`, org].filter((word) => word !== undefined).join(', ');
        return [same(`${id}: ${said}`)];
      }),
  );
}

export function indicatorFacts(entities: readonly Entity[], { indicators }: Enricher, timeMs: number): PartContext {
  if (indicators === undefined || indicators.size === 0) return blind('there are no indicators', '脅威指標がありません');
  const observables = entities.flatMap(({ type, id }) =>
    type === 'ip' || type === 'host' ? [{ name: '', type: '', type_id: type === 'ip' ? 2 : 1, value: id }] : [],
  );
  return found(
    indicators.hits(observables, timeMs).map(({ value, indicator: { feed, confidence, says } }) => ({
      en: `${value}: known from ${feed}${says === undefined ? '' : ` (${says})`}, confidence ${confidence}`,
      ja: `${value}: ${feed}${says === undefined ? '' : `(${says})`}に記載、確度 ${confidence}`,
    })),
  );
}

export function vulnerabilityFacts(entities: readonly Entity[], { inventory, vulnerabilitiesOf }: Enricher): PartContext {
  if (inventory.vulnerabilities === undefined) return noFile('inventory/vulnerabilities.csv');
  const all = entities.flatMap((entity) => vulnerabilitiesOf(entity).map((one) => ({ entity, one })));
  const exploitedFirst = all.sort((a, b) => Number(b.one.isExploited) - Number(a.one.isExploited));
  return found(
    exploitedFirst.map(({ entity, one: { cve, severity, isExploited } }) => {
      const rest = severity === undefined ? '' : ` (${severity})`;
      return {
        en: `${shown(entity)}: ${cve}${rest}${isExploited ? ', KNOWN TO BE EXPLOITED (KEV)' : ''}`,
        ja: `${shown(entity)}: ${cve}${rest}${isExploited ? '、悪用が確認済み (KEV)' : ''}`,
      };
    }),
  );
}
