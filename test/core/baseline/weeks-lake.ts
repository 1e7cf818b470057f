// That company's days as a lake in a temporary folder, and every baseline over them.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Baseline, parseBaseline } from '../../../functions/core/baseline/baseline.ts';
import { LakeBatch } from '../../../functions/core/lake/encode.ts';
import { attackRows, changedDay } from './attacks.ts';
import { ATTACK_DAY, benignDay, dayStart, type Row } from './estate.ts';

const FOLDER = join(import.meta.dirname, '../../../queries/baselines');

/** Every baseline of the repository, parsed. */
export function baselines(): Baseline[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const { baseline, problems } = parseBaseline(`queries/baselines/${name}`, readFileSync(join(FOLDER, name), 'utf8'));
      if (baseline === undefined) throw new Error(JSON.stringify(problems));
      return baseline;
    });
}

export interface WeeksLake {
  lakeDir: string;
  events: number;
  bytes: number;
}

/** Writes days as one batch each: compacted, so to speak. */
export function weeksLake(days: Iterable<number>, lakeDir = mkdtempSync(join(tmpdir(), 'yagura-weeks-'))): WeeksLake {
  const made: WeeksLake = { lakeDir, events: 0, bytes: 0 };
  for (const day of days)
    write(made, day > ATTACK_DAY ? changedDay(day) : [...benignDay(day), ...(day === ATTACK_DAY ? attackRows() : [])], day);
  return made;
}

function write(made: WeeksLake, rows: readonly Row[], day: number): void {
  const batch = new LakeBatch();
  for (const [line, { event, source }] of rows.entries())
    batch.add({
      event,
      source,
      rawRef: { key: 'raw/x.gz', line, sha256: 'ab', bytes: 1 },
      ingestTimeMs: dayStart(day) + 3_600_000,
    });
  for (const { key, bytes } of batch.files(`day-${day}`)) {
    mkdirSync(dirname(join(made.lakeDir, key)), { recursive: true });
    writeFileSync(join(made.lakeDir, key), bytes);
    made.bytes += bytes.byteLength;
  }
  made.events += rows.length;
}
