/** A mapping makes valid events of whatever comes: typed by the schema, completed by it, and nothing is lost. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonObject, valueAt } from '../../../functions/core/json.ts';
import { compileMapping } from '../../../functions/core/mapping/compile.ts';
import { globTest, tableLookup } from '../../../functions/core/mapping/condition.ts';
import type { Kind, MappingSpec } from '../../../functions/core/mapping/spec.ts';
import { classFacts, classUids } from '../../../functions/core/ocsf/schema.ts';
import { errorsOf, validateEvent } from '../../../functions/core/ocsf/validate.ts';
import { anyRecord } from '../../sources/hostile-records.ts';
import { lostLeaves, NOW_MS } from '../../sources/samples.ts';

const SPEC: MappingSpec = {
  id: 'sample',
  title: { en: 'Sample', ja: '見本' },
  product: { name: 'Sample', vendor_name: 'Example' },
  logsources: [],
  match: [{ action: true, kind: ['audit*', 'log'] }],
  uid: 'id',
  time: ['at', 'time'],
  code: 'action',
  severity: { from: 'level', table: { warn: 3, 'crit*': 5 } },
  vendorService: { by: 'system' },
  kinds: [
    { when: { action: 'login*' }, class_uid: 3002, activity: 1, fields: { 'user.name': 'who' } },
    { class_uid: 6003, activity: { from: 'action', table: { '*.create': 1, '*.delete': 4 } } },
  ],
  fields: {
    'actor.user.name': 'who',
    'actor.user.email_addr': 'mail',
    'api.operation': 'action',
    'api.request.data': { json: 'details' },
    src_endpoint: { from: 'peer', as: 'address' },
    'src_endpoint.port': 'port',
    'http_request.url': { from: 'link', as: 'url' },
    status_id: { from: 'ok', table: { true: 1, false: 2 } },
    resources: { each: ['things', 'thing'], fields: { uid: 'id', name: 'name', 'owner.name': 'owner' } },
    'metadata.correlation_uid': 'trace',
    status_detail: ['why', 'reason'],
    'actor.user.uid': ['people[kind=user*].ids.uid', 'people[0].id'],
    'http_request.referrer': ['links[1]', 'links[0]'],
  },
};
const { recognizes, toOcsf } = compileMapping(SPEC);
const event = (record: JsonObject) => toOcsf(record, { nowMs: NOW_MS });

describe('tests of a kind', () => {
  const chosen = compileMapping({
    ...SPEC,
    kinds: [
      { when: { 'people[kind=guest*].name': 'ann*' }, class_uid: 3002, activity: 1, fields: { 'user.name': 'who' } },
      {
        when: { 'people[0].ids.uid': true, 'links[1]': 'https*' },
        class_uid: 3006,
        activity: 3,
        fields: { 'group.name': 'who' },
      },
      { class_uid: 6003 },
    ],
  });
  const classOf = (record: JsonObject): number =>
    chosen.toOcsf({ action: 'x', who: 'bo', ...record }, { nowMs: NOW_MS }).class_uid;

  it('choose an item of a list as fields do, and take nothing', () => {
    const people = [
      { kind: 'user', name: 'ann' },
      { kind: 'Guest7', name: 'Anna' },
    ];
    expect(classOf({ people })).toBe(3002);
    expect(classOf({ people: people.slice(0, 1) })).toBe(6003);
    expect(classOf({ people: [{ ids: { uid: 7 } }], links: ['a', 'https://b'] })).toBe(3006);
    expect(classOf({ people: [{ ids: {} }], links: ['a', 'https://b'] })).toBe(6003);
    expect(classOf({ people: 'ann', links: {} })).toBe(6003);
    const record = { action: 'x', who: 'bo', people };
    expect(lostLeaves(record, { ...chosen.toOcsf(record, { nowMs: NOW_MS }) } as JsonObject)).toEqual([]);
  });
});

describe('an id that several records share', () => {
  const shared = compileMapping({ ...SPEC, uid: { id: ['id', 'other'], and: ['stage'] } });
  const uidOf = (record: JsonObject): string => shared.toOcsf(record, { nowMs: NOW_MS }).metadata.uid;

  it('is told apart by what stands beside it', () => {
    expect(uidOf({ action: 'x', id: 'a', stage: 'begun' })).toBe('a#begun');
    expect(uidOf({ action: 'x', other: 'b', stage: 'done' })).toBe('b#done');
    expect(uidOf({ action: 'x', id: 'a' })).toBe('a');
  });

  it('is a digest where it is missing: what stands beside it is no id', () => {
    const [one, another] = [uidOf({ action: 'x', stage: 'done' }), uidOf({ action: 'y', stage: 'done' })];
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(another).not.toBe(one);
  });
});

describe('a mapping', () => {
  it.each<[JsonObject, boolean]>([
    [{ action: 'x', kind: 'AUDIT.log' }, true],
    [{ action: 'x', kind: 'log' }, true],
    [{ action: 'x', kind: 'logs' }, false],
    [{ action: '', kind: 'log' }, false],
    [{ kind: 'log' }, false],
    [{}, false],
  ])('recognizes %j: %s', (record, is) => expect(recognizes(record)).toBe(is));

  it.each<[JsonObject, string, unknown]>([
    [{ action: 'login' }, 'class_uid', 3002],
    [{ action: 'login' }, 'user.name', 'Unknown'],
    [{ action: 'login' }, 'service.name', 'Sample'],
    [{ action: 'login', who: 'ann' }, 'user.name', 'ann'],
    [
      { action: 'x.create', links: ['https://a.example.com/', 'https://b.example.com/'] },
      'http_request.referrer',
      'https://b.example.com/',
    ],
    [{ action: 'x.create', links: ['https://a.example.com/'] }, 'http_request.referrer', 'https://a.example.com/'],
    [{ action: 'x.create', links: 'https://a.example.com/' }, 'http_request.referrer', undefined],
    [{ action: 'key.create' }, 'activity_id', 1],
    [{ action: 'key.turn' }, 'activity_id', 99],
    [{ action: 'key.turn' }, 'activity_name', 'key.turn'],
    [{}, 'actor.app_name', 'Sample'],
    [{ level: 'CRITICAL' }, 'severity_id', 5],
    [{ level: 'else' }, 'severity_id', 1],
    [{ by: 'system' }, 'metadata.labels', ['vendor_service']],
    [{ peer: '192.0.2.1:443' }, 'src_endpoint.ip', '192.0.2.1'],
    [{ peer: '192.0.2.1:443', port: 80 }, 'src_endpoint.port', 443],
    [{ peer: 'host.example.com' }, 'src_endpoint.hostname', 'host.example.com'],
    [{ port: 80 }, 'src_endpoint.name', 'Unknown'],
    [{ mail: 'no mail' }, 'actor.user.email_addr', undefined],
    [{ link: 'https://example.com/a' }, 'http_request.url.path', '/a'],
    [{ ok: false }, 'status_id', 2],
    [{ things: [{ id: 'a' }, { name: 'b', owner: 'c' }] }, 'resources', [{ uid: 'a' }, { name: 'b', owner: { name: 'c' } }]],
    [{ thing: { id: 'a' } }, 'resources', [{ uid: 'a' }]],
    [{ reason: 'r' }, 'status_detail', 'r'],
    [
      {
        people: [
          { kind: 'app', id: 'a' },
          { kind: 'USER 1', ids: { uid: 'u' } },
        ],
      },
      'actor.user.uid',
      'u',
    ],
    [{ people: [{ kind: 'app', id: 'a' }] }, 'actor.user.uid', 'a'],
    [{ people: 'none' }, 'actor.user.uid', undefined],
    [{ trace: 't' }, 'metadata.correlation_uid', 't'],
    [{ time: '2025-03-04T09:00:00Z' }, 'time', Date.UTC(2025, 2, 4, 9)],
    [{ id: 'x' }, 'metadata.uid', 'x'],
    [{ details: { a: 1 } }, 'api.request.data', '{"a":1}'],
  ])('%j: %s is %j', (record, path, value) => expect(valueAt(event(record), path)).toEqual(value));

  it('reads keys in any case where it says so', () => {
    const { toOcsf: caseless } = compileMapping({ ...SPEC, caseless: true });
    const made = caseless({ ACTION: 'key.create', Who: 'ann', Other: 1 }, { nowMs: NOW_MS });
    expect(valueAt(made, 'actor.user.name')).toBe('ann');
    expect(made.unmapped).toEqual({ Other: '1' });
  });

  // A patch state (5004) names its device's version: there is no unknown one.
  it.each(classUids().flatMap((uid) => (classFacts(uid)?.isDeprecated === false && uid !== 5004 ? [uid] : [])))(
    'makes valid events of class %i, and loses nothing, whatever comes',
    (class_uid) => {
      const kinds: Kind[] = [{ class_uid, activity: 1 }];
      const mapping = compileMapping({ ...SPEC, kinds });
      const keys = [
        'id',
        'at',
        'action',
        'who',
        'mail',
        'details',
        'peer',
        'port',
        'link',
        'ok',
        'things',
        'thing',
        'trace',
        'why',
      ];
      fc.assert(
        fc.property(anyRecord(keys), (record) => {
          const stored = JSON.parse(JSON.stringify(mapping.toOcsf(record, { nowMs: NOW_MS })));
          expect(errorsOf(validateEvent(stored))).toEqual([]);
          expect(lostLeaves(record, stored)).toEqual([]);
        }),
        { numRuns: 25 },
      );
    },
  );
});

it.each<[string, string, boolean]>([
  ['a*', 'abc', true],
  ['*c', 'abc', true],
  ['a*c', 'ac', true],
  ['a.c', 'abc', false],
  ['*', '', true],
  ['a(b', 'a(b', true],
  ['A*Z', 'abcz', true],
])('the pattern %s on %s: %s', (pattern, text, is) => expect(globTest(pattern)(text)).toBe(is));

it('a table answers by exact text before patterns, and never by its prototype', () => {
  const find = tableLookup({ 'a*': 1, ab: 2 });
  expect([find('ab'), find('AB'), find('ac'), find('constructor'), find('__proto__')]).toEqual([2, 2, 1, undefined, undefined]);
});

describe('values of more than one text', () => {
  const more = compileMapping({
    ...SPEC,
    kinds: [
      {
        when: { action: 'run' },
        class_uid: 1007,
        activity: 1,
        time: 'started',
        fields: {
          'process.cmd_line': { joined: ['argv', 'a#', 'line'] },
          'process.pid': { from: ['pid', 'tid'], unless: ['-1', 'n/a'] },
        },
      },
      { class_uid: 6003 },
    ],
  });
  const run = (record: JsonObject) => more.toOcsf({ action: 'run', ...record }, { nowMs: NOW_MS });

  it.each<[JsonObject, string | undefined]>([
    [{ argv: ['ls', '-l', 3] }, 'ls -l 3'],
    [{ a0: 'id', a1: '-u', a3: 'gap' }, 'id -u'],
    [{ argv: [], line: 'id -u' }, 'id -u'],
    [{ argv: [{ x: 1 }] }, undefined],
    [{}, undefined],
  ])('a command line of %j', (record, wanted) => {
    const event = run(record);
    expect(valueAt(event, 'process.cmd_line')).toBe(wanted);
    expect(lostLeaves({ action: 'run', ...record }, JSON.parse(JSON.stringify(event)))).toEqual([]);
  });

  it('a text that says that there is none is passed over, and kept', () => {
    const event = run({ pid: -1, tid: 7 });
    expect(valueAt(event, 'process.pid')).toBe(7);
    expect(event.unmapped?.['pid']).toBe('-1');
    expect(valueAt(run({ pid: 'n/a' }), 'process.pid')).toBeUndefined();
  });

  it("a kind's own time comes before that of all kinds", () => {
    const at = '2025-03-04T09:00:00Z';
    expect(run({ started: at, at: '2025-01-01T00:00:00Z' }).time).toBe(Date.parse(at));
    expect(run({ at }).time).toBe(Date.parse(at));
  });
});
