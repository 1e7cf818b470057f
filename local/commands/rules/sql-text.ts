/** A rule → the SQL that asks history the same, as lines of text, or why it cannot be asked there. */
import { problemText } from '../../../functions/core/error.ts';
import type { SigmaRule } from '../../../functions/core/sigma/ast.ts';
import { logsourceFits } from '../../../functions/core/sigma/field-map.ts';
import { compileSql, lakeMapsOf } from '../../../functions/core/sigma/sql/compile.ts';
import { futureMap } from '../../../functions/core/sigma/sql/lake-map.ts';
import { SOURCES } from '../../../functions/sources/index.ts';

const WEEK_MS = 6 * 86_400_000;

export const dayText = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '');

/** The query over the last week; for a log source that nobody has connected yet, as it would be asked then. */
export function sqlLines(rule: SigmaRule, nowMs = Date.now()): string[] {
  const isConnected = SOURCES.some(({ logsources }) => logsources.some((given) => logsourceFits(rule.logsource, given)));
  const lakeMaps = isConnected ? lakeMapsOf(SOURCES) : [futureMap(rule.logsource)];
  const { sql, problems } = compileSql(rule, { window: { fromDay: dayText(nowMs - WEEK_MS), toDay: dayText(nowMs) }, lakeMaps });
  const title = `The same over history (Athena)${isConnected ? '' : ', once its log source is connected'}:`;
  if (sql !== undefined) return ['', title, ...sql.split('\n').map((line) => `  ${line}`)];
  return ['', 'Not as SQL:', ...problems.map((problem) => `  ${problemText(problem)}`)];
}
