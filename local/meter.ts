/** Counters of a laptop: kept in memory, read by the run that made them. */
import type { Meter } from '../functions/ports/meter.ts';

export interface MemoryMeter extends Meter {
  readonly totals: Readonly<Record<string, number>>;
}

export function createMemoryMeter(): MemoryMeter {
  const totals: Record<string, number> = {};
  return {
    totals,
    count: (values) => {
      for (const [name, value] of Object.entries(values)) totals[name] = (totals[name] ?? 0) + value;
    },
  };
}
