/** What an execution needs from outside: time, chance, handlers, and a place where it is kept. */
import type { Json } from '../../functions/core/json.ts';
import type { Clock, Ids } from '../../functions/ports/clock.ts';
import type { HistoryEvent } from './history.ts';
import type { Limits } from './jsonata.ts';
import type { Handlers } from './resource.ts';
import type { Scheduler } from './scheduler.ts';
import type { Snapshot } from './snapshot.ts';

/** How a token stands after a transition. `silent`: it is closed because nobody answered, so an answer that came in between wins. */
export type TokenChange = { open: string } | { close: string; silent: boolean };
export type TokenAnswer = { output: Json } | { error: string; cause: string };

/** Where an execution is kept. */
export interface Journal {
  /** Stores all or nothing. False where somebody else wrote this execution, or answered a token that is closed here. */
  save(snapshot: Snapshot, events: readonly HistoryEvent[], tokens: readonly TokenChange[]): Promise<boolean>;
  answer(token: string): Promise<TokenAnswer | undefined>;
  /** When the token's task last gave a sign of life (epoch ms). */
  heartbeatAtMs(token: string): Promise<number | undefined>;
}

export interface World {
  clock: Clock;
  scheduler: Scheduler;
  ids: Ids;
  /** In [0, 1): jitter and $random. */
  random(): number;
  handlers: Handlers;
  region: string;
  limits?: Limits;
}
