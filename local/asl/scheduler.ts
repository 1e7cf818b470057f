/** Time for executions: the machine's own, or a virtual one that jumps to the next timer when nothing else can happen. */
import type { Clock } from '../../functions/ports/clock.ts';

export interface Scheduler {
  /** Resolves when the clock shows it, or when the signal aborts. */
  sleepUntil(atMs: number, signal?: AbortSignal): Promise<void>;
  /** Says that a call is under way which does not tell time; call the result when it ended. */
  hold(): () => void;
}

/** Longest delay that setTimeout takes. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Waits as long as the given clock says; a clock that stands still is waited for. */
export class RealTime implements Scheduler {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  sleepUntil(atMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const leftMs = Math.min(Math.max(0, atMs - this.#clock.nowMs()), MAX_DELAY_MS);
      if (signal?.aborted === true) return resolve();
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve(this.#clock.nowMs() >= atMs ? undefined : this.sleepUntil(atMs, signal));
      }, leftMs);
      const stop = (): void => {
        clearTimeout(timer);
        resolve();
      };
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  hold(): () => void {
    return () => {};
  }
}

interface Timer {
  atMs: number;
  wake(): void;
}

/** Stands still while a call is under way, else jumps to the earliest timer. */
export class VirtualTime implements Clock, Scheduler {
  #nowMs: number;
  #holds = 0;
  readonly #timers = new Set<Timer>();
  #pumping = false;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Moves the clock by hand, as a person who decides later does. */
  advance(ms: number): void {
    this.#nowMs += ms;
    for (const timer of [...this.#timers]) if (timer.atMs <= this.#nowMs) this.#fire(timer);
  }

  sleepUntil(atMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true || atMs <= this.#nowMs) return resolve();
      const timer: Timer = { atMs, wake: resolve };
      this.#timers.add(timer);
      signal?.addEventListener('abort', () => this.#fire(timer), { once: true });
      this.#pump();
    });
  }

  hold(): () => void {
    let held = true;
    this.#holds++;
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      this.#pump();
    };
  }

  #fire(timer: Timer): void {
    if (this.#timers.delete(timer)) timer.wake();
  }

  /** Lets everything that is ready run first, then jumps. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      const next = [...this.#timers].sort((a, b) => a.atMs - b.atMs)[0];
      if (this.#holds > 0 || next === undefined) return;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#fire(next);
      if (this.#timers.size > 0) this.#pump();
    });
  }
}
