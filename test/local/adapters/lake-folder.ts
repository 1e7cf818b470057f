/** A lake in a temporary folder, for the tests of what reads it. */
import { mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeLake, type LakeInput } from '../../../functions/core/lake/encode.ts';
import type { OcsfEvent } from '../../../functions/core/ocsf/event.ts';

export const DAY_MS = 86_400_000;
export const TIME = Date.UTC(2026, 5, 30, 12);

export const newLake = (): string => mkdtempSync(join(tmpdir(), 'yagura-lake-'));

/** An API Activity of the given id; `more` overrides. */
export const event = (uid: string, more: Record<string, unknown> = {}): OcsfEvent =>
  ({
    class_uid: 6003,
    class_name: 'API Activity',
    category_uid: 6,
    category_name: 'Application Activity',
    activity_id: 2,
    activity_name: 'Read',
    type_uid: 600302,
    type_name: 'API Activity: Read',
    time: TIME,
    severity_id: 1,
    severity: 'Informational',
    metadata: { version: '1.8.0', uid, product: { name: 'CloudTrail', vendor_name: 'AWS' } },
    ...more,
  }) as OcsfEvent;

/** Writes events as one batch, as ingest does: complete files appear by renaming. */
export function addBatch(
  lakeDir: string,
  batchId: string,
  events: readonly OcsfEvent[],
  more: Partial<LakeInput> = {},
): string[] {
  const rawRef = { key: 'raw/x.gz', line: 0, sha256: 'ab', bytes: 1 };
  const rows = events.map((one) => ({ event: one, source: 'aws-cloudtrail', rawRef, ingestTimeMs: TIME, ...more }));
  return addRows(lakeDir, batchId, rows);
}

/** The same of whole rows. */
export function addRows(lakeDir: string, batchId: string, rows: readonly LakeInput[]): string[] {
  return encodeLake(rows, batchId).map(({ key, bytes }) => {
    const path = join(lakeDir, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.tmp`, bytes);
    renameSync(`${path}.tmp`, path);
    return path;
  });
}
