/** Microsoft Intune: audit log, operational log, and compliance and inventory of devices, from diagnostic settings and exports of Log Analytics. @see Microsoft Learn, "Azure Monitor Logs reference - IntuneAuditLogs", "IntuneOperationalLogs"; "Send Intune log data to Azure Storage, Event Hubs, or Log Analytics" */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Fields, MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const DEVICE: Fields = {
  'device.name': ['properties.DeviceName', 'properties.DeviceHostName'],
  'device.hostname': ['properties.DeviceHostName', 'properties.DeviceNetBiosName', 'properties.DeviceName'],
  'device.uid': ['properties.IntuneDeviceId', 'properties.DeviceId'],
  'device.uid_alt': ['properties.AADDeviceId', 'properties.ReferenceId'],
  'device.type_id': { is: 0 },
  'device.os.name': ['properties.DeviceOperatingSystem', 'properties.Os', 'properties.OS', 'properties.OSDescription'],
  'device.os.version': ['properties.OsVersion', 'properties.OSVersion'],
  'device.os.type_id': {
    from: ['properties.DeviceOperatingSystem', 'properties.Os', 'properties.OS', 'properties.OSDescription'],
    table: { 'windows*': 100, 'android*': 201, 'linux*': 200, 'mac*': 300, 'ios*': 301, 'ipados*': 302 },
    else: 0,
  },
  'device.hw_info.serial_number': 'properties.SerialNumber',
  'device.model': 'properties.Model',
  'device.vendor_name': 'properties.Manufacturer',
  'device.owner.name': ['properties.UserName', 'properties.UPN', 'properties.PrimaryUser'],
  'device.owner.uid': ['properties.IntuneUserId', 'properties.UserId'],
  'device.owner.email_addr': ['properties.UserEmail', 'properties.UPN'],
};
const AUDIT = ['AuditLogs', 'IntuneAuditLogs'];
const OPERATION: Record<string, number> = {
  'create*': 1,
  'add*': 1,
  'delete*': 4,
  'remove*': 4,
  'get*': 2,
  'list*': 2,
  'export*': 2,
  '*': 3,
};

const SPEC: MappingSpec = {
  id: 'intune',
  title: { en: 'Microsoft Intune', ja: 'Microsoft Intune' },
  product: { name: 'Intune', vendor_name: 'Microsoft' },
  logsources: [{ product: 'azure', service: 'intune' }],
  keys: /(^|\/)(intune|insights-logs-(?:operationallogs|devicecomplianceorg|devices))\//i,
  caseless: true,
  match: [
    { category: AUDIT, 'properties.ActivityResultStatus': true },
    { category: AUDIT, 'properties.AuditEventId': true },
    { category: 'OperationalLogs', 'properties.OperationalLogCategory': true },
    { category: 'OperationalLogs', 'properties.IntuneAccountId': true },
    { category: ['DeviceComplianceOrg', 'Devices', 'Windows365AuditLogs'], properties: true, tenantId: true },
    { Type: ['IntuneAuditLogs', 'IntuneOperationalLogs', 'IntuneDeviceComplianceOrg', 'IntuneDevices'], TimeGenerated: true },
  ],
  uid: ['properties.AuditEventId', 'properties.AlertId'],
  time: ['time', 'TimeGenerated', 'properties.StartTimeUtc', 'properties.EnrollmentTimeUTC'],
  code: 'operationName',
  severity: { from: 'properties.AlertType', table: { '*not compliant*': 3, '*fail*': 2 } },
  kinds: [
    {
      when: { category: 'OperationalLogs', operationName: ['Compliance', '*compliance*'] },
      class_uid: 2003,
      activity: 1,
      fields: {
        ...DEVICE,
        'finding_info.title': ['properties.AlertDisplayName', 'properties.AlertType', 'operationName'],
        'finding_info.types': 'properties.AlertType',
        'finding_info.desc': 'properties.Description',
        'compliance.control': ['properties.ScenarioName', 'properties.AlertType'],
        'compliance.status_id': {
          from: ['properties.AlertType', 'properties.ComplianceState'],
          table: { '*not compliant*': 3, noncompliant: 3, compliant: 1 },
          else: 3,
        },
        'resources[0].uid': 'properties.IntuneDeviceId',
        'resources[0].name': ['properties.DeviceHostName', 'properties.DeviceName'],
        'resources[0].type': { is: 'device' },
      },
    },
    {
      when: { category: 'OperationalLogs', operationName: '*enrollment*' },
      class_uid: 3004,
      activity: 6,
      fields: {
        ...DEVICE,
        'entity.name': ['properties.DeviceName', 'properties.IntuneDeviceId'],
        'entity.uid': 'properties.IntuneDeviceId',
        'entity.type': 'properties.EnrollmentType',
        'actor.user.uid': 'properties.IntuneUserId',
        status_detail: ['properties.FailureReason', 'properties.FailureCategory'],
      },
    },
    {
      when: { category: ['DeviceComplianceOrg', 'Devices', 'IntuneDeviceComplianceOrg', 'IntuneDevices'] },
      class_uid: 5001,
      activity: 2,
      fields: {
        ...DEVICE,
        'device.is_compliant': {
          from: ['properties.ComplianceState', 'properties.CompliantState'],
          table: { compliant: true, noncompliant: false, 'not compliant': false },
        },
      },
    },
    { when: { Type: ['IntuneDeviceComplianceOrg', 'IntuneDevices'] }, class_uid: 5001, activity: 2, fields: DEVICE },
    { when: { category: 'OperationalLogs' }, class_uid: 6003, activity: { from: 'operationName', table: OPERATION } },
    { class_uid: 6003, activity: { from: 'operationName', table: OPERATION } },
  ],
  fields: {
    'actor.user.name': ['properties.Actor.UPN', 'identity', 'properties.Actor.ApplicationName', 'properties.UserName'],
    'actor.user.email_addr': ['properties.Actor.UPN', 'identity'],
    'actor.user.uid': ['properties.Actor.ObjectId', 'properties.IntuneUserId'],
    // 1 a person; applications act for themselves. @see Microsoft Graph, "auditActor"
    'actor.user.type_id': { from: 'properties.Actor.ActorType', table: { '1': 1, '2': 4 } },
    'actor.app_name': 'properties.Actor.ApplicationName',
    'actor.app_uid': 'properties.Actor.Application',
    'api.operation': 'operationName',
    'api.service.name': { is: 'Microsoft Intune' },
    'api.request.uid': 'correlationId',
    resources: { each: 'resources', fields: { uid: 'uid', name: 'name', type: 'type' } },
    status_id: {
      from: ['properties.ActivityResultStatus', 'resultType', 'result'],
      table: { '1': 1, Success: 1, Succeeded: 1, '2': 2, Fail: 2, Failed: 2, Failure: 2, '0': 2, None: 0 },
    },
    status_code: ['resultType', 'result'],
    status_detail: 'resultDescription',
    message: 'properties.AdditionalDetails',
    'metadata.tenant_uid': ['tenantId', 'properties.AADTenantId'],
    'metadata.correlation_uid': 'correlationId',
    'metadata.log_name': ['category', 'Type'],
  },
};

const mapped = mappedSource(SPEC);

/** With an object for each target of an operation; an export of Log Analytics has its properties as JSON text. */
function opened(record: JsonObject): JsonObject {
  const { properties: own, Properties: text } = record;
  const properties = own ?? (typeof text === 'string' ? objectOf(text) : text);
  if (!isJsonObject(properties)) return record;
  // The text stays as it is: what is read of it is beside it.
  const made: JsonObject = own === undefined && typeof text === 'string' ? { ...record, properties } : { ...record };
  const { TargetObjectIds: ids, TargetDisplayNames: names } = properties;
  if (!Array.isArray(ids) || 'resources' in made) return made;
  made['resources'] = ids.slice(0, 100).map((uid, at): JsonObject => {
    const name = Array.isArray(names) ? names[at] : undefined;
    return typeof name === 'string' && name !== '<null>' ? { uid, name } : { uid };
  });
  return made;
}

function objectOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export const intune: Source = { ...mapped, toOcsf: (record, context) => mapped.toOcsf(opened(record), context) };
