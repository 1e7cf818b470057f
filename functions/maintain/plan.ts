/** The hot files that lie there → the rounds of a cut: which partition, which files, so many at a time as fit into memory. */
import * as z from 'zod';
import { ABSORBED_PREFIX, cutOf, dayOf, HOT } from '../core/lake/cut.ts';
import { tableNamed } from '../core/lake/tables.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { type Partition, partitionOf, planKey, type Round } from './keys.ts';

/** Compressed bytes of the files of a round; a larger file is a round by itself. */
export const ROUND_BYTES = 64 * 1024 * 1024;

const absorbedSchema = z.object({
  files: z.array(z.object({ key: z.string(), etag: z.string() })),
});
/** What a commit took over. */
export type AbsorbedList = z.infer<typeof absorbedSchema>;

const planSchema = z.object({
  cutMs: z.number(),
  beforeMs: z.number(),
  rounds: z.array(
    z.object({
      ...{ table: z.string(), source: z.string(), eventday: z.string(), number: z.int(), cutMs: z.number() },
      keys: z.array(z.string()),
    }),
  ),
});
export type Plan = z.infer<typeof planSchema>;

/** The object's JSON, or undefined where there is none. */
export async function readJson<T>(lake: ObjectStore, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const object = await lake.get(key);
  if (object === undefined) return undefined;
  const pieces: Uint8Array[] = [];
  for await (const piece of object.body) pieces.push(piece);
  return schema.parse(JSON.parse(Buffer.concat(pieces).toString('utf8')));
}

export const writeJson = (lake: ObjectStore, key: string, value: unknown): Promise<boolean> =>
  lake.put(key, Buffer.from(JSON.stringify(value)), { contentType: 'application/json' });

/** What was taken over and still lies there, by cut. */
export async function absorbedLists(lake: ObjectStore): Promise<Map<number, AbsorbedList>> {
  const lists = new Map<number, AbsorbedList>();
  for await (const { key } of lake.list(ABSORBED_PREFIX)) {
    const cutMs = cutOf(key);
    const list = cutMs === undefined ? undefined : await readJson(lake, key, absorbedSchema);
    if (cutMs !== undefined && list !== undefined) lists.set(cutMs, list);
  }
  return lists;
}

export const readPlan = (lake: ObjectStore, cutMs: number): Promise<Plan | undefined> =>
  readJson(lake, planKey(cutMs), planSchema);

/** Looks what there is to do for a cut. Files that an earlier cut took over are left out, as long as they are the same files. */
export async function makePlan(lake: ObjectStore, { cutMs, beforeMs }: { cutMs: number; beforeMs: number }): Promise<Plan> {
  const gone = new Map<string, string>();
  for (const { files } of (await absorbedLists(lake)).values()) for (const { key, etag } of files) gone.set(key, etag);
  const rounds: Plan['rounds'] = [];
  let open: { round: Plan['rounds'][number]; bytes: number } | undefined;
  const end = dayOf(cutMs);
  for await (const { key, etag, sizeBytes } of lake.list(`${HOT}/`)) {
    const partition = partitionOf(key);
    if (partition === undefined || tableNamed(partition.table) === undefined) continue;
    if (partition.eventday >= end || gone.get(key) === etag) continue;
    if (open === undefined || !isSame(open.round, partition) || open.bytes + sizeBytes > ROUND_BYTES) {
      const number: number = open !== undefined && isSame(open.round, partition) ? open.round.number + 1 : 0;
      open = { round: { ...partition, cutMs, number, keys: [] }, bytes: 0 };
      rounds.push(open.round);
    }
    open.round.keys.push(key);
    open.bytes += sizeBytes;
  }
  return { cutMs, beforeMs, rounds };
}

const isSame = (a: Partition, b: Partition): boolean => a.table === b.table && a.source === b.source && a.eventday === b.eventday;

/** The round of an entry of a plan. */
export const roundOf = ({ keys: _, ...round }: Plan['rounds'][number]): Round => round;
