import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/core/json.ts';
import { LIMITS } from '../../functions/ingest/arrival.ts';
import { RecordParser } from '../../functions/ingest/parse.ts';
import { RecordScanner, type Slice } from '../../functions/ingest/records.ts';

const isRecord = (record: JsonObject): boolean => 'eventName' in record;

/** Scans and parses text given in pieces; tells records and reasons in order. */
function read(text: string | Uint8Array, pieceBytes = Number.POSITIVE_INFINITY): (JsonObject | string)[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const scanner = new RecordScanner();
  const parser = new RecordParser(scanner, isRecord);
  const out: (JsonObject | string)[] = [];
  const take = (slices: Iterable<Slice>): void => {
    for (const slice of slices) {
      const parsed = parser.parse(slice);
      out.push('record' in parsed ? parsed.record : parsed.reject.reason);
    }
  };
  for (let at = 0; at < bytes.length; at += pieceBytes) take(scanner.push(bytes.subarray(at, at + pieceBytes)));
  take(scanner.finish());
  return out;
}
const a: JsonObject = { eventName: 'A', n: { x: [1, { y: '}{][",\\"' }] } };
const b: JsonObject = { eventName: 'B', empty: {}, list: [], text: 'ü漢字\n' };
const [A, B] = [JSON.stringify(a), JSON.stringify(b)];

describe('the envelope sniffer', () => {
  it.each([
    ['one object', A, [a]],
    ['JSON lines', `${A}\n${B}\n`, [a, b]],
    ['JSON lines with CRLF and blank lines', `\r\n${A}\r\n\r\n${B}\r\n`, [a, b]],
    ['a byte order mark', `\ufeff${A}\n${B}`, [a, b]],
    ['concatenated objects', `${A}${B}`, [a, b]],
    ['pretty-printed objects one after another', `${JSON.stringify(a, null, 2)}\n${JSON.stringify(b, null, 2)}`, [a, b]],
    ['a JSON array', `[${A},${B}]`, [a, b]],
    ['a pretty-printed array', JSON.stringify([a, b], null, 4), [a, b]],
    ['{"Records": […]}', `{"Records":[${A},${B}]}`, [a, b]],
    ['{"events": […], "count": 2}', `{"events":[${A},${B}],"count":2,"key":"x"}`, [a, b]],
    ['{"audit_logs": […]}', `{"audit_logs":[${A}],"meta":{"count":1}}`, [a]],
    ['events of an activity', `{"actor":"ann","events":[${A}]}`, [{ actor: 'ann', events: [a] }]],
    ['{"records": […]}, pretty', JSON.stringify({ records: [a, b] }, null, 2), [a, b]],
    ['an envelope with other members around', `{"owner":{"id":"x"},"Records":[${A}],"more":[1,{"k":2}]}\n${B}`, [a, b]],
    ['several envelopes in one file', `{"Records":[${A}]}\n{"Records":[${B}]}`, [a, b]],
    ['an empty envelope', '{"Records":[]}', []],
    ['an empty array', '[]', []],
    [
      'a record that has a member called records deeper inside',
      `{"eventName":"C","q":{"Records":[{"z":1}]}}`,
      [{ eventName: 'C', q: { Records: [{ z: 1 }] } }],
    ],
  ])('reads %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('gives the same records however the bytes are cut into pieces', () => {
    const texts = [
      `${A}\n${B}\n`,
      `{"Records":[${A},${B}]}`,
      `[${A},\n${B}]`,
      JSON.stringify({ x: 1, Records: [a, b] }, null, 1),
    ];
    for (const text of texts) for (let size = 1; size < 12; size++) expect(read(text, size)).toEqual([a, b]);
  });

  it('reads any JSON objects back, in any layout (property)', () => {
    const value = fc
      .dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 5 })
      .map((o) => JSON.parse(JSON.stringify({ eventName: 'x', ...o })) as JsonObject);
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 6 }),
        fc.constantFrom(0, 2),
        fc.integer({ min: 1, max: 40 }),
        (records, indent, piece) => {
          const lines = records.map((record) => JSON.stringify(record, null, indent)).join('\n');
          expect(read(lines, piece)).toEqual(records);
          expect(read(JSON.stringify({ Records: records }, null, indent), piece)).toEqual(records);
          expect(read(JSON.stringify(records, null, indent), piece)).toEqual(records);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('one bad record never fails its neighbours', () => {
  it.each([
    ['a value is missing', `[${A},{"eventName": },${B}]`, [a, 'invalid_json', b]],
    ['a bare word stands in an array', `[${A},oops,${B}]`, [a, 'invalid_json', b]],
    ['a number stands in an array', `[${A},17,${B}]`, [a, 'not_an_object', b]],
    ['a line is text', `${A}\nnot json\n${B}`, [a, 'invalid_json', b]],
    ['a line lost its closing brace', `${A}\n{"eventName":"x","k":{"z":1}\n${B}`, [a, 'invalid_json', b]],
    ['a line lost its closing quote', `${A}\n{"eventName":"x}\n${B}`, [a, 'invalid_json', b]],
    ['an array element lost its closing brace', `[${A},{"eventName":"x","k":1,${B}]`, [a, 'invalid_json', b]],
    ['an array element lost its closing quote', `{"Records":[${A},{"eventName":"x},${B},${A}]}`, [a, 'invalid_json', b, a]],
    ['the text ends inside a record', `{"Records":[${A},{"eventName":"x`, [a, 'truncated_json']],
    ['a key is given twice', `[${A},{"eventName":"x","eventName":"y"},${B}]`, [a, 'duplicate_keys', b]],
    ['a key is given twice deep inside', `[{"eventName":"x","u":[{"k":1,"k":1}]},${B}]`, ['duplicate_keys', b]],
  ])('when %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
    expect(read(text, 7)).toEqual(expected);
  });

  it('rejects a record that is nested deeper than any log, without overflowing the stack', () => {
    const deep = `{"eventName":"x","k":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(read(`[${deep},${B}]`)).toEqual(['nesting_too_deep', b]);
  });

  it('rejects a record over the size limit and goes on behind it, in bounded memory', () => {
    const large = `{"eventName":"x","k":"${'a'.repeat(LIMITS.recordBytes)}"}`;
    expect(read(`${A}\n${large}\n${B}`, 65_536)).toEqual([a, 'record_too_large', b]);
    expect(read(`[${large},${B}]`)).toEqual(['record_too_large', b]);
  });

  it('does not lose __proto__ and constructor keys, nor let them do harm', () => {
    const [record] = read('{"eventName":"x","__proto__":{"polluted":true},"constructor":1}');
    expect(JSON.stringify(record)).toContain('"__proto__":{"polluted":true}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('spends bounded work on hostile unbalanced text', () => {
    const hostile = '{"eventName":"x",'.repeat(200_000);
    expect(read(hostile, 65_536).length).toBeGreaterThan(0);
  });
});

/** The first slice of a text. */
function sliceOf(text: string, pieceBytes: number): Slice | undefined {
  const bytes = Buffer.from(text);
  const scanner = new RecordScanner();
  const slices: Slice[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) slices.push(...scanner.push(bytes.subarray(at, at + pieceBytes)));
  return [...slices, ...scanner.finish()][0];
}

describe('compact text', () => {
  const loose = fc.constantFrom(
    '',
    '',
    '',
    ' ',
    '\t',
    '\\/',
    '\\u0041',
    '\\u001f',
    '1.0',
    '1e5',
    '-0',
    '1e',
    '12345678901234567890',
    '"1":',
    '\\n',
  );

  it('is told from any other: what is called compact is what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), loose, fc.nat(), fc.integer({ min: 1, max: 40 }), (value, mark, at, pieceBytes) => {
        const text = JSON.stringify({ eventName: 'A', value });
        const cut = at % text.length;
        const changed = text.slice(0, cut) + mark + text.slice(cut);
        for (const whole of [changed, `[${changed}]`, `{"Records":[${changed}]}`]) {
          const slice = sliceOf(whole, pieceBytes);
          if (slice?.isCompact !== true || slice.broken !== undefined) continue;
          const own = Buffer.from(slice.bytes).toString('utf8');
          let parsed: unknown;
          try {
            parsed = JSON.parse(own);
          } catch {
            continue;
          }
          // A key that stands twice is refused afterwards, by the count of keys.
          if (JSON.stringify(parsed).length === own.length || JSON.stringify(parsed).split(':').length === own.split(':').length)
            expect(JSON.stringify(parsed)).toBe(own);
        }
      }),
      { numRuns: 4000 },
    );
  });

  it('is what the usual record is', () => {
    for (const text of [A, B, `{"Records":[${A}]}`, `[${B}]`, `${A}\n${B}`])
      expect(sliceOf(text, 10_000)?.isCompact, text).toBe(true);
    for (const text of [
      JSON.stringify(a, null, 1),
      '{"a":1.0}',
      '{"a":"\\/"}',
      '{"b":1,"1":2}',
      '{"a":12345678901234567}',
      '{"a":-0}',
    ])
      expect(sliceOf(text, 7)?.isCompact, text).toBe(false);
  });
});
