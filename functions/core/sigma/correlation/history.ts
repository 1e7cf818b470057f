/** Asks the lake for the matches of a correlation's base rules, as ingest would have kept them: what judges history is the same evaluator. */
import type { Problem } from '../../error.ts';
import type { Entity } from '../../finding.ts';
import type { Json } from '../../json.ts';
import { identityEntities } from '../../principal.ts';
import type { SigmaRule } from '../ast.ts';
import { compileMatchesSql, mapsOfRule, type SqlWindow } from '../sql/compile.ts';
import type { LakeMap } from '../sql/lake-map.ts';
import { type EventOf, type HistoryRow, rowEntities } from './history-entities.ts';
import type { Match } from './match.ts';
import { type CorrelationPlan, nodesOf } from './plan.ts';
import { type KeptMatch, keptIn, shortTexts } from './reader.ts';

/** The part of the query port that history needs. @see ports/query.ts */
export interface HistoryQuery {
  run(sql: string): Promise<{ columns: { name: string }[]; rows: Json[][]; scannedBytes: number }>;
}

export interface History {
  kept: KeptMatch[];
  scannedBytes: number;
  /** Base rules that cannot be asked in SQL, with the reasons: their matches are missing. */
  problems: Problem[];
}

/** The lake, where it keeps what rules read, and what its records mean; without that, entities are what the flat columns say. */
export interface HistoryLake {
  query: HistoryQuery;
  lakeMaps: readonly LakeMap[];
  eventOf?: EventOf | undefined;
}

/**
 * The matches of every base rule of a plan in the window (UTC days, bounds of the partitions).
 * @throws YaguraError of the query port
 */
export async function historyOf(
  plan: CorrelationPlan,
  { query, lakeMaps, eventOf }: HistoryLake,
  window: SqlWindow,
): Promise<History> {
  const found: History = { kept: [], scannedBytes: 0, problems: [] };
  for (const rule of baseRules(plan)) {
    const { paths = [], partition = [] } = plan.reads.get(rule.info.id) ?? {};
    for (const source of sourcesOf(rule, lakeMaps)) {
      const { sql, problems } = compileMatchesSql(rule, paths, { window, source, lakeMaps });
      found.problems.push(...problems);
      if (sql === undefined) continue;
      const { columns, rows, scannedBytes } = await query.run(sql);
      found.scannedBytes += scannedBytes;
      const names = columns.map(({ name }) => name);
      const matches = rows.map((row) => matchOf(rule, { source, names, row, paths }));
      const told = eventOf === undefined ? undefined : await rowEntities(placesOf(names, rows), { query, source, eventOf });
      found.scannedBytes += told?.scannedBytes ?? 0;
      for (const match of matches) {
        const entities = told?.entities.get(match.eventUid) ?? match.entities;
        found.kept.push(...keptIn(plan, partition, { ...match, entities }));
      }
    }
  }
  return found;
}

/** Rules that the plan's matches are of, each once. */
export function baseRules(plan: CorrelationPlan): SigmaRule[] {
  const rules = [...nodesOf(plan.root)].flatMap(({ inputs }) =>
    inputs.flatMap(({ of }) => (of.kind === 'rule' ? [of.rule] : [])),
  );
  return [...new Map(rules.map((rule) => [rule.info.id, rule])).values()];
}

/** Sources of the lake that hold the rule's records; one without a name for a rule that no map fits, so that the reason is told. */
function sourcesOf(rule: SigmaRule, lakeMaps: readonly LakeMap[]): string[] {
  const maps = mapsOfRule(rule, lakeMaps);
  return maps.length === 0 ? [''] : maps.map(({ source }) => source);
}

function placesOf(names: readonly string[], rows: readonly (readonly Json[])[]): HistoryRow[] {
  const [uid, time, day, classUid] = ['uid', 'time', 'eventday', 'class_uid'].map((name) => names.indexOf(name));
  const at = (row: readonly Json[], index: number | undefined): Json => row[index ?? -1] ?? null;
  return rows.map((row) => ({
    uid: String(at(row, uid) ?? ''),
    timeMs: Number(at(row, time) ?? 0),
    eventday: String(at(row, day) ?? ''),
    classUid: Number(at(row, classUid) ?? 0),
  }));
}

interface Row {
  source: string;
  names: readonly string[];
  row: readonly Json[];
  paths: readonly string[];
}

function matchOf(rule: SigmaRule, { source, names, row, paths }: Row): Match {
  const at = (name: string): Json => row[names.indexOf(name)] ?? null;
  const fields = paths.map((path, i): [string, string[]] => [path, shortTexts(listIn(at(`g${i}`)))]);
  return {
    ruleId: rule.info.id,
    eventUid: String(at('uid') ?? ''),
    timeMs: Number(at('time') ?? 0),
    source,
    fields: Object.fromEntries(fields.filter(([, texts]) => texts.length > 0)),
    entities: entitiesIn(at('principal'), at('account')),
  };
}

function listIn(text: Json): string[] {
  if (typeof text !== 'string') return [];
  const list: unknown = JSON.parse(text);
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}

/** Who it was about, as far as the flat columns say. */
function entitiesIn(principal: Json, account: Json): Entity[] {
  const found: Entity[] = typeof principal === 'string' ? identityEntities(principal, 'actor') : [];
  if (typeof account === 'string') found.push({ type: 'account', id: account, part: 'context' });
  return found;
}
