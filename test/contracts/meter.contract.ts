/** What every Meter adapter promises, as tests that any adapter can be put through. */
import { describe, expect, it } from 'vitest';
import type { Meter } from '../../functions/ports/meter.ts';

export interface MeterUnderTest {
  meter: Meter;
  /** The sum of a counter so far, over all dimensions. */
  total(name: string): number;
}

/** Runs the suite against one adapter. */
export function meterContract(name: string, make: () => MeterUnderTest): void {
  describe(`meter: ${name}`, () => {
    it('adds up what is counted, each name for itself', () => {
      const { meter, total } = make();
      meter.count({ IngestedEventCount: 3, DroppedEventCount: 1 });
      meter.count({ IngestedEventCount: 4 }, { Source: 'aws-cloudtrail' });
      expect(total('IngestedEventCount')).toBe(7);
      expect(total('DroppedEventCount')).toBe(1);
      expect(total('NeverCounted')).toBe(0);
    });

    it('takes nothing, zero and many names in one call', () => {
      const { meter, total } = make();
      meter.count({});
      meter.count(Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`M${i}Count`, i])));
      meter.count({ M0Count: 0 });
      expect(total('M0Count')).toBe(0);
      expect(total('M249Count')).toBe(249);
    });
  });
}
