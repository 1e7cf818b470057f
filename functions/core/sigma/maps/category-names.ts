/** The names of Sigma's generic log sources (process_creation, dns, firewall, proxy, webserver …), and what products call the same. */
import type { FieldMap } from '../field-map.ts';
import { synonyms } from './synonyms.ts';

/** The first names are Sigma's; then Windows, Defender, CrowdStrike, Carbon Black, osquery, ECS, auditd. */
const PROCESS = [
  ['Image', 'NewProcessName', 'FolderPath', 'ImageFileName', 'process_path', 'path', 'columns.path', 'process.executable', 'exe'],
  [
    'CommandLine',
    'ProcessCommandLine',
    'process_cmdline',
    'cmdline',
    'columns.cmdline',
    'process.command_line',
    'command_line',
    'proctitle',
  ],
  [
    'ParentImage',
    'ParentProcessName',
    'InitiatingProcessFolderPath',
    'ParentImageFileName',
    'ParentBaseFileName',
    'parent_path',
    'columns.parent_path',
    'process.parent.executable',
  ],
  [
    'ParentCommandLine',
    'InitiatingProcessCommandLine',
    'ParentProcessCommandLine',
    'parent_cmdline',
    'columns.parent_cmdline',
    'process.parent.command_line',
  ],
  ['OriginalFileName', 'OriginalFilename', 'ProcessVersionInfoOriginalFileName', 'process.pe.original_file_name'],
  ['User', 'SubjectUserName', 'AccountName', 'UserName', 'process_username', 'username', 'columns.username', 'user.name'],
  ['CurrentDirectory', 'cwd', 'columns.cwd', 'process.working_directory'],
  ['Hashes', 'SHA256', 'SHA256HashData', 'MD5', 'MD5HashData', 'process_hash', 'sha256', 'columns.sha256', 'process.hash.sha256'],
  ['ProcessId', 'NewProcessId', 'TargetProcessId', 'RawProcessId', 'process_pid', 'pid', 'columns.pid', 'process.pid'],
  ['IntegrityLevel', 'ProcessIntegrityLevel', 'MandatoryLabel'],
];

const SOURCE_IP = [
  'src_ip',
  'SourceIp',
  'srcaddr',
  'pkt-srcaddr',
  'pkt_srcaddr',
  'id.orig_h',
  'source.ip',
  'LocalAddressIP4',
  'local_ip',
  'clientIP',
  'client_ip',
  'InternalIp',
];
const NETWORK = [
  SOURCE_IP,
  [
    'dst_ip',
    'DestinationIp',
    'dstaddr',
    'pkt-dstaddr',
    'pkt_dstaddr',
    'id.resp_h',
    'destination.ip',
    'RemoteAddressIP4',
    'RemoteIP',
    'remote_ip',
  ],
  ['src_port', 'SourcePort', 'srcport', 'id.orig_p', 'source.port', 'LocalPort', 'local_port'],
  ['dst_port', 'DestinationPort', 'dstport', 'id.resp_p', 'destination.port', 'RemotePort', 'remote_port'],
  ['DestinationHostname', 'dst_host', 'destination.domain', 'RemoteUrl', 'netconn_domain'],
  ['action', 'Action', 'event.action'],
  ['protocol', 'Protocol', 'proto', 'network.transport'],
  ...PROCESS.slice(0, 2),
];

const DNS = [
  ['query', 'QueryName', 'query_name', 'dns.question.name', 'DomainName', 'Domain', 'domain', 'qname'],
  ['record_type', 'query_type', 'QueryType', 'qtype_name', 'dns.question.type', 'RequestType'],
  ['answer', 'answers', 'answers.Rdata', 'QueryResults', 'dns.answers.data', 'IP4Records'],
  ['rcode', 'rcode_name', 'QueryStatus', 'dns.response_code', 'ResponseCode'],
  SOURCE_IP,
  ...PROCESS.slice(0, 1),
];

/** W3C names; then AWS WAF, Cloudflare, Zeek, ECS. */
const WEB = [
  [
    'cs-method',
    'cs_method',
    'httpRequest.httpMethod',
    'ClientRequestMethod',
    'method',
    'http.request.method',
    'request_method',
    'requestmethod',
  ],
  [
    'c-uri',
    'cs-uri',
    'cs-uri-stem',
    'cs_uri_stem',
    'httpRequest.uri',
    'ClientRequestURI',
    'uri',
    'url',
    'url.original',
    'request_url',
  ],
  ['cs-uri-query', 'cs_uri_query', 'httpRequest.args', 'url.query', 'query_string'],
  [
    'c-useragent',
    'cs-user-agent',
    'cs(User-Agent)',
    'cs_user_agent',
    'ClientRequestUserAgent',
    'user_agent',
    'useragent',
    'user_agent.original',
  ],
  [
    'sc-status',
    'sc_status',
    'EdgeResponseStatus',
    'status_code',
    'elb_status_code',
    'http.response.status_code',
    'httpstatus',
    'http_status',
  ],
  ['cs-host', 'cs(Host)', 'cs_host', 'ClientRequestHost', 'host', 'url.domain', 'hostname'],
  ['c-ip', 'client_ip', 'httpRequest.clientIp', 'ClientIP', 'remote_ip', 'source.ip', 'id.orig_h'],
  [
    'cs-referrer',
    'cs-referer',
    'cs(Referer)',
    'cs_referer',
    'ClientRequestReferer',
    'referrer',
    'referer',
    'http.request.referrer',
  ],
];

const FILE = [
  ['TargetFilename', 'TargetFileName', 'FolderPath', 'filemod_name', 'target_path', 'columns.target_path', 'file.path', 'path'],
  ...PROCESS.slice(0, 2).map((names) =>
    names.filter((name) => name !== 'FolderPath' && name !== 'path' && name !== 'columns.path'),
  ),
];

const byCategory = (groups: readonly (readonly string[])[], ...categories: readonly string[]): FieldMap[] =>
  categories.map((category) => synonyms({ category }, ...groups));

/** @see Sigma taxonomy appendix, "Generic log sources" and "Fields" */
export const CATEGORY_NAMES: readonly FieldMap[] = [
  ...byCategory(PROCESS, 'process_creation'),
  ...byCategory(NETWORK, 'network_connection', 'firewall'),
  ...byCategory(DNS, 'dns', 'dns_query'),
  ...byCategory(WEB, 'proxy', 'webserver'),
  ...byCategory(FILE, 'file_event', 'file_delete', 'file_change'),
];
