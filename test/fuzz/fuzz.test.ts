import { expect, it } from 'vitest';
import { batchOf, runCampaign } from './campaign.ts';

it('damaged samples of every source crash nothing, and every record of them is accounted for (npm run fuzz: a million)', async () => {
  const { faults, inputs, events, quarantined, dropped, records } = await runCampaign({ count: 4_000, seed: 7 });
  expect(faults).toEqual([]);
  expect(inputs).toBe(4_000);
  expect(records).toBe(events + quarantined + dropped);
  // The damage is real, and much is still read.
  expect(quarantined).toBeGreaterThan(inputs / 20);
  expect(events).toBeGreaterThan(inputs / 4);
});

it('the same seed makes the same damage', () => {
  expect(batchOf(3, 4)).toEqual(batchOf(3, 4));
  expect(batchOf(3, 4)).not.toEqual(batchOf(3, 5));
});
