/** The text of a measure's query (`queries/metrics/<name>.sql`) → checked front matter and SQL. */
import * as z from 'zod';
import type { Problem } from '../error.ts';
import { parseQueryFile, peopleText, type QueryFile, queryFields } from '../query-file.ts';

const schema = z.strictObject({
  ...queryFields,
  /** What the rows are. */
  about: peopleText,
});
export type MetricQueryMeta = z.output<typeof schema>;
export type MetricQuery = QueryFile<MetricQueryMeta> & { id: string };

/** @param path how problems name the file */
export function parseMetricQuery(path: string, text: string): { query?: MetricQuery; problems: Problem[] } {
  const { file, problems } = parseQueryFile(path, text, schema);
  const id = path.replace(/^.*[\\/]/, '').replace(/\.sql$/, '');
  return file === undefined ? { problems } : { query: { ...file, id }, problems };
}
