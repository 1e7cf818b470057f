import { expect, it } from 'vitest';
import { systemClock as awsClock, randomIds as awsIds } from '../../functions/adapters/aws/ports.ts';
import { createStoryClock, randomIds, systemClock } from '../../local/adapters/time.ts';
import { clockContract, idsContract } from './clock.contract.ts';

clockContract('laptop', systemClock);
clockContract('AWS', awsClock);
clockContract('story', createStoryClock(Date.UTC(2026, 2, 2)));
idsContract('laptop', randomIds);
idsContract('AWS', awsIds);

it("a story's clock stands where it is set, and goes on once it runs", () => {
  const clock = createStoryClock(Date.UTC(2026, 2, 2));
  clock.set(Date.UTC(2026, 2, 3));
  expect(clock.nowMs()).toBe(Date.UTC(2026, 2, 3));
  clock.run();
  expect(clock.nowMs()).toBeGreaterThanOrEqual(Date.UTC(2026, 2, 3));
  expect(clock.nowMs()).toBeLessThan(Date.UTC(2026, 2, 3) + 60_000);
});
