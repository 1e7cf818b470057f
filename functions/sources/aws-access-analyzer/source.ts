/** AWS IAM Access Analyzer: resources shared outside, unused access. @see IAM User Guide, "Monitoring Access Analyzer with EventBridge" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'aws-access-analyzer',

  title: { en: 'IAM Access Analyzer findings', ja: 'IAM Access Analyzer の検出結果' },
  product: { name: 'IAM Access Analyzer', vendor_name: 'AWS' },
  arrivals: ['object', 'event'],
  eventPatterns: [
    { source: ['aws.access-analyzer'], 'detail-type': ['Access Analyzer Finding', 'Unused Access Finding for IAM entities'] },
  ],
  logsources: [{ product: 'aws', service: 'access-analyzer' }],
  match: [
    { analyzedAt: true, resourceType: 'AWS::*', status: ['ACTIVE', 'ARCHIVED', 'RESOLVED'] },
    { findingType: ['ExternalAccess', 'Unused*'], resource: true, id: true },
  ],
  uid: 'id',
  time: ['updatedAt', 'analyzedAt', 'createdAt'],
  code: ['findingType', 'resourceType'],
  severity: { from: 'isPublic', table: { true: 4, false: 3 } },
  kinds: [{ class_uid: 2008, activity: { from: 'status', table: { ACTIVE: 1, ARCHIVED: 3, RESOLVED: 3 }, else: 1 } }],
  fields: {
    'finding_info.uid': 'id',
    'finding_info.title': ['findingType', 'resourceType'],
    'finding_info.created_time': 'createdAt',
    'finding_info.modified_time': 'updatedAt',
    'access_analysis_result.access_type': { from: 'isPublic', table: { true: 'Public', false: 'External' } },
    'access_analysis_result.accessor.uid': ['principal.AWS', 'principal.Federated', 'principal.CanonicalUser'],
    'resources[0].uid': 'resource',
    'resources[0].type': 'resourceType',
    status_id: { from: 'status', table: { ACTIVE: 1, ARCHIVED: 5, RESOLVED: 4 } },
    'cloud.provider': { is: 'AWS' },
    'cloud.account.uid': ['accountId', 'resourceOwnerAccount'],
    'cloud.region': 'region',
  },
};

export const awsAccessAnalyzer: Source = mappedSource(SPEC);
