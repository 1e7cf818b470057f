/** One thing under several names: what vendors, their exports and published rules call the same field, for each log source. */
import type { FieldMap } from '../field-map.ts';
import { AZURE } from './azure-names.ts';
import { synonyms } from './synonyms.ts';

const PAYLOAD = ['protoPayload', 'data.protoPayload'];
const payload = (path: string, ...others: readonly string[]): string[] => [...PAYLOAD.map((at) => `${at}.${path}`), ...others];

/** `gcp.audit.*` is Elastic's spelling, `data.*` that of a Pub/Sub export. @see Cloud Audit Logs, AuditLog */
const GOOGLE: readonly FieldMap[] = [
  synonyms(
    { product: 'gcp', service: 'gcp.audit' },
    payload('methodName', 'gcp.audit.method_name'),
    payload('serviceName', 'gcp.audit.service_name'),
    payload('resourceName', 'gcp.audit.resource_name'),
    payload('status.code', 'gcp.audit.status.code'),
    payload('authenticationInfo.principalEmail', 'gcp.audit.authentication_info.principal_email'),
    payload('requestMetadata.callerIp', 'gcp.audit.request_metadata.caller_ip'),
    payload('requestMetadata.callerSuppliedUserAgent', 'gcp.audit.request_metadata.caller_supplied_user_agent'),
    payload('authorizationInfo.permission', 'gcp.audit.authorization_info.permission'),
    payload('authorizationInfo.granted', 'gcp.audit.authorization_info.granted'),
    ['logName', 'data.logName', 'data.protoPayload.logName', 'protoPayload.logName'],
    ['resource.type', 'data.resource.type', 'data.protoPayload.resource.type', 'protoPayload.resource.type'],
    ['severity', 'data.severity'],
  ),
  ...['google_workspace.admin', 'google_workspace.login'].map((service) =>
    synonyms(
      { product: 'gcp', service },
      ['eventName', 'events.name', ...payload('metadata.event.eventName')],
      ['eventService', 'id.applicationName', ...payload('serviceName')],
      ...['new_value', 'old_value', 'setting_name', 'application_name', 'user_email', 'group_email', 'domain_name'].map(
        (name) => [
          name,
          `parameters.${name.toUpperCase()}`,
          `events.parameters.${name.toUpperCase()}`,
          `google_workspace.admin.${name}`,
        ],
      ),
    ),
  ),
];

/**
 * An activity of the Reports API has a list of events, each with a list of parameters; collectors flatten both. A name here means
 * the value of any parameter in the list, so only names whose values no other parameter has are mapped.
 * @see Admin SDK, "Reports API: Activities"
 */
const WORKSPACE: readonly FieldMap[] = [
  {
    logsource: { product: 'google_workspace', service: 'activity' },
    fields: {
      name: ['name', 'events.name'],
      type: ['type', 'events.type'],
      ...Object.fromEntries(
        [
          ...['visibility_change', 'target_user', 'new_owner', 'app_name', 'scope', 'grantee_email', 'access_level'],
          ...['ROLE_NAME', 'SETTING_NAME', 'USER_EMAIL', 'GROUP_EMAIL', 'API_SCOPES', 'API_CLIENT_NAME'],
          ...['login_failure_type', 'login_challenge_method', 'is_suspicious', 'rule_name', 'severity'],
        ].map((name) => [
          `parameters.${name}`,
          [`parameters.${name}`, 'events.parameters.value', 'events.parameters.multiValue'],
        ]),
      ),
    },
  },
];

/** Collectors flatten the event's own names in their own ways: Winlogbeat, EVTX as JSON, Defender's tables. */
const windows = (name: string, ...others: readonly string[]): string[] => [
  name,
  `winlog.event_data.${name}`,
  `Event.EventData.${name}`,
  ...others,
];
const WINDOWS: readonly FieldMap[] = [
  synonyms(
    { product: 'windows' },
    ['EventID', 'EventId', 'event_id', 'winlog.event_id', 'Event.System.EventID', 'event.code'],
    ['Channel', 'winlog.channel', 'Event.System.Channel'],
    ['Provider_Name', 'ProviderName', 'winlog.provider_name', 'Event.System.Provider.#attributes.Name'],
    ['Computer', 'ComputerName', 'winlog.computer_name', 'Event.System.Computer', 'DeviceName'],
    ['Threat Name', 'ThreatName', 'winlog.event_data.Threat Name', 'Event.EventData.Threat Name'],
    windows('CommandLine', 'process.command_line', 'ProcessCommandLine'),
    windows('Image', 'process.executable', 'NewProcessName', 'winlog.event_data.NewProcessName'),
    windows('ParentImage', 'process.parent.executable', 'ParentProcessName', 'winlog.event_data.ParentProcessName'),
    windows('ParentCommandLine', 'process.parent.command_line', 'InitiatingProcessCommandLine'),
    windows('OriginalFileName', 'process.pe.original_file_name'),
    windows('TargetFilename', 'file.path'),
    windows('TargetObject', 'registry.path'),
    windows('ScriptBlockText', 'powershell.file.script_block_text'),
    windows('SubjectUserName'),
    windows('TargetUserName'),
  ),
];

/** @see Okta System Log API: older collectors write all names in lower case. */
const OKTA: readonly FieldMap[] = [
  synonyms(
    { product: 'okta', service: 'okta' },
    ...['eventType', 'legacyEventType', 'displayMessage', 'actor.alternateId', 'outcome.result', 'outcome.reason'].map((name) => [
      name,
      name.toLowerCase(),
    ]),
    ['securityContext.isProxy', 'securitycontext.isproxy'],
    ...[
      'requestUri',
      'behaviors',
      'logOnlySecurityData',
      'risk',
      'threatSuspected',
      'privilegeGranted',
      'factor',
      'proxyType',
    ].map((name) => [
      `debugContext.debugData.${name}`,
      `debugcontext.debugData.${name}`,
      `debugcontext.debugdata.${name.toLowerCase()}`,
    ]),
    ...['externalSessionId', 'credentialType'].map((name) => [
      `authenticationContext.${name}`,
      `authenticationcontext.${name}`,
      `authenticationcontext.${name.toLowerCase()}`,
    ]),
  ),
];

/** Alerts of Defender for Cloud Apps name what the unified audit log calls workload, operation and result. @see Office 365 Management Activity API */
const M365: readonly FieldMap[] = ['audit', 'exchange', 'threat_management', 'threat_detection'].map((service) =>
  synonyms(
    { product: 'm365', service },
    ['eventSource', 'Workload', 'workload'],
    ['eventName', 'Operation', 'operation', 'Name', 'AlertType'],
    ['status', 'ResultStatus', 'resultStatus'],
    ['Payload', 'payload', 'Parameters.Value', 'parameters.Value', 'parameters.value'],
    ['Parameters.Name', 'parameters.Name', 'parameters.name'],
    ['userId', 'UserId'],
    ['clientIP', 'ClientIP', 'ClientIPAddress', 'ActorIpAddress'],
  ),
);

/** The audit log's stream and its export write some names apart. @see GitHub docs, "Audit log events for your organization" */
const GITHUB: readonly FieldMap[] = [
  synonyms(
    { product: 'github', service: 'audit' },
    ['org', 'organization', 'organization.login'],
    ['repo', 'repository', 'repository.full_name'],
  ),
];

/** EKS, GKE and AKS deliver the same event in their own wrappers. @see Kubernetes API reference, audit.k8s.io/v1 Event */
const inCluster = (name: string): string[] => [name, `audit.${name}`, `kubernetes.audit.${name}`, `message.${name}`];
const KUBERNETES: readonly FieldMap[] = [
  synonyms(
    { product: 'kubernetes' },
    ...[
      'verb',
      'user.username',
      'user.groups',
      'sourceIPs',
      'userAgent',
      'requestURI',
      'objectRef.resource',
      'objectRef.subresource',
      'objectRef.namespace',
      'objectRef.name',
      'objectRef.apiGroup',
      'responseStatus.code',
    ].map(inCluster),
    ['capabilities', ...inCluster('requestObject.spec.containers.securityContext.capabilities.add')],
    ['hostPath', ...inCluster('requestObject.spec.volumes.hostPath')],
  ),
];

/** The system table `system.access.audit` writes the log's names with underscores. @see Databricks, "Audit log reference" */
const DATABRICKS: readonly FieldMap[] = [
  synonyms(
    { product: 'databricks', service: 'audit' },
    ['serviceName', 'service_name'],
    ['actionName', 'action_name'],
    ['sourceIPAddress', 'source_ip_address'],
    ['userIdentity.email', 'user_identity.email'],
    ...['targetUserName', 'targetGroupName'].map((name) => [`requestParams.${name}`, `request_params.${name}`]),
    ['response.statusCode', 'response.status_code'],
  ),
];

/** Corelight and Elastic's module write Zeek's names in their own ways. @see Zeek documentation, "Log Files" */
const ZEEK: readonly FieldMap[] = [
  synonyms(
    { product: 'zeek' },
    ['id.orig_h', 'id_orig_h', 'source.ip', 'src_ip'],
    ['id.orig_p', 'id_orig_p', 'source.port', 'src_port'],
    ['id.resp_h', 'id_resp_h', 'destination.ip', 'dst_ip'],
    ['id.resp_p', 'id_resp_p', 'destination.port', 'dst_port'],
    ['query', 'zeek.dns.query', 'dns.question.name'],
    ['answers', 'zeek.dns.answers', 'dns.answers.data'],
    ['qtype_name', 'zeek.dns.qtype_name', 'record_type'],
    ['uri', 'zeek.http.uri', 'c-uri', 'url.original'],
    ['method', 'zeek.http.method', 'cs-method', 'http.request.method'],
    ['user_agent', 'zeek.http.user_agent', 'c-useragent', 'user_agent.original'],
    ['host', 'zeek.http.host', 'cs-host', 'url.domain'],
    ['endpoint', 'zeek.dce_rpc.endpoint'],
    ['operation', 'zeek.dce_rpc.operation'],
    ['ja3', 'zeek.ssl.ja3', 'tls.client.ja3'],
  ),
];

/** @see Linux auditd, and Elastic's auditd module */
const AUDITD: readonly FieldMap[] = [
  synonyms(
    { product: 'linux', service: 'auditd' },
    ...[
      'type',
      'a0',
      'a1',
      'a2',
      'a3',
      'exe',
      'comm',
      'syscall',
      'key',
      'name',
      'proctitle',
      'SYSCALL',
      'success',
      'uid',
      'auid',
    ].map((name) => [name, `auditd.data.${name}`, `data.${name}`, `fields.${name}`]),
  ),
];

export const VENDOR_NAMES: readonly FieldMap[] = [
  ...AZURE,
  ...GOOGLE,
  ...WORKSPACE,
  ...WINDOWS,
  ...OKTA,
  ...M365,
  ...GITHUB,
  ...KUBERNETES,
  ...DATABRICKS,
  ...ZEEK,
  ...AUDITD,
];
