/** Maps records through a source, writes them as a lake in a folder, and asks the lake for the verdicts of rules. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { JsonObject } from '../../functions/core/json.ts';
import { encodeLake } from '../../functions/core/lake/encode.ts';
import { rawText } from '../../functions/core/lake/raw-text.ts';
import type { OcsfEvent } from '../../functions/core/ocsf/event.ts';
import type { SigmaRule } from '../../functions/core/sigma/ast.ts';
import { FIELD_MAPS, mapsFor } from '../../functions/core/sigma/field-map.ts';
import { evaluate } from '../../functions/core/sigma/predicate.ts';
import { compileSql, lakeMapsOf, type SqlOptions, verdictSql } from '../../functions/core/sigma/sql/compile.ts';
import type { Query } from '../../functions/ports/query.ts';
import { awsCloudtrail } from '../../functions/sources/aws-cloudtrail/source.ts';
import type { Source } from '../../functions/sources/source.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';

export const WHOLE_TIME = { fromDay: '19700101', toDay: '99991231' };
const RULES_A_QUERY = 6;

export interface RecordLake {
  source: Source;
  /** What the records became, in their order. */
  events: readonly OcsfEvent[];
  query: Query;
  /** One list of verdicts a rule, in the order of the records; undefined for a rule that is unsupported. */
  verdicts(rules: readonly SigmaRule[], options?: Partial<SqlOptions>): Promise<Map<SigmaRule, (string | null)[] | undefined>>;
  close(): Promise<void>;
}

/**
 * @param ownUids every event gets an id of its own, so that none is taken for a copy of another
 * @param withoutRaw as rows were before they held their record
 */
export async function recordLake(
  records: readonly JsonObject[],
  source: Source = awsCloudtrail,
  { ownUids = false, withoutRaw = false }: { ownUids?: boolean; withoutRaw?: boolean } = {},
): Promise<RecordLake> {
  const lakeDir = mkdtempSync(join(tmpdir(), 'yagura-parity-'));
  const lakeMaps = lakeMapsOf([source]);
  const rows = records.map((record, index) => {
    const event = source.toOcsf(structuredClone(record), { nowMs: Date.UTC(2026, 10, 20) });
    if (ownUids) event.metadata.uid = `event-${index}`;
    return {
      event,
      source: source.id,
      rawRef: { key: 'k', line: index, sha256: 's', bytes: 1 },
      rawRecord: withoutRaw ? undefined : rawText(record, new Uint8Array(), false),
      ingestTimeMs: Date.UTC(2026, 10, 21) + index,
    };
  });
  for (const file of encodeLake(rows, 'parity')) {
    const path = join(lakeDir, file.key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.bytes);
  }
  const query = createDuckdbQuery({ lakeDir });
  const lines = new Map(rows.map(({ event }, index) => [event.metadata.uid, index]));
  return {
    source,
    events: rows.map(({ event }) => event),
    query,
    verdicts: async (rules, options = {}) => {
      const answers = new Map<SigmaRule, (string | null)[] | undefined>();
      for (let from = 0; from < rules.length; from += RULES_A_QUERY) {
        const { sql, rules: columns } = verdictSql(rules.slice(from, from + RULES_A_QUERY), {
          window: WHOLE_TIME,
          source: source.id,
          lakeMaps,
          ...options,
        });
        const result = sql === undefined ? undefined : await query.run(sql);
        for (const { rule, column } of columns) {
          if (column === undefined || result === undefined) {
            answers.set(rule, undefined);
            continue;
          }
          const at = result.columns.findIndex(({ name }) => name === column);
          const verdicts: (string | null)[] = new Array(records.length).fill(undefined);
          for (const row of result.rows) verdicts[lines.get(String(row[0])) ?? -1] = typeof row[at] === 'string' ? row[at] : null;
          answers.set(rule, verdicts);
        }
      }
      return answers;
    },
    close: async () => {
      await query.close();
      rmSync(lakeDir, { recursive: true });
    },
  };
}

/** The records with ids and lines of their own, so that none is taken for a copy of another. */
export const distinct = (records: readonly JsonObject[]): JsonObject[] =>
  records.map((record, index) => {
    const own = { ...record, parityLine: index };
    return typeof record['eventID'] === 'string' ? { ...own, eventID: `event-${index}` } : own;
  });

export interface Comparison {
  pairs: number;
  /** Pairs of which SQL says that the lake cannot tell. */
  undecided: number;
  /** Rules that SQL refuses, with their reasons. */
  unsupported: string[];
  differences: string[];
  verdicts: Map<string, number>;
}

/** The predicate's verdicts beside the lake's. */
export async function compared(
  lake: RecordLake,
  rules: readonly SigmaRule[],
  records: readonly JsonObject[],
): Promise<Comparison> {
  const result: Comparison = { pairs: 0, undecided: 0, unsupported: [], differences: [], verdicts: new Map() };
  const maps = mapsFor(FIELD_MAPS, lake.source.logsources);
  for (const [rule, verdicts] of await lake.verdicts(rules)) {
    if (verdicts === undefined) {
      result.unsupported.push(
        ...compileSql(rule, { window: WHOLE_TIME, lakeMaps: lakeMapsOf([lake.source]) }).problems.map(
          ({ what }) => `${rule.info.path}: ${what}`,
        ),
      );
      continue;
    }
    for (const [index, record] of records.entries()) {
      const isOcsf = rule.taxonomy === 'ocsf';
      const wanted = isOcsf ? evaluate(rule, lake.events[index]) : evaluate(rule, record, maps);
      const given = verdicts[index];
      result.pairs += 1;
      result.verdicts.set(wanted, (result.verdicts.get(wanted) ?? 0) + 1);
      if (given === null) result.undecided += 1;
      else if (given !== wanted)
        result.differences.push(
          `${rule.info.path}: ${wanted} ≠ ${given}: ${JSON.stringify(rule.selections)} on ${JSON.stringify(record)}`,
        );
    }
  }
  return result;
}
