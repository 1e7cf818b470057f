/** The process's environment and the bundled grammar → what stages must know about queries beside the port itself. */
import { YaguraError } from '../../core/error.ts';
import { type ParseSql, sqlParser } from '../../core/sql/parse.ts';

/** Loaded with the first statement. */
export const parseSql: ParseSql = sqlParser(() => import('./trino-grammar.ts'));

/** What queries of content may cost a day, US dollars. @throws YaguraError BadConfig */
export function dailyQueryUsd(env: NodeJS.ProcessEnv = process.env): number {
  const text = env['YAGURA_QUERY_DAILY_USD'] ?? '';
  const usd = Number(text);
  if (text !== '' && Number.isFinite(usd) && usd >= 0) return usd;
  throw new YaguraError('BadConfig', `YAGURA_QUERY_DAILY_USD is "${text}" (allowed: US dollars, 0 or more)`);
}
