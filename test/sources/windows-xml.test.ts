/** Windows events rendered as XML become what the same events as JSON become; hostile XML becomes nothing, quickly. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../functions/core/json.ts';
import { xmlElement } from '../../functions/core/text-xml.ts';
import { windows } from '../../functions/sources/windows/source.ts';
import { NOW_MS, SHARED } from './samples.ts';

const SYSTEM =
  "<Provider Name='P'/><EventID>4720</EventID><Channel>Security</Channel><Computer>DC-1</Computer><TimeCreated SystemTime='2025-03-04T09:00:00Z'/>";
const eventOf = (data: string): string => `<Event xmlns='x'><System>${SYSTEM}</System><EventData>${data}</EventData></Event>`;
const data = (name: string, value: string): string => `<Data Name='${name}'>${value}</Data>`;

function read(line: string): JsonObject | undefined {
  const found = windows.lines?.open({ key: 'x.xml' }).read(line);
  return typeof found === 'object' ? found.record : undefined;
}

it('is the record that an agent writes as JSON', () => {
  const line = eventOf(
    data('TargetUserName', 'new') + data('TargetSid', 'S-1-5-21-9') + data('SubjectUserName', 'aoi') + data('Dummy', '-'),
  );
  const json: JsonObject = {
    ProviderName: 'P',
    EventID: '4720',
    Channel: 'Security',
    Computer: 'DC-1',
    TimeCreated: '2025-03-04T09:00:00Z',
    TargetUserName: 'new',
    TargetSid: 'S-1-5-21-9',
    SubjectUserName: 'aoi',
  };
  expect(read(line)).toEqual(json);
  const event = windows.toOcsf(read(line) ?? {}, { nowMs: NOW_MS });
  expect(event).toEqual(windows.toOcsf(json, { nowMs: NOW_MS }));
  expect(event.class_uid).toBe(3001);
});

it('reads the entities of XML and numbers of characters, and what a relay puts before the event', () => {
  expect(read(`<13>Mar  4 09:00:00 host sysmon: ${eventOf(data('A', '&lt;&amp;&gt;&quot;&apos;&#x4e2d;'))}`)).toMatchObject({
    A: `<&>"'中`,
    Header: '<13>Mar  4 09:00:00 host sysmon:',
  });
});

it('an event whose line ends in a value is one with what it has', () => {
  const whole = eventOf(`${data('A', 'b')}<Data Name='Text'>first`);
  expect(read(whole.slice(0, whole.indexOf('first') + 5))).toMatchObject({ EventID: '4720', A: 'b', Text: 'first', Cut: 'true' });
});

it('a name that is taken does not hide what was there first', () => {
  expect(read(eventOf(data('EventID', '1') + data('__proto__', 'x') + data('A', '1') + data('A', '2')))).toMatchObject({
    EventID: '4720',
    EventID_2: '1',
    A: '1',
    A_2: '2',
  });
});

it.each([
  ['a document type', `<!DOCTYPE Event [<!ENTITY a "aaaa">]>${eventOf(data('A', '&a;'))}`],
  ['a document type inside', `<Event><!DOCTYPE a><System/></Event>`],
  ['an entity that XML does not have', eventOf(data('A', '&file;'))],
  ['what is cut off before its System', '<Event xmlns="x">'],
  ['crossed elements', `<Event><System></Event></System></Event>`],
  ['two events', eventOf('') + eventOf('')],
  ['no System', '<Event><EventData/></Event>'],
  ['other XML', '<Events><a/></Events>'],
  ['text behind it', `${eventOf('')} and more`],
  ['too deep', eventOf('<a>'.repeat(100) + '</a>'.repeat(100))],
  ['too many', eventOf('<a/>'.repeat(6000))],
])('%s is no event', (_, line) => {
  expect(read(line)).toBeUndefined();
  expect(windows.lines?.recognizesLine(line)).toBe(false);
});

it('hostile text is judged quickly', () => {
  const started = performance.now();
  for (const part of ['<a>', '<a b="', '&amp;', '<![CDATA[', ']]>', '<!--', '<Event', '</Event>', '<?xml'])
    xmlElement(`<Event>${part.repeat(20_000)}</Event>`);
  expect(performance.now() - started).toBeLessThan(5000);
});

const PATH = join(SHARED, 'samples/normalise/splunk-data-sources.jsonl');
function realEvents(): string[] {
  try {
    return readFileSync(PATH, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => String(JSON.parse(line).raw))
      .filter((raw) => raw.startsWith('<Event'));
  } catch {
    console.warn('shared corpus absent: its Windows events as XML are not tried');
    return [];
  }
}
const events = realEvents();

it.skipIf(events.length === 0)('real events are read, and are of this source alone', () => {
  expect(events.length).toBeGreaterThan(20);
  // One is not well-formed.
  const unread = events.filter((line) => {
    const record = read(line);
    return record === undefined || !windows.recognizes(record);
  });
  expect(unread.length).toBeLessThanOrEqual(1);
});
