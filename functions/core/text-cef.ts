/** A line of ArcSight's Common Event Format → its header and extension as named fields. @see CEF implementation standard, "Header", "Extension dictionary" */
import type { JsonObject } from './json.ts';
import { fieldWriter } from './mapping/split.ts';
import { syslogLine } from './text-lines.ts';

const HEADER = [
  'cefVersion',
  'deviceVendor',
  'deviceProduct',
  'deviceVersion',
  'deviceEventClassId',
  'name',
  'severity',
] as const;
const CEF = /(?:^|[\s:])CEF:\s?(\d+(?:\.\d+)?\|.*)$/s;

/** Parts between unescaped bars: `\\|` and `\\\\` are literal in the header. */
function headerParts(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && (text[i + 1] === '|' || text[i + 1] === '\\')) part += text[++i];
    else if (text[i] === '|' && parts.length < HEADER.length) {
      parts.push(part);
      part = '';
    } else part += text[i];
  }
  return [...parts, part];
}

/** `key=value` where a value goes on to the next ` key=`; `\\=`, `\\\\` and `\\n` are escapes. What stands before the first key is `text`. */
function extension(text: string, put: (key: string, value: string) => void): void {
  const keys = [...text.matchAll(/(?:^|\s)([\w.[\]-]+)=/g)].filter(
    ({ index, 0: match }) => text[index + match.length - 2] !== '\\',
  );
  for (const [i, key] of keys.entries()) {
    const value = text.slice(key.index + key[0].length, keys[i + 1]?.index ?? text.length).trim();
    if (value !== '') put(key[1] ?? '', unescaped(value));
  }
  const before = text.slice(0, keys[0]?.index ?? text.length).trim();
  if (before !== '') put('text', unescaped(before));
}

const unescaped = (value: string): string =>
  value.replace(/\\([=\\nr|])/g, (_, mark: string) => (mark === 'n' ? '\n' : mark === 'r' ? '\r' : mark));

/** Undefined where the line is no CEF. What stands before `CEF:` is under `syslog`. */
export function cefRecord(line: string): JsonObject | undefined {
  const body = CEF.exec(line)?.[1];
  if (body === undefined) return undefined;
  const parts = headerParts(body);
  if (parts.length < HEADER.length) return undefined;
  const record: JsonObject = {};
  for (const [i, name] of HEADER.entries()) record[name] = parts[i] ?? '';
  const put = fieldWriter(record);
  extension(parts[HEADER.length] ?? '', put);
  const before = line
    .slice(0, line.length - body.length)
    .replace(/CEF:\s?$/, '')
    .trim();
  const header = syslogLine(`${before} `)?.header;
  if (header !== undefined) put('syslog', header);
  else if (before !== '') put('syslog', { text: before });
  return record;
}
