/** Turns the text of a Sigma file into rules, correlations and filters, and everything that is wrong with it, located. */
import { nearest, type Problem } from '../error.ts';
import type { Condition, SigmaCorrelation, SigmaFilter, SigmaRule } from './ast.ts';
import { readCorrelation } from './correlation.ts';
import { readDetection, readLogsource } from './detection.ts';
import { mergeDocuments } from './documents.ts';
import { type MetadataContext, pathOf, readId, readInfo, readMetadata, textOf, textsOf, wordOf } from './metadata.ts';
import type { Placeholders } from './placeholder.ts';
import { entryOf, type MapTree, readYaml } from './yaml-tree.ts';

export interface ParseOptions {
  /** Values of `|expand` placeholders. Default: none. */
  placeholders?: Placeholders;
  /** `strict` makes unknown and revoked ATT&CK ids problems; default `follow`: they follow the revoked-by map, with a note. */
  attack?: 'strict' | 'follow';
}

export interface Parsed {
  /** Rules without a problem. */
  rules: SigmaRule[];
  /** They need many events: see `compileCorrelations`. */
  correlations: SigmaCorrelation[];
  /** Narrow the rules that they name: see `applyFilters`. */
  filters: SigmaFilter[];
  /** Why a document gave nothing. */
  problems: Problem[];
  /** Remarks that stop nothing: no level, an unused selection. */
  notes: Problem[];
}

const KNOWN_KEYS = [
  ...[
    'title',
    'id',
    'related',
    'name',
    'taxonomy',
    'status',
    'description',
    'license',
    'references',
    'author',
    'date',
    'modified',
  ],
  ...[
    'logsource',
    'detection',
    'fields',
    'falsepositives',
    'level',
    'tags',
    'scope',
    'correlation',
    'filter',
    'generate',
    'yagura',
  ],
];
// A slip in one of these changes what the rule does; elsewhere an unknown key is the author's own, as the specification allows.
const WEIGHTY_KEYS = [
  'title',
  'taxonomy',
  'status',
  'logsource',
  'detection',
  'level',
  'tags',
  'correlation',
  'filter',
  'yagura',
];

/**
 * Parses a file of one or many documents. Never throws; problems carry `file:line:column`.
 * @see Sigma specification 2.1, https://github.com/SigmaHQ/sigma-specification
 */
export function parseSigma(text: string, file: string, options: ParseOptions = {}): Parsed {
  const parsed: Parsed = { rules: [], correlations: [], filters: [], problems: [], notes: [] };
  const { trees, problems } = readYaml(text, file);
  const merged = mergeDocuments(trees, file);
  parsed.problems.push(...problems, ...merged.problems);
  if (trees.every((tree) => tree === undefined) && parsed.problems.length === 0) {
    parsed.problems.push({
      at: `${file}:1:1`,
      what: 'The file holds no document',
      allowed: 'a Sigma rule, correlation or filter',
    });
  }
  for (const map of merged.maps) {
    const context = { file, attack: options.attack ?? 'follow', problems: parsed.problems, notes: parsed.notes } as const;
    checkKeys(map, context);
    if (entryOf(map, 'correlation')) {
      const correlation = readCorrelation(map, context);
      if (correlation) parsed.correlations.push(correlation);
    } else if (entryOf(map, 'filter')) {
      const filter = readFilter(map, context, options);
      if (filter) parsed.filters.push(filter);
    } else {
      const rule = readRule(map, context, options);
      if (rule) parsed.rules.push(rule);
    }
  }
  return parsed;
}

function checkKeys(map: MapTree, { problems, notes }: MetadataContext): void {
  for (const { key, at } of map.entries) {
    if (KNOWN_KEYS.includes(key)) continue;
    const near = nearest(key, KNOWN_KEYS);
    if (near === undefined || key.length < 4 || entryOf(map, near)) continue;
    const list = WEIGHTY_KEYS.includes(near) ? problems : notes;
    list.push({
      at,
      what: `Unknown key "${key}"`,
      allowed: `${KNOWN_KEYS.join(', ')}, and keys of your own`,
      fix: `write "${near}".`,
    });
  }
}

function readRule(map: MapTree, context: MetadataContext, options: ParseOptions): SigmaRule | undefined {
  const { problems, notes } = context;
  const before = problems.length;
  const info = readInfo(map, context);
  const taxonomy = wordOf(map, 'taxonomy', ['sigma', 'ocsf'], problems) ?? 'sigma';
  const logsource = readLogsource(map, taxonomy === 'sigma', problems);
  const body = entryOf(map, 'detection');
  if (body?.value.kind !== 'map') {
    const what = body ? '"detection" is no map' : 'The rule has no detection';
    problems.push({ at: body?.at ?? map.at, what, allowed: 'selections and a condition' });
    return undefined;
  }
  const placeholders = options.placeholders ?? {};
  const reserved = ['condition', 'timeframe'];
  const detection = readDetection(body.value, { placeholders, problems, notes, ruleId: info.id, reserved });
  const metadata = readMetadata(map, context);
  const fields = textsOf(map, 'fields', problems);
  const scope = textsOf(map, 'scope', problems);
  if (!detection || problems.length > before) return undefined;
  return { kind: 'rule', ...metadata, info, taxonomy, logsource, ...detection, fields, scope };
}

const takesOut = (condition: Condition): boolean =>
  condition.op === 'not' || (condition.op === 'and' && condition.of.every(takesOut));

function readFilter(map: MapTree, context: MetadataContext, options: ParseOptions): SigmaFilter | undefined {
  const { problems, notes, file } = context;
  const before = problems.length;
  const title = textOf(map, 'title', problems)?.trim() ?? '';
  if (title === '') problems.push({ at: map.at, what: 'The filter has no title', fix: 'add "title: …".' });
  const path = pathOf(file);
  const id = readId(map, { path, title, notes });
  const logsource = readLogsource(map, true, problems);
  const body = entryOf(map, 'filter');
  if (body?.value.kind !== 'map') {
    problems.push({ at: body?.at ?? map.at, what: '"filter" is no map', allowed: 'rules, selections, condition' });
    return undefined;
  }
  const named = textsOf(body.value, 'rules', problems);
  if (named.length === 0)
    problems.push({ at: body.at, what: 'The filter names no rules', allowed: 'a list of rule ids or names, or any' });
  const placeholders = options.placeholders ?? {};
  const detection = readDetection(body.value, { placeholders, problems, notes, ruleId: id, reserved: ['condition', 'rules'] });
  const metadata = readMetadata(map, context);
  if (!detection || problems.length > before) return undefined;
  const rules = named.length === 1 && named[0] === 'any' ? 'any' : named;
  if (!takesOut(detection.condition)) {
    const what = 'The filter keeps only what its selection matches, for it is joined by "and"';
    notes.push({ at: body.at, what, fix: 'write "condition: not …" to take these events out.' });
  }
  return { kind: 'filter', ...metadata, id, title, path, logsource, rules, ...detection };
}
