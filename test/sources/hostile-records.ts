/** Makes records that no provider sends: random JSON, and real shapes with anything in any place. */
import * as fc from 'fast-check';
import type { Json, JsonObject } from '../../functions/core/json.ts';
import { leavesOf } from './samples.ts';

const KEYS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'a.b', '', 'type', 'Type', 'ARN', 'arn', 'userName'];
const strange: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as Json),
  fc.constantFrom<Json>(
    null,
    '',
    0,
    -1,
    1e300,
    true,
    false,
    [],
    {},
    [null],
    [[]],
    [{}],
    '\u0000',
    '\ud800',
    '=1+1',
    '1'.repeat(5000),
  ),
  fc
    .dictionary(fc.constantFrom(...KEYS), fc.constantFrom<Json>(null, 'x', 1, [], {}))
    .map((value) => JSON.parse(JSON.stringify(value)) as Json),
);

/** Any JSON object; half of them with keys of the source's own records. */
export const anyRecord = (keys: readonly string[]): fc.Arbitrary<JsonObject> =>
  fc
    .dictionary(fc.oneof(fc.constantFrom(...keys, ...KEYS), fc.string()), strange, { maxKeys: 20 })
    .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

/** A sample with some of its values, at any depth, replaced or removed. */
export function mutated(samples: readonly JsonObject[]): fc.Arbitrary<JsonObject> {
  const change = fc.tuple(fc.nat(), fc.option(strange, { nil: undefined }), fc.boolean());
  return fc.tuple(fc.constantFrom(...samples), fc.array(change, { minLength: 1, maxLength: 6 })).map(([sample, changes]) => {
    const record = structuredClone(sample);
    for (const [n, value, isBranch] of changes) replaceAt(record, { n, value, isBranch });
    // A removed list item leaves a hole, which JSON does not know.
    return JSON.parse(JSON.stringify(record)) as JsonObject;
  });
}

interface Change {
  n: number;
  value: Json | undefined;
  isBranch: boolean;
}

/** Replaces the n-th leaf (round and round), or the object or list that holds it. */
function replaceAt(record: JsonObject, { n, value, isBranch }: Change): void {
  const leaves = leavesOf(record);
  const path = leaves[n % Math.max(1, leaves.length)]?.path ?? '';
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  if (isBranch && steps.length > 1) steps.pop();
  const last = steps.pop();
  let at: unknown = record;
  for (const step of steps) at = at !== null && typeof at === 'object' ? Reflect.get(at, step) : undefined;
  if (last === undefined || at === null || typeof at !== 'object') return;
  if (value === undefined) Reflect.deleteProperty(at, last);
  else Object.defineProperty(at, last, { value: structuredClone(value), enumerable: true, configurable: true, writable: true });
}
