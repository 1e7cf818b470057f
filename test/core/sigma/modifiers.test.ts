/** Every modifier of the specification, on records that it must and must not match. */
import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../functions/core/json.ts';
import { MODIFIER_NAMES } from '../../../functions/core/sigma/modifiers.ts';
import { matches, problemsOf, rule, ruleText, verdict } from './rule-text.ts';

type Case = [name: string, field: string, record: JsonObject, expected: boolean];
const CASES: Case[] = [
  ['no modifier: the whole value, any case', 'f: StopLogging', { f: 'stoplogging' }, true],
  ['no modifier: not a part of it', 'f: Stop', { f: 'StopLogging' }, false],
  ['a list means or', 'f: [a, b]', { f: 'B' }, true],
  ['contains', 'f|contains: log', { f: 'StopLogging' }, true],
  ['contains: an inner wildcard', 'f|contains: s?o*g', { f: 'xStopLoggingx' }, true],
  ['contains: an escaped wildcard is plain', "f|contains: '\\*'", { f: 'abc' }, false],
  ['contains: an escaped wildcard is found', "f|contains: '\\*'", { f: 'a*c' }, true],
  ['contains: a lone asterisk is any value', "f|contains: '*'", { f: '' }, true],
  ['startswith', 'f|startswith: stop', { f: 'StopLogging' }, true],
  ['startswith: not elsewhere', 'f|startswith: log', { f: 'StopLogging' }, false],
  ['endswith', 'f|endswith: LOGGING', { f: 'StopLogging' }, true],
  ['endswith: not elsewhere', 'f|endswith: stop', { f: 'StopLogging' }, false],
  ['contains on a number', 'f|contains: 23', { f: 1234 }, true],
  ['all', 'f|contains|all: [a, b]', { f: 'xaxbx' }, true],
  ['all: one is missing', 'f|contains|all: [a, b]', { f: 'xax' }, false],
  ['all may stand before contains', 'f|all|contains: [a, b]', { f: 'b a' }, true],
  ['cased', 'f|cased: Abc', { f: 'Abc' }, true],
  ['cased: other case', 'f|cased: Abc', { f: 'abc' }, false],
  ['cased with contains', 'f|contains|cased: Bc', { f: 'abc' }, false],
  ['re: found anywhere, case counts', "f|re: 'b+c$'", { f: 'abbc' }, true],
  ['re: case counts', "f|re: 'B+C'", { f: 'abbc' }, false],
  ['re|i', "f|re|i: 'B+C'", { f: 'abbc' }, true],
  ['re with an inline flag', "f|re: '(?i)B+C'", { f: 'abbc' }, true],
  ['re: ^ is the start of the text', "f|re: '^b'", { f: 'a\nb' }, false],
  ['re|m', "f|re|m: '^b'", { f: 'a\nb' }, true],
  ['re: the dot stops at a line', "f|re: 'a.b'", { f: 'a\nb' }, false],
  ['re|s', "f|re|s: 'a.b'", { f: 'a\nb' }, true],
  ['re|i|s together', "f|re|i|s: 'A.B'", { f: 'a\nb' }, true],
  ['re|startswith', "f|re|startswith: 'b|a'", { f: 'xb' }, false],
  ['re|endswith', "f|re|endswith: 'a|b'", { f: 'bx' }, false],
  ['re|contains', "f|re|contains: 'a|b'", { f: 'xbx' }, true],
  ['re: a list', "f|re: ['x1', 'b.']", { f: 'ab2' }, true],
  ['cidr v4', 'f|cidr: 10.0.0.0/8', { f: '10.200.3.4' }, true],
  ['cidr v4: outside', 'f|cidr: 10.0.0.0/8', { f: '11.0.0.1' }, false],
  ['cidr v4: odd prefix', 'f|cidr: 192.0.2.128/25', { f: '192.0.2.127' }, false],
  ['cidr v4: host bits may be set', 'f|cidr: 192.0.2.200/25', { f: '192.0.2.129' }, true],
  ['cidr: everything', 'f|cidr: 0.0.0.0/0', { f: '203.0.113.9' }, true],
  ['cidr: a single address', 'f|cidr: 203.0.113.9', { f: '203.0.113.9' }, true],
  ['cidr v6', 'f|cidr: 2001:db8::/32', { f: '2001:DB8:0::17' }, true],
  ['cidr v6: outside', 'f|cidr: 2001:db8::/32', { f: '2001:db9::1' }, false],
  ['cidr: IPv4 inside IPv6', 'f|cidr: 10.0.0.0/8', { f: '::ffff:10.1.2.3' }, true],
  ['cidr: IPv6 is not in an IPv4 network', 'f|cidr: 0.0.0.0/0', { f: '2001:db8::1' }, false],
  ['cidr: a service name is no address', 'f|cidr: 0.0.0.0/0', { f: 'cloudtrail.amazonaws.com' }, false],
  ['cidr: short and octal forms are no address', 'f|cidr: 0.0.0.0/0', { f: '10.1' }, false],
  ['cidr: a list', 'f|cidr: [10.0.0.0/8, 192.0.2.0/24]', { f: '192.0.2.77' }, true],
  ['base64', 'f|base64: foobar', { f: 'Zm9vYmFy' }, true],
  ['utf16le then base64', 'f|utf16le|base64: cmd', { f: Buffer.from('cmd', 'utf16le').toString('base64') }, true],
  ['wide is utf16le', 'f|wide|base64: cmd', { f: Buffer.from('cmd', 'utf16le').toString('base64') }, true],
  ['utf16be then base64', 'f|utf16be|base64: cmd', { f: Buffer.from('\0c\0m\0d', 'latin1').toString('base64') }, true],
  [
    'utf16 then base64 begins with the byte order mark',
    'f|utf16|base64: cmd',
    { f: Buffer.from('\xff\xfec\0m\0d\0', 'latin1').toString('base64') },
    true,
  ],
  ['utf16le of text outside ASCII', 'f|wide|base64: 管理者', { f: Buffer.from('管理者', 'utf16le').toString('base64') }, true],
  ['wide alone keeps wildcards', "f|wide: 'a*'", { f: 'a\0bcd' }, true],
  ['base64 of text outside ASCII is UTF-8', 'f|base64: 管理者', { f: Buffer.from('管理者').toString('base64') }, true],
  ['windash: hyphen for slash', "f|windash|contains: ' -f '", { f: 'cmd /f x' }, true],
  ['windash: en dash', "f|windash|contains: ' -f '", { f: 'cmd \u2013f x' }, true],
  ['windash: em dash for slash', "f|windash|contains: ' /f '", { f: 'cmd \u2014f x' }, true],
  ['windash: horizontal bar', "f|windash|contains: ' -f '", { f: 'cmd \u2015f x' }, true],
  ['windash: a dash inside a word stays', "f|windash|contains: ' -param-name'", { f: ' /param/name' }, false],
  ['windash: but the one before it varies', "f|windash|contains: ' -param-name'", { f: ' /param-name' }, true],
  ['windash|all: each value in any spelling', "f|windash|contains|all: [' -a', ' -b']", { f: 'x /b \u2014a' }, true],
  ['exists: true', 'f|exists: true', { f: '' }, true],
  ['exists: true, the value null', 'f|exists: true', { f: null }, true],
  ['exists: true, absent', 'f|exists: true', { g: 1 }, false],
  ['exists: false, absent', 'f|exists: false', { g: 1 }, true],
  ['exists: false, present', 'f|exists: false', { f: 0 }, false],
  ['exists through a path', 'a.b|exists: true', { a: { b: [] } }, true],
  ['lt', 'f|lt: 5', { f: 4 }, true],
  ['lt: equal', 'f|lt: 5', { f: 5 }, false],
  ['lte', 'f|lte: 5', { f: '5' }, true],
  ['gt', 'f|gt: 5', { f: '5.5' }, true],
  ['gt: text is no number', 'f|gt: 5', { f: 'many' }, false],
  ['gt: an empty text is no number', 'f|gt: -1', { f: '' }, false],
  ['gte', 'f|gte: 5', { f: 5 }, true],
  ['gte: a negative and an exponent', 'f|gte: -1.5', { f: '-1e0' }, true],
  ['neq', 'f|neq: a', { f: 'b' }, true],
  ['neq: equal in another case', 'f|neq: a', { f: 'A' }, false],
  ['neq: a list, none of them', 'f|neq: [a, b]', { f: 'c' }, true],
  ['neq: a list, one of them', 'f|neq: [a, b]', { f: 'b' }, false],
  ['neq: a number', 'f|neq: 5', { f: 6 }, true],
  ['neq: null', 'f|neq: null', { f: 'x' }, true],
  ['fieldref', 'f|fieldref: g', { f: 'Bob', g: 'bob' }, true],
  ['fieldref: different', 'f|fieldref: g', { f: 'Bob', g: 'alice' }, false],
  ['fieldref through paths and lists', 'a.b|fieldref: c.d', { a: [{ b: 'x' }, { b: 'y' }], c: { d: ['y'] } }, true],
  ['fieldref|startswith', 'f|fieldref|startswith: g', { f: 'bob-key', g: 'Bob' }, true],
  ['fieldref|endswith', 'f|fieldref|endswith: g', { f: 'user/bob', g: 'Bob' }, true],
  ['fieldref|endswith: not at the start', 'f|fieldref|endswith: g', { f: 'bob/user', g: 'Bob' }, false],
  ['fieldref|contains', 'f|fieldref|contains: g', { f: 'arn:bob:1', g: 'Bob' }, true],
  ['fieldref|neq', 'f|fieldref|neq: g', { f: 'a', g: 'b' }, true],
  ['fieldref|cased', 'f|fieldref|cased: g', { f: 'Bob', g: 'bob' }, false],
  ['expand', "f|expand: '%Administrators%'", { f: 'ROOT' }, true],
  ['expand: inside a text, a wildcard in the list', "f|expand: 'x-%Servers%'", { f: 'x-srv17' }, true],
  ['expand: an escaped percent sign', "f|expand: '\\%plain%Administrators%'", { f: '%plainroot' }, true],
  ['without expand a placeholder is plain text', "f: '%Administrators%'", { f: '%administrators%' }, true],
  ['minute', 'f|minute: 59', { f: '2026-03-01T23:59:07Z' }, true],
  ['hour', 'f|hour: 23', { f: '2026-03-01T23:59:07Z' }, true],
  ['hour, compared', 'f|hour|gte: 22', { f: '2026-03-01T23:59:07Z' }, true],
  ['hour: as written, no time zone', 'f|hour: 23', { f: '2026-03-01T23:59:07+09:00' }, true],
  ['hour of epoch milliseconds', 'f|hour: 22', { f: 1_772_404_747_000 }, true],
  ['hour of a date alone', 'f|hour: 0', { f: '2026-03-01' }, false],
  ['day', 'f|day: 1', { f: '2026-03-01T23:59:07Z' }, true],
  ['week: ISO 8601, the first days of January', 'f|week: 53', { f: '2027-01-01T00:00:00Z' }, true],
  ['week', 'f|week: 9', { f: '2026-03-01T23:59:07Z' }, true],
  ['month', 'f|month: 3', { f: '2026-03-01 23:59:07' }, true],
  ['year', 'f|year: 2026', { f: '2026-03-01' }, true],
  ['year, neq', 'f|year|neq: 2026', { f: '2026-03-01' }, false],
  ['year: not a date', 'f|year: 2026', { f: 'in 2026' }, false],
  ['null: absent', 'f: null', { g: 1 }, true],
  ['null: null', 'f: null', { f: null }, true],
  ['null: empty text is a value', 'f: null', { f: '' }, false],
  ['an empty text', "f: ''", { f: '' }, true],
  ['an empty text is not absent', "f: ''", { g: 1 }, false],
  ['null among values', 'f: [null, Success]', { g: 1 }, true],
  ['true against a text', 'f: true', { f: 'True' }, true],
  ['a text against true', "f: 'TRUE'", { f: true }, true],
  ['a number against a text', 'f: 4625', { f: '4625' }, true],
  ['a text against a number', "f: '4625'", { f: 4625 }, true],
  ['an account id keeps its zero', 'f: 011122223333', { f: '011122223333' }, true],
  ['a number beyond 2^53 keeps its digits', 'f: 12345678901234567891', { f: '12345678901234567891' }, true],
  ['an object is its JSON text', 'f|contains: \'"enable":false\'', { f: { enable: false } }, true],
];

const PLACEHOLDERS = { Administrators: ['admin', 'root'], Servers: ['srv*'] };
describe('modifiers', () => {
  test.each(CASES)('%s', (_, field, record, expected) => {
    expect(matches(`selection:\n    ${field}`, record, { placeholders: PLACEHOLDERS })).toBe(expected);
  });

  test('no modifier is without a case', () => {
    const used = new Set(CASES.flatMap(([, field]) => field.slice(0, field.indexOf(': ')).split('|').slice(1)));
    expect(MODIFIER_NAMES.filter((name) => !used.has(name) && name !== 'base64offset')).toEqual([]);
  });

  test('base64offset finds the text at every position of longer Base64', () => {
    for (const before of ['', 'a', 'ab', 'abc', 'abcd']) {
      for (const after of ['', 'y', 'yz']) {
        for (const text of ['IEX', 'http', 'foobar', 'ab']) {
          const record = { f: Buffer.from(before + text + after).toString('base64') };
          expect([record, matches(`selection: {f|base64offset|contains: '${text}'}`, record)]).toEqual([record, true]);
        }
      }
    }
    expect(matches('selection: {f|base64offset|contains: foobar}', { f: Buffer.from('foo-bar').toString('base64') })).toBe(false);
    const wide = { f: Buffer.from('xx powershell', 'utf16le').toString('base64') };
    expect(matches('selection: {f|wide|base64offset|contains: powershell}', wide)).toBe(true);
  });

  test('lists of thousands', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `Action${index}`);
    const many = rule(`selection: {f: [${names.join(', ')}]}`);
    expect(many.selections).toHaveLength(1);
    expect(matches(`selection: {f: [${names.join(', ')}]}`, { f: 'action4999' })).toBe(true);
    expect(matches(`selection: {f: [${names.join(', ')}]}`, { f: 'action5000' })).toBe(false);
  });

  test('neq needs the field: what is absent is unknown, not different', () => {
    expect(verdict('selection: {f|neq: a}', { g: 1 })).toBe('not_applicable');
  });
});

describe('values and modifiers that do not fit are problems with a place and what is allowed', () => {
  test.each([
    ['f|contians: x', 'Unknown modifier "contians"', 'contains'],
    ['f|exists: yes', 'exists', 'true, false'],
    ['f|cidr: 10.0.0.0/33', '10.0.0.0/33', '10.0.0.0/8'],
    ['f|cidr: example.com', 'example.com', '10.0.0.0/8'],
    ["f|re: '(a'", '(a', 'no lookaround'],
    ["f|re: 'a(?=b)'", '(?=b)', 'no lookaround'],
    ["f|re: '(a)\\1'", '\\1', 'no back-reference'],
    ['f|i: x', 'only follow `re`', 're|i'],
    ['f|gt: many', '"many"', 'a number'],
    ['f|hour: soon', '"soon"', 'a whole number'],
    ["f|base64: 'a*'", 'a*', 'without wildcards'],
    ['f|fieldref: 5', '5', 'another field'],
    ["f|expand: '%Nobody%'", '%Nobody%', 'Administrators, Servers'],
    ['f|contains: null', 'null', 'text'],
    ["f|windash: ' -a -b -c -d -e -f'", '6 dashes', 'at most 5'],
    ['f: []', 'no values', 'a list of values'],
    ['f: {g: x}', 'map', 'a value'],
    ['f: [[x]]', 'list', 'a value'],
    ["'|cidr': 10.0.0.0/8", 'keyword', 'text'],
  ])('%s', (field, what, allowed) => {
    const problems = problemsOf(ruleText(`selection:\n    ${field}`), { placeholders: PLACEHOLDERS });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.at).toMatch(/^rules\/x\.yml:8:\d+$/);
    expect(problems[0]?.what).toContain(what);
    expect(problems[0]?.allowed).toContain(allowed);
  });

  test('an unknown modifier comes with the nearest one', () => {
    expect(problemsOf(ruleText('selection: {f|contians: x}'))[0]?.fix).toContain('"contains"');
  });
});
