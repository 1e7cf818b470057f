/** Numbers that a double cannot hold go through ingest as the text that was written: archive, events, columns and rules. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isJsonObject } from '../../functions/core/json.ts';
import { parseExactly, parseJson } from '../../functions/core/json-exact.ts';
import type { OcsfEvent } from '../../functions/core/ocsf/event.ts';
import { parseSigma } from '../../functions/core/sigma/parse.ts';
import { ingest } from '../../functions/ingest/stage.ts';
import { sourceById } from '../../functions/sources/index.ts';
import { compared, recordLake } from '../parity/lake-verdicts.ts';
import { arrive, content, lines, world } from './world.ts';

const ID = '1234567890123456789';
const OTHER = '9007199254740993';

const RECORDS: Record<string, string> = {
  snowflake: `{"EVENT_ID":${ID},"EVENT_TIMESTAMP":"2025-03-04 09:00:00.061","EVENT_TYPE":"LOGIN","USER_NAME":"AOI","CLIENT_IP":"203.0.113.24","IS_SUCCESS":"YES","RELATED_EVENT_ID":${OTHER}}`,
  zendesk: `{"id":${ID},"url":"https://example.zendesk.com/api/v2/audit_logs/1.json","action":"exported","actor_id":${OTHER},"actor_name":"Alice","source_id":3456,"source_type":"user_data","source_label":"All","change_description":"Exported","ip_address":"203.0.113.10","created_at":"2025-03-04T09:20:00Z"}`,
  cloudflare: `{"ZoneID":${OTHER},"EdgeStartTimestamp":1741078800123456789,"RayID":"8f0a","ClientIP":"203.0.113.24","ClientRequestHost":"www.example.com","ClientRequestMethod":"GET","ClientRequestURI":"/","EdgeResponseStatus":200,"Score":${ID}}`,
};

async function ingested(text: string): Promise<{ events: OcsfEvent[]; raw: string[] }> {
  const { ports, stores } = world({ 'a.json': text });
  const events: OcsfEvent[] = [];
  await ingest(arrive('a.json'), ports, { ...content, inspect: (event) => void events.push(event) });
  return { events, raw: stores.raw.keys().flatMap((key) => lines(stores.raw.bytes(key))) };
}

it.each(Object.entries(RECORDS))('ids of 19 digits survive in %s', async (_id, text) => {
  for (const [shape, written] of Object.entries({
    line: text,
    list: `[${text}]`,
    pretty: text.replaceAll(',', ',\n '),
    carried: JSON.stringify({ id: '1', timestamp: 1741078800000, message: text }),
  })) {
    const { events, raw } = await ingested(written);
    expect(events, shape).toHaveLength(1);
    for (const number of [ID, OTHER]) {
      expect(JSON.stringify(events), shape).toContain(number);
      expect(raw.join(), shape).toContain(number);
    }
  }
});

it('time in nanoseconds stays exact to the millisecond', async () => {
  const { events } = await ingested(RECORDS['cloudflare'] ?? '');
  expect(events[0]?.time).toBe(1741078800123);
});

it('a rule over such a number answers the same in the stream and in SQL', async () => {
  for (const [id, text] of Object.entries(RECORDS)) {
    const source = sourceById(id);
    const record = parseJson(text);
    const near = parseJson(text.replaceAll(ID, '1234567890123456788').replaceAll(OTHER, '9007199254740992'));
    if (source === undefined || !isJsonObject(record) || !isJsonObject(near)) throw new Error(id);
    const fields = Object.keys(record).filter((key) => record[key] === ID || record[key] === OTHER);
    const rules = fields.flatMap((field) =>
      [String(record[field]), `'${record[field]}'`].flatMap(
        (value) =>
          parseSigma(
            `title: Long\nid: 4f9f2a1e-7a3c-4d53-9d0b-0c5f3f1f7a12\nstatus: test\nlogsource: ${JSON.stringify(source.logsources[0])}\ndetection: { selection: { ${field}: ${value} }, condition: selection }\n`,
            'long.yml',
          ).rules,
      ),
    );
    expect(rules).toHaveLength(4);
    const lake = await recordLake([record, near], source, { ownUids: true });
    try {
      const { differences, ...rest } = await compared(lake, rules, [record, near]);
      expect({ id, differences }).toEqual({ id, differences: [] });
      const verdicts = [...(await lake.verdicts(rules)).values()];
      expect({ id, rest, verdicts }).toMatchObject({ verdicts: verdicts.map(() => ['match', 'no_match']) });
    } finally {
      await lake.close();
    }
  }
});

it('numbers that a double holds stay numbers, others are what was written', () => {
  const text =
    '{"a":9007199254740991,"b":9007199254740993,"c":-12345678901234567890,"d":1e400,"e":1.5e3,"f":0.1234567890123456,"g":[0.12345678901234567891],"h":"12345678901234567890","i":0e5,"j":1e-400}';
  const value = {
    ...{ a: 9007199254740991, b: '9007199254740993', c: '-12345678901234567890', d: '1e400', e: 1500 },
    ...{ f: 0.1234567890123456, g: ['0.12345678901234567891'], h: '12345678901234567890', i: 0, j: '1e-400' },
  };
  expect(parseJson(text)).toEqual(value);
  expect(parseExactly(text)).toEqual(value);
});

it('any JSON without such numbers is what JSON.parse makes of it, and any integer comes back as written', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson(JSON.stringify(JSON.parse(text)))).toEqual(JSON.parse(text));
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (number) => {
      expect(parseJson(`[ {"a": ${number}}]`)).toEqual([
        { a: String(Number(number)) === String(number) ? Number(number) : String(number) },
      ]);
    }),
  );
});
