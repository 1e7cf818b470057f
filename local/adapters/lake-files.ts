/** Lists the Parquet files of a table in the lake's folder that readers see at this moment, partition by partition. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { COLD, cutOf } from '../../functions/core/lake/cut.ts';
import { ROLLUP_PREFIX } from '../../functions/core/lake/rollup.ts';
import { type LakeTable, tablePrefix } from '../../functions/core/lake/tables.ts';
import { etagOf } from './folder-object-store.ts';
import { type LakeCut, readCut } from './lake-cut.ts';

export interface LakePartition {
  source: string;
  eventday: string;
  files: readonly LakeFileInfo[];
}

export interface LakeFileInfo {
  path: string;
  sizeBytes: number;
  /** Whether compaction wrote it. */
  isCold: boolean;
}

/**
 * The partitions of a table in order of source and day; none where the table has no folder. Other files are not looked at. The cut is read
 * once and first, so hot files and the cold ones that took them over are never seen together, and never neither.
 */
export async function lakePartitions(lakeDir: string, table: LakeTable): Promise<LakePartition[]> {
  const cut = await readCut(lakeDir);
  const found = new Map<string, { source: string; eventday: string; files: LakeFileInfo[] }>();
  for (const [tier, prefix] of [
    ['hot', tablePrefix(table)],
    [COLD, `${COLD}/${table.name}/`],
  ] as const)
    for await (const { source, eventday, path } of partitionFolders(join(lakeDir, prefix))) {
      const files = await filesOf(path, { lakeDir, cut, isCold: tier === COLD });
      const key = `${source}/${eventday}`;
      const known = found.get(key) ?? { source, eventday, files: [] };
      known.files.push(...files);
      if (known.files.length > 0) found.set(key, known);
    }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, partition]) => partition);
}

/** The files of the daily rollup that readers see. */
export async function rollupPartitions(lakeDir: string): Promise<LakePartition[]> {
  const cut = await readCut(lakeDir);
  const partitions: LakePartition[] = [];
  for await (const { path, ...partition } of partitionFolders(join(lakeDir, ROLLUP_PREFIX)))
    partitions.push({ ...partition, files: await filesOf(path, { lakeDir, cut, isCold: true }) });
  return partitions;
}

async function* partitionFolders(root: string): AsyncGenerator<{ source: string; eventday: string; path: string }> {
  for (const source of await foldersOf(root, /^source=([a-z0-9_-]+)$/))
    for (const day of await foldersOf(source.path, /^eventday=(\d{8})$/))
      yield { source: source.value, eventday: day.value, path: day.path };
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

interface Seen {
  lakeDir: string;
  cut: LakeCut;
  isCold: boolean;
}

async function filesOf(folder: string, seen: Seen): Promise<LakeFileInfo[]> {
  const names = (await entries(folder)).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.parquet') && !entry.name.startsWith('.'),
  );
  const infos = await Promise.all(names.map((entry) => infoOf(join(folder, entry.name), seen)));
  return infos.filter((info) => info !== undefined);
}

/** Undefined for a file that readers do not see, or that a writer replaced or removed meanwhile. */
async function infoOf(path: string, { lakeDir, cut, isCold }: Seen): Promise<LakeFileInfo | undefined> {
  if (isCold && (cutOf(path) ?? Number.POSITIVE_INFINITY) > cut.cutMs) return undefined;
  try {
    const found = await stat(path, { bigint: true });
    const absorbed = isCold ? undefined : cut.absorbed.get(relative(lakeDir, path).replaceAll('\\', '/'));
    return absorbed === etagOf(found) ? undefined : { path, sizeBytes: Number(found.size), isCold };
  } catch {
    return undefined;
  }
}
