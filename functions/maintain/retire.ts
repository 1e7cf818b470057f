/** What nobody can need any more → deleted: hot files that a cut took over, after the grace period, and cold files after their class's retention. */
import { absorbedKey, COLD, type Commit, cutOf, REPLACED } from '../core/lake/cut.ts';
import { ROLLUP_PREFIX } from '../core/lake/rollup.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { WORK_PREFIX, workCut, workPrefix } from './keys.ts';
import { absorbedLists } from './plan.ts';

const DAY_MS = 86_400_000;

export interface Retired {
  /** Hot files deleted after the grace period. */
  absorbed: number;
  /** Cold files deleted after their retention. */
  expired: number;
}

export interface RetireOptions {
  nowMs: number;
  /** From a cut's taking effect until its hot files go: longer than any query runs. */
  graceMs: number;
  /** Days by table; a table that is not named is kept. */
  retentionDays: Readonly<Record<string, number>>;
}

/** Done again, or broken off anywhere, it deletes the same. */
export async function retire(lake: ObjectStore, commits: readonly Commit[], options: RetireOptions): Promise<Retired> {
  const absorbed = await retireAbsorbed(lake, commits, options);
  await retireOrphans(lake, commits.at(-1)?.cutMs ?? 0);
  return { absorbed, expired: await retireExpired(lake, options) };
}

async function retireAbsorbed(lake: ObjectStore, commits: readonly Commit[], { nowMs, graceMs }: RetireOptions): Promise<number> {
  const last = commits.at(-1);
  let count = 0;
  for (const [cutMs, { files }] of await absorbedLists(lake)) {
    // A list beyond the last commit belongs to a cut that is not there yet. An older one is surely in effect.
    if (last === undefined || cutMs > last.cutMs) continue;
    const effectiveMs = commits.find((commit) => commit.cutMs === cutMs)?.effectiveMs ?? 0;
    if (nowMs < effectiveMs + graceMs) continue;
    for (const { key, etag } of files) {
      const there = await lake.head(key);
      // Written again since: that is a copy which a later cut takes over.
      if (there === undefined || there.etag !== etag) continue;
      await lake.delete(key);
      count++;
    }
    await deleteAll(lake, workPrefix(cutMs));
    // Readers skip what is listed here, so the list goes when its files are gone.
    await lake.delete(absorbedKey(cutMs));
  }
  return count;
}

/** What a run left that broke off before its plan was open. */
async function retireOrphans(lake: ObjectStore, lastMs: number): Promise<void> {
  const kept = await absorbedLists(lake);
  for await (const { key } of lake.list(WORK_PREFIX)) {
    const cutMs = workCut(key);
    if (cutMs <= lastMs && !kept.has(cutMs)) await lake.delete(key);
  }
}

async function deleteAll(lake: ObjectStore, prefix: string): Promise<void> {
  for await (const { key } of lake.list(prefix)) await lake.delete(key);
}

/** A cold file is as old as its cut: days count from when events came in, as S3's own retention does. */
async function retireExpired(lake: ObjectStore, { nowMs, retentionDays }: RetireOptions): Promise<number> {
  let count = 0;
  const expired = (table: string, key: string): boolean => {
    const [days, cutMs] = [retentionDays[table], cutOf(key)];
    return days !== undefined && cutMs !== undefined && nowMs - cutMs > days * DAY_MS;
  };
  const folders = Object.keys(retentionDays).flatMap((table) => [COLD, REPLACED].map((tier) => [table, `${tier}/${table}/`]));
  for (const [table = '', folder = ''] of folders)
    for await (const { key } of lake.list(folder)) {
      if (!expired(table, key)) continue;
      await lake.delete(key);
      count++;
    }
  if (folders.length === 0) return count;
  for await (const { key } of lake.list(ROLLUP_PREFIX)) {
    const table = /-([a-z0-9_]+)-\d+\.parquet$/.exec(key)?.[1] ?? '';
    if (!expired(table, key)) continue;
    await lake.delete(key);
    count++;
  }
  return count;
}
