/** Splits lines of text logs into their fields: columns with quotes and brackets, syslog headers. */
import type { JsonObject } from './json.ts';
import { fieldWriter } from './mapping/split.ts';

/** More fields than this no log line has; what follows is the last one. */
const MAX_FIELDS = 400;

/** Words between spaces; `"…"` (with `\"` inside) and `[…]` are one word, without their marks. */
export function spacedFields(line: string): string[] {
  const found: string[] = [];
  const words = /"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|(\S+)/g;
  for (let match = words.exec(line); match !== null; match = words.exec(line)) {
    if (found.length === MAX_FIELDS - 1) return [...found, line.slice(match.index)];
    found.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return found;
}

/** Named columns of a line; `-` and empty columns are left out, columns beyond the names are kept under `field_<n>`, a second of one name under `name_2`. */
export function named(fields: readonly string[], values: readonly string[], absent: ReadonlySet<string> = ABSENT): JsonObject {
  const record: JsonObject = {};
  const put = fieldWriter(record);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? '';
    if (!absent.has(value)) put(fields[i] || `field_${i + 1}`, value);
  }
  return record;
}
const ABSENT: ReadonlySet<string> = new Set(['-', '']);

export interface SyslogLine {
  /** What the header says; `pri` only where there is one. */
  header: JsonObject;
  /** What stands behind the header. */
  message: string;
}

const RFC5424 = /^<(\d{1,3})>(\d{1,2}) (\S+) (\S+) (\S+) (\S+) (\S+) (-|(?:\[(?:[^\]\\]|\\.)*\])+) ?(.*)$/s;
const STAMP = String.raw`[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}(?:\.\d+)?|[A-Z][a-z]{2} [ \d]\d \d{4} \d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[+-]\d{4})?|\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?`;
const RFC3164 = new RegExp(String.raw`^(?:<(\d{1,3})>)?(?:\d+: )?(${STAMP}) (\S+) (.*)$`, 's');
const PRI_ONLY = /^<(\d{1,3})>(?!\d{1,2} )(.*)$/s;
const TAG = /^([^\s:[\]]{1,128})(?:\[(\d{1,10})\])?: ?(.*)$/s;

/**
 * The header of a syslog line: RFC 5424, or RFC 3164 as devices write it (with or without priority, year and fraction). Undefined
 * where the line has no such header. @see RFC 5424 section 6, RFC 3164 section 4
 */
export function syslogLine(line: string): SyslogLine | undefined {
  const modern = RFC5424.exec(line);
  if (modern !== null) {
    const [, pri, version, timestamp, hostname, app_name, proc_id, msg_id, data, message = ''] = modern;
    const header = named(
      ['pri', 'version', 'timestamp', 'hostname', 'app_name', 'proc_id', 'msg_id', 'structured_data'],
      [pri ?? '', version ?? '', timestamp ?? '', hostname ?? '', app_name ?? '', proc_id ?? '', msg_id ?? '', data ?? ''],
    );
    return { header, message: message.replace(/^\ufeff/, '') };
  }
  const classic = RFC3164.exec(line);
  if (classic !== null) {
    const [, pri = '', timestamp = '', hostname = '', rest = ''] = classic;
    return { header: named(['pri', 'timestamp', 'hostname'], [pri, timestamp, hostname]), message: rest };
  }
  const bare = PRI_ONLY.exec(line);
  return bare === null ? undefined : { header: { pri: bare[1] ?? '' }, message: bare[2] ?? '' };
}

/** `sshd[123]: text` → its parts; the whole text as message where there is no tag. */
export function tagOf(message: string): { app_name?: string; proc_id?: string; message: string } {
  const [, app_name, proc_id, text] = TAG.exec(message) ?? [];
  if (app_name === undefined || text === undefined) return { message };
  return proc_id === undefined ? { app_name, message: text } : { app_name, proc_id, message: text };
}
