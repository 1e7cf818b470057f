/** Rules, and what is known of their sources, fields, tests and errors → whether each can fire now, and if not, why. */
import type { Anchor } from './anchor.ts';
import { anchorSets, bestSet } from './anchor.ts';
import { type SigmaRule, wholeExpr } from './ast.ts';
import type { FieldSight } from './field-inventory.ts';
import { FIELD_MAPS, logsourceFits, mapsFor, pathsOf } from './field-map.ts';

/** From what stops a rule at once to what only makes it unproven. */
export const READINESS = ['erroring', 'no-source', 'stale-source', 'field-never-seen', 'no-positive-test', 'ready'] as const;
export type ReadinessState = (typeof READINESS)[number];

/** A source is alive where something arrived from it in this time. @see design: coverage level 2 */
export const STALE_AFTER_MS = 24 * 3_600_000;

export interface SourceHealth {
  id: string;
  logsources: readonly { product?: string; service?: string; category?: string }[];
  /** When something last arrived from it, epoch ms; undefined: nothing ever did. */
  lastArrivalMs?: number;
  /** What its records carry, by taxonomy of the rule that asks. Default: everything is possible. */
  judgeField?: (field: string, taxonomy: SigmaRule['taxonomy']) => FieldSight;
}

export interface ReadinessInput {
  nowMs: number;
  staleAfterMs?: number;
  /** The connected sources. */
  sources: readonly SourceHealth[];
  /** Rule id → how often it threw. */
  errors: ReadonlyMap<string, number>;
  /** Ids of rules of which a test case with a match passed. */
  proven: ReadonlySet<string>;
}

export interface Readiness {
  state: ReadinessState;
  /** One sentence. */
  why: string;
  /** Ids of the connected sources that it reads. */
  sources: string[];
}

/** True where a source's records are what the rule reads. An `ocsf` rule without a log source reads every source. */
export function readsSource(rule: Pick<SigmaRule, 'logsource' | 'taxonomy'>, source: Pick<SourceHealth, 'logsources'>): boolean {
  const { product, service, category } = rule.logsource;
  if (!product && !service && !category) return rule.taxonomy === 'ocsf';
  const wanted = { ...(product ? { product } : {}), ...(service ? { service } : {}), ...(category ? { category } : {}) };
  return source.logsources.some((given) => logsourceFits(wanted, given));
}

/**
 * Fields of which the rule needs one that the source's records never carry: then it cannot match, whatever happens. Empty where it
 * could match.
 */
export function hopelessFields(rule: SigmaRule, source: SourceHealth): string[] {
  const { judgeField } = source;
  if (judgeField === undefined) return [];
  const maps = rule.taxonomy === 'ocsf' ? [] : mapsFor(FIELD_MAPS, source.logsources);
  const missing = ({ field }: Anchor): boolean =>
    pathsOf(field, maps).every((path) => judgeField(path, rule.taxonomy) === 'unknown');
  const rank = (anchors: readonly Anchor[]): number => (anchors.every(missing) ? 0 : 1);
  const worst = bestSet(anchorSets(wholeExpr(rule), rank), rank);
  return worst?.every(missing) === true ? [...new Set(worst.map(({ field }) => field))] : [];
}

/** The state of one rule. A rule that reads several sources is as ready as the best of them. */
export function readinessOf(rule: SigmaRule, input: ReadinessInput): Readiness {
  const bound = input.sources.filter((source) => readsSource(rule, source));
  const sources = bound.map(({ id }) => id);
  const errors = input.errors.get(rule.info.id) ?? 0;
  if (errors > 0) return { state: 'erroring', why: `it threw ${errors} times`, sources };
  const best = bound
    .map((source) => throughSource(rule, source, input))
    .sort((a, b) => READINESS.indexOf(b.state) - READINESS.indexOf(a.state))[0];
  if (best === undefined) return { state: 'no-source', why: `${logsourceText(rule)} is not connected`, sources };
  return { ...best, sources };
}

function throughSource(rule: SigmaRule, source: SourceHealth, input: ReadinessInput): Omit<Readiness, 'sources'> {
  const { lastArrivalMs, id } = source;
  if (lastArrivalMs === undefined) return { state: 'no-source', why: `nothing ever arrived from ${id}` };
  const idleMs = input.nowMs - lastArrivalMs;
  if (idleMs > (input.staleAfterMs ?? STALE_AFTER_MS))
    return { state: 'stale-source', why: `the last record of ${id} arrived ${Math.floor(idleMs / 3_600_000)} h ago` };
  const hopeless = hopelessFields(rule, source);
  if (hopeless.length > 0) return { state: 'field-never-seen', why: `no record of ${id} has ${hopeless.join(' or ')}` };
  if (!input.proven.has(rule.info.id)) return { state: 'no-positive-test', why: 'no test case shows that it can match' };
  return { state: 'ready', why: `${id} is alive and a test case matches` };
}

/** `aws/cloudtrail`, for people. */
export function logsourceText({
  logsource: { product, service, category },
  taxonomy,
}: Pick<SigmaRule, 'logsource' | 'taxonomy'>): string {
  const words = [product, category, service].filter((word) => word !== undefined && word !== '');
  return words.length > 0 ? `log source ${words.join('/')}` : `every source (${taxonomy})`;
}
