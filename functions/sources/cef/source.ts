/** ArcSight Common Event Format, with or without a syslog header: what many firewalls, proxies and endpoint products send. @see CEF implementation standard, "Extension dictionary" */

import type { JsonObject } from '../../core/json.ts';
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { syslogLine } from '../../core/text-lines.ts';
import { lineFormat, mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

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

/** `key=value` where a value goes on to the next ` key=`; `\\=`, `\\\\` and `\\n` are escapes. */
function extension(text: string, into: JsonObject): void {
  const keys = [...text.matchAll(/(?:^|\s)([\w.[\]-]+)=/g)].filter(
    ({ index, 0: match }) => text[index + match.length - 2] !== '\\',
  );
  for (const [i, key] of keys.entries()) {
    const value = text.slice(key.index + key[0].length, keys[i + 1]?.index ?? text.length).trim();
    const name = key[1] ?? '';
    if (value !== '' && !Object.hasOwn(into, name))
      Object.defineProperty(into, name, {
        value: value.replace(/\\([=\\nr|])/g, (_, mark: string) => (mark === 'n' ? '\n' : mark === 'r' ? '\r' : mark)),
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
}

function read(line: string): JsonObject | undefined {
  const body = CEF.exec(line)?.[1];
  if (body === undefined) return undefined;
  const parts = headerParts(body);
  if (parts.length < HEADER.length) return undefined;
  const record: JsonObject = {};
  for (const [i, name] of HEADER.entries()) record[name] = parts[i] ?? '';
  extension(parts[HEADER.length] ?? '', record);
  const before = line
    .slice(0, line.length - body.length)
    .replace(/CEF:\s?$/, '')
    .trim();
  const header = syslogLine(`${before} `)?.header;
  if (header !== undefined) record['syslog'] = header;
  else if (before !== '') record['syslog'] = { text: before };
  return record;
}

const SPEC: MappingSpec = {
  id: 'cef',
  title: { en: 'CEF (Common Event Format)', ja: 'CEF (Common Event Format)' },
  product: { name: 'CEF', vendor_name: 'ArcSight' },
  logsources: [{ product: 'cef' }],
  match: [{ cefVersion: true, deviceVendor: true }],
  uid: ['externalId', 'eventId'],
  time: ['rt', 'end', 'start', 'deviceReceiptTime', 'syslog.timestamp'],
  code: 'deviceEventClassId',
  severity: {
    from: 'severity',
    table: {
      '0': 1,
      '1': 2,
      '2': 2,
      '3': 2,
      '4': 3,
      '5': 3,
      '6': 3,
      '7': 4,
      '8': 4,
      '9': 5,
      '10': 5,
      Low: 2,
      Medium: 3,
      High: 4,
      'Very-High': 5,
      Unknown: 0,
    },
  },
  kinds: [
    {
      when: {
        name: [
          '*login*',
          '*logon*',
          '*log in*',
          '*logged in*',
          '*authentication*',
          '*sign in*',
          '*sign-in*',
          '*logout*',
          '*logged out*',
        ],
      },
      class_uid: 3002,
      activity: { from: 'name', table: { '*logout*': 2, '*logged out*': 2, '*logoff*': 2, '*': 1 } },
      fields: {
        'user.name': ['duser', 'suser'],
        'user.uid': ['duid', 'suid'],
        'user.domain': ['dntdom', 'sntdom'],
        'service.name': ['destinationServiceName', 'deviceProduct'],
      },
    },
    {
      when: { severity: ['7', '8', '9', '10', 'High', 'Very-High'] },
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': ['externalId', 'deviceEventClassId'],
        'finding_info.title': 'name',
        'finding_info.desc': ['msg', 'reason'],
        'finding_info.types[0]': ['cat', 'deviceEventCategory'],
        'finding_info.analytic.uid': 'deviceEventClassId',
        'finding_info.analytic.type_id': { is: 1 },
        is_alert: { is: true },
        'evidences[0].src_endpoint.ip': 'src',
        'evidences[0].src_endpoint.port': 'spt',
        'evidences[0].src_endpoint.hostname': 'shost',
        'evidences[0].dst_endpoint.ip': 'dst',
        'evidences[0].dst_endpoint.port': 'dpt',
        'evidences[0].dst_endpoint.hostname': 'dhost',
        'evidences[0].actor.user.name': 'suser',
        'evidences[0].file': { from: ['filePath', 'fname'], as: 'file' },
        'evidences[0].url': { from: 'request', as: 'url' },
      },
    },
    {
      when: { requestMethod: true },
      class_uid: 4002,
      activity: {
        from: 'requestMethod',
        table: { CONNECT: 1, DELETE: 2, GET: 3, HEAD: 4, OPTIONS: 5, POST: 6, PUT: 7, TRACE: 8, PATCH: 9 },
      },
    },
    {
      when: { src: true, dst: true },
      class_uid: 4001,
      activity: { from: 'act', table: { '*den*': 5, '*block*': 5, '*drop*': 5, '*': 6 }, else: 6 },
    },
    { class_uid: 0, activity: 99 },
  ],
  fields: {
    'src_endpoint.ip': ['src', 'sourceAddress'],
    'src_endpoint.port': 'spt',
    'src_endpoint.hostname': 'shost',
    'src_endpoint.mac': 'smac',
    'dst_endpoint.ip': ['dst', 'destinationAddress'],
    'dst_endpoint.port': 'dpt',
    'dst_endpoint.hostname': 'dhost',
    'dst_endpoint.mac': 'dmac',
    'connection_info.protocol_name': ['proto', 'app'],
    'connection_info.direction_id': { from: 'deviceDirection', table: { '0': 1, '1': 2 }, else: 0 },
    'traffic.bytes_in': 'in',
    'traffic.bytes_out': 'out',
    'actor.user.name': ['suser', 'duser'],
    'actor.user.uid': 'suid',
    'actor.process.name': 'sproc',
    'http_request.url': { from: 'request', as: 'url' },
    'http_request.http_method': 'requestMethod',
    'http_request.user_agent': 'requestClientApplication',
    'device.ip': 'dvc',
    'device.hostname': ['dvchost', 'syslog.hostname'],
    action_id: {
      from: 'act',
      table: {
        '*den*': 2,
        '*block*': 2,
        '*drop*': 2,
        '*reject*': 2,
        '*quarantin*': 2,
        '*allow*': 1,
        '*permit*': 1,
        '*accept*': 1,
        '*pass*': 1,
      },
    },
    disposition_id: {
      from: 'act',
      table: { '*block*': 2, '*den*': 2, '*drop*': 6, '*quarantin*': 3, '*allow*': 1, '*permit*': 1, '*accept*': 1 },
    },
    status_id: { from: ['outcome', 'categoryOutcome'], table: { '*succe*': 1, '*fail*': 2 } },
    status_detail: 'reason',
    message: 'msg',
    'metadata.product.vendor_name': 'deviceVendor',
    'metadata.product.name': 'deviceProduct',
    'metadata.product.version': 'deviceVersion',
    'metadata.log_format': { is: 'CEF' },
  },
};

export const cef: Source = mappedSource(SPEC, lineFormat(read));
