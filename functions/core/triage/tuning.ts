/** Judged alerts of a rule → the value, or two, that only its harmless ones have: a suppression that would have hidden none of the others. */

import { ENTITY_TYPES } from '../finding.ts';
import { Suppressor } from '../suppression/apply.ts';
import { parseSuppression } from '../suppression/file.ts';
import { DAY_MS } from '../suppression/suppression.ts';
import type { LocalText } from '../text.ts';
import { isHarmless } from '../verdict.ts';
import { wilson } from './beta.ts';
import type { Judgeable, JudgedAlert } from './examples.ts';

/** Fewer harmless alerts with a value prove nothing about it. */
export const MIN_COVERED = 5;
/** How long a proposed suppression holds. */
const HOLDS_DAYS = 90;
/** Single values that pairs are made of. */
const MAX_SINGLES = 16;

export interface Tuning {
  ruleId: string;
  title: string;
  /** Field and value, one or two. */
  fields: readonly (readonly [field: string, value: string])[];
  /** Of the judged alerts that it covers: harmless ones and malicious ones (always none). */
  covered: { harmless: number; malicious: 0 };
  /** All judged ones of the rule. */
  total: { harmless: number; malicious: number };
  /** Alerts that it covers and nobody has judged. */
  unjudged: number;
  /** Share of harmless ones among the covered and among the others, 95 % Wilson. */
  shareCovered: { low: number; high: number };
  shareOthers: { low: number; high: number };
  evidence: LocalText;
  /** The file, ready for `suppressions/`. */
  yaml: string;
}

export interface TuningAbout {
  owner: string;
  nowMs: number;
}

/** The best suggestion of a rule; undefined where no value tells harmless from malicious. */
export function tuningOf(judged: readonly JudgedAlert[], unjudged: readonly Judgeable[], about: TuningAbout): Tuning | undefined {
  const malicious = judged.filter(({ verdict }) => verdict.verdict === 'true_positive').map(({ alert }) => alert);
  // What nobody could tell may have been malicious: it must stay as visible as that.
  const open = judged.filter(({ verdict }) => verdict.verdict === 'undetermined').map(({ alert }) => alert);
  const harmless = judged.filter(({ verdict }) => isHarmless(verdict.verdict)).map(({ alert }) => alert);
  const [first] = harmless;
  if (first === undefined || harmless.length < MIN_COVERED) return undefined;
  const protectedOnes = [...malicious, ...open];
  for (const fields of candidates(harmless, protectedOnes)) {
    const covers = (alert: Judgeable): boolean => fields.every(([field, value]) => valuesOf(alert, field).includes(value));
    const count = harmless.filter(covers).length;
    const counts = { covered: count, harmless: harmless.length, malicious: malicious.length };
    const tuning = made(first, { fields, counts, unjudged: unjudged.filter(covers).length, about });
    // Proven by the engine that would apply it, not by this page's own counting.
    if (hidesNone(tuning.yaml, protectedOnes, about.nowMs)) return tuning;
  }
  return undefined;
}

const fieldsOf = (): string[] => [
  'source',
  ...['actor', 'target', 'entity'].flatMap((part) => ENTITY_TYPES.map((type) => `${part}.${type}`)),
];

function valuesOf({ entities, source }: Judgeable, field: string): string[] {
  if (field === 'source') return [source];
  const [part, type] = field.split('.');
  return entities.filter((one) => one.type === type && (part === 'entity' || one.part === part)).map(({ id }) => id);
}

/** Single values first, then pairs; each only where no protected alert has it, those that cover most harmless ones first. */
function* candidates(harmless: readonly Judgeable[], guarded: readonly Judgeable[]): Generator<[string, string][]> {
  const counts = new Map<string, { field: string; value: string; of: Set<number> }>();
  for (const [i, alert] of harmless.entries())
    for (const field of fieldsOf())
      for (const value of valuesOf(alert, field)) {
        const key = `${field}\u0000${value}`;
        const known = counts.get(key) ?? { field, value, of: new Set<number>() };
        counts.set(key, known);
        known.of.add(i);
      }
  // Of values that cover the same, the field that says more about who did it comes first.
  const order = fieldsOf();
  const singles = [...counts.values()]
    .filter(({ of }) => of.size >= MIN_COVERED)
    .sort((a, b) => b.of.size - a.of.size || order.indexOf(a.field) - order.indexOf(b.field) || (a.value < b.value ? -1 : 1));
  const has = (alert: Judgeable, { field, value }: { field: string; value: string }): boolean =>
    valuesOf(alert, field).includes(value);
  // The source alone, or the account, is the rule itself with another name.
  const isBroad = ({ field }: { field: string }): boolean => field === 'source' || field.endsWith('.account');
  for (const one of singles) if (!isBroad(one) && !guarded.some((alert) => has(alert, one))) yield [[one.field, one.value]];
  const pairs = singles
    .slice(0, MAX_SINGLES)
    .flatMap((a, i) =>
      singles.slice(i + 1, MAX_SINGLES).map((b) => ({ a, b, size: [...a.of].filter((index) => b.of.has(index)).length })),
    );
  for (const { a, b, size } of pairs.sort((x, y) => y.size - x.size))
    if (size >= MIN_COVERED && !(isBroad(a) && isBroad(b)) && !guarded.some((alert) => has(alert, a) && has(alert, b)))
      yield [
        [a.field, a.value],
        [b.field, b.value],
      ];
}

interface Counts {
  covered: number;
  harmless: number;
  malicious: number;
}

function made(
  rule: Judgeable,
  { fields, counts, unjudged, about }: { fields: [string, string][]; counts: Counts; unjudged: number; about: TuningAbout },
): Tuning {
  const { covered, harmless, malicious } = counts;
  const shareCovered = wilson(covered, covered);
  const shareOthers = wilson(harmless - covered, harmless - covered + malicious);
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const said = fields.map(([field, value]) => `${field} ${value}`).join(' and ');
  const evidence: LocalText = {
    en: `${covered} of ${harmless} harmless alerts have ${said}, and none of ${malicious} malicious ones; harmless with it ${percent(shareCovered.low)}–${percent(shareCovered.high)}, without it ${percent(shareOthers.low)}–${percent(shareOthers.high)} (95 %)`,
    ja: `無害なアラート ${harmless} 件中 ${covered} 件が ${said} に該当し、悪性 ${malicious} 件中 0 件。無害の割合は該当時 ${percent(shareCovered.low)}–${percent(shareCovered.high)}、非該当時 ${percent(shareOthers.low)}–${percent(shareOthers.high)}(95 %)`,
  };
  return {
    ...{ ruleId: rule.ruleId, title: rule.title, fields, evidence, unjudged, shareCovered, shareOthers },
    covered: { harmless: covered, malicious: 0 },
    total: { harmless, malicious },
    yaml: yamlOf(rule, fields, { evidence: evidence.en, about }),
  };
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
/** A JSON text is a YAML text; Sigma's wildcards lose their meaning. */
const quoted = (text: string): string => JSON.stringify(text);
const literal = (value: string): string => quoted(value.replace(/[\\*?]/g, '\\$&'));

function yamlOf(
  { ruleId, title }: Judgeable,
  fields: readonly [string, string][],
  { evidence, about }: { evidence: string; about: TuningAbout },
): string {
  return [
    `title: ${quoted(`${title.slice(0, 200)}: harmless by verdicts`)}`,
    `reason: ${quoted(evidence.slice(0, 480))}`,
    `owner: ${quoted(about.owner)}`,
    `date: ${dayOf(about.nowMs)}`,
    `expires: ${dayOf(about.nowMs + HOLDS_DAYS * DAY_MS)}`,
    `rules: [${quoted(ruleId)}]`,
    'match:',
    '  harmless:',
    ...fields.map(([field, value]) => `    ${field}: ${literal(value)}`),
    '  condition: harmless',
    '',
  ].join('\n');
}

function hidesNone(yaml: string, guarded: readonly Judgeable[], nowMs: number): boolean {
  const { suppression } = parseSuppression(yaml, 'suppressions/proposed.yml');
  if (suppression === undefined) return false;
  const suppressor = new Suppressor([suppression]);
  return guarded.every((alert) => suppressor.find(alert, { timeMs: nowMs, summary: '' }) === undefined);
}
