import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LakeBatch } from '../../../functions/core/lake/encode.ts';
import { restoreEvent } from '../../../functions/core/lake/restore.ts';
import { TABLES, tableForClass } from '../../../functions/core/lake/tables.ts';
import type { OcsfEvent } from '../../../functions/core/ocsf/event.ts';
import { eventOf } from './arbitrary-event.ts';
import { CONTEXT, readWithDuckdb, rowOf } from './read-back.ts';

const table = tableForClass(6003);

const event = (more: Record<string, unknown>): OcsfEvent =>
  ({
    class_uid: 6003,
    time: 1_780_000_000_123,
    metadata: { version: '1.8.0', uid: 'e1', product: { name: 'p', vendor_name: 'v' } },
    ...more,
  }) as unknown as OcsfEvent;
const extraOf = async (value: OcsfEvent): Promise<unknown> => JSON.parse(String((await rowOf(value))['ocsf_extra'] ?? 'null'));
describe('the columns of an event', () => {
  it('types what has a column and leaves no extra', async () => {
    const row = await rowOf(
      event({ api: { operation: 'GetUser', response: { code: 200 } }, resources: [{ uid: 'a' }, { uid: 'b' }] }),
    );
    expect(row['api']).toEqual({ operation: 'GetUser', response: { code: 200 } });
    expect(row['resources']).toEqual([{ uid: 'a' }, { uid: 'b' }]);
    expect(row['time']).toBe(1_780_000_000_123n);
    expect(row['time_dt']).toEqual(new Date(1_780_000_000_123));
    expect(row['ingest_time_dt']).toEqual(new Date(CONTEXT.ingestTimeMs));
    expect(row['raw_ref']).toEqual(CONTEXT.rawRef);
    expect(row['ocsf_extra']).toBeUndefined();
  });

  it('fills accountid and region from the cloud attributes', async () => {
    const row = await rowOf(event({ cloud: { region: 'eu-west-1', account: { uid: '111122223333' } } }));
    expect([row['accountid'], row['region']]).toEqual(['111122223333', 'eu-west-1']);
  });

  it('keeps an unknown field, a wrong type and a null beside the typed neighbours', async () => {
    expect(
      await extraOf(event({ api: { operation: 'X', colour: 'red', version: 7 }, severity: null, brand_new: { a: [1] } })),
    ).toEqual({
      api: { colour: 'red', version: 7 },
      severity: null,
      brand_new: { a: [1] },
    });
  });

  it('keeps a number that the column cannot hold', async () => {
    const row = await rowOf(event({ severity_id: 2 ** 31, count: 1.5 }));
    expect([row['severity_id'], row['count']]).toEqual([undefined, undefined]);
    expect(JSON.parse(String(row['ocsf_extra']))).toEqual({ severity_id: 2 ** 31, count: 1.5 });
  });

  it('writes structured request data as JSON text', async () => {
    const row = await rowOf(event({ api: { operation: 'X', request: { data: { userName: 'ann' } } } }));
    expect(row['api']).toEqual({ operation: 'X', request: { data: '{"userName":"ann"}' } });
  });

  it('does not take a hostile key for a prototype', async () => {
    const hostile = event(
      JSON.parse('{"__proto__":{"polluted":true},"unmapped":{"__proto__":"x","constructor":"y"}}') as Record<string, unknown>,
    );
    const parsed = JSON.parse('{"__proto__":1}') as Record<string, unknown>;
    Object.defineProperty(hostile, '__proto__', { value: parsed, enumerable: true });
    const back = restoreEvent(table, await rowOf(hostile));
    expect(back).toEqual(hostile);
    expect(Object.keys(back)).toContain('__proto__');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('restoreEvent', () => {
  it.each(TABLES.map((candidate) => [candidate.name, candidate] as const))(
    'gives back exactly what was put in, for %s',
    async (_, candidate) => {
      await fc.assert(
        fc.asyncProperty(fc.array(eventOf(candidate), { minLength: 1, maxLength: 30 }), async (events) => {
          const before = structuredClone(events).sort((a, b) => a.time - b.time);
          const batch = new LakeBatch();
          for (const one of events) batch.add({ event: one, source: 'aws-cloudtrail', ...CONTEXT, ingestTimeMs: 0 });
          const files = [...batch.files('b')];
          const rows = (await Promise.all(files.map(({ bytes }) => readWithDuckdb(bytes)))).flat();
          const back = rows.map((row) => restoreEvent(candidate, row)).sort((a, b) => a.time - b.time);
          expect(back.map((one) => one.metadata.uid)).toEqual(before.map((one) => one.metadata.uid));
          expect(back).toEqual(before);
          expect([...events].sort((a, b) => a.time - b.time)).toEqual(before);
          expect(back.map((one) => Object.keys(one).sort())).toEqual(before.map((one) => Object.keys(one).sort()));
        }),
        { numRuns: candidate.classUid === 6003 || candidate.classUid === 2004 ? 25 : 3 },
      );
    },
  );

  it('knows the ways to write one moment', async () => {
    for (const text of [
      '2026-01-02T03:04:05Z',
      '2026-01-02T03:04:05.000Z',
      '2026-01-02T03:04:05.120Z',
      '2026-01-02T03:04:05.12Z',
    ]) {
      const original = event({ start_time_dt: text, time_dt: text, actor: { session: { created_time_dt: text } } });
      expect(restoreEvent(table, await rowOf(original))).toEqual(original);
    }
    const own = { time: 1_780_000_000_000, time_dt: '2026-05-28T20:26:40Z' };
    const metadata = { version: '1.8.0', uid: 'e1', product: { name: 'p', vendor_name: 'v' }, profiles: ['datetime'] };
    expect(await extraOf(event({ ...own, metadata }))).toBeNull();
  });

  it('tells an empty list, an empty object and an absent one apart', async () => {
    for (const more of [{ resources: [] }, { resources: [{}] }, { resources: {} }, { unmapped: {} }, { actor: {} }, {}]) {
      const original = event(more);
      expect(restoreEvent(table, await rowOf(original))).toEqual(original);
    }
  });
});
