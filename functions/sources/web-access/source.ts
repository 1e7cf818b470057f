/** Access logs of web servers and proxies: Apache, nginx, IIS, Caddy, Traefik, Envoy; lines and JSON. @see Apache mod_log_config; nginx ngx_http_log_module; Caddy "How logging works"; Traefik "Access logs"; Envoy "Access logging" */
import { type JsonObject, valueAt } from '../../core/json.ts';
import type { Fields, Kind, MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';
import { accessLines, requestParts, targetParts } from './lines.ts';

const METHOD = ['cs-method', 'request_method', 'http_method', 'request.method', 'RequestMethod', 'http.request.method', 'method'];
const TARGET = ['c-uri', 'request_uri', 'request.uri', 'RequestPath', 'url.original', 'uri', 'path', 'url'];
const STATUS = ['sc-status', 'status', 'DownstreamStatus', 'OriginStatus', 'response_code', 'http.response.status_code'];

const METHODS = { CONNECT: 1, DELETE: 2, GET: 3, HEAD: 4, OPTIONS: 5, POST: 6, PUT: 7, TRACE: 8, PATCH: 9 };
const HTTP: Omit<Kind, 'when'> = { class_uid: 4002, activity: { from: METHOD, table: METHODS } };

/** What a log says of a target's parts counts before what its text says. */
const PARTS: Fields = {
  'http_request.url.path': ['cs-uri-stem', 'uri_path', 'url.path'],
  'http_request.url.query_string': {
    from: ['cs-uri-query', 'uri_query', 'args', 'query_string', 'url.query', 'query'],
    unless: ['-'],
  },
  'http_request.url.scheme': ['scheme', 'RequestScheme'],
};

/** A target that names scheme and host: the client takes the server for a proxy. */
const proxied = TARGET.map(
  (path): Kind => ({
    ...HTTP,
    when: { [path]: ['http://*', 'https://*'] },
    fields: { ...PARTS, 'http_request.url': { from: TARGET, as: 'url' } },
  }),
);

const SPEC: MappingSpec = {
  id: 'web-access',
  title: { en: 'Web server access logs', ja: 'Web サーバーのアクセスログ' },
  product: { name: 'Web server', vendor_name: 'Web server' },
  logsources: [
    { category: 'webserver' },
    { product: 'apache', service: 'access' },
    { product: 'nginx', service: 'access' },
    { product: 'iis', service: 'access' },
  ],
  match: [
    { 'c-ip': true, 'sc-status': true, 'cs-method': true, 'x-edge-location': false, 'x-edge-request-id': false },
    { 'c-ip': true, 'sc-status': true, time: true, 'x-edge-location': false, 'x-edge-request-id': false },
    { remote_addr: true, status: true, request: true },
    { remote_addr: true, status: true, request_uri: true },
    { remote_addr: true, status: true, request_method: true },
    { remoteIP: true, status: true, request: true },
    { http_method: true, uri_path: true, status: true },
    { logger: 'http.log.access*', 'request.method': true },
    { RequestMethod: true, RequestPath: true, DownstreamStatus: true },
    { response_code: true, response_flags: true, method: true, path: true },
    { 'event.dataset': ['apache.*', 'nginx.*', 'iis.*', 'traefik.*'], 'http.request.method': true },
  ],
  time: [
    'time',
    'time_iso8601',
    'time_local',
    'timestamp',
    '@timestamp',
    'ts',
    'StartUTC',
    'StartLocal',
    'start_time',
    'msec',
    'syslog.timestamp',
  ],
  kinds: [
    ...proxied,
    {
      ...HTTP,
      when: { 'request.headers': true },
      fields: {
        'http_request.url.url_string': TARGET,
        'http_request.user_agent': { joined: 'request.headers.User-Agent' },
        'http_request.referrer': { joined: 'request.headers.Referer' },
      },
    },
    { ...HTTP, fields: { 'http_request.url.url_string': TARGET } },
  ],
  fields: {
    'http_request.http_method': METHOD,
    'http_request.url.hostname': [
      'cs-host',
      'host',
      'http_host',
      'server_name',
      'site',
      'request.host',
      'RequestHost',
      'authority',
      'url.domain',
    ],
    ...PARTS,
    'http_request.version': ['cs-version', 'server_protocol', 'request.proto', 'RequestProtocol', 'protocol', 'http.version'],
    'http_request.user_agent': [
      'cs-user-agent',
      'cs(User-Agent)',
      'http_user_agent',
      'user_agent.original',
      'user_agent',
      'userAgent',
      'request_User-Agent',
    ],
    'http_request.referrer': ['cs-referer', 'cs(Referer)', 'http_referer', 'http.request.referrer', 'referer', 'request_Referer'],
    'http_request.x_forwarded_for': ['x-forwarded-for', 'http_x_forwarded_for', 'x_forwarded_for', 'request_X-Forwarded-For'],
    'http_request.uid': ['request_id', 'RequestID', 'http.request.id'],
    'http_response.code': STATUS,
    'http_response.latency': 'time-taken',
    'http_response.content_type': ['sent_http_content_type', 'content_type'],
    'src_endpoint.ip': [
      'c-ip',
      'remote_addr',
      'remoteIP',
      'src_ip',
      'src',
      'request.client_ip',
      'request.remote_ip',
      'ClientHost',
      'source.ip',
      'source.address',
    ],
    src_endpoint: { from: ['ClientAddr', 'downstream_remote_address', 'c-ip', 'remote_addr'], as: 'address' },
    'src_endpoint.port': ['c-port', 'remote_port', 'src_port', 'request.remote_port', 'ClientPort', 'source.port'],
    'dst_endpoint.ip': ['s-ip', 'server_addr', 'dest_ip', 'destination.ip'],
    'dst_endpoint.port': ['s-port', 'server_port', 'dest_port', 'RequestPort', 'destination.port'],
    'dst_endpoint.hostname': [
      'cs-host',
      'host',
      'http_host',
      'server_name',
      'site',
      'request.host',
      'RequestHost',
      'authority',
      's-computername',
      'url.domain',
    ],
    'dst_endpoint.svc_name': ['ServiceName', 'upstream_cluster', 's-sitename'],
    'actor.user.name': {
      from: ['cs-username', 'remote_user', 'user_id', 'user', 'ClientUsername', 'user.name'],
      unless: ['-'],
    },
    'device.hostname': ['syslog.hostname', 's-computername', 'hostname', 'host.name'],
    'traffic.bytes_in': [
      'sc-bytes',
      'body_bytes_sent',
      'bytes_sent',
      'bytes_out',
      'size',
      'DownstreamContentSize',
      'http.response.body.bytes',
    ],
    'traffic.bytes_out': ['cs-bytes', 'request_length', 'bytes_received', 'bytes_in', 'bytes_read', 'RequestContentSize'],
    'tls.version': ['ssl_protocol', 'TLSVersion'],
    'tls.cipher': ['ssl_cipher', 'TLSCipher'],
    'connection_info.direction_id': { is: 1 },
    status_id: { from: STATUS, table: { '1*': 1, '2*': 1, '3*': 1, '4*': 2, '5*': 2 } },
    status_code: STATUS,
    'metadata.log_name': ['event.dataset', 'logger', 'syslog.app_name'],
  },
};

const mapped = mappedSource(SPEC, accessLines);

/** With path and query of the target, and with the parts of a request line that stands alone. */
function withParts(record: JsonObject): JsonObject {
  if (record['cs-uri-stem'] !== undefined) return record;
  for (const path of TARGET) {
    const target = valueAt(record, path);
    if (typeof target === 'string') return { ...targetParts(target), ...record };
  }
  const { request } = record;
  const parts = typeof request === 'string' ? requestParts(request) : undefined;
  return parts === undefined ? record : { ...parts, ...record };
}

export const webAccess: Source = { ...mapped, toOcsf: (record, context) => mapped.toOcsf(withParts(record), context) };
