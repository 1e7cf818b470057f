/** Turns an alert, and what is known of its entities, into the few categorical features that verdicts are learned by. */
import { type Alert, eventCount } from '../alert.ts';
import type { Entity } from '../finding.ts';
import type { AssetTier, Exposure } from '../risk-factors.ts';
import type { LocalText } from '../text.ts';

/** Feature → value. What is not known is not there: absence is no evidence. */
export type Features = Readonly<Record<string, string>>;

/** What enrichment knows, as far as triage learns from it. */
export interface KnownOfAlert {
  tier?: AssetTier;
  exposure?: Exposure;
  /** The acting identity belongs to a machine. */
  isService?: boolean;
  hasMfa?: boolean;
  /** The class of the acting address's network. */
  network?: 'hosting' | 'access' | 'unknown';
  /** The actor had done this before. */
  isFirst?: boolean;
  /** An indicator hit's confidence, 0–100. */
  intelConfidence?: number;
  isCanary?: boolean;
}

export const FEATURE_WORDS: Readonly<Record<string, LocalText>> = {
  principal: { en: 'kind of actor', ja: '実行者の種別' },
  hours: { en: 'time of day (UTC)', ja: '時間帯 (UTC)' },
  volume: { en: 'number of events', ja: 'イベント数' },
  account: { en: 'account', ja: 'アカウント' },
  target: { en: 'kind of target', ja: '対象の種別' },
  tier: { en: 'asset tier', ja: '資産の重要度' },
  exposure: { en: 'exposure', ja: '公開範囲' },
  service: { en: 'service identity', ja: 'サービス ID' },
  mfa: { en: 'MFA', ja: 'MFA' },
  network: { en: 'network', ja: 'ネットワーク' },
  first: { en: 'first time', ja: '初回' },
  intel: { en: 'indicator hit', ja: '指標に一致' },
};

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

export function featuresOf(alert: Alert, known: KnownOfAlert = {}): Features {
  const actor = alert.entities.find(({ part, type }) => part === 'actor' && type === 'principal') ?? alert.entities.find(isActor);
  const account = alert.entities.find(({ type }) => type === 'account')?.id;
  const target = alert.entities.find(({ part }) => part === 'target');
  const { tier, exposure, isService, hasMfa, network, isFirst, intelConfidence } = known;
  const all: Record<string, string | undefined> = {
    principal: actor === undefined ? 'nobody' : kindOf(actor),
    hours: hoursOf(alert.firstMs),
    volume: volumeOf(eventCount(alert)),
    account,
    target: target === undefined ? undefined : (/^arn:[a-z-]+:([a-z0-9-]+):/.exec(target.id)?.[1] ?? target.type),
    tier,
    exposure,
    service: isService === undefined ? undefined : yesNo(isService),
    mfa: hasMfa === undefined ? undefined : yesNo(hasMfa),
    network,
    first: isFirst === undefined ? undefined : yesNo(isFirst),
    intel: intelConfidence === undefined ? undefined : 'yes',
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

const isActor = ({ part }: Entity): boolean => part === 'actor';

/** @see IAM identifiers; a federated or SaaS identity is a mail address */
function kindOf({ type, id }: Entity): string {
  if (type !== 'principal') return type;
  if (/:root$/.test(id)) return 'root';
  if (/:assumed-role\//.test(id)) return 'role session';
  if (/:user\//.test(id)) return 'IAM user';
  return id.includes('@') ? 'person' : 'other';
}

/** Blocks of four hours, the weekend apart. */
function hoursOf(timeMs: number): string {
  const at = new Date(timeMs);
  const from = Math.floor(at.getUTCHours() / 4) * 4;
  const block = `${String(from).padStart(2, '0')}–${String(from + 4).padStart(2, '0')}`;
  return at.getUTCDay() % 6 === 0 ? `weekend ${block}` : block;
}

const volumeOf = (count: number): string => (count <= 1 ? '1' : count < 10 ? '2–9' : count < 100 ? '10–99' : '100+');
