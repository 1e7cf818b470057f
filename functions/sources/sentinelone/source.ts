/** SentinelOne: activities and threats of the management console, and endpoint events of Cloud Funnel and Deep Visibility. @see SentinelOne API documentation, "Activities", "Threats"; Cloud Funnel 2.0, "Event fields" */
import type { Fields, Kind, MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const TYPE = 'event.type';
const FILE: Fields = {
  file: { from: ['tgt.file.path', 'tgtFilePath'], as: 'file' },
  'file.hashes[0]': { from: ['tgt.file.sha256', 'tgt.file.sha1', 'tgtFileSha1', 'tgt.file.md5'], as: 'hash' },
  'file.size': 'tgt.file.size',
};
const SIGN_IN: Fields = {
  'user.name': ['data.username', 'data.userName', 'data.byUser', 'event.login.userName', 'data.email'],
  'user.email_addr': ['data.email', 'data.username', 'data.userName'],
  'user.uid': ['userId', 'event.login.accountSid'],
  'src_endpoint.ip': ['data.ipAddress', 'data.sourceIp', 'src.endpoint.ip.address', 'data.clientIp'],
  'service.name': { is: 'SentinelOne' },
};
/** As Windows names them. @see Microsoft Learn, event 4624, "Logon Type" */
const LOGON_TYPES = {
  interactive: 2,
  network: 3,
  batch: 4,
  service: 5,
  unlock: 7,
  'network*clear*': 8,
  'new*credentials': 9,
  'remote*interactive': 10,
  'cached*interactive': 11,
};
const METHODS = { connect: 1, delete: 2, get: 3, head: 4, options: 5, post: 6, put: 7, patch: 9 };

const ENDPOINT: readonly Kind[] = [
  {
    when: {
      [TYPE]: [
        'Process Creation',
        'Process Exit',
        'Process Modification',
        'Duplicate*',
        'Open Remote Process*',
        'Remote Thread*',
      ],
    },
    class_uid: 1007,
    activity: { from: TYPE, table: { 'process creation': 1, 'process exit': 2, 'open *': 3, 'remote thread*': 4 } },
    fields: {
      'process.pid': ['tgt.process.pid', 'src.process.pid'],
      'process.uid': ['tgt.process.uid', 'src.process.uid'],
      'process.name': ['tgt.process.name', 'src.process.name'],
      'process.cmd_line': ['tgt.process.cmdline', 'src.process.cmdline'],
      'process.file': { from: ['tgt.process.image.path', 'src.process.image.path'], as: 'file' },
      'process.file.hashes[0]': {
        from: ['tgt.process.image.sha256', 'tgt.process.image.sha1', 'src.process.image.sha256'],
        as: 'hash',
      },
      'process.user.name': ['tgt.process.user', 'src.process.user'],
      'process.parent_process.pid': 'src.process.pid',
      'process.parent_process.name': 'src.process.name',
      'process.parent_process.cmd_line': 'src.process.cmdline',
    },
  },
  {
    when: { [TYPE]: ['DNS*'] },
    class_uid: 4003,
    activity: { from: TYPE, table: { '*resolved': 2, '*': 1 } },
    fields: {
      status_id: { from: TYPE, table: { '*unresolved': 2, '*resolved': 1 } },
      'query.hostname': ['event.dns.request', 'event.dns.query'],
      'answers[0].rdata': 'event.dns.response',
      'src_endpoint.hostname': 'endpoint.name',
    },
  },
  {
    when: { [TYPE]: ['IP Connect', 'IP Listen'] },
    class_uid: 4001,
    activity: { from: TYPE, table: { 'ip connect': 1, 'ip listen': 7 } },
    fields: {
      'connection_info.direction_id': { from: 'event.network.direction', table: { incoming: 1, outgoing: 2 }, else: 0 },
      'connection_info.protocol_name': ['event.network.protocolName'],
      status_id: { from: 'event.network.connectionStatus', table: { success: 1, failure: 2, blocked: 2 } },
    },
  },
  {
    when: { [TYPE]: ['File *', 'Malicious File', 'File'] },
    class_uid: 1001,
    activity: {
      from: TYPE,
      table: { 'file creation': 1, 'file modification': 3, 'file deletion': 4, 'file rename': 5, 'file scan': 2 },
    },
    fields: FILE,
  },
  {
    when: { [TYPE]: ['Login', 'Logout'] },
    class_uid: 3002,
    activity: { from: TYPE, table: { login: 1, logout: 2 } },
    fields: {
      ...SIGN_IN,
      'dst_endpoint.hostname': 'endpoint.name',
      status_id: { from: 'event.login.loginIsSuccessful', table: { true: 1, false: 2 } },
      status_detail: 'event.login.failureReason',
      'session.uid': 'event.login.sessionId',
      'user.domain': { from: 'event.login.accountDomain', unless: ['-'] },
      logon_type_id: { from: 'event.login.type', table: LOGON_TYPES, else: 0 },
    },
  },
  {
    when: { [TYPE]: ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'CONNECT'] },
    class_uid: 4002,
    activity: { from: TYPE, table: METHODS },
    fields: { 'http_request.url': { from: 'url.address', as: 'url' }, 'http_request.http_method': ['event.url.action', TYPE] },
  },
  {
    when: { [TYPE]: ['Module Load'] },
    class_uid: 1005,
    activity: 1,
    fields: {
      'module.file': { from: 'module.path', as: 'file' },
      'module.file.hashes[0]': { from: ['module.sha1', 'module.md5'], as: 'hash' },
      'module.load_type_id': { is: 0 },
    },
  },
  {
    when: { [TYPE]: ['*Scheduled Task*', 'Task *', 'Task*'] },
    class_uid: 1006,
    activity: { from: TYPE, table: { '*delete*': 3, '*update*': 2, '*regist*': 1, '*start*': 6, '*trigger*': 6 } },
    fields: { 'job.name': ['task.name', 'task.path'], 'job.file.name': ['task.path', 'task.name'] },
  },
  {
    when: { [TYPE]: ['Command Script'] },
    class_uid: 1009,
    activity: 1,
    fields: { 'script.script_content.value': 'cmdScript.content', 'script.type_id': { is: 0 } },
  },
  {
    when: { [TYPE]: ['Behavioral Indicators'] },
    class_uid: 2004,
    activity: 1,
    fields: {
      'finding_info.uid': 'event.id',
      'finding_info.title': 'indicator.name',
      'finding_info.desc': 'indicator.description',
      'finding_info.types': 'indicator.category',
      'evidences[0].process.name': 'src.process.name',
      'evidences[0].process.pid': 'src.process.pid',
      'evidences[0].process.cmd_line': 'src.process.cmdline',
    },
  },
];

const SPEC: MappingSpec = {
  id: 'sentinelone',
  title: { en: 'SentinelOne', ja: 'SentinelOne' },
  product: { name: 'Singularity', vendor_name: 'SentinelOne' },
  arrivals: ['object', 'poll', 'push'],
  logsources: [
    { product: 'sentinelone', service: 'activity' },
    { product: 'sentinelone', service: 'threats' },
    { product: 'sentinelone', service: 'deepvisibility' },
  ],
  keys: /(^|\/)sentinel-?one\//,
  match: [
    { activityType: true, primaryDescription: true },
    { activityType: true, accountId: true, siteId: true },
    { threatInfo: true, agentRealtimeInfo: true },
    { threatInfo: true, agentDetectionInfo: true },
    { [TYPE]: true, 'agent.uuid': true },
    { [TYPE]: true, 'endpoint.name': true, 'trace.id': true },
    { [TYPE]: true, 'mgmt.url': true, 'meta.event.name': true },
  ],
  uid: ['event.id', 'id', 'activityUuid', 'threatInfo.threatId'],
  time: ['event.time', 'createdAt', 'threatInfo.identifiedAt', 'threatInfo.createdAt', 'timestamp'],
  code: [TYPE, 'activityType', 'threatInfo.classification'],
  severity: {
    from: ['threatInfo.confidenceLevel', 'event.severity'],
    table: { malicious: 5, suspicious: 4, 'n/a': 3, critical: 5, high: 4, medium: 3, low: 2 },
  },
  kinds: [
    {
      when: { threatInfo: true },
      class_uid: 2004,
      activity: { from: 'threatInfo.incidentStatus', table: { unresolved: 1, in_progress: 2, resolved: 3 } },
      fields: {
        'finding_info.uid': ['threatInfo.threatId', 'id'],
        'finding_info.title': 'threatInfo.threatName',
        'finding_info.types': 'threatInfo.classification',
        'finding_info.desc': 'indicators[0].description',
        'finding_info.created_time': 'threatInfo.createdAt',
        'finding_info.modified_time': 'threatInfo.updatedAt',
        'finding_info.analytic.name': 'threatInfo.detectionEngines[0].title',
        'finding_info.analytic.type_id': { from: 'threatInfo.detectionEngines[0].title', table: { '*': 2 } },
        'evidences[0].file': { from: 'threatInfo.filePath', as: 'file' },
        'evidences[0].file.hashes[0]': { from: ['threatInfo.sha256', 'threatInfo.sha1', 'threatInfo.md5'], as: 'hash' },
        'evidences[0].process.name': 'threatInfo.originatorProcess',
        'evidences[0].process.cmd_line': 'threatInfo.maliciousProcessArguments',
        'evidences[0].process.user.name': 'threatInfo.processUser',
        is_alert: { is: true },
        status_id: { from: 'threatInfo.incidentStatus', table: { unresolved: 1, in_progress: 2, resolved: 4 } },
        verdict_id: {
          from: 'threatInfo.analystVerdict',
          table: { false_positive: 1, true_positive: 2, suspicious: 4, undefined: 0 },
        },
        action_id: { from: 'threatInfo.mitigationStatus', table: { mitigated: 2, marked_as_benign: 1, not_mitigated: 1 } },
        disposition_id: { from: 'threatInfo.mitigationStatus', table: { mitigated: 2, not_mitigated: 15 } },
      },
    },
    ...ENDPOINT,
    { when: { [TYPE]: true }, class_uid: 0, activity: 99 },
    {
      when: { activityType: true, primaryDescription: ['*logged in*', '*log in*', '*logged out*', '*login*', '*signed in*'] },
      class_uid: 3002,
      activity: { from: 'primaryDescription', table: { '*logged out*': 2, '*': 1 } },
      fields: { ...SIGN_IN, status_id: { from: 'primaryDescription', table: { '*fail*': 2, '*unable*': 2, '*': 1 } } },
    },
    {
      when: { activityType: true, threatId: true },
      class_uid: 2004,
      activity: { from: 'primaryDescription', table: { '*detected*': 1, '*new*threat*': 1, '*mitigat*': 2, '*': 2 } },
      fields: {
        'finding_info.uid': 'threatId',
        'finding_info.title': ['data.threatClassification', 'data.fileDisplayName', 'primaryDescription'],
        'finding_info.desc': 'primaryDescription',
        'evidences[0].file': { from: ['data.filePath', 'data.fileDisplayName'], as: 'file' },
        'evidences[0].file.hashes[0]': { from: ['data.fileContentHash', 'hash'], as: 'hash' },
        'evidences[0].user.name': 'data.username',
      },
    },
    {
      when: {
        activityType: true,
        primaryDescription: [
          '* added user *',
          '* created user *',
          '* deleted user *',
          '* removed user *',
          '* user * was *ed*',
          '*password*',
          '*2fa*',
          '*two factor*',
        ],
      },
      class_uid: 3001,
      activity: {
        from: 'primaryDescription',
        table: {
          '*password*': 3,
          '*2fa*disabled*': 11,
          '*disabled*2fa*': 11,
          '*two factor*disabled*': 11,
          '*disabled*two factor*': 11,
          '*2fa*': 10,
          '*two factor*': 10,
          '*deleted*': 6,
          '*added*': 1,
          '*created*': 1,
        },
      },
      fields: {
        'user.name': ['data.newUser', 'data.username', 'data.userName'],
        'user.email_addr': ['data.email', 'data.username'],
        'user.uid': 'data.userId',
      },
    },
    {
      class_uid: 6003,
      activity: { from: 'primaryDescription', table: { '*deleted*': 4, '*removed*': 4, '*added*': 1, '*created*': 1, '*': 3 } },
    },
  ],
  fields: {
    'actor.user.uid': ['userId'],
    'actor.user.name': ['data.byUser', 'data.username', 'data.userName', 'src.process.user', 'threatInfo.processUser'],
    'actor.process.name': 'src.process.name',
    'actor.process.pid': 'src.process.pid',
    'actor.process.uid': 'src.process.uid',
    'actor.process.cmd_line': 'src.process.cmdline',
    'actor.process.file': { from: 'src.process.image.path', as: 'file' },
    'actor.process.parent_process.name': 'src.process.parent.name',
    'actor.process.parent_process.pid': 'src.process.parent.pid',
    'actor.process.parent_process.cmd_line': 'src.process.parent.cmdline',
    'api.operation': ['primaryDescription', 'activityType'],
    'src_endpoint.ip': ['src.ip.address', 'data.ipAddress', 'data.sourceIp'],
    'src_endpoint.port': 'src.port.number',
    'dst_endpoint.ip': 'dst.ip.address',
    'dst_endpoint.port': 'dst.port.number',
    'device.hostname': [
      'endpoint.name',
      'agentRealtimeInfo.agentComputerName',
      'data.computerName',
      'agentDetectionInfo.agentComputerName',
    ],
    'device.uid': ['agent.uuid', 'agentRealtimeInfo.agentId', 'agentId'],
    'device.ip': ['agentDetectionInfo.agentIpV4', 'agentDetectionInfo.externalIp', 'data.externalIp'],
    'device.domain': ['agentRealtimeInfo.agentDomain', 'agentDetectionInfo.agentDomain'],
    'device.os.name': ['endpoint.os', 'agentRealtimeInfo.agentOsName', 'osFamily'],
    'device.os.type_id': {
      from: ['endpoint.os', 'agentRealtimeInfo.agentOsType', 'osFamily'],
      table: { 'windows*': 100, linux: 200, '*mac*': 300, osx: 300 },
      else: 0,
    },
    'device.type_id': {
      from: ['endpoint.type', 'agentRealtimeInfo.agentMachineType'],
      table: { server: 1, desktop: 2, laptop: 3 },
      else: 0,
    },
    message: ['primaryDescription', 'secondaryDescription'],
    status_detail: 'secondaryDescription',
    'metadata.tenant_uid': ['accountId', 'account.id', 'agentRealtimeInfo.accountId'],
  },
};

export const sentinelone: Source = mappedSource(SPEC);
