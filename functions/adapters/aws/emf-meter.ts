/** Turns counters into CloudWatch embedded metric format: one JSON line on standard output each, which Lambda's log turns into metrics. */
import type { Meter } from '../../ports/meter.ts';

export interface EmfMeterOptions {
  namespace: string;
  /** On every metric: the stage. */
  dimensions: Readonly<Record<string, string>>;
  nowMs: () => number;
  write: (line: string) => void;
  /** The names that become metrics; the others are log lines alone. Default: all. */
  only?: ReadonlySet<string>;
}

/** @see CloudWatch embedded metric format specification: 100 metrics a line, 30 dimensions */
const MAX_METRICS = 100;
const UNITS: readonly [RegExp, string][] = [
  [/Count$/, 'Count'],
  [/Bytes$/, 'Bytes'],
  [/Ms$/, 'Milliseconds'],
  [/(Sec|Seconds)$/, 'Seconds'],
  [/Ratio$/, 'None'],
];

export function createEmfMeter({ namespace, dimensions, nowMs, write, only }: EmfMeterOptions): Meter {
  return {
    count: (values, more = {}) => {
      const all = { ...dimensions, ...more };
      const entries = Object.entries(values).filter(([, value]) => Number.isFinite(value));
      for (let at = 0; at < entries.length; at += MAX_METRICS) {
        const part = entries.slice(at, at + MAX_METRICS);
        const metrics = part.filter(([name]) => only?.has(name) ?? true).map(([name]) => ({ Name: name, Unit: unitOf(name) }));
        const directive = { Namespace: namespace, Dimensions: [Object.keys(all)], Metrics: metrics };
        const told = metrics.length === 0 ? {} : { _aws: { Timestamp: nowMs(), CloudWatchMetrics: [directive] } };
        write(JSON.stringify({ ...told, ...all, ...Object.fromEntries(part) }));
      }
    },
  };
}

const unitOf = (name: string): string => UNITS.find(([ending]) => ending.test(name))?.[1] ?? 'Count';
