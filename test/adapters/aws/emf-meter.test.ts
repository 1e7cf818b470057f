import { describe, expect, it } from 'vitest';
import { createEmfMeter } from '../../../functions/adapters/aws/emf-meter.ts';
import { createMemoryMeter } from '../../../local/meter.ts';
import { meterContract } from '../../contracts/meter.contract.ts';

function emf(only?: ReadonlySet<string>): { meter: ReturnType<typeof createEmfMeter>; lines: string[] } {
  const lines: string[] = [];
  const meter = createEmfMeter({
    namespace: 'Yagura',
    dimensions: { Stage: 'ingest' },
    nowMs: () => 1000,
    write: (line) => lines.push(line),
    ...(only === undefined ? {} : { only }),
  });
  return { meter, lines };
}

meterContract('embedded metric format', () => {
  const { meter, lines } = emf();
  return { meter, total: (name) => lines.reduce((sum, line) => sum + Number(JSON.parse(line)[name] ?? 0), 0) };
});
meterContract('memory', () => {
  const meter = createMemoryMeter();
  return { meter, total: (name) => meter.totals[name] ?? 0 };
});

describe('embedded metric format', () => {
  it('makes metrics of the named counters alone where it is told, and keeps the others in the log', () => {
    const { meter, lines } = emf(new Set(['IngestedRecordCount']));
    meter.count({ IngestedRecordCount: 3, LagMs: 5 });
    meter.count({ LagMs: 7 });
    const [both, none] = lines.map((line) => JSON.parse(line));
    expect(both).toMatchObject({ LagMs: 5, _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'IngestedRecordCount' }] }] } });
    expect(both._aws.CloudWatchMetrics[0].Metrics).toHaveLength(1);
    expect(none).toEqual({ Stage: 'ingest', LagMs: 7 });
  });

  it('writes one line that CloudWatch reads: directive, dimensions, values with the unit that the name says', () => {
    const { meter, lines } = emf();
    meter.count({ IngestedEventCount: 3, InputBytes: 10, LagMs: 5 }, { Source: 'aws-cloudtrail' });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        _aws: {
          Timestamp: 1000,
          CloudWatchMetrics: [
            {
              Namespace: 'Yagura',
              Dimensions: [['Stage', 'Source']],
              Metrics: [
                { Name: 'IngestedEventCount', Unit: 'Count' },
                { Name: 'InputBytes', Unit: 'Bytes' },
                { Name: 'LagMs', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        Stage: 'ingest',
        Source: 'aws-cloudtrail',
        IngestedEventCount: 3,
        InputBytes: 10,
        LagMs: 5,
      },
    ]);
  });

  it('keeps each line within 100 metrics and leaves out what is no number', () => {
    const { meter, lines } = emf();
    meter.count({ ...Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`M${i}Count`, 1])), BadCount: Number.NaN });
    const sizes = lines.map((line) => JSON.parse(line)['_aws'].CloudWatchMetrics[0].Metrics.length);
    expect(sizes).toEqual([100, 100, 1]);
    expect(lines.join('')).not.toContain('BadCount');
  });
});
