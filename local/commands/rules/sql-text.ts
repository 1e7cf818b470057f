/** A rule → the SQL that asks history the same, as lines of text, or why it cannot be asked there. */
import { problemText } from '../../../functions/core/error.ts';
import type { SigmaRule } from '../../../functions/core/sigma/ast.ts';
import { compileSql } from '../../../functions/core/sigma/sql/compile.ts';

const WEEK_MS = 6 * 86_400_000;

export const dayText = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '');

/** The query over the last week. */
export function sqlLines(rule: SigmaRule, nowMs = Date.now()): string[] {
  const { sql, problems } = compileSql(rule, { window: { fromDay: dayText(nowMs - WEEK_MS), toDay: dayText(nowMs) } });
  if (sql !== undefined) return ['', 'The same over history (Athena):', ...sql.split('\n').map((line) => `  ${line}`)];
  return ['', 'Not as SQL:', ...problems.map((problem) => `  ${problemText(problem)}`)];
}
