/** Turns the document of a correlation rule into its typed form. */
import { nearest, type Problem } from '../error.ts';
import { CORRELATION_TYPES, type CorrelationPlaces, type CorrelationType, type SigmaCorrelation } from './ast.ts';
import { type MetadataContext, readInfo, readMetadata, textOf, textsOf, wordOf } from './metadata.ts';
import { entryOf, type MapTree } from './yaml-tree.ts';

const KEYS = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'];
const COMPARES = ['eq', 'neq', 'lt', 'lte', 'gt', 'gte'] as const;
const CONDITION_KEYS = [...COMPARES, 'field', 'percentile'];
const UNIT_SEC: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const TEMPORAL: readonly CorrelationType[] = ['temporal', 'temporal_ordered'];
const COUNTED: readonly CorrelationType[] = ['value_count', 'value_sum', 'value_avg', 'value_percentile', 'value_median'];
const NUMERIC: readonly CorrelationType[] = ['value_sum', 'value_avg', 'value_percentile', 'value_median'];

/**
 * The typed correlation; undefined where problems were added.
 * @see Sigma correlation rules specification 2.1
 */
export function readCorrelation(map: MapTree, context: MetadataContext): SigmaCorrelation | undefined {
  const { problems } = context;
  const before = problems.length;
  const body = entryOf(map, 'correlation')?.value;
  if (body?.kind !== 'map') {
    problems.push({ at: body?.at ?? map.at, what: '"correlation" is no map', allowed: KEYS.join(', ') });
    return undefined;
  }
  unknownKeys(body, KEYS, 'correlation', problems);
  const type = wordOf(body, 'type', CORRELATION_TYPES, problems);
  if (!entryOf(body, 'type'))
    problems.push({ at: body.at, what: 'The correlation has no type', allowed: CORRELATION_TYPES.join(', ') });
  const rules = textsOf(body, 'rules', problems);
  if (rules.length === 0)
    problems.push({ at: body.at, what: 'The correlation names no rules', fix: 'add "rules:" with ids or names.' });
  const condition = readBounds(body, type, problems);
  const correlation: Omit<SigmaCorrelation, 'type'> = {
    kind: 'correlation',
    ...readMetadata(map, context),
    info: readInfo(map, context),
    rules,
    groupBy: textsOf(body, 'group-by', problems),
    timespanSec: readTimespan(body, problems),
    ...condition,
    aliases: readAliases(body, problems),
    // Older collections write `generate` at the top level.
    generate: [body, map].some((at) => textOf(at, 'generate', problems)?.toLowerCase() === 'true'),
    places: placesOf(body, entryOf(map, 'correlation')?.at ?? map.at),
  };
  return problems.length > before || type === undefined ? undefined : { ...correlation, type };
}

function placesOf(body: MapTree, at: string): CorrelationPlaces {
  const rules = entryOf(body, 'rules')?.value;
  const condition = entryOf(body, 'condition')?.value.at;
  const aliases = entryOf(body, 'aliases')?.value.at;
  return {
    body: at,
    rules: rules?.kind === 'list' ? rules.items.map((item) => item.at) : rules ? [rules.at] : [],
    ...(condition === undefined ? {} : { condition }),
    ...(aliases === undefined ? {} : { aliases }),
  };
}

function unknownKeys(map: MapTree, allowed: readonly string[], where: string, problems: Problem[]): void {
  for (const { key, at } of map.entries) {
    if (allowed.includes(key)) continue;
    const near = nearest(key, allowed);
    problems.push({
      at,
      what: `Unknown key "${key}" in ${where}`,
      allowed: allowed.join(', '),
      ...(near ? { fix: `write "${near}".` } : {}),
    });
  }
}

function readTimespan(body: MapTree, problems: Problem[]): number {
  const text = textOf(body, 'timespan', problems) ?? textOf(body, 'timeframe', problems);
  const at = entryOf(body, 'timespan')?.value.at ?? body.at;
  const match = /^(\d+)([smhdw])$/.exec(text?.trim() ?? '');
  const seconds = Number(match?.[1] ?? 0) * (UNIT_SEC[match?.[2] ?? ''] ?? 0);
  if (seconds > 0) return seconds;
  problems.push({
    at,
    what: text === undefined ? 'The correlation has no timespan' : `"${text}" is no timespan`,
    allowed: '30s, 90m, 12h, 7d',
  });
  return 0;
}

function readBounds(
  body: MapTree,
  type: CorrelationType | undefined,
  problems: Problem[],
): Pick<SigmaCorrelation, 'bounds' | 'field' | 'percentile' | 'expression'> {
  const entry = entryOf(body, 'condition');
  const temporal = type !== undefined && TEMPORAL.includes(type);
  if (!entry) {
    if (type && !temporal)
      problems.push({ at: body.at, what: `A ${type} correlation needs a condition`, allowed: CONDITION_KEYS.join(', ') });
    return { bounds: [], field: [] };
  }
  if (entry.value.kind === 'scalar' && temporal) return { bounds: [], field: [], expression: String(entry.value.value) };
  if (entry.value.kind !== 'map') {
    problems.push({ at: entry.at, what: 'The condition of a correlation is a map', allowed: CONDITION_KEYS.join(', ') });
    return { bounds: [], field: [] };
  }
  const map = entry.value;
  unknownKeys(map, CONDITION_KEYS, 'the condition', problems);
  const bounds = COMPARES.flatMap((compare) => {
    const value = numberOf(map, compare, problems);
    return value === undefined ? [] : [{ compare, value }];
  });
  const field = textsOf(map, 'field', problems);
  const percentile = numberOf(map, 'percentile', problems);
  if (bounds.length === 0) problems.push({ at: entry.at, what: 'The condition sets no bound', allowed: COMPARES.join(', ') });
  if (type && COUNTED.includes(type) && field.length === 0) {
    problems.push({
      at: entry.at,
      what: `A ${type} correlation needs a field in its condition`,
      fix: 'add "field:" with the counted field.',
    });
  }
  if (type !== undefined && NUMERIC.includes(type) && field.length > 1) {
    problems.push({ at: entry.at, what: `A ${type} correlation measures one field, not ${field.length}`, allowed: 'one field' });
  }
  if (type === 'value_percentile' && !(percentile !== undefined && percentile > 0 && percentile <= 100)) {
    const what = percentile === undefined ? 'The condition names no percentile' : `${percentile} is no percentile`;
    problems.push({ at: entry.at, what, allowed: 'a number above 0, at most 100', fix: 'add "percentile: 95".' });
  }
  return { bounds, field, ...(percentile === undefined ? {} : { percentile }) };
}

function numberOf(map: MapTree, key: string, problems: Problem[]): number | undefined {
  const entry = entryOf(map, key);
  if (!entry) return undefined;
  const value = entry.value.kind === 'scalar' ? entry.value.value : undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  problems.push({ at: entry.value.at, what: `"${key}" is no number`, allowed: 'a number' });
  return undefined;
}

function readAliases(body: MapTree, problems: Problem[]): SigmaCorrelation['aliases'] {
  const entry = entryOf(body, 'aliases');
  if (!entry) return [];
  if (entry.value.kind !== 'map') {
    problems.push({ at: entry.at, what: '"aliases" is no map', allowed: 'alias: {rule: field}' });
    return [];
  }
  return entry.value.entries.flatMap(({ key, at, value }) => {
    if (value.kind !== 'map') {
      problems.push({ at, what: `The alias "${key}" is no map`, allowed: 'rule: field' });
      return [];
    }
    const fields = value.entries.map((pair) => ({ rule: pair.key, field: textOf(value, pair.key, problems) ?? '' }));
    return [{ alias: key, fields }];
  });
}
