/** The bus of a laptop: events wait in the table until their stages have taken them, so that a crash repeats and never loses one. */
import type { BusEvent, BusEventName, BusEvents } from '../../functions/core/bus-event.ts';
import type { Json, JsonObject } from '../../functions/core/json.ts';
import type { Bus } from '../../functions/ports/bus.ts';
import type { Ids } from '../../functions/ports/clock.ts';
import type { Table } from '../../functions/ports/table.ts';

const PK = 'BUS';

/** Takes all waiting events of one name at once. */
export type Subscriber = { [Name in BusEventName]?: (details: BusEvents[Name][]) => Promise<void> };

export interface TableBus extends Bus {
  /** Hands over what waits, and what that causes, until nothing waits. Events leave only after every subscriber took them. */
  drain(subscribers: readonly Subscriber[]): Promise<void>;
  /** True where anything waits to be handed over. */
  isWaiting(): Promise<boolean>;
}

export function createTableBus(table: Table, ids: Ids): TableBus {
  let sequence = 0;
  return {
    async publish(events) {
      for (const event of events) {
        const sk = `${String(Date.now()).padStart(15, '0')}#${String(sequence++).padStart(9, '0')}#${ids.token(6)}`;
        await table.write([{ put: { pk: PK, sk, data: { event: event as unknown as Json } } }]);
      }
    },
    isWaiting: async () => (await table.query(PK, { limit: 1 })).length > 0,
    async drain(subscribers) {
      for (let waiting = await table.query(PK); waiting.length > 0; waiting = await table.query(PK)) {
        const events = waiting.map(({ data }) => eventOf(data));
        for (const subscriber of subscribers) await handOver(subscriber, events);
        for (const { sk } of waiting) await table.write([{ delete: { pk: PK, sk } }]);
      }
    },
  };
}

/** We wrote it ourselves: its shape is that of `publish`. */
const eventOf = (data: JsonObject): BusEvent => data['event'] as unknown as BusEvent;

async function handOver(subscriber: Subscriber, events: readonly BusEvent[]): Promise<void> {
  for (const name of Object.keys(subscriber) as BusEventName[]) {
    const details = events.filter((event) => event.name === name).map((event) => event.detail);
    const take = subscriber[name] as ((details: unknown[]) => Promise<void>) | undefined;
    if (details.length > 0) await take?.(details);
  }
}
