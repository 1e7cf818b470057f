/** A statement's parse tree → every place where it reads a table or view, with the conditions that surely hold for the rows it reads there. */
import { childRules, hasToken, ruleOf, rulesOf, type SqlRule, textOf, tokensOf } from './tree.ts';

export interface Scan {
  /** The table's name as the catalog has it. */
  table: string;
  /** What qualifies its columns: the alias, else the table's name; lower case without quotes. */
  label: string;
  /** The label as the text writes it. */
  labelText: string;
  /** Path before the name, lower case: catalog and database. */
  schema: string;
  /** The alias renames the columns, or rows go through a function or MATCH_RECOGNIZE first: conditions say nothing about the table's columns. */
  opaque: boolean;
  /** Conditions that filter the rows of this scan: WHERE, and ON where the join drops rows of this side. */
  conditions: SqlRule[];
  /** The SELECT that it stands in; none for `TABLE x`. */
  select: SqlRule | undefined;
  node: SqlRule;
}

/** How the grammar names a table or view, wherever it may stand. */
const NAMES = new Set(['TableOrViewName', 'TableRef', 'ViewRef']);
/** Where a query of its own begins. */
const QUERIES = new Set(['QueryNoWith', 'SubqueryRelation', 'Subquery']);

interface Select {
  node: SqlRule;
  scans: Scan[];
}

/** All scans, in the order of the text. Names that WITH defines are no tables where they are in sight. */
export function scansOf(root: SqlRule): Scan[] {
  const scans: Scan[] = [];
  visit(root, { ctes: new Set(), select: undefined, scans });
  return scans;
}

interface Place {
  ctes: ReadonlySet<string>;
  select: Select | undefined;
  scans: Scan[];
  opaque?: boolean;
}

function visit(node: SqlRule, place: Place): void {
  if (NAMES.has(node.rule)) {
    addScan(node, place);
    return;
  }
  const withNode = ruleOf(node, 'With');
  if (withNode !== undefined) {
    const ctes = visitWith(withNode, place);
    for (const kid of childRules(node)) if (kid !== withNode) visit(kid, { ...place, ctes, select: undefined });
    return;
  }
  if (node.rule === 'QuerySpecification') {
    visitSelect(node, place);
    return;
  }
  const opaque =
    place.opaque === true ||
    node.rule === 'TableFunctionInvocation' ||
    (node.rule === 'PatternRecognition' && hasToken(node, 'KW_MATCH_RECOGNIZE'));
  const inner = QUERIES.has(node.rule) ? { ...place, select: undefined, opaque: false } : { ...place, opaque };
  for (const kid of childRules(node)) visit(kid, inner);
}

/** Each query of WITH sees those before it, and itself where it is RECURSIVE. */
function visitWith(node: SqlRule, place: Place): ReadonlySet<string> {
  const ctes = new Set(place.ctes);
  const recursive = hasToken(node, 'KW_RECURSIVE');
  for (const named of rulesOf(node, 'NamedQuery')) {
    const name = identifierOf(childRules(named)[0]);
    const seen = new Set(ctes);
    if (recursive) seen.add(name);
    for (const kid of childRules(named).slice(1)) visit(kid, { ...place, ctes: seen, select: undefined });
    ctes.add(name);
  }
  return ctes;
}

function visitSelect(node: SqlRule, place: Place): void {
  const select: Select = { node, scans: [] };
  for (const kid of childRules(node)) visit(kid, { ...place, select, opaque: false });
  const where = ruleOf(node, 'WhereClause');
  const condition = where === undefined ? undefined : childRules(where)[0];
  if (condition !== undefined) for (const scan of select.scans) scan.conditions.push(condition);
  for (const join of joinsOf(node)) addJoin(join, select.scans);
}

/** The joins of this SELECT, not those of queries inside it. */
function joinsOf(node: SqlRule): SqlRule[] {
  return childRules(node).flatMap((kid) => {
    if (kid.rule === 'QuerySpecification' || QUERIES.has(kid.rule)) return [];
    return [...(kid.rule === 'JoinRelation' ? [kid] : []), ...joinsOf(kid)];
  });
}

/** ON drops rows of both sides of an inner join, else only rows of the side that is filled up with NULL. */
function addJoin(join: SqlRule, scans: readonly Scan[]): void {
  const criteria = ruleOf(join, 'JoinCriteria');
  const condition = criteria === undefined || !hasToken(criteria, 'KW_ON') ? undefined : childRules(criteria)[0];
  if (condition === undefined) return;
  const [left, right] = childRules(join).filter(({ rule }) => rule !== 'JoinType' && rule !== 'JoinCriteria');
  const type = ruleOf(join, 'JoinType');
  const is = (word: string): boolean => type !== undefined && hasToken(type, word);
  if (is('KW_FULL')) return;
  const sides = is('KW_LEFT') ? [right] : is('KW_RIGHT') ? [left] : [left, right];
  for (const scan of scans)
    if (sides.some((side) => side !== undefined && contains(side, scan.node))) scan.conditions.push(condition);
}

const contains = (node: SqlRule, wanted: SqlRule): boolean =>
  node === wanted || childRules(node).some((kid) => contains(kid, wanted));

const identifierOf = (node: SqlRule | undefined): string => (node === undefined ? '' : plainName(textOf(node)));

/** An identifier as Trino compares it. */
export const plainName = (text: string): string =>
  (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text).trim().toLowerCase();

function addScan(node: SqlRule, place: Place): void {
  const texts = namePath(node);
  const path = texts.map(plainName);
  const table = path.at(-1) ?? '';
  if (path.length === 1 && place.ctes.has(table)) return;
  const aliased = place.select === undefined ? undefined : aliasedAround(place.select.node, node);
  const alias = aliased === undefined ? undefined : childRules(aliased).find(({ rule }) => rule.endsWith('Identifier'));
  const renamed = aliased !== undefined && ruleOf(aliased, 'ColumnAliases') !== undefined;
  const labelText = alias === undefined ? (texts.at(-1) ?? '') : textOf(alias);
  const scan: Scan = {
    ...{ table, labelText, label: plainName(labelText), schema: path.slice(0, -1).join('.') },
    ...{ opaque: place.opaque === true || renamed, conditions: [], select: place.select?.node, node },
  };
  place.scans.push(scan);
  place.select?.scans.push(scan);
}

const namePath = (node: SqlRule): string[] =>
  tokensOf(node)
    .map(({ text }) => text)
    .filter((text) => text !== '.');

/** The innermost aliased relation that holds this table directly: not an alias of a subquery around it. */
function aliasedAround(node: SqlRule, wanted: SqlRule): SqlRule | undefined {
  for (const kid of childRules(node)) {
    if (!contains(kid, wanted)) continue;
    const inner = aliasedAround(kid, wanted);
    return inner ?? (kid.rule === 'AliasedRelation' ? kid : undefined);
  }
  return undefined;
}
