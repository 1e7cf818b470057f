/** The text of a hunt (`queries/hunts/<name>.sql`) → a hypothesis with its query, and how a person reads what it finds. */
import * as z from 'zod';
import { nearest, type Problem } from './error.ts';
import { LEVELS } from './finding.ts';
import { attackId, parseQueryFile, peopleText, type QueryFile, queryFields } from './query-file.ts';

const schema = z.strictObject({
  ...queryFields,
  /** What would be true if an attacker were here. */
  hypothesis: peopleText,
  /** Ids of the sources whose events the query reads; any of them is enough. */
  data: z.array(z.string().min(1)).min(1),
  /** How to tell an attack from everyday life in the rows. */
  read: peopleText,
  /** What to do with a row that looks wrong. */
  next: peopleText,
  attack: z.array(attackId).min(1),
  /** Days that a run reads where it is told none: baselines need more than one. */
  days: z.int().min(1).max(90).default(14),
  /** The level of a finding that a person makes of a row. */
  level: z.enum(LEVELS).default('medium'),
});

export type HuntMeta = z.output<typeof schema>;

export interface Hunt extends QueryFile<HuntMeta> {
  /** The file's name without its ending. */
  id: string;
}

/** @param sources ids of the sources that there are */
export function parseHunt(path: string, text: string, sources: readonly string[]): { hunt?: Hunt; problems: Problem[] } {
  const { file, problems } = parseQueryFile(path, text, schema);
  if (file === undefined) return { problems };
  const id = path.replace(/^.*[\\/]/, '').replace(/\.sql$/, '');
  const unknown = file.meta.data.filter((source) => !sources.includes(source));
  const found: Problem[] = unknown.map((source) => {
    const near = nearest(source, sources);
    return {
      at: path,
      what: `data: there is no source ${source}`,
      allowed: '`yagura sources` lists them',
      fix: near === undefined ? 'leave it out' : `did you mean ${near}?`,
    };
  });
  if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(id))
    found.push({ at: path, what: `the name ${id}.sql`, allowed: 'a-z, 0-9 and _', fix: 'rename the file' });
  return found.length > 0 ? { problems: found } : { hunt: { ...file, id }, problems: [] };
}
