/** Mapping files: what is wrong is told at its place, and what is right makes valid events of any record of any format. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/core/json.ts';
import { globTest } from '../../../functions/core/mapping/condition.ts';
import { parseMapping } from '../../../functions/core/mapping/file.ts';
import { parseMappings } from '../../../functions/core/mapping/file-set.ts';
import { classFacts, classUids } from '../../../functions/core/ocsf/schema.ts';
import { validateEvent } from '../../../functions/core/ocsf/validate.ts';
import { sourceOfMapping } from '../../../functions/sources/from-mapping.ts';
import type { Source } from '../../../functions/sources/source.ts';
import { anyRecord } from '../../sources/hostile-records.ts';
import { lostLeaves, NOW_MS } from '../../sources/samples.ts';

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../../mappings/examples/example-vpn.yml'), 'utf8');

function sourceOf(text: string, id = 'acme'): Source {
  const { mapping, problems } = parseMapping(text, `mappings/${id}.yml`);
  expect(problems).toEqual([]);
  if (mapping === undefined) throw new Error('no mapping');
  // As it travels to a function.
  return sourceOfMapping(JSON.parse(JSON.stringify(mapping)));
}

const acme = (format: string, more = ''): string => `
id: acme
title: Acme
product: { name: Acme, vendor: Acme Corp }
format: ${format}
time: [ts, syslog.timestamp, timestamp]
code: event
kinds:
  - when: { event: 'login*' }
    class: authentication
    activity: Logon
    fields: { user.name: user, service.name: { is: acme } }
  - class: api_activity
    activity: { from: event, table: { 'get*': Read }, else: Other }
fields:
  src_endpoint.ip: ip
  status_id: { from: result, table: { ok: Success, 'fail*': Failure } }
${more}`;

function records(source: Source, text: string): (JsonObject | 'header' | undefined)[] {
  const reader = source.lines?.open({ key: 'x' });
  return text.split('\n').map((line) => {
    const read = reader?.read(line);
    return read === undefined || read === 'header' ? read : read.record;
  });
}

describe('formats', () => {
  const match = 'match: { event: true, user: true }';
  it.each<[string, string, string, string, (JsonObject | 'header' | undefined)[]]>([
    [
      'CSV by its header, in any order',
      '{ type: csv, header: [event, user] }',
      '',
      'USER,ts,event\nann,2025-03-04T09:00:00Z,login\n"b,""o""",,login',
      ['header', { USER: 'ann', ts: '2025-03-04T09:00:00Z', event: 'login' }, { USER: 'b,"o"', event: 'login' }],
    ],
    [
      'CSV with given columns',
      "{ type: csv, delimiter: ';', columns: [ts, event, user] }",
      match,
      'ts;event;user\n1;login;ann\n1;;\n1;2',
      ['header', { ts: '1', event: 'login', user: 'ann' }, undefined, undefined],
    ],
    [
      'hostile headers of CSV',
      '{ type: csv, header: [event] }',
      '',
      'event,__proto__,event,\nlogin,x,y,z,w',
      ['header', undefined],
    ],
    [
      'hostile headers of CSV, with keys',
      '{ type: csv, header: [event] }',
      "keys: ['*']",
      'event,__proto__,event,\nlogin,x,y,z,w',
      ['header', JSON.parse('{"event":"login","__proto__":"x","event_2":"y","field_4":"z","field_5":"w"}')],
    ],
    [
      'text behind a closing quote',
      '{ type: csv, columns: [event, user] }',
      match,
      '"a"b,c',
      [{ event: 'a', user: 'c', line: '"a"b,c' }],
    ],
    [
      'pairs',
      'key=value',
      match,
      'event=login user="a \\"b\\" c", note=C:\\Users x user=two',
      [{ event: 'login', user: 'a "b" c', note: 'C:\\Users', user_2: 'two', text: 'x' }],
    ],
    [
      'pairs with a delimiter',
      "{ type: key=value, delimiter: '|' }",
      match,
      "event=log in|user='x'|__proto__=1|y",
      [JSON.parse('{"event":"log in","user":"x","__proto__":"1","text":"y"}')],
    ],
    [
      'pairs behind syslog',
      'syslog+key=value',
      match,
      '<134>Mar  4 09:00:00 gw vpn[7]: event=login user=ann\nevent=login user=ann',
      [
        {
          event: 'login',
          user: 'ann',
          syslog: { pri: '134', timestamp: 'Mar  4 09:00:00', hostname: 'gw', app_name: 'vpn', proc_id: '7' },
        },
        undefined,
      ],
    ],
    [
      'JSON behind syslog',
      'syslog+json',
      match,
      '<134>1 2025-03-04T09:00:00Z gw vpn - - - {"event":"a:b","user":"\\":"}\n<134>1 2025-03-04T09:00:00Z gw vpn - - - {"event":1,"user":2,"user":3}',
      [
        {
          event: 'a:b',
          user: '":',
          syslog: { pri: '134', version: '1', timestamp: '2025-03-04T09:00:00Z', hostname: 'gw', app_name: 'vpn' },
        },
        undefined,
      ],
    ],
    [
      'syslog',
      'syslog',
      'match: { app_name: vpn }',
      '<134>Mar  4 09:00:00 gw vpn: up\n<134>Mar  4 09:00:00 gw ssh: up',
      [{ pri: '134', timestamp: 'Mar  4 09:00:00', hostname: 'gw', app_name: 'vpn', message: 'up' }, undefined],
    ],
    [
      'CEF',
      'cef',
      'match: { deviceVendor: Acme }',
      'CEF:0|Acme|P|1|7|up|3|src=192.0.2.1\nCEF:0|Other|P|1|7|up|3|src=192.0.2.1',
      [
        {
          cefVersion: '0',
          deviceVendor: 'Acme',
          deviceProduct: 'P',
          deviceVersion: '1',
          deviceEventClassId: '7',
          name: 'up',
          severity: '3',
          src: '192.0.2.1',
        },
        undefined,
      ],
    ],
    [
      'LEEF',
      'leef',
      'match: { vendor: Acme }',
      'LEEF:1.0|Acme|P|1|up|src=192.0.2.1',
      [{ leefVersion: '1.0', vendor: 'Acme', product: 'P', version: '1', eventId: 'up', src: '192.0.2.1' }],
    ],
  ])('%s', (_, format, more, text, expected) => {
    expect(records(sourceOf(acme(format, more)), text)).toEqual(expected);
  });

  it('JSON needs no lines; what it is tells the match', () => {
    const source = sourceOf(acme('json', 'match: { app: acme }'));
    expect(source.lines).toBeUndefined();
    expect([source.recognizes({ app: 'ACME' }), source.recognizes({ app: 'x' })]).toEqual([true, false]);
    const record = { app: 'acme', event: 'login_web', user: 'ann', ip: '192.0.2.7', result: 'failed', ts: 1741078800 };
    const event = source.toOcsf(record, { nowMs: NOW_MS });
    expect(event).toMatchObject({
      class_uid: 3002,
      activity_name: 'Logon',
      status_id: 2,
      user: { name: 'ann' },
      src_endpoint: { ip: '192.0.2.7' },
    });
    expect(event.time).toBe(Date.UTC(2025, 2, 4, 9));
  });

  it('keys hold from any folder on, compressed or not', () => {
    const source = sourceOf(acme('json', "keys: ['acme/*.json', '/own-*']"));
    const own = (key: string): boolean | undefined => source.takesKey?.(key);
    expect(['acme/1.json', 'a/b/ACME/x/1.json.gz', 'own-1', 'x/own-2', 'acme/1.csv', 'notacme/1.json'].map(own)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(source.recognizes({})).toBe(true);
  });
});

describe('what is wrong is told at its place', () => {
  const good = acme('json', 'match: { app: acme }');
  const wrong = (change: (text: string) => string, file = 'mappings/acme.yml') => parseMapping(change(good), file).problems;
  it.each<[string, (text: string) => string, RegExp, RegExp?]>([
    [
      'an unknown attribute, with the nearest',
      (t) => t.replace('src_endpoint.ip', 'src_endpoint.ipp'),
      /^mappings\/acme\.yml:16:\d+ .*network_endpoint has no attribute "ipp"/,
      /"ip"/,
    ],
    ['an unknown key', (t) => t.replace('\ntime:', '\ntimes:'), /^mappings\/acme\.yml:6:1 unknown key "times"/, /"time"/],
    [
      'an unknown key of a kind',
      (t) => t.replace('    activity: Logon', '    activty: Logon'),
      /:11:5 unknown key "activty" in kinds\.0/,
      /"activity"/,
    ],
    [
      'an unknown class',
      (t) => t.replace('class: authentication', 'class: authenticaton'),
      /:10:12 OCSF has no class "authenticaton"/,
      /"authentication"/,
    ],
    [
      'an unknown activity',
      (t) => t.replace('activity: Logon', 'activity: Login'),
      /:11:15 "Login" is no activity_id/,
      /"Logon"/,
    ],
    [
      'an unknown word in a table',
      (t) => t.replace('ok: Success', 'ok: Succes'),
      /:17:\d+ "Succes" is no status_id/,
      /"Success"/,
    ],
    [
      'an object where a value must be',
      (t) => t.replace('src_endpoint.ip:', 'src_endpoint:'),
      /src_endpoint: is an object/,
      /src_endpoint\.name|src_endpoint\.ip/,
    ],
    ['a list without a place', (t) => t.replace('src_endpoint.ip:', 'resources.uid:'), /resources is a list/, /resources\[0\]/],
    ['what the engine writes', (t) => t.replace('src_endpoint.ip:', 'class_uid:'), /class_uid is written by the engine/],
    ['a constant of another type', (t) => t.replace('ip: ip', 'port: { is: many }'), /port must be port_t/],
    ['a form that does not fit', (t) => t.replace('ip: ip', 'ip: { from: ip, as: url }'), /as: url makes url, this is ip_t/],
    ['a name that is another', (t) => t.replace('id: acme', 'id: acne'), /the id "acne" in the file acme\.yml/],
    ['nothing to recognize by', (t) => t.replace(/match.*/, ''), /nothing says whose records these are/],
    ['too little to recognize by', (t) => t.replace(/match.*/, 'match: { user: true }'), /could be anybody/],
    ['a key of the prototype', (t) => t.replace('{ app: acme }', '{ __proto__: acme, app: acme }'), /the key __proto__/],
    ['broken YAML', (t) => `${t}\n  - [`, /The YAML cannot be read/],
    ['a bad format', (t) => t.replace('format: json', 'format: xml'), /:5:9 format: must be one of json, csv/],
    ['a kind behind the last', (t) => t.replace(/\n {2}- when: .*/, '\n  -'), /no record comes here/],
    ['a missing part', (t) => t.replace(/\ntime:.*/, ''), /time is missing|time: must be/],
  ])('%s', (_, change, what, fix = /./) => {
    expect(change(good)).not.toBe(good);
    const [problem] = wrong(change);
    expect(`${problem?.at} ${problem?.what}`).toMatch(what);
    expect(problem?.fix ?? '').toMatch(fix);
  });

  it('a word that is another number in another class belongs in the kinds', () => {
    const [problem] = wrong((t) =>
      t
        .replace('class: api_activity', 'class: detection_finding')
        .replace("get*': Read", "get*': Update")
        .replace('ok: Success', 'ok: New'),
    );
    expect(problem?.what).toMatch(/"New" is no status_id|other numbers/);
  });

  it('tells all files at once, and ids that are taken', () => {
    const files = [
      { file: 'm/okta.yml', text: acme('json', 'match: { app: acme }').replace('id: acme', 'id: okta') },
      { file: 'm/b.yml', text: 'id: [' },
    ];
    expect(() => parseMappings(files, ['okta'])).toThrow(
      /2 problems[\s\S]*m\/b\.yml:1:[\s\S]*okta is taken by a built-in source/,
    );
  });
});

describe('by construction', () => {
  const uids = classUids().filter((uid) => classFacts(uid)?.isDeprecated === false);
  it.each(uids)('events of class %i are valid, whatever the record', (uid) => {
    const text = `
id: acme
title: Acme
product: { name: Acme, vendor: Acme Corp }
format: json
keys: [acme/*]
time: ts
uid: id
kinds:
  - class: ${uid}
fields:
  message: { json: data }
  status_id: { from: result, table: { ok: Other } }
  status: word
  metadata.tenant_uid: tenant
  metadata.product.version: version
`;
    const source = sourceOf(text);
    const keys = ['ts', 'id', 'data', 'result', 'word', 'tenant', 'version', '__proto__', 'constructor'];
    fc.assert(
      fc.property(anyRecord(keys), (record) => {
        const event = JSON.parse(JSON.stringify(source.toOcsf(record, { nowMs: NOW_MS })));
        expect(validateEvent(event).filter(({ isWarning }) => !isWarning)).toEqual([]);
        expect(lostLeaves(record, event)).toEqual([]);
      }),
      { numRuns: 25 },
    );
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('the example is right, and maps as it says', () => {
    const source = sourceOf(EXAMPLE, 'example-vpn');
    const [, record] = records(source, 'time,event,user,client_ip,result\n2025-03-04T09:00:00Z,connect,ann,192.0.2.7,denied');
    const event = source.toOcsf(record as JsonObject, { nowMs: NOW_MS });
    expect(event).toMatchObject({
      class_name: 'Authentication',
      activity_name: 'Logon',
      severity: 'Low',
      status: 'Failure',
      user: { name: 'ann' },
    });
    expect(validateEvent(JSON.parse(JSON.stringify(event)))).toEqual([]);
  });

  it('patterns answer as regular expressions would, and soon', () => {
    const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    fc.assert(
      fc.property(letters, letters, (pattern, other) => {
        const text = other.replaceAll('*', 'c');
        const regex = new RegExp(`^${pattern.split('*').map(escaped).join('[^]*')}$`);
        expect(globTest(pattern)(text)).toBe(regex.test(text));
      }),
    );
    const startedAtMs = performance.now();
    expect(globTest(`${'*a'.repeat(100)}*b`)('a'.repeat(1024))).toBe(false);
    expect(performance.now() - startedAtMs).toBeLessThan(100);
  });
});
