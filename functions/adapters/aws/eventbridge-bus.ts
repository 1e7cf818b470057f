/** Turns an EventBridge bus into the Bus port: batches within the limits of one call, and failed entries sent again. */
import { setTimeout as pause } from 'node:timers/promises';
import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { BUS_SOURCE, type BusEvent } from '../../core/bus-event.ts';
import { YaguraError } from '../../core/error.ts';
import type { Bus } from '../../ports/bus.ts';
import { calling } from './failure.ts';

/** @see EventBridge PutEvents: 10 entries, 256 KiB a call; the size counts source, detail type and detail */
const MAX_ENTRIES = 10;
const MAX_CALL_BYTES = 256 * 1024;
const MAX_TRIES = 5;
const FIRST_PAUSE_MS = 50;

export function createEventBridgeBus(client: EventBridgeClient, busName: string): Bus {
  return {
    publish: async (events) => {
      for (const batch of batches(events.map((event) => entryOf(event, busName)))) await send(client, batch);
    },
  };
}

const sizeOf = (entry: PutEventsRequestEntry): number =>
  [entry.Source, entry.DetailType, entry.Detail].reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);

function entryOf(event: BusEvent, busName: string): PutEventsRequestEntry {
  const entry = { EventBusName: busName, Source: BUS_SOURCE, DetailType: event.name, Detail: JSON.stringify(event.detail) };
  if (sizeOf(entry) > MAX_CALL_BYTES) {
    throw new YaguraError('BadInput', `event ${event.name} of ${sizeOf(entry)} bytes (allowed: at most ${MAX_CALL_BYTES})`);
  }
  return entry;
}

function* batches(entries: readonly PutEventsRequestEntry[]): Generator<PutEventsRequestEntry[]> {
  let batch: PutEventsRequestEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (batch.length === MAX_ENTRIES || (batch.length > 0 && bytes + sizeOf(entry) > MAX_CALL_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += sizeOf(entry);
  }
  if (batch.length > 0) yield batch;
}

/** PutEvents answers 200 with some entries failed; those alone are sent again. */
async function send(client: EventBridgeClient, entries: PutEventsRequestEntry[]): Promise<void> {
  let left = entries;
  for (let tries = 1; ; tries++) {
    const { Entries: results = [] } = await calling('events PutEvents', () =>
      client.send(new PutEventsCommand({ Entries: left })),
    );
    const codes = new Set(results.map((result) => result.ErrorCode).filter((code) => code !== undefined));
    left = left.filter((_, i) => results[i]?.EventId === undefined);
    if (left.length === 0) return;
    if (tries >= MAX_TRIES) {
      throw new YaguraError(
        'Unavailable',
        `events PutEvents: ${left.length} of ${entries.length} entries not taken (${[...codes].join(', ')})`,
      );
    }
    await pause(Math.random() * FIRST_PAUSE_MS * 2 ** tries);
  }
}
