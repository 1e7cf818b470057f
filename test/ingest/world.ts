/** Ingest over stores in memory, for its tests. */
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Arrival, IngestPorts } from '../../functions/ingest/arrival.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { createSqliteTable } from '../../local/adapters/sqlite-table.ts';
import { loadStream } from '../../local/content.ts';
import { createMemoryMeter } from '../../local/meter.ts';
import { memoryStore } from './memory-store.ts';

export const content = { sources: SOURCES, rules: await loadStream() };

export function world(objects: Record<string, string | Uint8Array>) {
  const published: unknown[] = [];
  const stores = { landing: memoryStore(objects), raw: memoryStore(), lake: memoryStore(), quarantine: memoryStore() };
  const table = createSqliteTable(':memory:');
  const meter = createMemoryMeter();
  const ports: IngestPorts = {
    ...stores,
    ...{ table, meter, clock: { nowMs: () => Date.UTC(2026, 2, 3) } },
    bus: { publish: async (events) => void published.push(...events) },
  };
  return { ports, published, stores, meter };
}

export const arrive = (...keys: string[]): Arrival[] => keys.map((key) => ({ kind: 'object', id: `m-${key}`, key }));

/** The lines of an object in gzip or zstd. */
export const lines = (bytes: Uint8Array = new Uint8Array()): string[] =>
  (bytes[0] === 0x28 ? zstdDecompressSync(bytes) : gunzipSync(bytes))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
