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
  /** Random text of the given entropy in bytes, as lower-case hex: people paste it into commands, where `-` would begin an option. */
  token(bytes: number): string;
}
