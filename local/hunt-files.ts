/** The files of `queries/hunts` → hunts, by id; everything that is wrong with them is told at once. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { nearest, type Problem, YaguraError } from '../functions/core/error.ts';
import { type Hunt, parseHunt } from '../functions/core/hunt.ts';
import { SOURCES } from '../functions/sources/index.ts';
import { ROOT } from './content.ts';

/** @throws YaguraError BadContent with every problem of every file */
export async function loadHunts(folder = join(ROOT, 'queries', 'hunts')): Promise<Hunt[]> {
  const ids = SOURCES.map(({ id }) => id);
  const hunts: Hunt[] = [];
  const problems: Problem[] = [];
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()) {
    const file = join(folder, name);
    const parsed = parseHunt(relative(ROOT, file), await readFile(file, 'utf8'), ids);
    if (parsed.hunt !== undefined) hunts.push(parsed.hunt);
    problems.push(...parsed.problems);
  }
  if (problems.length > 0) throw new YaguraError('BadContent', `${problems.length} problems in the hunts`, { problems });
  return hunts;
}

/** By id, or the one whose id begins with it. @throws YaguraError NotFound */
export function findHunt(hunts: readonly Hunt[], wanted: string): Hunt {
  const id = wanted.replace(/^.*\//, '').replace(/\.sql$/, '');
  const exact = hunts.find((hunt) => hunt.id === id);
  const begins = hunts.filter((hunt) => hunt.id.startsWith(id));
  const found = exact ?? (begins.length === 1 ? begins[0] : undefined);
  if (found !== undefined) return found;
  const near = nearest(
    id,
    hunts.map((hunt) => hunt.id),
  );
  const names = begins.length > 1 ? begins.map((hunt) => hunt.id).join(', ') : '`yagura hunt list` shows them';
  throw new YaguraError('NotFound', `there is no hunt ${wanted}`, {
    problems: [{ at: 'hunt', what: wanted, allowed: names, ...(near === undefined ? {} : { fix: `did you mean ${near}?` }) }],
  });
}
