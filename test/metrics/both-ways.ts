/** Cases measured by TypeScript and by a query engine over their rows → two lists of texts that must be the same. */
import { readFileSync } from 'node:fs';
import { DEFAULT_POLICY } from '../../functions/core/case/policy.ts';
import type { Json } from '../../functions/core/json.ts';
import { caseFacts } from '../../functions/core/metrics/case-facts.ts';
import type { Period } from '../../functions/core/metrics/duration.ts';
import { type MetricRow, measure } from '../../functions/core/metrics/measure.ts';
import { type MetricQuery, parseMetricQuery } from '../../functions/core/metrics/query.ts';
import { bindQuery } from '../../functions/core/query-file.ts';
import type { Query } from '../../functions/ports/query.ts';
import type { Case } from './random-cases.ts';

export function metricQuery(name: string): MetricQuery {
  const path = `queries/metrics/${name}.sql`;
  const { query, problems } = parseMetricQuery(path, readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
  if (query === undefined) throw new Error(JSON.stringify(problems));
  return query;
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');
const short = (value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(10)) : Array.isArray(value) ? value.map(short) : value;
const text = (...cells: unknown[]): string => JSON.stringify(cells.map(short));

async function ask(query: Query, name: string, { fromMs, toMs }: Period): Promise<Record<string, Json>[]> {
  const bound = bindQuery(metricQuery(name), { from_day: '20250101', to_day: day(toMs), from_ms: fromMs, to_ms: toMs });
  const { columns, rows } = await query.run(bound.sql, { parameters: bound.parameters });
  return rows.map((row) => Object.fromEntries(columns.map(({ name: column }, i) => [column, row[i] ?? null])));
}

export const measured = (cases: readonly Case[], period: Period): MetricRow[] =>
  measure(
    cases.flatMap(({ told }) => caseFacts(told.events, { toMs: period.toMs, policy: DEFAULT_POLICY }) ?? []),
    period,
  );

/** What SQL leaves out has no sample. */
export async function bothWays(
  cases: readonly Case[],
  period: Period,
  query: Query,
): Promise<Record<string, [sql: string[], ts: string[]]>> {
  const rows = measured(cases, period);
  const durations = (await ask(query, 'durations', period)).map((row) =>
    text(
      row['id'],
      row['severity'],
      row['n'],
      row['mean_ms'],
      row['p50_ms'],
      row['p90_ms'],
      row['p95_ms'],
      row['points_ms'],
      row['paused_ms'],
    ),
  );
  const shares = (await ask(query, 'shares', period)).map((row) =>
    text(row['id'], row['severity'], row['hits'], row['total'], row['ratio'], row['low'], row['high']),
  );
  const numbers = (await ask(query, 'numbers', period)).flatMap((row) =>
    [
      ...['cases', 'case_alerts', 'backlog', 'cases_per_day', 'expected_backlog', 'worked_hours'].map((id) => [id, row[id]]),
      ['mtbc', row['mtbc_ms']],
    ]
      .filter(([, value]) => value !== null)
      .map(([id, value]) => text(id, row['severity'], value)),
  );
  const SHARES = [
    'precision',
    'right_detections',
    'fp_share',
    'undetermined',
    'escalation',
    'resolution',
    'zero_touch',
    'attended',
    'sla_acknowledge',
    'sla_escalate',
    'sla_contain',
    'sla_resolve',
  ];
  const NUMBERS = ['cases', 'case_alerts', 'backlog', 'cases_per_day', 'expected_backlog', 'worked_hours', 'mtbc'];
  return {
    durations: [
      durations.sort(),
      rows
        .flatMap((row) =>
          row.kind === 'duration' && row.n > 0
            ? [text(row.id, row.by, row.n, row.mean, row.p50, row.p90, row.p95, row.points, row.pausedMs)]
            : [],
        )
        .sort(),
    ],
    shares: [
      shares.sort(),
      rows
        .flatMap((row) =>
          row.kind === 'share' && SHARES.includes(row.id) && (row.of > 0 || !row.id.startsWith('sla_'))
            ? [text(row.id, row.by, row.count, row.of, row.ratio, row.interval?.low ?? null, row.interval?.high ?? null)]
            : [],
        )
        .sort(),
    ],
    numbers: [
      numbers.sort(),
      rows.flatMap((row) => (row.kind === 'number' && NUMBERS.includes(row.id) ? [text(row.id, row.by, row.value)] : [])).sort(),
    ],
  };
}
