// What tests of collecting share: a stage over memory, on its way to a vendor on this machine, that can be killed between any two writes.
import { gunzipSync } from 'node:zlib';
import { createFetchHttp } from '../../functions/adapters/aws/fetch-http.ts';
import type { CollectContent, CollectPorts } from '../../functions/collect/stage.ts';
import type { ConnectorSettings } from '../../functions/core/collect-config.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import type { Table } from '../../functions/ports/table.ts';
import { createMemoryTable } from '../../local/adapters/memory-table.ts';
import { createMemoryMeter, type MemoryMeter } from '../../local/meter.ts';
import { type MemoryStore, memoryStore } from '../ingest/memory-store.ts';
import { startVendor, type Vendor, VendorWorld, VirtualClock } from './vendors/server.ts';

export const START_MS = Date.UTC(2026, 2, 10, 12);

/** The process is gone. */
export class Killed extends Error {}

export interface Laboratory {
  vendor: Vendor;
  world: VendorWorld;
  clock: VirtualClock;
  landing: MemoryStore;
  table: Table;
  meter: MemoryMeter;
  ports: CollectPorts;
  content: CollectContent;
  settings: ConnectorSettings;
  /** The secret as the store has it now; changing it is rotating it. */
  secrets: { text: string };
  /** The process dies at the so-many-th write from now, before or after it happened. */
  killAt(write: number, when: 'before' | 'after'): void;
  close(): Promise<void>;
}

export interface LaboratoryOptions {
  settings?: Partial<ConnectorSettings>;
}

export async function laboratory(vendor: Vendor, { settings: given = {} }: LaboratoryOptions = {}): Promise<Laboratory> {
  const clock = new VirtualClock(START_MS);
  const world = new VendorWorld(clock);
  const { origin, close } = await startVendor(vendor, world, clock);
  const death = { writesLeft: Number.POSITIVE_INFINITY, when: 'before' };
  const landing = memoryStore();
  const table = createMemoryTable();
  const mortal = async <T>(work: () => Promise<T>): Promise<T> => {
    const isLast = --death.writesLeft === 0;
    if (death.writesLeft < 0 || (isLast && death.when === 'before')) throw new Killed();
    const result = await work();
    if (isLast) throw new Killed();
    return result;
  };
  const secrets = { text: vendor.secret };
  const settings: ConnectorSettings = {
    ...{ name: vendor.connector.id, connector: vendor.connector.id, secret: `yagura/${vendor.connector.id}` },
    ...{ everyMin: 5, backfillDays: 2, overlapMin: 60, options: vendor.options, ...given },
  };
  const meter = createMemoryMeter();
  const http = createFetchHttp({
    send: (url, init) =>
      fetch(new URL(url.pathname + url.search, origin), {
        ...init,
        headers: { ...init.headers, 'x-forwarded-host': url.hostname },
      }),
  });
  const ports: CollectPorts = {
    ...{ clock, timer: clock, http, meter, secrets: { get: async () => secrets.text } },
    landing: { ...landing, put: (key, bytes, options) => mortal(() => landing.put(key, bytes, options)) },
    table: { ...table, write: (writes) => mortal(() => table.write(writes)) },
  };
  return {
    ...{ vendor, world, clock, landing, table, meter, ports, settings, secrets, close },
    content: { connectors: [vendor.connector], settings: [settings] },
    killAt: (write, when) => Object.assign(death, { writesLeft: write, when }),
  };
}

/** Every record in landing, in the order of the keys. */
export const landed = ({ landing }: Pick<Laboratory, 'landing'>): JsonObject[] =>
  landing.keys().flatMap((key) =>
    gunzipSync(landing.bytes(key) ?? new Uint8Array())
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JsonObject),
  );

export const landedIds = (lab: Laboratory): string[] =>
  landed(lab).map((record) => lab.vendor.idOf(record) ?? `strange: ${JSON.stringify(record)}`);
