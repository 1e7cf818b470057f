/** Lists the Parquet files of a table in the lake's folder, partition by partition. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LakeTable, tablePrefix } from '../../functions/core/lake/tables.ts';

export interface LakePartition {
  source: string;
  eventday: string;
  files: readonly LakeFileInfo[];
}

export interface LakeFileInfo {
  path: string;
  sizeBytes: number;
}

/** The partitions of a table in order of source and day; none where the table has no folder. Other files are not looked at. */
export async function lakePartitions(lakeDir: string, table: LakeTable): Promise<LakePartition[]> {
  const root = join(lakeDir, tablePrefix(table));
  const partitions: LakePartition[] = [];
  for (const source of await foldersOf(root, /^source=([a-z0-9_-]+)$/)) {
    for (const day of await foldersOf(source.path, /^eventday=(\d{8})$/)) {
      const files = await filesOf(day.path);
      if (files.length > 0) partitions.push({ source: source.value, eventday: day.value, files });
    }
  }
  return partitions;
}

async function entries(path: string): Promise<Dirent[]> {
  try {
    return (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function foldersOf(path: string, pattern: RegExp): Promise<{ path: string; value: string }[]> {
  return (await entries(path)).flatMap((entry) => {
    const value = pattern.exec(entry.name)?.[1];
    return entry.isDirectory() && value !== undefined ? [{ path: join(path, entry.name), value }] : [];
  });
}

async function filesOf(path: string): Promise<LakeFileInfo[]> {
  const names = (await entries(path)).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.parquet') && !entry.name.startsWith('.'),
  );
  const infos = await Promise.all(names.map((entry) => sizeOf(join(path, entry.name))));
  return infos.filter((info) => info !== undefined);
}

/** Undefined where a writer replaced or removed the file meanwhile. */
async function sizeOf(path: string): Promise<LakeFileInfo | undefined> {
  try {
    return { path, sizeBytes: (await stat(path)).size };
  } catch {
    return undefined;
  }
}
