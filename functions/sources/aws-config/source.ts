/** AWS Config: configuration items, their changes, and what rules say of them. @see AWS Config Developer Guide, "Components of a configuration item", "Example notifications" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'aws-config',

  title: { en: 'AWS Config', ja: 'AWS Config' },
  product: { name: 'AWS Config', vendor_name: 'AWS' },
  arrivals: ['object', 'event'],
  eventPatterns: [
    { source: ['aws.config'], 'detail-type': ['Config Configuration Item Change', 'Config Rules Compliance Change'] },
  ],
  logsources: [{ product: 'aws', service: 'config' }],
  keys: /AWSLogs\/(?:o-[a-z0-9]+\/)?\d{12}\/Config\/.+\.json(\.gz)?$/,
  // What Config writes to see whether it may.
  skips: [{ key: /(^|\/)ConfigWritabilityCheckFile(\.json)?$/, reason: 'aws_config_file' }],
  match: [
    { configurationItemCaptureTime: true, resourceType: true },
    { configurationItemStatus: true, resourceType: true },
    { 'configurationItem.resourceType': true, messageType: true },
    { messageType: 'ComplianceChangeNotification' },
    { configRuleName: true, newEvaluationResult: true },
  ],
  time: [
    'configurationItemCaptureTime',
    'configurationItem.configurationItemCaptureTime',
    'notificationCreationTime',
    'newEvaluationResult.resultRecordedTime',
  ],
  code: ['messageType', 'configurationItemStatus'],
  severity: { from: 'newEvaluationResult.complianceType', table: { NON_COMPLIANT: 3 } },
  kinds: [
    {
      when: { newEvaluationResult: true },
      class_uid: 2003,
      activity: { from: 'newEvaluationResult.complianceType', table: { COMPLIANT: 3, '*': 1 } },
      fields: {
        'finding_info.uid': ['configRuleARN', 'configRuleName'],
        'finding_info.title': 'configRuleName',
        'compliance.control': 'configRuleName',
        'compliance.status_id': {
          from: 'newEvaluationResult.complianceType',
          table: { COMPLIANT: 1, NON_COMPLIANT: 3, NOT_APPLICABLE: 0, INSUFFICIENT_DATA: 0 },
        },
        'compliance.status_details[0]': 'newEvaluationResult.annotation',
        'resources[0].uid': 'resourceId',
        'resources[0].type': 'resourceType',
        'cloud.account.uid': 'awsAccountId',
      },
    },
    {
      class_uid: 5023,
      activity: { from: ['configurationItemStatus', 'configurationItem.configurationItemStatus'], table: { '*': 2 } },
    },
  ],
  fields: {
    'resources[0].uid': ['ARN', 'arn', 'configurationItem.ARN', 'resourceId', 'configurationItem.resourceId'],
    'resources[0].name': ['resourceName', 'configurationItem.resourceName'],
    'resources[0].type': ['resourceType', 'configurationItem.resourceType'],
    'resources[0].region': ['awsRegion', 'configurationItem.awsRegion'],
    'resources[0].data': { json: ['configuration', 'configurationItem.configuration'] },
    'cloud.provider': { is: 'AWS' },
    'cloud.account.uid': ['awsAccountId', 'configurationItem.awsAccountId'],
    'cloud.region': ['awsRegion', 'configurationItem.awsRegion'],
    'cloud.zone': ['availabilityZone', 'configurationItem.availabilityZone'],
  },
};

export const awsConfig: Source = mappedSource(SPEC);
