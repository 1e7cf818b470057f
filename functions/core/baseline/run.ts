/** A baseline and a stretch of time → the rows that its SQL gives, judged: one query, then only arithmetic. */
import { YaguraError } from '../error.ts';
import type { Json } from '../json.ts';
import type { Judgement } from './anomaly.ts';
import { type Baseline, baselineQuery, detectorOf, type Stretch } from './baseline.ts';
import type { World } from './detector.ts';

/** The part of the query port that baselines need. @see ports/query.ts */
export interface BaselineQuery {
  run(
    sql: string,
    options: { parameters: readonly (string | number)[]; budgetBytes: number; maxRows: number },
  ): Promise<{ columns: { name: string }[]; rows: Json[][]; scannedBytes: number; costUsd: number; truncated: boolean }>;
}

export interface BaselineRun extends Judgement {
  rows: number;
  scannedBytes: number;
  costUsd: number;
}

/** More rows than this do not fit a function's memory. */
const MAX_ROWS = 500_000;

/**
 * @throws YaguraError of the query port; BadContent where the SQL gives other columns than the detector reads; Refused where it gives more
 * rows than can be judged, because judging some of them would be a different answer
 */
export async function runBaseline(
  baseline: Baseline,
  stretch: Stretch,
  { query, world }: { query: BaselineQuery; world: World },
): Promise<BaselineRun> {
  const { sql, parameters } = baselineQuery(baseline, stretch);
  const { columns, rows, scannedBytes, costUsd, truncated } = await query.run(sql, {
    parameters,
    budgetBytes: baseline.budgetBytes,
    maxRows: MAX_ROWS,
  });
  if (truncated)
    throw new YaguraError('Refused', `${baseline.name} gives more than ${MAX_ROWS} rows`, {
      problems: [
        {
          at: baseline.file.path,
          what: 'too many subjects for one run',
          fix: 'raise a HAVING in its SQL, or split it by source',
        },
      ],
    });
  const detector = detectorOf(baseline.detector);
  const names = columns.map(({ name }) => name);
  const missing = detector.columns.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new YaguraError('BadContent', `${baseline.name} lacks columns`, {
      problems: missing.map((name) => ({
        at: baseline.file.path,
        what: `no column ${name}`,
        allowed: detector.columns.join(', '),
        fix: `SELECT … AS ${name}`,
      })),
    });
  const objects = rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])));
  return { ...detector.judge(objects, baseline.thresholds, baseline.file.path, world), rows: rows.length, scannedBytes, costUsd };
}
