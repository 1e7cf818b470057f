import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../functions/core/bus-event.ts';
import { createSqliteTable } from '../../../local/adapters/sqlite-table.ts';
import { createTableBus } from '../../../local/adapters/table-bus.ts';
import { randomIds } from '../../../local/adapters/time.ts';
import { createMemoryMeter } from '../../../local/meter.ts';
import { busContract, sampleFinding } from '../../contracts/bus.contract.ts';
import { meterContract } from '../../contracts/meter.contract.ts';

busContract('table', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'yagura-bus-'));
  const table = createSqliteTable(join(dir, 'bus.db'));
  const bus = createTableBus(table, randomIds);
  return {
    bus,
    arrived: async () => {
      const events: BusEvent[] = [];
      await bus.drain([
        {
          FindingsRaised: async (details) =>
            void events.push(...details.map((detail) => ({ name: 'FindingsRaised' as const, detail }))),
          IncidentChanged: async (details) =>
            void events.push(...details.map((detail) => ({ name: 'IncidentChanged' as const, detail }))),
          ResponseEnded: async (details) =>
            void events.push(...details.map((detail) => ({ name: 'ResponseEnded' as const, detail }))),
        },
      ]);
      return events;
    },
    close: () => {
      table.close();
      rmSync(dir, { recursive: true });
    },
  };
});

meterContract('memory', () => {
  const meter = createMemoryMeter();
  return { meter, total: (name) => meter.totals[name] ?? 0 };
});

describe('the bus of a laptop', () => {
  it('keeps what no stage took when a stage fails, and hands it over again', async () => {
    const table = createSqliteTable(':memory:');
    const bus = createTableBus(table, randomIds);
    await bus.publish([{ name: 'FindingsRaised', detail: { findings: [sampleFinding('a')] } }]);
    const failing = bus.drain([{ FindingsRaised: async () => await Promise.reject(new Error('down')) }]);
    await expect(failing).rejects.toThrow('down');
    let seen = 0;
    await createTableBus(table, randomIds).drain([
      {
        FindingsRaised: async (details) => {
          seen += details.length;
        },
      },
    ]);
    expect(seen).toBe(1);
    table.close();
  });

  it('goes on with what its stages cause, until nothing waits', async () => {
    const table = createSqliteTable(':memory:');
    const bus = createTableBus(table, randomIds);
    await bus.publish([{ name: 'FindingsRaised', detail: { findings: [sampleFinding('a')] } }]);
    const seen: string[] = [];
    await bus.drain([
      {
        FindingsRaised: async () => await bus.publish([{ name: 'IncidentChanged', detail: { incidentId: 'INC-1', version: 1 } }]),
      },
      { IncidentChanged: async (details) => void seen.push(...details.map(({ incidentId }) => incidentId)) },
    ]);
    expect(seen).toEqual(['INC-1']);
    table.close();
  });
});
