/** Turns parsed rules and the connected log sources into the rules that run on every event of each source. */
import type { Problem } from '../error.ts';
import type { SigmaRule } from './ast.ts';
import { wholeExpr } from './ast.ts';
import { FIELD_MAPS, type FieldMap, logsourceFits, mapsFor } from './field-map.ts';
import { compilePredicate } from './predicate.ts';
import { FieldSlots } from './record-reader.ts';
import type { RuleInfo, StreamRules } from './rule.ts';
import { RuleIndex } from './rule-index.ts';

/** What the compiler needs to know of a source. */
export interface StreamSource {
  id: string;
  /** The Sigma log sources that its raw records satisfy. */
  logsources: readonly { product?: string; service?: string; category?: string }[];
}

export interface StreamOptions {
  sources: readonly StreamSource[];
  /** Default: the maps that we ship. */
  fieldMaps?: readonly FieldMap[];
}

export interface CompiledStream {
  stream: StreamRules;
  problems: Problem[];
  /** Rules whose log source is not connected: they wait, they are no error. */
  unbound: RuleInfo[];
  /** Rules that every event of a source is tried on, since nothing in them is necessary. */
  unanchored: { sourceId: string; rule: RuleInfo }[];
}

/** Compiles rules for the stream. Problems: two rules with one id, or a rule that does not compile; the others run. Never throws. */
export function compileStream(rules: readonly SigmaRule[], { sources, fieldMaps = FIELD_MAPS }: StreamOptions): CompiledStream {
  const { usable, problems } = checkRules(rules);
  const bound = new Set<SigmaRule>();
  const unanchored: CompiledStream['unanchored'] = [];
  const bySource = new Map<string, { native: RuleIndex; ocsf: RuleIndex }>();
  for (const source of sources) {
    const fitting = usable.filter((rule) => binds(rule, source));
    for (const rule of fitting) bound.add(rule);
    const maps = mapsFor(fieldMaps, source.logsources);
    const native = new RuleIndex(
      fitting.filter(({ taxonomy }) => taxonomy === 'sigma'),
      maps,
    );
    const ocsf = new RuleIndex(
      fitting.filter(({ taxonomy }) => taxonomy === 'ocsf'),
      [],
    );
    bySource.set(source.id, { native, ocsf });
    unanchored.push(...[...native.unanchored, ...ocsf.unanchored].map((rule) => ({ sourceId: source.id, rule })));
  }
  const stream: StreamRules = {
    rules: usable.filter((rule) => bound.has(rule)).map(({ info }) => info),
    match(sourceId, record, event, onError) {
      const index = bySource.get(sourceId);
      if (!index) return [];
      const hits = index.native.match(record, onError);
      const ocsfHits = index.ocsf.match(event, onError);
      return ocsfHits.length === 0 ? hits : [...hits, ...ocsfHits];
    },
  };
  return { stream, problems, unbound: usable.filter((rule) => !bound.has(rule)).map(({ info }) => info), unanchored };
}

/** A rule binds where each given part of its log source equals the source's; an `ocsf` rule may give none and then binds everywhere. */
function binds(rule: SigmaRule, source: StreamSource): boolean {
  const { product, service, category } = rule.logsource;
  const wanted = { ...(product ? { product } : {}), ...(service ? { service } : {}), ...(category ? { category } : {}) };
  if (Object.keys(wanted).length === 0) return rule.taxonomy === 'ocsf';
  return source.logsources.some((given) => logsourceFits(wanted, given));
}

function checkRules(rules: readonly SigmaRule[]): { usable: SigmaRule[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const byId = new Map<string, SigmaRule>();
  for (const rule of rules) {
    const { id, path, title } = rule.info;
    const other = byId.get(id);
    if (other) {
      const what = `The id ${id} of "${title}" is already the id of "${other.info.title}" in ${other.info.path}`;
      problems.push({ at: path, what, allowed: 'one rule for each id', fix: 'give one of them a new random UUID.' });
      continue;
    }
    try {
      compilePredicate(wholeExpr(rule), new FieldSlots());
      byId.set(id, rule);
    } catch (error) {
      problems.push({ at: path, what: `"${title}" does not compile: ${error instanceof Error ? error.message : String(error)}` });
    }
  }
  return { usable: [...byId.values()], problems };
}
