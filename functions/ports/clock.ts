/** Time, ids and randomness, so that tests and replays can hold them still. */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  nowMs(): number;
}

export interface Timer {
  /** Resolves after about so many milliseconds. */
  sleep(ms: number): Promise<void>;
}

export interface Ids {
  /** A random UUID (v4). */
  uuid(): string;
  /** URL-safe random text of the given entropy in bytes. */
  token(bytes: number): string;
}
