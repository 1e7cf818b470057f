/** Amazon CloudFront: standard access logs, W3C text and JSON. @see CloudFront Developer Guide, "Standard log file fields" */

import type { JsonObject } from '../../core/json.ts';
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { named } from '../../core/text-lines.ts';
import { mappedSource } from '../mapped.ts';
import type { LineFormat, ReadLine, Source } from '../source.ts';

/** The order of the fields where no `#Fields:` line names them. */
const FIELDS =
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end'.split(
    ' ',
  );
const LINE = /^\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t[A-Z]{3}\d/;

/** Date and time are two columns: together they are a time. */
function recordOf(fields: readonly string[], line: string): JsonObject {
  const record = named(fields, line.split('\t'));
  const { date, time } = record;
  return typeof date === 'string' && typeof time === 'string' ? { ...record, datetime: `${date}T${time}Z` } : record;
}

const lines: LineFormat = {
  recognizesLine: (line) => LINE.test(line) || (/^#(Version: 1\.0$|Fields: )/.test(line) && !/c-ip s-ip|s-sitename/.test(line)),
  open: () => {
    let fields: readonly string[] = FIELDS;
    return {
      read: (line): ReadLine => {
        if (line.startsWith('#Fields: ')) fields = line.slice('#Fields: '.length).trim().split(/\s+/);
        if (line.startsWith('#')) return 'header';
        return line.includes('\t') ? { record: recordOf(fields, line) } : undefined;
      },
    };
  },
};

const SPEC: MappingSpec = {
  id: 'aws-cloudfront',
  title: { en: 'Amazon CloudFront access logs', ja: 'Amazon CloudFront アクセスログ' },
  product: { name: 'CloudFront', vendor_name: 'AWS' },
  logsources: [{ product: 'aws', service: 'cloudfront' }, { category: 'webserver' }],
  match: [
    { 'x-edge-location': true, 'c-ip': true },
    { 'x-edge-request-id': true, 'sc-status': true },
  ],
  uid: 'x-edge-request-id',
  time: ['datetime', 'timestamp(ms)', 'timestamp'],
  code: 'x-edge-result-type',
  kinds: [
    {
      class_uid: 4002,
      activity: {
        from: 'cs-method',
        table: { CONNECT: 1, DELETE: 2, GET: 3, HEAD: 4, OPTIONS: 5, POST: 6, PUT: 7, TRACE: 8, PATCH: 9 },
      },
    },
  ],
  fields: {
    'src_endpoint.ip': 'c-ip',
    'src_endpoint.port': 'c-port',
    'dst_endpoint.hostname': ['x-host-header', 'cs(Host)'],
    'proxy_endpoint.name': 'x-edge-location',
    'http_request.http_method': 'cs-method',
    'http_request.url.path': 'cs-uri-stem',
    'http_request.url.query_string': 'cs-uri-query',
    'http_request.url.hostname': ['x-host-header', 'cs(Host)'],
    'http_request.url.scheme': 'cs-protocol',
    'http_request.user_agent': 'cs(User-Agent)',
    'http_request.referrer': 'cs(Referer)',
    'http_request.version': 'cs-protocol-version',
    'http_request.uid': 'x-edge-request-id',
    'http_request.x_forwarded_for': 'x-forwarded-for',
    'http_response.code': 'sc-status',
    'http_response.content_type': 'sc-content-type',
    'traffic.bytes_out': 'cs-bytes',
    'traffic.bytes_in': 'sc-bytes',
    'tls.version': 'ssl-protocol',
    'tls.cipher': 'ssl-cipher',
    'connection_info.direction_id': { is: 1 },
    status_id: { from: 'sc-status', table: { '2*': 1, '3*': 1, '4*': 2, '5*': 2 } },
    status_code: 'sc-status',
    'cloud.provider': { is: 'AWS' },
  },
};

export const awsCloudfront: Source = mappedSource(SPEC, lines);
