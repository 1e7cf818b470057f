/** Random OCSF-like events for tests: fields of the table with right and wrong values, unknown fields, hostile keys and text. */
import * as fc from 'fast-check';
import type { Json, JsonObject } from '../../../functions/core/json.ts';
import type { LakeTable } from '../../../functions/core/lake/tables.ts';
import type { LakeType } from '../../../functions/core/lake/types.ts';
import type { OcsfEvent } from '../../../functions/core/ocsf/event.ts';

const HOSTILE_KEYS = [
  '__proto__',
  'constructor',
  '$as',
  'toString',
  'a.b',
  '',
  'time_dt',
  'raw_ref',
  'raw_record',
  'record_digest',
  'region',
  'ocsf_extra',
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', 'null', '{"a":1}', '[]', '\ud800', 'né', '日本', '\u0000', '1'),
);
const json: fc.Arbitrary<Json> = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);

function asObject(entries: readonly (readonly [string, Json])[]): JsonObject {
  const object: JsonObject = {};
  for (const [key, value] of entries)
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  return object;
}

function right(type: LakeType): fc.Arbitrary<Json> {
  switch (type.kind) {
    case 'struct':
      return fc
        .subarray([...type.fields], { maxLength: Math.min(4, type.fields.length) })
        .chain((fields) =>
          fc.tuple(
            fc.tuple(...fields.map((field) => anyOf(field.type).map((value) => [field.name, value] as const))),
            fc.array(fc.tuple(fc.constantFrom(...HOSTILE_KEYS), json), { maxLength: 1 }),
          ),
        )
        .map(([known, unknown]) => asObject([...known, ...unknown]));
    case 'array':
      return fc.array(anyOf(type.element), { maxLength: 3 });
    case 'map':
      return fc
        .array(fc.tuple(fc.oneof(text, fc.constantFrom(...HOSTILE_KEYS)), fc.oneof(text, json)), { maxLength: 3 })
        .map(asObject);
    case 'int':
      return fc.oneof(fc.integer(), fc.constantFrom(2 ** 31, -(2 ** 31), 0));
    case 'bigint':
      return fc.oneof(fc.maxSafeInteger(), fc.constantFrom(2 ** 53, 1e300));
    case 'double':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
    case 'boolean':
      return fc.boolean();
    case 'timestamp':
      return fc.oneof(
        fc
          .date({ noInvalidDate: true, min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z') })
          .map((date) => date.toISOString()),
        fc.constantFrom(
          '2026-01-02T03:04:05Z',
          '2026-01-02T03:04:05.123456Z',
          '2026-01-02T03:04:05+09:00',
          '2026-02-30T00:00:00Z',
          'noon',
        ),
      );
    case 'json':
      return fc.oneof(json, text);
    default:
      return text;
  }
}

/** Mostly values of the type, sometimes any JSON. */
const anyOf = (type: LakeType): fc.Arbitrary<Json> =>
  fc.oneof({ weight: 9, arbitrary: right(type) }, { weight: 1, arbitrary: json });

/** Events of a table: sane in what makes an event, arbitrary in everything else. */
export function eventOf(table: LakeTable): fc.Arbitrary<OcsfEvent> {
  const row: LakeType = { kind: 'struct', fields: table.columns };
  const profiles = fc.option(fc.constantFrom<string[]>(['cloud', 'datetime'], ['cloud'], []), { nil: undefined });
  return fc
    .tuple(right(row), fc.integer({ min: 0, max: 4_000_000_000_000 }), fc.uuid(), profiles, fc.boolean())
    .map(([body, time, uid, profile, saysTime]) => {
      const event = {
        ...(body as JsonObject),
        class_uid: table.classUid,
        time,
        metadata: { version: '1.8.0', uid, product: { name: 'p', vendor_name: 'v' }, ...(profile && { profiles: profile }) },
        ...(saysTime && { time_dt: new Date(time).toISOString() }),
      };
      return event as unknown as OcsfEvent;
    });
}
