import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conformRow } from '../../../functions/core/lake/conform.ts';
import { restoreEvent } from '../../../functions/core/lake/restore.ts';
import { TABLES, tableForClass } from '../../../functions/core/lake/tables.ts';
import type { OcsfEvent } from '../../../functions/core/ocsf/event.ts';
import { eventOf } from './arbitrary-event.ts';

const context = { rawRef: { key: 'raw/a.gz', line: 3, sha256: 'ab', bytes: 10 }, ingestTimeMs: 1_780_000_000_000 };
const table = tableForClass(6003);

const event = (more: Record<string, unknown>): OcsfEvent =>
  ({
    class_uid: 6003,
    time: 1_780_000_000_123,
    metadata: { version: '1.8.0', uid: 'e1', product: { name: 'p', vendor_name: 'v' } },
    ...more,
  }) as unknown as OcsfEvent;
const extraOf = (value: OcsfEvent): unknown => JSON.parse(String(conformRow(table, value, context)['ocsf_extra'] ?? 'null'));

describe('conformRow', () => {
  it('types what has a column and leaves no extra', () => {
    const row = conformRow(
      table,
      event({ api: { operation: 'GetUser', response: { code: 200 } }, resources: [{ uid: 'a' }, { uid: 'b' }] }),
      context,
    );
    expect(row['api']).toEqual({ operation: 'GetUser', response: { code: 200 } });
    expect(row['resources']).toEqual([{ uid: 'a' }, { uid: 'b' }]);
    expect(row['time']).toBe(1_780_000_000_123n);
    expect(row['time_dt']).toBe(1_780_000_000_123n);
    expect(row['ingest_time_dt']).toBe(1_780_000_000_000n);
    expect(row['raw_ref']).toEqual(context.rawRef);
    expect(row['ocsf_extra']).toBeUndefined();
  });

  it('fills accountid and region from the cloud attributes', () => {
    const row = conformRow(table, event({ cloud: { region: 'eu-west-1', account: { uid: '111122223333' } } }), context);
    expect([row['accountid'], row['region']]).toEqual(['111122223333', 'eu-west-1']);
  });

  it('keeps an unknown field, a wrong type and a null beside the typed neighbours', () => {
    expect(extraOf(event({ api: { operation: 'X', colour: 'red', version: 7 }, severity: null, brand_new: { a: [1] } }))).toEqual(
      {
        api: { colour: 'red', version: 7 },
        severity: null,
        brand_new: { a: [1] },
      },
    );
  });

  it('keeps a number that the column cannot hold', () => {
    const row = conformRow(table, event({ severity_id: 2 ** 31, count: 1.5 }), context);
    expect([row['severity_id'], row['count']]).toEqual([undefined, undefined]);
    expect(JSON.parse(String(row['ocsf_extra']))).toEqual({ severity_id: 2 ** 31, count: 1.5 });
  });

  it('writes structured request data as JSON text', () => {
    const row = conformRow(table, event({ api: { operation: 'X', request: { data: { userName: 'ann' } } } }), context);
    expect(row['api']).toEqual({ operation: 'X', request: { data: '{"userName":"ann"}' } });
  });

  it('does not take a hostile key for a prototype', () => {
    const hostile = event(
      JSON.parse('{"__proto__":{"polluted":true},"unmapped":{"__proto__":"x","constructor":"y"}}') as Record<string, unknown>,
    );
    const parsed = JSON.parse('{"__proto__":1}') as Record<string, unknown>;
    Object.defineProperty(hostile, '__proto__', { value: parsed, enumerable: true });
    const back = restoreEvent(table, conformRow(table, hostile, context));
    expect(back).toEqual(hostile);
    expect(Object.keys(back)).toContain('__proto__');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('restoreEvent', () => {
  it.each(TABLES.map((candidate) => [candidate.name, candidate] as const))(
    'gives back exactly what was conformed, for %s',
    (_, candidate) => {
      fc.assert(
        fc.property(eventOf(candidate), (original) => {
          const before = structuredClone(original);
          const back = restoreEvent(candidate, conformRow(candidate, original, context));
          expect(back).toEqual(before);
          expect(original).toEqual(before);
          expect(Object.keys(back).sort()).toEqual(Object.keys(before).sort());
        }),
        { numRuns: candidate.classUid === 6003 || candidate.classUid === 2004 ? 300 : 20 },
      );
    },
  );

  it('tells an empty list, an empty object and an absent one apart', () => {
    for (const more of [{ resources: [] }, { resources: [{}] }, { resources: {} }, { unmapped: {} }, { actor: {} }, {}]) {
      const original = event(more);
      expect(restoreEvent(table, conformRow(table, original, context))).toEqual(original);
    }
  });
});
