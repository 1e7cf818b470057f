/** A line of IBM's Log Event Extended Format → its header and attributes as named fields. @see IBM QRadar, "LEEF event components" */
import type { JsonObject } from './json.ts';
import { fieldWriter } from './mapping/split.ts';
import { syslogLine } from './text-lines.ts';

const LEEF = /(?:^|[\s:])LEEF:\s?([12]\.0)\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|(.*)$/s;

/** Version 2.0 may name its delimiter: a character, or `x09`. */
function delimited(version: string, body: string): { delimiter: string; text: string } {
  const [, named, rest] = (version === '2.0' ? /^(0?x[0-9a-f]{1,4}|[^\s|=]?)\|(.*)$/is.exec(body) : null) ?? [];
  if (named === undefined || rest === undefined) return { delimiter: '\t', text: body };
  if (/^0?x/i.test(named)) return { delimiter: String.fromCharCode(Number.parseInt(named.replace(/^0?x/i, ''), 16)), text: rest };
  return { delimiter: named === '' ? '\t' : named, text: rest };
}

/** Undefined where the line is no LEEF. A syslog header before it is under `syslog`. */
export function leefRecord(line: string): JsonObject | undefined {
  const match = LEEF.exec(line);
  if (match === null) return undefined;
  const [, leefVersion = '', vendor = '', product = '', version = '', eventId = '', body = ''] = match;
  const record: JsonObject = { leefVersion, vendor, product, version, eventId };
  const put = fieldWriter(record);
  const { delimiter, text } = delimited(leefVersion, body);
  for (const pair of text.split(delimiter)) {
    const at = pair.indexOf('=');
    const key = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim();
    if (value !== '') put(at > 0 && key !== '' ? key : 'text', value);
  }
  const header = syslogLine(`${line.slice(0, match.index)} `)?.header;
  if (header !== undefined) put('syslog', header);
  return record;
}
