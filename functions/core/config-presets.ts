/** Three starting points of a configuration: what each says differently from the defaults, for whom, and the volume that it is meant for. */
import type { LocalText } from './text.ts';

export interface Preset {
  /** For whom. */
  says: LocalText;
  /** Raw logs a day that it is meant for: what docs/config.md computes its cost with. */
  gbPerDay: number;
  /** What it says; the file's own options go before it. */
  options: object;
}

export const PRESET_IDS = ['try-out', 'small-company', 'organization'] as const;
export type PresetId = (typeof PRESET_IDS)[number];

export const PRESETS: Readonly<Record<PresetId, Preset>> = {
  'try-out': {
    says: {
      en: 'One account, to see it work: short retention, no lock, no dashboards, only the metrics that alarms read; everything goes with `cdk destroy`.',
      ja: '1 アカウントで試すため。保存は短く、ロックとダッシュボードはなく、メトリクスはアラーム用だけ。`cdk destroy` ですべて消えます。',
    },
    gbPerDay: 0.05,
    options: {
      retentionDays: { landing: 3, raw: 14, lake: 14, quarantine: 14, evidence: 14, athenaResults: 1 },
      objectLock: { mode: 'off' },
      athena: { cutoffGiB: 1 },
      cost: { dailyQueryUsd: 0.5 },
      dashboards: [],
      metrics: 'alarms',
      logRetentionDays: 7,
      onDestroy: 'delete',
    },
  },
  'small-company': {
    says: {
      en: 'A few accounts and a handful of analysts: a year of logs, flows and names for three months, raw logs in cheaper storage after a month.',
      ja: '数アカウントと数名の担当者。ログは 1 年、フローと DNS は 3 か月、原本は 1 か月後に安価なストレージへ。',
    },
    gbPerDay: 5,
    options: {
      retentionDays: { landing: 14, tables: { network_activity: 90, dns_activity: 90 } },
      storageClasses: { raw: { glacierInstantAfterDays: 30 } },
      cost: { dailyQueryUsd: 3 },
      logRetentionDays: 30,
    },
  },
  organization: {
    says: {
      en: 'Many accounts under audit: two years in the lake, seven of raw logs, both locked for a year, cheaper storage by age, longer logs of the SOC itself.',
      ja: '監査対象の多数のアカウント。レイクは 2 年、原本は 7 年、ともに 1 年ロック。古いものは安価なストレージへ移し、SOC 自身のログも長く残します。',
    },
    gbPerDay: 100,
    options: {
      retentionDays: { raw: 2557, lake: 731, tables: { network_activity: 180, dns_activity: 180 } },
      objectLock: { rawDays: 365, evidenceDays: 2557 },
      storageClasses: {
        raw: { glacierInstantAfterDays: 30 },
        lake: { infrequentAfterDays: 90 },
        evidence: { glacierInstantAfterDays: 180 },
      },
      athena: { cutoffGiB: 1000 },
      cost: { dailyQueryUsd: 50 },
      logRetentionDays: 365,
      cases: { fourEyes: { severities: ['medium', 'high', 'critical'] } },
    },
  },
};

/** The configuration with its preset below it: lists and values of the file replace the preset's, sections are joined. */
export function withPreset(input: unknown): unknown {
  const preset = presetOf(input);
  return preset === undefined ? input : joined(preset.options, input);
}

/** The preset that a configuration names; undefined where it names none, or none that there is. */
export function presetOf(input: unknown): Preset | undefined {
  const id: unknown = isSection(input) && Object.hasOwn(input, 'preset') ? Reflect.get(input, 'preset') : undefined;
  const known = PRESET_IDS.find((one) => one === id);
  return known === undefined ? undefined : PRESETS[known];
}

const isSection = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

function joined(below: unknown, above: unknown): unknown {
  if (!isSection(below) || !isSection(above)) return above === undefined ? below : above;
  // Entries, not spread: a key called __proto__ stays a key, and is refused as unknown.
  const own = new Map<string, unknown>(Object.entries(below));
  for (const [key, value] of Object.entries(above)) own.set(key, joined(own.get(key), value));
  const result = Object.create(Object.prototype);
  for (const [key, value] of own)
    Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
  return result;
}
