/** A baseline and a stretch of time → the rows that its SQL gives, judged: one query, then only arithmetic. */
import { digestOf } from '../digest.ts';
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

/** Rows that were asked for before, by the query's text and values: what several baselines ask alike is asked and paid once. */
export type RowMemory = Map<string, Promise<Answer>>;
type Answer = Awaited<ReturnType<BaselineQuery['run']>>;

/** More rows than this do not fit a function's memory. */
const MAX_ROWS = 500_000;

async function asked(
  baseline: Baseline,
  stretch: Stretch,
  { query, memory }: { query: BaselineQuery; memory: RowMemory | undefined },
): Promise<Answer> {
  const { sql, parameters } = baselineQuery(baseline, stretch);
  const key = digestOf([sql, parameters]);
  const known = memory?.get(key);
  if (known !== undefined) return { ...(await known.catch(paidFor)), scannedBytes: 0, costUsd: 0 };
  const answer = query.run(sql, { parameters, budgetBytes: baseline.budgetBytes, maxRows: MAX_ROWS });
  memory?.set(key, answer);
  return await answer;
}

/** The same failure for who asks the same: it is charged once. */
function paidFor(error: unknown): never {
  if (!(error instanceof YaguraError)) throw error;
  throw new YaguraError(error.code, error.message, { retryable: error.retryable, cause: error });
}

/**
 * @throws YaguraError of the query port; BadContent where the SQL gives other columns than the detector reads; Refused where it gives more
 * rows than can be judged, because judging some of them would be a different answer
 */
export async function runBaseline(
  baseline: Baseline,
  stretch: Stretch,
  { query, world, memory }: { query: BaselineQuery; world: World; memory?: RowMemory },
): Promise<BaselineRun> {
  const { columns, rows, scannedBytes, costUsd, truncated } = await asked(baseline, stretch, { query, memory });
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
