/** Clocks and ids of a laptop: the real ones, and a clock that a story sets. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock, Ids, Timer } from '../../functions/ports/clock.ts';

export const systemClock: Clock = { nowMs: () => Date.now() };

export const systemTimer: Timer = { sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };

export const randomIds: Ids = {
  uuid: () => randomUUID(),
  token: (bytes) => randomBytes(bytes).toString('hex'),
};

/** A clock that stands where it is set until `run` lets it go on in real time. */
export interface StoryClock extends Clock {
  set(atMs: number): void;
  run(): void;
}

export function createStoryClock(startMs: number): StoryClock {
  let atMs = startMs;
  let runningSinceMs: number | undefined;
  return {
    nowMs: () => (runningSinceMs === undefined ? atMs : atMs + Date.now() - runningSinceMs),
    set: (newMs) => {
      atMs = newMs;
    },
    run: () => {
      runningSinceMs ??= Date.now();
    },
  };
}
