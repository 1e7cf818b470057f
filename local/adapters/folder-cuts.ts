/** One JSON file of the lake's folder → the list of its cuts. */
import * as z from 'zod';
import type { Commit } from '../../functions/core/lake/cut.ts';
import type { LakeCuts } from '../../functions/ports/lake-cuts.ts';
import type { ObjectStore } from '../../functions/ports/object-store.ts';

/** Below the lake's folder. */
export const CUTS_FILE = 'compaction/cuts.json';
const commitsSchema = z.array(z.object({ cutMs: z.number(), effectiveMs: z.number() }));

export const commitsIn = (text: string): Commit[] => commitsSchema.parse(JSON.parse(text));

export const createFolderCuts = (lake: ObjectStore): LakeCuts => ({
  read: async () => {
    const object = await lake.get(CUTS_FILE);
    if (object === undefined) return [];
    const pieces: Uint8Array[] = [];
    for await (const piece of object.body) pieces.push(piece);
    return commitsIn(Buffer.concat(pieces).toString('utf8'));
  },
  publish: async (commits) => {
    await lake.put(CUTS_FILE, Buffer.from(JSON.stringify(commits)));
  },
});
