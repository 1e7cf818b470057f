/** The text format that a mapping file names → a reader of lines: what is a record, what is a header, what is neither. */
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { parseJson } from '../json-exact.ts';
import { cefRecord } from '../text-cef.ts';
import { leefRecord } from '../text-leef.ts';
import { syslogLine, tagOf } from '../text-lines.ts';
import { fieldWriter, pairsOf, splitDelimited } from './split.ts';

/** `json` records need no line reader, unless a syslog header stands before them. */
export const FORMAT_TYPES = ['json', 'csv', 'tsv', 'key=value', 'cef', 'leef', 'syslog'] as const;
export type FormatType = (typeof FORMAT_TYPES)[number];

export interface TextFormat {
  type: FormatType;
  /** A syslog header stands before each line: its fields are under `syslog`. */
  syslog?: boolean;
  /** Between values of `csv` (default a comma) and pairs of `key=value` (default white space). */
  delimiter?: string;
  /** `csv`: the names of the columns, where the log has no header line. */
  columns?: readonly string[];
  /** `csv`: names that the header line has, in any order, among others. */
  header?: readonly string[];
  /** Texts that say that there is no value. */
  absent?: readonly string[];
}

/** What one line is. */
export type MappedLine = { record: JsonObject } | 'header' | undefined;

export interface LineReading {
  /** True where the line, seen alone, is of this format; header lines too. */
  recognizesLine(line: string): boolean;
  open(): { read(line: string): MappedLine };
}

/** What else decides whose a line is. */
export interface LineClaim {
  /** Whether a record that was read is the product's. */
  isOurs: (record: JsonObject) => boolean;
  /** True where the object's key says already that its lines are the product's. */
  hasKeys: boolean;
}

/** Undefined for records that are JSON as they stand. */
export function lineReading(format: TextFormat, claim: LineClaim): LineReading | undefined {
  const { type } = format;
  if (type === 'csv' || type === 'tsv') return delimitedReading(format, claim);
  if (type === 'json' && format.syslog !== true) return undefined;
  const read = (line: string): JsonObject | undefined => {
    const record = recordOf(line, format);
    return record !== undefined && claim.isOurs(record) ? record : undefined;
  };
  return {
    recognizesLine: (line) => read(line) !== undefined,
    open: () => ({
      read: (line) => {
        const record = read(line);
        return record === undefined ? undefined : { record };
      },
    }),
  };
}

function recordOf(line: string, format: TextFormat): JsonObject | undefined {
  if (format.type === 'cef') return cefRecord(line);
  if (format.type === 'leef') return leefRecord(line);
  if (format.type === 'syslog') return plainSyslog(line);
  if (format.syslog !== true) return bodyOf(line, format);
  const found = withoutHeader(line);
  if (found === undefined) return undefined;
  const record = bodyOf(found.body, format);
  if (record !== undefined) fieldWriter(record)('syslog', found.syslog);
  return record;
}

function bodyOf(body: string, format: TextFormat): JsonObject | undefined {
  if (format.type === 'json') return jsonOf(body);
  const record = pairsOf(body, format.delimiter);
  if (record !== undefined && format.absent !== undefined)
    for (const key of Object.keys(record)) if (format.absent.includes(String(record[key]))) delete record[key];
  return record;
}

function plainSyslog(line: string): JsonObject | undefined {
  const found = syslogLine(line);
  if (found === undefined) return undefined;
  const { header, message } = found;
  return header['app_name'] === undefined ? { ...header, ...tagOf(message) } : { ...header, message };
}

const TAG = /^[\w./-]{1,128}$/;

/** A syslog header (with the tag of RFC 3164) and what stands behind it. */
function withoutHeader(line: string): { syslog: JsonObject; body: string } | undefined {
  const found = syslogLine(line);
  if (found === undefined) return undefined;
  const { header, message } = found;
  if (header['app_name'] !== undefined) return { syslog: header, body: message };
  const { message: body, ...tag } = tagOf(message);
  return tag.app_name !== undefined && TAG.test(tag.app_name)
    ? { syslog: { ...header, ...tag }, body }
    : { syslog: header, body: message };
}

/** An object whose keys are each named once: of a repeated key one value would be lost. */
function jsonOf(text: string): JsonObject | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value = parseJson(text);
    return isJsonObject(value) && keyCount(value) === colonCount(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

const MAX_DEPTH = 256;

/** @throws RangeError for what nests deeper than logs do */
function keyCount(value: Json, depth = 0): number {
  if (value === null || typeof value !== 'object') return 0;
  if (depth > MAX_DEPTH) throw new RangeError('nested too deeply');
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, item) => sum + keyCount(item, depth + 1), own);
}

/** Colons of a JSON text that stand outside its strings: one for each key. */
function colonCount(text: string): number {
  let count = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isText && character === '\\') at++;
    else if (character === '"') isText = !isText;
    else if (character === ':' && !isText) count++;
  }
  return count;
}

/** No value, in the logs of most products. */
const ABSENT = ['-'];

function delimitedReading(format: TextFormat, claim: LineClaim): LineReading {
  const delimiter = format.delimiter ?? (format.type === 'tsv' ? '\t' : ',');
  const absent = new Set(['', ...(format.absent ?? ABSENT)]);
  const wanted = (format.header ?? []).map((name) => name.toLowerCase());
  const given = format.columns;
  const recordWith = (columns: readonly string[], line: string): JsonObject | undefined => {
    const { body, syslog } = opened(line, format);
    if (body === undefined) return undefined;
    const { values, isExact } = splitDelimited(body, delimiter);
    if (!claim.hasKeys && values.length !== columns.length) return undefined;
    const record: JsonObject = {};
    const put = fieldWriter(record);
    for (const [i, value] of values.entries()) if (!absent.has(value)) put(columns[i] || `field_${i + 1}`, value);
    if (!isExact) put('line', body);
    if (syslog !== undefined) put('syslog', syslog);
    return claim.isOurs(record) ? record : undefined;
  };
  const isHeader = (names: readonly string[]): boolean => {
    const lower = new Set(names.map((name) => name.toLowerCase()));
    return wanted.length > 0 && wanted.every((name) => lower.has(name));
  };
  const namesIn = (line: string): string[] => splitDelimited(line, delimiter).values.map((name) => name.trim());
  const isRepeated = (columns: readonly string[], line: string): boolean =>
    line.startsWith(columns[0] ?? '', line[0] === '"' ? 1 : 0) && namesIn(line).join('\0') === columns.join('\0');
  return {
    recognizesLine: (line) =>
      given === undefined
        ? isHeader(namesIn(line)) || (claim.hasKeys && wanted.length === 0)
        : isRepeated(given, line) || recordWith(given, line) !== undefined,
    open: () => {
      let columns = given;
      return {
        read: (line) => {
          if (columns === undefined) {
            const names = namesIn(line);
            if (wanted.length > 0 && !isHeader(names)) return undefined;
            columns = names;
            return 'header';
          }
          if (isRepeated(columns, line)) return 'header';
          // Files that were joined: the next header may name them in another order.
          if (wanted[0] !== undefined && line.toLowerCase().includes(wanted[0]) && isHeader(namesIn(line))) {
            columns = namesIn(line);
            return 'header';
          }
          const record = recordWith(columns, line);
          return record === undefined ? undefined : { record };
        },
      };
    },
  };
}

/** The line without the syslog header that the format says is there. */
function opened(line: string, format: TextFormat): { body: string | undefined; syslog?: JsonObject } {
  return format.syslog === true ? (withoutHeader(line) ?? { body: undefined }) : { body: line };
}
