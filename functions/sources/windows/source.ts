/** Windows: Security, Sysmon, PowerShell, System and Defender events as JSON (Winlogbeat, NXLog, rendered exports) and XML, an event a line (wevtutil, event forwarding). @see Microsoft Learn, "Security auditing"; Sysinternals Sysmon, "Events" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { lineFormat, mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';
import { flatEvent } from './flat.ts';
import { OTHER_CHANNELS } from './others.ts';
import { SECURITY } from './security.ts';
import { readEventXml } from './xml.ts';

/** Of these one is in every record. Sysmon for Linux writes the same events. */
const SYSTEM = ['ProviderName', 'SourceName', 'Channel', 'EventID'];

const SPEC: MappingSpec = {
  id: 'windows',

  title: { en: 'Windows events and Sysmon', ja: 'Windows イベント・Sysmon' },
  product: { name: 'Windows', vendor_name: 'Microsoft' },
  logsources: [
    { product: 'windows', service: 'security' },
    { product: 'windows', service: 'sysmon' },
    { product: 'windows', service: 'system' },
    { product: 'windows', service: 'powershell' },
    { product: 'windows', service: 'windefend' },
    { product: 'windows', category: 'process_creation' },
    { product: 'windows', category: 'network_connection' },
    { product: 'windows', category: 'dns_query' },
    { product: 'windows', category: 'file_event' },
    { product: 'windows', category: 'image_load' },
    { product: 'windows', category: 'registry_event' },
    { product: 'windows', category: 'registry_set' },
    { product: 'windows', category: 'ps_script' },
  ],
  keys: /(^|\/)windows\//,
  match: [
    { EventID: true, Channel: true },
    { EventID: true, ProviderName: true },
    { EventID: true, SourceName: true },
    { 'winlog.event_id': true, 'winlog.channel': true },
    { 'Event.System.EventID': true },
    { EventID: true, Computer: true },
    { 'System.EventID': true, 'System.Provider': true },
  ],
  uid: [],
  time: ['@timestamp', 'UtcTime', 'TimeCreated', 'EventTime', 'TimeGenerated'],
  code: 'EventID',
  severity: { from: 'EventID', table: { '1102': 4, '1116': 4, '1117': 3 } },
  kinds: [...SECURITY, ...OTHER_CHANNELS],
  fields: {
    'process.file': { from: ['Image', 'NewProcessName', 'TargetImage'], as: 'file' },
    'process.cmd_line': ['CommandLine', 'ProcessCommandLine'],
    'process.pid': ['ProcessId'],
    'process.uid': ['ProcessGuid', 'NewProcessId'],
    'process.working_directory': 'CurrentDirectory',
    'process.integrity': 'IntegrityLevel',
    'process.user.name': ['User', 'SubjectUserName'],
    'process.user.uid': ['SubjectUserSid'],
    'process.user.domain': ['SubjectDomainName'],
    'process.parent_process.file': { from: ['ParentImage', 'ParentProcessName'], as: 'file' },
    'process.parent_process.cmd_line': 'ParentCommandLine',
    'process.parent_process.uid': 'ParentProcessGuid',
    'process.parent_process.pid': 'ParentProcessId',
    'actor.process.file': { from: ['Image', 'ParentImage', 'SourceImage', 'ProcessName'], as: 'file' },
    'actor.process.uid': ['ProcessGuid', 'SourceProcessGUID'],
    'actor.user.name': ['SubjectUserName', 'User', 'AccountName'],
    'actor.user.uid': { from: ['SubjectUserSid', 'UserID'], unless: ['S-1-0-0', 'NULL SID'] },
    'actor.process.pid': 'ProcessId',
    'actor.user.domain': ['SubjectDomainName', 'Domain'],
    'actor.session.uid': ['SubjectLogonId', 'LogonGuid'],
    'device.hostname': ['Computer', 'Hostname', 'host.name'],
    'device.type_id': { is: 0 },
    'device.os.type_id': { from: SYSTEM, table: { 'Linux-Sysmon*': 200, '*': 100 } },
    'device.os.name': { from: SYSTEM, table: { 'Linux-Sysmon*': 'Linux', '*': 'Windows' } },
    'src_endpoint.ip': ['SourceIp', 'IpAddress', 'ClientAddress'],
    'src_endpoint.port': ['SourcePort', 'IpPort'],
    'src_endpoint.hostname': ['SourceHostname', 'WorkstationName'],
    'dst_endpoint.ip': 'DestinationIp',
    'dst_endpoint.port': 'DestinationPort',
    'dst_endpoint.hostname': ['DestinationHostname', 'Computer'],
    'connection_info.protocol_name': 'Protocol',
    'connection_info.direction_id': { from: 'Initiated', table: { true: 2, false: 1 }, else: 0 },
    message: ['Message', 'MessageTitle'],
    'metadata.log_name': ['Channel'],
    'metadata.log_provider': ['ProviderName', 'SourceName'],
    'metadata.sequence': ['EventRecordID', 'RecordNumber'],
  },
};

const mapped = mappedSource(SPEC, lineFormat(readEventXml));

export const windows: Source = { ...mapped, toOcsf: (record, context) => mapped.toOcsf(flatEvent(record), context) };
