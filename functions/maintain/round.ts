/** The hot files of one round → sorted cold files of the partition, each event once. */
import { YaguraError } from '../core/error.ts';
import { GroupFile } from '../core/lake/group-file.ts';
import { type LeafSpec, leafSpecs } from '../core/lake/leaf-specs.ts';
import { encodeRollup } from '../core/lake/rollup.ts';
import { type LakeTable, tableNamed } from '../core/lake/tables.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { coldFolder, doneKey, partKey, partPrefix, type Round, replacedKey, rollupKey } from './keys.ts';
import { type MergedLeaf, mergedLeaf } from './leaf-merge.ts';
import { type Group, groupsOf } from './leaf-read.ts';
import { observedIn } from './observed.ts';
import { type ChosenRows, type CutRange, choose } from './rows.ts';

/** A hot file that was read: nobody needs it once the cut is there. */
export interface Absorbed {
  key: string;
  etag: string;
}

export interface RoundReport {
  rows: number;
  copies: number;
  replaced: number;
  parts: number;
  bytesIn: number;
  bytesOut: number;
  absorbed: Absorbed[];
}

export const ROUND_LIMITS = {
  /** Rows of a new row group. */
  groupRows: 50_000,
  /** Uncompressed bytes of a new row group, estimated. */
  groupBytes: 96 * 1024 * 1024,
  /** Row groups of a part. */
  partGroups: 16,
  /** Encoded bytes after which a part is full. */
  partBytes: 96 * 1024 * 1024,
};

interface Input extends Absorbed {
  sizeBytes: number;
  groups: Group[];
}

/**
 * Takes the round's rows over. Done again it writes the same, so a crash anywhere costs time only.
 * @throws YaguraError Unavailable for a file that cannot be read
 */
export async function compactRound(
  round: Round,
  keys: readonly string[],
  { lake, range }: { lake: ObjectStore; range: CutRange },
): Promise<RoundReport> {
  const table = tableNamed(round.table);
  if (table === undefined) throw new YaguraError('Bug', `no table ${round.table}`);
  const inputs: Input[] = [];
  for (const key of keys) {
    const input = await readInput(lake, key);
    if (input !== undefined) inputs.push(input);
  }
  const groups = inputs.flatMap((input) => input.groups);
  const rows = await choose(groups, olderGroups(round, lake), { partition: round, range });
  const written = await writeParts({ round, table, rows }, lake);
  // An earlier try may have had some where this one has none.
  if (rows.replaced.length > 0) await lake.put(replacedKey(round), replacedFile(table, rows.replaced));
  else await lake.delete(replacedKey(round));
  const observed = observedIn(rows, round.table);
  if (observed.length > 0) await lake.put(rollupKey(round), encodeRollup(observed, { table: round.table, cutMs: round.cutMs }));
  else await lake.delete(rollupKey(round));
  const report = {
    ...{ rows: rows.rowOf.length, copies: rows.copies, replaced: rows.replaced.length, ...written },
    bytesIn: inputs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    absorbed: wholeOf(inputs, rows.whole),
  };
  await lake.put(doneKey(round), Buffer.from(JSON.stringify(report)));
  return report;
}

/** A file of the table with two columns only: the event's key, in the column of ids, and when the row came in that counts instead of older ones. */
function replacedFile(table: LakeTable, replaced: ChosenRows['replaced']): Uint8Array {
  const specs = leafSpecs(table).filter(({ name }) => name === 'metadata.uid' || name === 'ingest_time_dt');
  const file = new GroupFile(
    table,
    Uint8Array.from(leafSpecs(table), (spec) => (specs.includes(spec) ? 1 : 0)),
  );
  const codes = Int32Array.from(replaced.keys());
  const chunks = specs.map((spec) => ({
    path: spec.path,
    type: spec.type,
    values: replaced.map(({ key, ingestMs }) => (spec.name === 'metadata.uid' ? key : ingestMs)),
    placed: {
      ...{ definitionLevels: new Uint8Array(replaced.length).fill(spec.maxDef), maxDefinitionLevel: spec.maxDef },
      ...{ repetitionLevels: undefined, maxRepetitionLevel: 0, codes },
    },
  }));
  file.add(replaced.length, chunks);
  return file.bytes();
}

function wholeOf(inputs: readonly Input[], whole: readonly boolean[]): Absorbed[] {
  let at = 0;
  return inputs.flatMap(({ key, etag, groups }) => {
    const isWhole = groups.every((_, i) => whole[at + i] === true);
    at += groups.length;
    return isWhole ? [{ key, etag }] : [];
  });
}

async function readInput(lake: ObjectStore, key: string): Promise<Input | undefined> {
  const found = await readFile(lake, key);
  return found === undefined ? undefined : { key, ...found };
}

async function readFile(
  lake: ObjectStore,
  key: string,
): Promise<{ etag: string; sizeBytes: number; groups: Group[] } | undefined> {
  const object = await lake.get(key);
  if (object === undefined) return undefined;
  const pieces: Uint8Array[] = [];
  for await (const piece of object.body) pieces.push(piece);
  try {
    return { etag: object.etag, sizeBytes: object.sizeBytes, groups: groupsOf(new Uint8Array(Buffer.concat(pieces))) };
  } catch (error) {
    throw new YaguraError('BadInput', `lake file ${key} cannot be read`, {
      problems: [
        {
          at: key,
          what: error instanceof Error ? error.message : String(error),
          fix: 'move the file out of the lake, then replay its raw objects',
        },
      ],
      cause: error,
    });
  }
}

/** What the partition has in cold files of earlier cuts, and of earlier rounds of this one. */
async function* olderGroups(round: Round, lake: ObjectStore): AsyncGenerator<Group> {
  const end = partPrefix(round);
  for await (const { key } of lake.list(coldFolder(round))) {
    if (key >= end) continue;
    const file = await readFile(lake, key);
    if (file !== undefined) yield* file.groups;
  }
}

interface Work {
  round: Round;
  table: LakeTable;
  rows: ChosenRows;
}

async function writeParts({ round, table, rows }: Work, lake: ObjectStore): Promise<{ parts: number; bytesOut: number }> {
  const specs = leafSpecs(table);
  const names = new Set(rows.groups.flatMap((group) => [...group.names]));
  const usedSpecs = specs.filter(({ name }) => names.has(name));
  const used = Uint8Array.from(specs, ({ name }) => (names.has(name) ? 1 : 0));
  let [parts, bytesOut, groups] = [0, 0, 0];
  let file = new GroupFile(table, used);
  const flush = async (): Promise<void> => {
    if (file.rowCount === 0) return;
    const bytes = file.bytes();
    await lake.put(partKey(round, parts++), bytes);
    bytesOut += bytes.length;
    groups = 0;
    file = new GroupFile(table, used);
  };
  for (const [from, to] of slicesOf(rows)) {
    file.add(to - from, chunksOf({ usedSpecs, specs }, sliced(rows, from, to)));
    groups++;
    if (groups >= ROUND_LIMITS.partGroups || file.sizeBytes >= ROUND_LIMITS.partBytes) await flush();
  }
  await flush();
  await deleteBeyond(round, parts, lake);
  return { parts, bytesOut };
}

/** An earlier try may have had more rows. */
async function deleteBeyond(round: Round, parts: number, lake: ObjectStore): Promise<void> {
  const first = partKey(round, parts);
  for await (const { key } of lake.list(partPrefix(round))) if (key >= first) await lake.delete(key);
}

/** From–to of each new row group: full by rows, or by what their old groups weigh. */
export function* slicesOf({ groups, groupOf }: Pick<ChosenRows, 'groups' | 'groupOf'>): Generator<[number, number]> {
  const weights = groups.map(({ plainBytes, rowCount }) => plainBytes / Math.max(1, rowCount));
  let [from, bytes] = [0, 0];
  for (let at = 0; at < groupOf.length; at++) {
    const weight = weights[groupOf[at] as number] ?? 0;
    if (at > from && (at - from >= ROUND_LIMITS.groupRows || bytes + weight > ROUND_LIMITS.groupBytes)) {
      yield [from, at];
      [from, bytes] = [at, 0];
    }
    bytes += weight;
  }
  if (groupOf.length > from) yield [from, groupOf.length];
}

const sliced = (rows: ChosenRows, from: number, to: number): ChosenRows => ({
  ...rows,
  groupOf: rows.groupOf.subarray(from, to),
  rowOf: rows.rowOf.subarray(from, to),
  ingestMs: rows.ingestMs.subarray(from, to),
});

function* chunksOf({ usedSpecs, specs }: { usedSpecs: readonly LeafSpec[]; specs: readonly LeafSpec[] }, rows: ChosenRows) {
  for (const spec of usedSpecs) {
    const merged = spec.name === 'ingest_time_dt' ? ingestLeaf(spec, rows.ingestMs) : mergedLeaf(spec, rows, specs);
    yield { path: spec.path, type: spec.type, ...merged };
  }
}

/** The one leaf that a row may bear anew. */
function ingestLeaf({ maxDef }: LeafSpec, ingestMs: Float64Array): MergedLeaf {
  const values = [...new Set(ingestMs)];
  const codeOf = new Map(values.map((value, code) => [value, code]));
  return {
    values,
    placed: {
      ...{ definitionLevels: new Uint8Array(ingestMs.length).fill(maxDef), maxDefinitionLevel: maxDef },
      ...{ repetitionLevels: undefined, maxRepetitionLevel: 0 },
      codes: Int32Array.from(ingestMs, (value) => codeOf.get(value) ?? 0),
    },
  };
}
