/** Paths that a user names → the log files below them, in a fixed order, and what was left out. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { type Problem, YaguraError } from '../functions/core/error.ts';

/** In a folder only these are logs; a file named outright is read whatever its name is. */
export const LOG_ENDINGS = [
  'json',
  'jsonl',
  'ndjson',
  'log',
  'txt',
  'csv',
  'tsv',
  'cef',
  'leef',
  'syslog',
  'xml',
  'parquet',
] as const;
const LOG_NAME = new RegExp(`\\.(${LOG_ENDINGS.join('|')})(\\.(gz|zst))?$|\\.(gz|zst)$`, 'i');

export interface LogFile {
  /** Absolute, with `/`. */
  path: string;
  sizeBytes: number;
}

export interface FoundLogs {
  files: LogFile[];
  /** Files of other names, below the folders. */
  otherFiles: number;
  problems: Problem[];
}

/** @throws YaguraError BadInput naming every path that does not exist */
export async function findLogFiles(paths: readonly string[]): Promise<FoundLogs> {
  const found: FoundLogs = { files: [], otherFiles: 0, problems: [] };
  const missing: Problem[] = [];
  for (const path of paths) {
    const info = await stat(path).catch(() => undefined);
    if (info === undefined)
      missing.push({ at: path, what: 'no such file or folder', fix: 'check the spelling and the current folder' });
    else if (info.isDirectory()) await walk(resolve(path), found);
    else found.files.push({ path: posix(resolve(path)), sizeBytes: info.size });
  }
  if (missing.length > 0) throw new YaguraError('BadInput', 'cannot read every path', { problems: missing });
  found.files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  found.files = found.files.filter((file, i) => file.path !== found.files[i - 1]?.path);
  return found;
}

/** Folders are walked; links to folders are not followed, since they could lead round in a ring. */
async function walk(folder: string, found: FoundLogs): Promise<void> {
  let entries: Awaited<ReturnType<typeof namesIn>>;
  try {
    entries = await namesIn(folder);
  } catch (error) {
    found.problems.push({
      at: folder,
      what: `cannot be listed: ${error instanceof Error ? error.message : ''}`,
      fix: 'grant read access',
    });
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await walk(path, found);
    else if (!LOG_NAME.test(entry.name)) found.otherFiles++;
    else {
      const info = await stat(path).catch(() => undefined);
      if (info?.isFile()) found.files.push({ path: posix(path), sizeBytes: info.size });
    }
  }
}

const namesIn = (folder: string) => readdir(folder, { withFileTypes: true });

const posix = (path: string): string => (sep === '/' ? path : path.replaceAll(sep, '/'));

/** SHA-256 of a file's bytes: two files with the same bytes are one input. */
export async function contentDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(piece as Uint8Array);
  return `sha256:${hash.digest('hex')}`;
}
