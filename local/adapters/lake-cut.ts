/** The lake's folder → where compaction stands: the last cut, and the hot files that it and earlier ones took over. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ABSORBED_PREFIX, cutOf } from '../../functions/core/lake/cut.ts';
import { CUTS_FILE, commitsIn } from './folder-cuts.ts';

export interface LakeCut {
  /** 0 where nothing was ever compacted. */
  cutMs: number;
  /** Of each hot file that a committed cut took over, by key, which version of it. */
  absorbed: ReadonlyMap<string, string>;
}

const listSchema = z.object({ files: z.array(z.object({ key: z.string(), etag: z.string() })) });

/**
 * A reader here reads the cut once, so a commit is seen at once: it needs no time to take effect. Lists of what was taken over are read
 * before files are listed, because a list goes after the files that it names.
 */
export async function readCut(lakeDir: string): Promise<LakeCut> {
  const commits = await readFile(join(lakeDir, CUTS_FILE), 'utf8').then(commitsIn, (error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const cutMs = commits.at(-1)?.cutMs ?? 0;
  const absorbed = new Map<string, string>();
  for (const name of await names(join(lakeDir, ABSORBED_PREFIX))) {
    if ((cutOf(name) ?? Number.POSITIVE_INFINITY) > cutMs) continue;
    for (const { key, etag } of await absorbedIn(join(lakeDir, ABSORBED_PREFIX, name))) absorbed.set(key, etag);
  }
  return { cutMs, absorbed };
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

type Absorbed = z.infer<typeof listSchema>['files'];
/** Lists by path: a query over many tables asks for the same ones. */
const known = new Map<string, { version: string; files: Absorbed }>();

async function absorbedIn(path: string): Promise<Absorbed> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    const version = `${mtimeMs}-${size}-${ino}`;
    const before = known.get(path);
    if (before?.version === version) return before.files;
    const { files } = listSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    known.set(path, { version, files });
    return files;
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
