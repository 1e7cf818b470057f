import { describe, expect, it } from 'vitest';
import { createEmfMeter } from '../../functions/adapters/aws/emf-meter.ts';
import { measureCases } from '../../functions/measure/stage.ts';
import { months } from '../../functions/ports/measured-cases.ts';
import { periodOf } from '../../local/commands/metrics.ts';
import { room } from '../case/desk.ts';
import { DAY, HOUR, T0 } from './random-cases.ts';

describe('the measure stage', () => {
  it('tells CloudWatch what there is a number for, with its unit, and nothing for what there is not', async () => {
    const at = await room();
    await at.as('aiko')({ op: 'acknowledge' });
    await at.as('aiko')({ op: 'set_verdict', verdict: 'true_positive', rootCause: 'unknown', impact: 'low', reason: 'x' });
    at.now.ms += HOUR;
    const lines: string[] = [];
    const meter = createEmfMeter({
      namespace: 'Yagura',
      dimensions: { Stage: 'measure' },
      nowMs: () => at.now.ms,
      write: (line) => lines.push(line),
    });
    const told = await measureCases({ table: at.at.table, clock: { nowMs: () => at.now.ms }, meter }, at.policy);
    expect(told).toMatchObject({ PrecisionRatio: 1, FpShareRatio: 0, BacklogCount: 1, SlaAcknowledgeRatio: 1, AttendedRatio: 1 });
    expect(told).not.toHaveProperty('MttdP50Ms');
    expect(told).not.toHaveProperty('ZeroTouchRatio');
    const [metrics] = JSON.parse(lines[0] ?? '{}')._aws.CloudWatchMetrics;
    expect(metrics.Metrics).toContainEqual({ Name: 'PrecisionRatio', Unit: 'None' });
  });
});

describe('periods', () => {
  it('are whole UTC days with the last in it, thirty days by default', () => {
    expect(periodOf({ from: '2026-01-01', to: '2026-01-31' }, T0)).toEqual({ fromMs: T0, toMs: T0 + 31 * DAY });
    expect(periodOf({}, T0 + 90 * DAY + HOUR)).toEqual({ fromMs: T0 + 60 * DAY, toMs: T0 + 90 * DAY + HOUR });
  });
  it.each([[{ from: '2026-02-30' }], [{ to: 'yesterday' }], [{ from: '2026-03-01', to: '2026-02-01' }]])('refuse %j', (given) => {
    expect(() => periodOf(given, T0)).toThrow(/no such day|ends before it begins/);
  });
  it('read every month that a case may have ended in', () => {
    expect(months(Date.UTC(2025, 10, 30), Date.UTC(2026, 1, 1))).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
  });
});
