/** `yagura metrics`: the measures of a period, as people read them or as JSON. */
import { alertDayPk } from '../../functions/core/alert.ts';
import { YaguraError } from '../../functions/core/error.ts';
import type { Period } from '../../functions/core/metrics/duration.ts';
import { type Beside, type MetricRow, measure } from '../../functions/core/metrics/measure.ts';
import { metricLine } from '../../functions/core/metrics/text.ts';
import type { Locale } from '../../functions/core/text.ts';
import { measuredCases } from '../../functions/ports/measured-cases.ts';
import { type LocalState, openState } from '../ports.ts';
import { readConfig } from '../settings.ts';
import { tableText } from '../table-text.ts';
import { coverageIn } from './coverage.ts';
import { EXIT, note, out } from './io.ts';
import { existingState } from './query.ts';

interface Options {
  state: string;
  locale: Locale;
  from?: string;
  to?: string;
  by?: 'severity';
  coverage?: boolean;
  json?: boolean;
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;

export async function metricsCommand(options: Options): Promise<number> {
  existingState(options.state);
  const { cases: policy } = await readConfig();
  const state = await openState(options.state);
  try {
    const period = periodOf(options, state.clock.nowMs());
    const beside = { ...(await findingCounts(state, period)), ...(options.coverage ? await coverageCounts(options.state) : {}) };
    const rows = measure(await measuredCases(state, period, policy), period, beside);
    const shown = options.by === 'severity' ? rows : rows.filter(({ by }) => by === 'all');
    if (options.json)
      out(JSON.stringify({ period: { from: iso(period.fromMs), to: iso(period.toMs), timeZone: 'UTC' }, metrics: shown }));
    else tell(shown, period, options.locale);
    return EXIT.ok;
  } finally {
    await state.close();
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Whole UTC days; the last day is in it. @throws YaguraError BadInput */
export function periodOf({ from, to }: Pick<Options, 'from' | 'to'>, nowMs: number): Period {
  const toMs = to === undefined ? nowMs : dayMs(to, '--to') + DAY_MS;
  const fromMs = from === undefined ? Math.floor(toMs / DAY_MS - DEFAULT_DAYS) * DAY_MS : dayMs(from, '--from');
  if (fromMs < toMs) return { fromMs, toMs };
  throw new YaguraError('BadInput', 'the period ends before it begins', {
    problems: [{ at: '--from', what: `${iso(fromMs)} is not before ${iso(toMs)}`, fix: 'name an earlier day' }],
  });
}

function dayMs(text: string, at: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isFinite(ms) && iso(ms).startsWith(text)) return ms;
  throw new YaguraError('BadInput', 'no such day', { problems: [{ at, what: text, allowed: 'yyyy-mm-dd' }] });
}

/** Findings in the lake, and the alerts that began, in the period. */
async function findingCounts({ query, table }: LocalState, { fromMs, toMs }: Period): Promise<Beside> {
  const day = (ms: number): string => iso(ms).slice(0, 10).replaceAll('-', '');
  const sql = 'SELECT count(*) AS n FROM detection_finding WHERE eventday BETWEEN ? AND ? AND "time" >= ? AND "time" < ?';
  const { rows } = await query.run(sql, { parameters: [day(fromMs), day(toMs), fromMs, toMs] });
  let alertCount = 0;
  for (let ms = fromMs; ms < toMs; ms += DAY_MS) alertCount += (await table.query(alertDayPk(day(ms)))).length;
  return { rawCount: Number(rows[0]?.[0] ?? 0), alertCount };
}

async function coverageCounts(dir: string): Promise<Beside> {
  return { coverage: (await coverageIn(dir)).total.atLeast };
}

const HEAD = {
  en: ['measure', 'n', 'value', '95 % interval, spread'],
  ja: ['指標', '件数', '値', '95 % 区間・ばらつき'],
} as const;

function tell(rows: readonly MetricRow[], { fromMs, toMs }: Period, locale: Locale): void {
  note(`${iso(fromMs)} – ${iso(toMs)} (UTC)`);
  for (const [by, of] of Map.groupBy(rows, (row) => row.by)) {
    if (by !== 'all') out(`\n${by}`);
    const lines = of.map((row) => metricLine(row, locale));
    out(
      tableText(
        [...HEAD[locale]],
        lines.map(({ name, n, value, detail }) => [name, n, value, detail]),
        90,
      ),
    );
  }
}
