/** How stages tell each other that something happened: at least once, in no promised order. */
import type { BusEvent } from '../core/bus-event.ts';

export interface Bus {
  /** @throws YaguraError Unavailable where any of them was not taken */
  publish(events: readonly BusEvent[]): Promise<void>;
}
