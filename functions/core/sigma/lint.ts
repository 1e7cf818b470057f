/** The text of a rule file → everything that a careful reader would object to, located, beyond what the parser refuses. */
import { nearest, type Problem } from '../error.ts';
import { anchorSets } from './anchor.ts';
import { type Atom, atomsOf, type Expr, type Pattern, type SigmaRule, wholeExpr } from './ast.ts';
import { mergeDocuments } from './documents.ts';
import type { FieldSight } from './field-inventory.ts';
import { FIELD_MAPS, mapsFor, pathsOf } from './field-map.ts';
import { type Parsed, parseSigma } from './parse.ts';
import { requiredLiteral } from './regex-literal.ts';
import { entryOf, type MapTree, readYaml, type Tree, type TreeEntry } from './yaml-tree.ts';

/** An error stops the rule or makes it worthless or untested; a warning wants a second look. */
export interface LintFinding extends Problem {
  severity: 'error' | 'warning';
  /** A word to search for: `negation-only`. */
  code: string;
}

export interface LintContext {
  /** What the records of the rule's sources carry. Default: nothing is known, so no field is doubted. */
  judgeField?: (rule: SigmaRule, path: string) => FieldSight;
  /** Fields to suggest instead of one that no record has. */
  knownFields?: (rule: SigmaRule) => readonly string[];
  /** A rule of our own content: what an analyst needs of it is demanded, not wished for. */
  isOurs?: boolean;
}

export interface LintedFile {
  findings: LintFinding[];
  /** Rules, where they could be read (with ATT&CK ids followed), for checks across files. */
  parsed: Parsed;
}

type Add = (severity: LintFinding['severity'], code: string, problem: Problem) => void;

/** Below this many characters, "contains" finds a text by accident. */
const SHORT_TEXT = 3;
const NEEDED = [
  { key: 'id', fix: 'add a random UUID (version 4).' },
  { key: 'status', fix: 'add "status: experimental": its findings are then recorded and do not alert.' },
  { key: 'description', fix: 'say what it finds, and what it cannot see.' },
  { key: 'falsepositives', fix: 'say which permitted acts look the same.' },
  { key: 'level', fix: 'add informational, low, medium, high or critical.' },
] as const;

/** Lints one file. Never throws. */
export function lintRules(text: string, file: string, context: LintContext = {}): LintedFile {
  const findings: LintFinding[] = [];
  const add: Add = (severity, code, problem) => findings.push({ severity, code, ...problem });
  const strict = parseSigma(text, file, { attack: 'strict' });
  const parsed = parseSigma(text, file, { attack: 'follow' });
  for (const problem of strict.problems) add('error', 'parse', problem);
  const missing = /^(There is no id|The rule has no level)/;
  for (const note of strict.notes.filter(({ what }) => !missing.test(what) && !/^A correlation rule is not/.test(what)))
    add('warning', 'remark', note);
  const { trees } = readYaml(text, file);
  const { maps } = mergeDocuments(trees, file);
  const hasCorrelation = maps.some((map) => entryOf(map, 'correlation'));
  for (const map of maps) {
    lintDocument(map, add);
    // Beside a correlation lie rules that only feed it: nobody is asked to look at what they match.
    if (!entryOf(map, 'filter') && (!hasCorrelation || entryOf(map, 'correlation')))
      lintForAnalyst(map, add, context.isOurs === true);
  }
  for (const rule of parsed.rules) {
    const map = mergeDocuments(trees, file).maps.find((one) => idIn(one) === rule.info.id || titleIn(one) === rule.info.title);
    if (map !== undefined) lintRule(rule, map, { ...context, add });
  }
  return { findings, parsed };
}

const textIn = (map: MapTree, key: string): string | undefined => {
  const value = entryOf(map, key)?.value;
  return value?.kind === 'scalar' && value.value !== null ? String(value.value).trim() : undefined;
};
const idIn = (map: MapTree): string | undefined => textIn(map, 'id');
const titleIn = (map: MapTree): string | undefined => textIn(map, 'title');

function lintDocument(map: MapTree, add: Add): void {
  if (entryOf(map, 'filter')) return;
  for (const { key, fix } of NEEDED) {
    const entry = entryOf(map, key);
    const empty =
      entry === undefined || (entry.value.kind === 'scalar' && (entry.value.value === null || entry.value.value === ''));
    if (empty || (entry.value.kind === 'list' && entry.value.items.length === 0))
      add('error', `no-${key}`, { at: entry?.at ?? map.at, what: `The rule has no ${key}`, fix });
  }
  const status = textIn(map, 'status');
  if (status === 'deprecated' || status === 'unsupported')
    add('warning', 'retired', {
      at: entryOf(map, 'status')?.at ?? map.at,
      what: `A rule with status ${status} still runs`,
      fix: 'move it to queries/_deprecated and say why there.',
    });
  const detection = entryOf(map, 'detection')?.value;
  if (detection?.kind === 'map')
    for (const entry of detection.entries) if (!['condition', 'timeframe'].includes(entry.key)) duplicates(entry.value, '', add);
}

const FOR_ANALYST = [
  {
    key: 'nextSteps',
    code: 'no-next-steps',
    what: 'what an analyst asks first',
    fix: 'add "yagura: {nextSteps: {en: …, ja: …}}".',
  },
  {
    key: 'hunts',
    code: 'no-hunts',
    what: 'which hunts look for the same in history',
    fix: 'name files of queries/hunts: "yagura: {hunts: [aws_discovery_burst]}".',
  },
  { key: 'd3fend', code: 'no-d3fend', what: 'which response fits', fix: 'name D3FEND techniques: "yagura: {d3fend: [D3-CR]}".' },
] as const;

function lintForAnalyst(map: MapTree, add: Add, isOurs: boolean): void {
  const block = entryOf(map, 'yagura')?.value;
  for (const { key, code, what, fix } of FOR_ANALYST)
    if (!entryOf(block, key)) add(isOurs ? 'error' : 'warning', code, { at: map.at, what: `The rule does not say ${what}`, fix });
}

/** Values that a list gives twice, upper and lower case being the same unless the field says `cased`. */
function duplicates(tree: Tree, key: string, add: Add): void {
  if (tree.kind === 'map') for (const entry of tree.entries) duplicates(entry.value, entry.key, add);
  if (tree.kind !== 'list') return;
  const cased = /\|(cased|re|base64)/.test(key);
  const seen = new Map<string, string>();
  for (const item of tree.items) {
    if (item.kind !== 'scalar') duplicates(item, '', add);
    else {
      const text = cased ? String(item.value) : String(item.value).toLowerCase();
      const first = seen.get(text);
      if (first === undefined) seen.set(text, item.at);
      else
        add('warning', 'duplicate-value', {
          at: item.at,
          what: `${JSON.stringify(item.value)} is in the list already`,
          fix: `remove it; the first is at ${first}.`,
        });
    }
  }
}

function lintRule(rule: SigmaRule, map: MapTree, context: LintContext & { add: Add }): void {
  const { add } = context;
  const conditionAt = entryOf(entryOf(map, 'detection')?.value, 'condition')?.at ?? map.at;
  if (rule.info.attack.length === 0)
    add('warning', 'no-attack', {
      at: entryOf(map, 'tags')?.at ?? map.at,
      what: 'The rule names no ATT&CK technique',
      allowed: 'attack.t1098.001 and the like',
    });
  const expr = wholeExpr(rule);
  if (holdsOnSilence(expr))
    add('error', 'negation-only', {
      at: conditionAt,
      what: 'The condition asks only for what an event is not, so it matches nearly every event',
      fix: 'add a selection of what the event is.',
    });
  else if (anchorSets(expr, (anchors) => anchors.length).length === 0)
    add('warning', 'no-anchor', {
      at: conditionAt,
      what: 'Nothing in the rule must be there for it to match, so every event is tried on it',
      fix: 'add a field with a value, such as the name of the call.',
    });
  const isSelective = anchorSets(expr, (anchors) => anchors.length).some((set) => set.every(({ kind }) => kind !== 'present'));
  for (const entry of fieldEntries(entryOf(map, 'detection')?.value)) lintField(rule, entry, { ...context, isSelective });
}

/** True where the condition holds when nothing at all is known of the event. */
function holdsOnSilence(expr: Expr): boolean {
  if (expr.op === 'atom') return expr.atom.test === 'null' || (expr.atom.test === 'exists' && !expr.atom.want);
  if (expr.op === 'not') return !holdsOnSilence(expr.of);
  return expr.op === 'and' ? expr.of.every(holdsOnSilence) : expr.of.some(holdsOnSilence);
}

function* fieldEntries(detection: Tree | undefined): Generator<TreeEntry> {
  if (detection?.kind !== 'map') return;
  const inside = function* (tree: Tree): Generator<TreeEntry> {
    if (tree.kind === 'list') for (const item of tree.items) yield* inside(item);
    else if (tree.kind === 'map') yield* tree.entries;
  };
  for (const { key, value } of detection.entries) if (key !== 'condition' && key !== 'timeframe') yield* inside(value);
}

interface FieldLint {
  add: Add;
  /** True where something else in the rule keeps most events away from its tests. */
  isSelective: boolean;
}

function lintField(rule: SigmaRule, { key, at }: TreeEntry, context: LintContext & FieldLint): void {
  const { add, judgeField, knownFields, isSelective } = context;
  const [field = '', ...modifiers] = key.split('|').map((part) => part.trim());
  if (field === '') return;
  const maps = rule.taxonomy === 'ocsf' ? [] : mapsFor(FIELD_MAPS, [rule.logsource]);
  if (judgeField !== undefined && pathsOf(field, maps).every((path) => judgeField(rule, path) === 'unknown')) {
    const near = nearest(field, knownFields?.(rule) ?? []);
    const what = `No record of the rule's log source that we know has the field ${JSON.stringify(field)}`;
    add('warning', 'unknown-field', { at, what, ...(near === undefined ? {} : { fix: `write "${near}"?` }) });
  }
  const atoms = rule.selections.flatMap(({ expr }) => [...atomsOf(expr)]).filter((atom) => atom.field === field);
  if (modifiers.includes('re')) for (const atom of atoms) lintRegex(atom, at, { add, isSelective });
  else for (const atom of atoms) lintText(atom, at, { add, modifiers });
}

function lintRegex(atom: Atom, at: string, { add, isSelective }: FieldLint): void {
  if (atom.test !== 'regex') return;
  for (const regex of atom.regexes) {
    const shown = JSON.stringify(regex.source);
    if (/^\^?\.[*+]|(^|[^\\])\.[*+]\$?$/.test(regex.source))
      add('warning', 'unbounded-regex', {
        at,
        what: `The regular expression ${shown} begins or ends with "anything"`,
        fix: 'leave it out: it is searched for anywhere in the value; or use contains, startswith, endswith.',
      });
    else if (!isSelective && requiredLiteral(regex) === undefined)
      add('warning', 'loose-regex', {
        at,
        what: `Nothing of two characters must be in what ${shown} matches, so every value of the field is tried`,
        fix: 'add a plain text to it, or a second test beside it.',
      });
  }
}

function lintText(atom: Atom, at: string, { add, modifiers }: { add: Add; modifiers: readonly string[] }): void {
  if (atom.test !== 'text' || !modifiers.includes('contains')) return;
  for (const pattern of atom.patterns) {
    const longest = longestLiteral(pattern);
    if (longest.length > 0 && [...longest].length < SHORT_TEXT)
      add('warning', 'short-contains', {
        at,
        what: `"contains" with ${JSON.stringify(longest)} finds it by accident`,
        allowed: `at least ${SHORT_TEXT} characters`,
        fix: 'use the whole value, startswith or endswith.',
      });
  }
}

const longestLiteral = (pattern: Pattern): string =>
  typeof pattern === 'string'
    ? pattern
    : pattern.reduce<string>((best, part) => (typeof part === 'string' && part.length > best.length ? part : best), '');

/** Findings that only several rules together show: ids, names and titles that are not of their own. */
export function lintTogether(rules: readonly { id: string; title: string; name?: string; file: string }[]): LintFinding[] {
  const findings: LintFinding[] = [];
  for (const key of ['id', 'name', 'title'] as const) {
    const first = new Map<string, string>();
    for (const rule of rules) {
      const value = rule[key]?.trim().toLowerCase();
      if (value === undefined || value === '') continue;
      const other = first.get(value);
      if (other === undefined) first.set(value, rule.file);
      else
        findings.push({
          severity: key === 'title' ? 'warning' : 'error',
          code: `duplicate-${key}`,
          at: rule.file,
          what: `The ${key} ${JSON.stringify(rule[key])} is also that of ${other}`,
          fix: `give one of them ${key === 'id' ? 'a new random UUID' : `another ${key}`}.`,
        });
    }
  }
  return findings;
}
