/** Events of Sysmon, PowerShell, Defender, services, the task scheduler and remote desktop → OCSF classes. @see Sysinternals Sysmon, "Events"; Microsoft Learn, "about_Logging_Windows", "Microsoft Defender Antivirus event IDs" */
import type { Fields, From, Kind } from '../../core/mapping/spec.ts';

/** A value of the registry: Sysmon writes key and value as one path. */
const REG_VALUE: Fields = { 'reg_value.path': 'TargetObject', 'reg_value.name': 'TargetValueName', 'reg_value.data': 'Details' };
const HASHES: From = {
  each: 'HashList',
  fields: { value: 'value', algorithm_id: { from: 'algorithm', table: { MD5: 1, SHA1: 2, SHA256: 3, IMPHASH: 18 }, else: 99 } },
};
const MODULE: Fields = {
  'module.file': { from: 'ImageLoaded', as: 'file' },
  'module.file.hashes': HASHES,
  'module.load_type_id': { is: 0 },
};

const SYSMON: readonly Kind[] = [
  { when: { EventID: ['3'], Image: true }, class_uid: 4001, activity: 1 },
  {
    when: { EventID: ['22'], QueryName: true },
    class_uid: 4003,
    activity: 2,
    fields: {
      'query.hostname': 'QueryName',
      'answers[0].rdata': 'QueryResults',
      'src_endpoint.hostname': 'Computer',
      rcode: 'QueryStatus',
      status_id: { from: 'QueryStatus', table: { '0': 1, '*': 2 } },
    },
  },
  {
    when: { EventID: ['11', '23', '26', '2', '15', '27', '28', '29'], TargetFilename: true },
    class_uid: 1001,
    activity: { from: 'EventID', table: { '11': 1, '15': 1, '29': 1, '23': 4, '26': 4, '28': 4, '2': 6, '27': 1 } },
    fields: {
      file: { from: 'TargetFilename', as: 'file' },
      'file.hashes': HASHES,
      // Sysmon keeps these from happening.
      action_id: { from: 'EventID', table: { '27': 2, '28': 2, '*': 1 } },
      disposition_id: { from: 'EventID', table: { '27': 2, '28': 2, '*': 1 } },
    },
  },
  {
    when: { EventID: ['17', '18'], PipeName: true },
    class_uid: 1001,
    activity: { from: 'EventID', table: { '17': 1, '18': 14 } },
    fields: { 'file.name': 'PipeName', 'file.type_id': { is: 6 } },
  },
  { when: { EventID: ['6', '7'], ImageLoaded: true }, class_uid: 1005, activity: 1, fields: MODULE },
  { when: { EventID: ['13'], TargetObject: true }, class_uid: 201002, activity: 2, fields: REG_VALUE },
  {
    when: { EventID: ['12', '14'], TargetObject: true, EventType: ['*value*'] },
    class_uid: 201002,
    activity: { from: 'EventType', table: { '*delete*': 4, '*rename*': 3 }, else: 2 },
    fields: REG_VALUE,
  },
  {
    when: { EventID: ['12', '14'], TargetObject: true },
    class_uid: 201001,
    activity: { from: 'EventType', table: { '*create*': 1, '*delete*': 4, '*rename*': 5 }, else: 3 },
    fields: { 'reg_key.path': ['NewName', 'TargetObject'], 'prev_reg_key.path': 'TargetObject' },
  },
  {
    when: { EventID: ['19', '20', '21'], EventType: 'Wmi*' },
    class_uid: 3004,
    activity: { from: 'Operation', table: { created: 1, modified: 3, deleted: 4 } },
    fields: {
      'entity.name': ['Name', 'Consumer', 'Filter'],
      'entity.type': 'EventType',
      'entity.data': { json: ['Query', 'Destination'] },
    },
  },
  {
    when: { EventID: ['1', '5', '8', '10', '25'], Channel: ['*sysmon*'] },
    class_uid: 1007,
    activity: { from: 'EventID', table: { '1': 1, '5': 2, '10': 3, '8': 4, '25': 4 } },
    fields: {
      'process.file': { from: ['TargetImage', 'Image'], as: 'file' },
      'process.file.hashes': HASHES,
      'process.pid': ['TargetProcessId', 'ProcessId'],
      'process.uid': ['TargetProcessGuid', 'TargetProcessGUID', 'ProcessGuid'],
      'process.user.name': ['TargetUser', 'User'],
      'actor.process.pid': ['SourceProcessId', 'ParentProcessId'],
      'actor.process.uid': ['SourceProcessGuid', 'SourceProcessGUID', 'ParentProcessGuid'],
      'actor.process.file': { from: ['SourceImage', 'ParentImage'], as: 'file' },
      'actor.process.cmd_line': 'ParentCommandLine',
    },
  },
  {
    when: { EventID: ['4', '16'], Channel: '*sysmon*' },
    class_uid: 6002,
    activity: { from: ['State', 'EventID'], table: { started: 3, stopped: 4, '16': 8 } },
    fields: { 'app.name': ['ProviderName', 'SourceName'], 'app.version': 'SchemaVersion' },
  },
];

const POWERSHELL = ['*PowerShell*'];
const OTHERS: readonly Kind[] = [
  ...[{ EventID: ['4104'] }, { EventID: ['4103'], Channel: POWERSHELL }].map(
    (when): Kind => ({
      when,
      class_uid: 1009,
      activity: 1,
      fields: {
        'script.script_content.value': ['ScriptBlockText', 'Payload'],
        'script.type_id': { is: 2 },
        'script.uid': 'ScriptBlockId',
        'script.file': { from: 'Path', as: 'file' },
      },
    }),
  ),
  {
    when: { EventID: ['400', '403', '600'], Channel: POWERSHELL },
    class_uid: 6002,
    activity: { from: 'EventID', table: { '400': 3, '403': 4, '600': 3 } },
    fields: { 'app.name': { is: 'PowerShell' } },
  },
  {
    when: { EventID: ['1006', '1007', '1008', '1015', '1116', '1117', '1118', '1119', '1121', '1122'], Channel: '*Defender*' },
    class_uid: 2004,
    activity: { from: 'EventID', table: { '1007': 2, '1008': 2, '1117': 2, '1118': 2, '1119': 2 }, else: 1 },
    fields: defender(),
  },
  { when: { EventID: ['1116', '1117'] }, class_uid: 2004, activity: 1, fields: defender() },
  {
    when: { EventID: ['5001', '5004', '5007', '5010', '5012', '5013', '3002', '2001'], Channel: '*Defender*' },
    class_uid: 6002,
    activity: { from: 'EventID', table: { '5001': 7, '5010': 7, '5012': 7, '5004': 8, '5007': 8 } },
    fields: {
      'app.name': { is: 'Microsoft Defender Antivirus' },
      'app.version': ['Product Version', 'Platform version'],
      status_id: { from: 'EventID', table: { '3002': 2, '2001': 2, '*': 1 } },
    },
  },
  {
    when: { EventID: ['7036'], Channel: 'System' },
    class_uid: 201004,
    activity: { from: 'param2', table: { running: 3, stopped: 4, paused: 5 } },
    fields: { 'win_service.name': 'param1' },
  },
  {
    when: { EventID: ['7045', '7034', '7035', '7040', '7031', '7000', '7009'], Channel: 'System' },
    class_uid: 201004,
    activity: { from: 'EventID', table: { '7045': 1, '7040': 2, '7000': 3, '7009': 3, '7034': 4, '7031': 4 } },
    fields: {
      'win_service.name': ['ServiceName', 'param4', 'param1'],
      'win_service.cmd_line': 'ImagePath',
      'win_service.run_as': 'AccountName',
      status_id: { from: 'EventID', table: { '7000': 2, '7009': 2, '7031': 2, '7034': 2, '*': 1 } },
    },
  },
  { when: { EventID: ['104'], Channel: 'System' }, class_uid: 1008, activity: 1, fields: { log_name: ['LogName', 'Channel'] } },
  {
    when: { EventID: ['6005', '6006'], Channel: 'System' },
    class_uid: 1008,
    activity: { from: 'EventID', table: { '6005': 6, '6006': 7 } },
    fields: { log_name: 'Channel' },
  },
  {
    when: { EventID: ['106', '140', '141', '142', '100', '129', '200', '201'], Channel: '*TaskScheduler*' },
    class_uid: 1006,
    activity: { from: 'EventID', table: { '106': 1, '140': 2, '141': 3, '142': 5, '100': 6, '129': 6, '200': 6 } },
    fields: { 'job.name': 'TaskName', 'job.file': { from: ['Path', 'ActionName', 'TaskName'], as: 'file' } },
  },
  {
    when: { EventID: ['21', '22', '23', '24', '25', '1149'], Channel: '*TerminalServices*' },
    class_uid: 3002,
    activity: { from: 'EventID', table: { '21': 1, '22': 1, '25': 1, '1149': 1, '23': 2, '24': 2 } },
    fields: {
      'user.name': ['User', 'Param1'],
      'user.domain': 'Param2',
      'src_endpoint.ip': ['Address', 'Param3'],
      'session.uid': 'SessionID',
      logon_type_id: { is: 10 },
    },
  },
  {
    when: { EventID: ['2004', '2005', '2006', '2033', '2052', '2071', '2073', '2097', '2099'], Channel: '*Firewall*' },
    class_uid: 3004,
    activity: { from: 'EventID', table: { '2004': 1, '2071': 1, '2097': 1, '2005': 3, '2073': 3, '2099': 3, '*': 4 } },
    fields: { 'entity.name': 'RuleName', 'entity.uid': 'RuleId', 'entity.type': { is: 'firewall rule' } },
  },
  {
    when: { EventID: ['3000', '3001'], ProviderName: 'Microsoft-Windows-ProcessExitMonitor' },
    class_uid: 1007,
    activity: 2,
    fields: { 'process.file': { from: 'param1', as: 'file' }, exit_code: 'param2' },
  },
  {
    when: { EventID: ['5857', '5858', '5859', '5860', '5861'], Channel: '*WMI-Activity*' },
    class_uid: 3004,
    activity: { from: 'EventID', table: { '5859': 1, '5860': 1, '5861': 1 }, else: 2 },
    fields: { 'entity.name': ['ESS', 'ProviderName', 'Operation'], 'entity.type': ['UserDataName', 'EventDataName'] },
  },
  {
    when: { EventID: ['1006', '1007'], Channel: '*CertificateServicesClient*' },
    class_uid: 3004,
    activity: { from: 'EventID', table: { '1006': 1, '1007': 1 } },
    fields: { 'entity.name': 'UserDataName', 'entity.type': { is: 'certificate' } },
  },
];

function defender(): Fields {
  return {
    'finding_info.uid': ['Detection ID', 'ID', 'RecordNumber'],
    'finding_info.title': ['Threat Name', 'Process Name', 'Path'],
    'finding_info.types': 'Category Name',
    is_alert: { is: true },
    'evidences[0].file': { from: 'Path', as: 'file' },
    'evidences[0].actor.user.name': 'Detection User',
    'evidences[0].process.name': 'Process Name',
    action_id: {
      from: 'EventID',
      table: { '1007': 2, '1117': 2, '1121': 2, '1008': 1, '1116': 1, '1118': 1, '1119': 1, '1122': 1 },
    },
    status_id: { from: 'EventID', table: { '1007': 4, '1117': 4, '*': 1 } },
  };
}

/** Old exports have no channel: Sysmon's numbers, and those of processes, tell by themselves. */
const SPARSE: readonly Kind[] = [
  { when: { EventID: ['104'] }, class_uid: 1008, activity: 1, fields: { log_name: 'Channel' } },
  {
    when: { EventID: ['1', '5', '8', '10'] },
    class_uid: 1007,
    activity: { from: 'EventID', table: { '5': 2, '8': 4, '10': 3, '*': 1 } },
    fields: { 'actor.process.pid': [] },
  },
  { class_uid: 0, activity: 99 },
];

export const OTHER_CHANNELS: readonly Kind[] = [...SYSMON, ...OTHERS, ...SPARSE];
