import { describe, expect, it } from 'vitest';
import { FieldInventory } from '../../../functions/core/sigma/field-inventory.ts';
import { hopelessFields, type ReadinessInput, readinessOf, readsSource } from '../../../functions/core/sigma/readiness.ts';
import { rule } from './rule-text.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;

/** CloudTrail-like records: a closed top, parameters that vary from call to call. */
function inventory(): FieldInventory {
  const fields = new FieldInventory();
  for (let i = 0; i < 9; i++)
    fields.add({
      eventName: `Call${i}`,
      eventSource: 'iam.amazonaws.com',
      userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::111122223333:user/${i}` },
      requestParameters: { [`parameter${i}`]: 'x' },
      responseElements: null,
      resources: [{ type: 'AWS::S3::Bucket' }],
    });
  return fields;
}

function input(over: Partial<ReadinessInput> = {}, lastArrivalMs: number | undefined = NOW - HOUR): ReadinessInput {
  const fields = inventory();
  const source = {
    id: 'aws-cloudtrail',
    logsources: [{ product: 'aws', service: 'cloudtrail' }],
    judgeField: (path: string) => fields.judge(path),
    ...(lastArrivalMs === undefined ? {} : { lastArrivalMs }),
  };
  return { nowMs: NOW, sources: [source], errors: new Map(), proven: new Set(), ...over };
}

const known = rule('selection: {eventName: CreateUser}');
const proven = { proven: new Set([known.info.id]) };
const stateOf = (one: typeof known, given: ReadinessInput): string => readinessOf(one, given).state;

describe('readiness', () => {
  it('is ready where the source is alive, the field was seen and a case matches', () => {
    expect(readinessOf(known, input(proven))).toMatchObject({ state: 'ready', sources: ['aws-cloudtrail'] });
  });

  it('is no-source where the log source is not connected, or never delivered', () => {
    const windows = rule('selection: {Image: cmd.exe}', 'logsource: {product: windows, category: process_creation}\n');
    expect(readinessOf(windows, input())).toMatchObject({
      state: 'no-source',
      why: expect.stringContaining('windows/process_creation'),
    });
    expect(
      stateOf(known, {
        ...input(proven),
        sources: [{ id: 'aws-cloudtrail', logsources: [{ product: 'aws', service: 'cloudtrail' }] }],
      }),
    ).toBe('no-source');
  });

  it('is stale-source after 24 hours of silence, and not before', () => {
    expect(stateOf(known, input(proven, NOW - 24 * HOUR))).toBe('ready');
    expect(stateOf(known, input(proven, NOW - 24 * HOUR - 1))).toBe('stale-source');
    expect(stateOf(known, input({ ...proven, staleAfterMs: HOUR / 2 }))).toBe('stale-source');
  });

  it('is field-never-seen where every way to match needs a field that no record has', () => {
    const never = rule('selection: {eventNmae: CreateUser}');
    expect(readinessOf(never, input())).toMatchObject({ state: 'field-never-seen', why: expect.stringContaining('eventNmae') });
    const other = rule('a: {eventNmae: CreateUser}\nb: {eventName: CreateUser}\ncondition: a or b');
    expect(stateOf(other, input({ proven: new Set([other.info.id]) }))).toBe('ready');
    const both = rule('selection: {eventName: CreateUser, nowhere.at: all}');
    expect(stateOf(both, input({ proven: new Set([both.info.id]) }))).toBe('field-never-seen');
  });

  it('does not doubt a field that only excludes', () => {
    const filtered = rule('selection: {eventName: CreateUser}\nfilter: {nowhere: x}\ncondition: selection and not filter');
    expect(hopelessFields(filtered, input().sources[0] ?? { id: '', logsources: [] })).toEqual([]);
  });

  it('is no-positive-test without a passing match case, and erroring before everything else', () => {
    expect(stateOf(known, input())).toBe('no-positive-test');
    expect(readinessOf(known, input({ ...proven, errors: new Map([[known.info.id, 3]]) }))).toMatchObject({
      state: 'erroring',
      why: 'it threw 3 times',
    });
  });

  it('is as ready as the best of several sources', () => {
    const two = input(proven);
    const [alive] = two.sources;
    const dead = { id: 'dead', logsources: [{ product: 'aws', service: 'cloudtrail' }] };
    expect(readinessOf(known, { ...two, sources: alive ? [dead, alive] : [] })).toMatchObject({
      state: 'ready',
      sources: ['dead', 'aws-cloudtrail'],
    });
  });

  it('lets an ocsf rule without a log source read every source, and a native one none', () => {
    const source = { logsources: [{ product: 'x' }] };
    expect(readsSource({ taxonomy: 'ocsf', logsource: {} }, source)).toBe(true);
    expect(readsSource({ taxonomy: 'sigma', logsource: {} }, source)).toBe(false);
  });
});

describe('the field inventory', () => {
  const fields = inventory();

  it('tells what was seen, what could come and what never does', () => {
    expect(fields.judge('userIdentity.arn')).toBe('seen');
    expect(fields.judge('requestParameters.anything.below')).toBe('possible');
    expect(fields.judge('responseElements.user')).toBe('possible');
    expect(fields.judge('userIdentity.arm')).toBe('unknown');
    expect(fields.judge('eventName.part')).toBe('unknown');
  });

  it('doubts nothing below a map of data, however often one kind of record came', () => {
    const calls = new FieldInventory();
    for (let i = 0; i < 20; i++)
      calls.add({ eventName: 'A', requestParameters: { [`p${i}`]: 1, set: { items: [{ id: 'x' }] } } });
    expect([calls.judge('requestParameters.set.items.maxCount'), calls.judge('eventNme')]).toEqual(['possible', 'unknown']);
  });

  it('looks through arrays however they are spelled', () => {
    for (const path of ['resources.type', 'resources[].type', 'resources[0].type', 'resources.0.type', 'resources{}.type'])
      expect(fields.judge(path)).toBe('seen');
  });

  it('doubts nothing without records, and survives hostile ones', () => {
    expect(new FieldInventory().judge('anything')).toBe('possible');
    const hostile = new FieldInventory();
    hostile.add(JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"x": 1}}'));
    let deep: unknown = 'x';
    for (let i = 0; i < 5_000; i++) deep = { a: deep };
    hostile.add(deep);
    hostile.add(null);
    hostile.add([1]);
    expect(hostile.judge('__proto__.polluted')).toBe('seen');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
