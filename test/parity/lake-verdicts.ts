/** Maps records through a source, writes them as a lake in a folder, and asks the lake for the verdicts of rules. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { JsonObject } from '../../functions/core/json.ts';
import { encodeLake } from '../../functions/core/lake/encode.ts';
import type { SigmaRule } from '../../functions/core/sigma/ast.ts';
import { evaluate } from '../../functions/core/sigma/predicate.ts';
import { compileSql, type SqlOptions, verdictSql } from '../../functions/core/sigma/sql/compile.ts';
import type { Query } from '../../functions/ports/query.ts';
import { awsCloudtrail } from '../../functions/sources/aws-cloudtrail/source.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';

export const WHOLE_TIME = { fromDay: '19700101', toDay: '99991231' };
const RULES_A_QUERY = 40;

export interface RecordLake {
  query: Query;
  /** One list of verdicts a rule, in the order of the records; undefined for a rule that is unsupported. */
  verdicts(rules: readonly SigmaRule[], options?: Partial<SqlOptions>): Promise<Map<SigmaRule, (string | null)[] | undefined>>;
  close(): Promise<void>;
}

/** Every record gets an id of its own, where it has one already, so that none is taken for a copy of another. */
export async function recordLake(records: readonly JsonObject[]): Promise<RecordLake> {
  const lakeDir = mkdtempSync(join(tmpdir(), 'yagura-parity-'));
  const rows = records.map((record, index) => {
    const event = awsCloudtrail.toOcsf(structuredClone(record), { nowMs: Date.UTC(2026, 10, 20) });
    return {
      event,
      source: awsCloudtrail.id,
      rawRef: { key: 'k', line: index, sha256: 's', bytes: 1 },
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
    query,
    verdicts: async (rules, options = {}) => {
      const answers = new Map<SigmaRule, (string | null)[] | undefined>();
      for (let from = 0; from < rules.length; from += RULES_A_QUERY) {
        const { sql, rules: columns } = verdictSql(rules.slice(from, from + RULES_A_QUERY), { window: WHOLE_TIME, ...options });
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
  for (const [rule, verdicts] of await lake.verdicts(rules)) {
    if (verdicts === undefined) {
      result.unsupported.push(
        ...compileSql(rule, { window: WHOLE_TIME }).problems.map(({ what }) => `${rule.info.path}: ${what}`),
      );
      continue;
    }
    for (const [index, record] of records.entries()) {
      const wanted = evaluate(rule, record);
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
