/** Reads lines of web servers' access logs (common, combined, with virtual hosts; IIS and other W3C logs; key=value) into W3C field names. @see Apache HTTP Server, mod_log_config; nginx, ngx_http_log_module; W3C Extended Log File Format */
import { isIp } from '../../core/ip.ts';
import type { JsonObject } from '../../core/json.ts';
import { pairsOf } from '../../core/mapping/split.ts';
import { named, spacedFields, syslogLine, tagOf } from '../../core/text-lines.ts';
import type { LineFormat, ReadLine } from '../source.ts';

/** The time in brackets, then the request in quotes, status and size: where the line is an access log's, it is so by this. */
const MIDDLE = /\[(\d{2}\/[A-Z][a-z]{2}\/\d{4}(?::\d{2}){3} [+-]\d{4})\] "((?:[^"\\]|\\.)*)" (\d{3}) (\d{1,18}|-)(?= |$)/;
/** Scheme and host of a target that has them: its path begins behind. */
const ORIGIN = /^https?:\/\/[^/?#]*/i;
const REQUEST = /^([A-Za-z][A-Za-z_-]{0,31}) (\S.*?)(?: (HTTP\/\d(?:\.\d)?))?$/s;

/** Method, target, its path and query, and version of a request line; undefined where a client sent something else (a TLS hello, a scan). */
export function requestParts(request: string): JsonObject | undefined {
  const [, method = '', target = '', version = ''] = REQUEST.exec(request) ?? [];
  if (method === '') return undefined;
  return { ...named(['cs-method', 'c-uri', 'cs-version'], [method, target, version], EMPTY), ...targetParts(target) };
}

/** Path and query of a request's target. */
export function targetParts(target: string): JsonObject {
  const [stem = '', ...query] = target.replace(ORIGIN, '').split('?');
  return named(['cs-uri-stem', 'cs-uri-query'], [stem, query.join('?')], EMPTY);
}
const EMPTY: ReadonlySet<string> = new Set(['']);

/** Words before the time: `[host[:port]] client ident user`; a user's name may have spaces. */
function clientOf(head: string): JsonObject | undefined {
  const words = head.trim().split(' ');
  const hasHost = words.length > 3 && !isIp(words[0] ?? '') && isIp(words[1] ?? '');
  const [, host = '', port = ''] = hasHost ? (/^(.*?)(?::(\d{1,5}))?$/.exec(words.shift() ?? '') ?? []) : [];
  const [client = '', ident = '', ...user] = words;
  if (client === '' || user.length === 0) return undefined;
  return named(['cs-host', 's-port', 'c-ip', 'cs-ident', 'cs-username'], [host, port, client, ident, user.join(' ')]);
}

/** What formats append to the size, in the order of combined; nginx often has the forwarded addresses next. */
const TAIL = ['cs-referer', 'cs-user-agent', 'x-forwarded-for'];

function tailOf(tail: string): JsonObject {
  if (!tail.startsWith(' "')) return named([], spacedFields(tail));
  const values = spacedFields(tail);
  const addresses = values[2]?.split(/, ?/) ?? [];
  if (!addresses.some(isIp)) return named(TAIL.slice(0, 2), values);
  return { ...named(TAIL, values), 'x-forwarded-for': addresses };
}

function accessLine(line: string): JsonObject | undefined {
  const found = MIDDLE.exec(line);
  if (found === null) return undefined;
  const [whole, time = '', request = '', status = '', size = ''] = found;
  const client = clientOf(line.slice(0, found.index));
  if (client === undefined) return undefined;
  const parts = requestParts(request) ?? named(['request'], [request]);
  return {
    ...client,
    time,
    ...parts,
    ...named(['sc-status', 'sc-bytes'], [status, size]),
    ...tailOf(line.slice(found.index + whole.length)),
  };
}

/** Bare, or behind a syslog header with the server's tag. */
function read(line: string): JsonObject | undefined {
  if (line.includes('] "')) return withoutHeader(line) ?? accessLine(line);
  const isPairs = line.includes('http_method=') && line.includes('uri_path=') && line.includes('status=');
  return isPairs ? pairsOf(line) : undefined;
}

function withoutHeader(line: string): JsonObject | undefined {
  const found = syslogLine(line);
  if (found === undefined) return undefined;
  const { message, ...tag } = found.header['app_name'] === undefined ? tagOf(found.message) : { message: found.message };
  const record = accessLine(message);
  return record === undefined ? undefined : { ...record, syslog: { ...found.header, ...tag } };
}

const IIS = /^#Software: Microsoft (?:IIS|Internet Information Serv)/;
const FIELDS = '#Fields: ';

/** A row of a W3C log: date and time are UTC; together they are a time. */
function rowOf(fields: readonly string[], line: string): JsonObject | undefined {
  const values = line.split(' ');
  if (values.length !== fields.length) return undefined;
  const { date, time, ...record } = named(fields, values);
  return typeof date === 'string' && typeof time === 'string' ? { time: `${date}T${time}Z`, ...record } : undefined;
}

/** Records need what the source knows them by. */
const isUsed = (record: JsonObject | undefined): boolean =>
  record?.['c-ip'] !== undefined && record['sc-status'] !== undefined && record['cs-method'] !== undefined;

export const accessLines: LineFormat = {
  recognizesLine: (line) => IIS.test(line) || read(line) !== undefined,
  open: () => {
    let fields: readonly string[] | undefined;
    return {
      read: (line): ReadLine => {
        if (line.startsWith(FIELDS)) fields = line.slice(FIELDS.length).trim().split(/\s+/);
        if (line.startsWith('#'))
          return IIS.test(line) || fields !== undefined || /^#(?:Version|Date): /.test(line) ? 'header' : undefined;
        const row = fields === undefined ? undefined : rowOf(fields, line);
        const record = isUsed(row) ? row : read(line);
        return record === undefined ? undefined : { record };
      },
    };
  },
};
