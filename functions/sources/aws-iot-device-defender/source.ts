/** AWS IoT Device Defender: violations of security profiles, and audit findings. @see IoT Developer Guide, "ViolationEvent", "AuditFinding" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'aws-iot-device-defender',

  title: { en: 'AWS IoT Device Defender', ja: 'AWS IoT Device Defender' },
  product: { name: 'IoT Device Defender', vendor_name: 'AWS' },
  logsources: [{ product: 'aws', service: 'iot-device-defender' }],
  match: [
    { violationId: true, thingName: true },
    { violationEventType: true, thingName: true },
    { findingId: true, checkName: true, nonCompliantResource: true },
  ],
  uid: ['violationId', 'findingId'],
  time: ['violationEventTime', 'findingTime', 'lastViolationTime'],
  code: ['violationEventType', 'checkName'],
  severity: { from: 'severity', table: { LOW: 2, MEDIUM: 3, HIGH: 4, CRITICAL: 5 }, else: 3 },
  kinds: [
    {
      when: { checkName: true },
      class_uid: 2003,
      activity: 1,
      fields: {
        'finding_info.uid': 'findingId',
        'finding_info.title': 'checkName',
        'finding_info.desc': 'reasonForNonCompliance',
        'compliance.control': 'checkName',
        'compliance.status_id': { is: 3 },
        'resources[0].type': 'nonCompliantResource.resourceType',
        'resources[0].uid': [
          'nonCompliantResource.resourceIdentifier.deviceCertificateId',
          'nonCompliantResource.resourceIdentifier.clientId',
          'nonCompliantResource.resourceIdentifier.account',
        ],
      },
    },
    {
      class_uid: 2004,
      activity: { from: 'violationEventType', table: { 'in-alarm': 1, 'alarm-cleared': 3, 'alarm-invalidated': 3 }, else: 1 },
      fields: {
        'finding_info.uid': 'violationId',
        'finding_info.title': 'behavior.name',
        'finding_info.analytic.name': 'behavior.metric',
        'finding_info.analytic.uid': 'securityProfileName',
        'finding_info.analytic.type_id': { from: 'violationEventAdditionalInfo.confidenceLevel', table: { '*': 4 }, else: 1 },
        is_alert: { from: 'violationEventType', table: { 'in-alarm': true, '*': false } },
      },
    },
  ],
  fields: { 'device.name': 'thingName', 'device.uid': 'thingName', 'device.type_id': { is: 7 } },
};

export const awsIotDeviceDefender: Source = mappedSource(SPEC);
