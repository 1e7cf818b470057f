/** Judges writes before any adapter sends them: what DynamoDB would refuse, every adapter refuses, with the same error. */
import { type Problem, YaguraError } from '../core/error.ts';
import type { Write } from './table.ts';

/** Writes in one call. @see DynamoDB TransactWriteItems, "up to 100" */
export const MAX_WRITES = 100;
/** An item's keys and data as JSON; DynamoDB takes 400 KiB and counts about as JSON does, so we stay just under it. */
export const MAX_ITEM_BYTES = 400_000;
/** All items of one call. @see DynamoDB TransactWriteItems, 4 MB */
export const MAX_WRITE_BYTES = 4_000_000;
/** @see DynamoDB, "Partition keys and sort keys": 1–2048 and 1–1024 bytes */
const MAX_PK_BYTES = 2048;
const MAX_SK_BYTES = 1024;

/** The size that counts against the limits: the UTF-8 bytes of keys, index and data as JSON. */
export function writeSizeBytes(write: Write): number {
  return 'put' in write ? Buffer.byteLength(JSON.stringify(write.put)) : Buffer.byteLength(JSON.stringify(write.delete));
}

/** @throws YaguraError BadInput, with every problem, where any write breaks a limit or two of them have one key */
export function checkWrites(writes: readonly Write[]): void {
  const problems: Problem[] = [];
  if (writes.length > MAX_WRITES)
    problems.push({ what: `${writes.length} writes in one call`, allowed: `at most ${MAX_WRITES}` });
  const seen = new Set<string>();
  let totalBytes = 0;
  for (const write of writes) {
    const sizeBytes = writeSizeBytes(write);
    totalBytes += sizeBytes;
    problems.push(...writeProblems(write, sizeBytes, seen));
  }
  if (totalBytes > MAX_WRITE_BYTES)
    problems.push({ what: `${totalBytes} bytes in one call`, allowed: `at most ${MAX_WRITE_BYTES}` });
  if (problems.length > 0) throw new YaguraError('BadInput', 'The table refuses these writes', { problems });
}

/** Writes in groups that one call takes; for writes that need not happen together. */
export function* writeGroups(writes: readonly Write[]): Generator<Write[]> {
  let group: Write[] = [];
  let sizeBytes = 0;
  for (const write of writes) {
    const bytes = writeSizeBytes(write);
    if (group.length > 0 && (group.length >= MAX_WRITES || sizeBytes + bytes > MAX_WRITE_BYTES)) {
      yield group;
      group = [];
      sizeBytes = 0;
    }
    group.push(write);
    sizeBytes += bytes;
  }
  if (group.length > 0) yield group;
}

function writeProblems(write: Write, sizeBytes: number, seen: Set<string>): Problem[] {
  const { pk, sk } = 'put' in write ? write.put : write.delete;
  const at = `${pk.slice(0, 80)} / ${sk.slice(0, 80)}`;
  const problems = [...keyProblems(at, pk, sk)];
  if ('put' in write && write.put.index !== undefined) problems.push(...keyProblems(at, write.put.index.pk, write.put.index.sk));
  if (sizeBytes > MAX_ITEM_BYTES) problems.push({ at, what: `item of ${sizeBytes} bytes`, allowed: `at most ${MAX_ITEM_BYTES}` });
  const key = JSON.stringify([pk, sk]);
  if (seen.has(key)) problems.push({ at, what: 'two writes to one key', allowed: 'distinct keys' });
  seen.add(key);
  return problems;
}

function keyProblems(at: string, pk: string, sk: string): Problem[] {
  const problems: Problem[] = [];
  for (const [name, key, limit] of [
    ['pk', pk, MAX_PK_BYTES],
    ['sk', sk, MAX_SK_BYTES],
  ] as const) {
    const bytes = Buffer.byteLength(key);
    if (bytes === 0 || bytes > limit) problems.push({ at, what: `${name} of ${bytes} bytes`, allowed: `1 to ${limit}` });
  }
  return problems;
}
