/** The measure stage: the cases of the last thirty days → the measures that dashboards and alarms look at. */
import type { CasePolicy } from '../core/case/policy.ts';
import { type MetricRow, measure } from '../core/metrics/measure.ts';
import { pascal } from '../core/pascal.ts';
import type { Clock } from '../ports/clock.ts';
import { measuredCases } from '../ports/measured-cases.ts';
import type { Meter } from '../ports/meter.ts';
import type { Table } from '../ports/table.ts';

export interface MeasurePorts {
  table: Table;
  clock: Clock;
  meter: Meter;
}

/** Each custom metric costs about 0.30 USD a month: these are what people steer by; `yagura metrics` and the API have the rest. */
const DURATIONS = ['mttd', 'mtta', 'mtti', 'mttc', 'mttrespond', 'mttresolve'];
const SHARES = [
  'precision',
  'fp_share',
  'escalation',
  'attended',
  'zero_touch',
  'sla_acknowledge',
  'sla_escalate',
  'sla_contain',
  'sla_resolve',
];
const NUMBERS: Readonly<Record<string, string>> = { backlog: 'BacklogCount', cases_per_day: 'CasesPerDayCount' };
const WINDOW_MS = 30 * 86_400_000;

/** Returns what it told. A measure without a number is not told: a dashboard then shows a gap and no zero. */
export async function measureCases(ports: MeasurePorts, policy: CasePolicy): Promise<Record<string, number>> {
  const toMs = ports.clock.nowMs();
  const period = { fromMs: toMs - WINDOW_MS, toMs };
  const rows = measure(await measuredCases(ports, period, policy), period).filter(({ by }) => by === 'all');
  const values = Object.fromEntries(rows.flatMap(told));
  ports.meter.count(values);
  return values;
}

/** Every name that is ever told; the dashboard shows these and no other. */
export const measuredNames = (): string[] => [
  ...DURATIONS.flatMap((id) => [`${pascal(id)}P50Ms`, `${pascal(id)}P90Ms`]),
  ...SHARES.map((id) => `${pascal(id)}Ratio`),
  ...Object.values(NUMBERS),
];

function told(row: MetricRow): [string, number][] {
  if (row.kind === 'duration' && DURATIONS.includes(row.id) && row.p50 !== null && row.p90 !== null) {
    const name = pascal(row.id);
    return [
      [`${name}P50Ms`, row.p50],
      [`${name}P90Ms`, row.p90],
    ];
  }
  if (row.kind === 'share' && SHARES.includes(row.id) && row.ratio !== null) return [[`${pascal(row.id)}Ratio`, row.ratio]];
  const name = NUMBERS[row.id];
  return row.kind === 'number' && name !== undefined ? [[name, row.value]] : [];
}
