/** Amazon Macie: sensitive data and policy findings of S3. @see Macie User Guide, "EventBridge event schema for Macie findings" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'aws-macie',

  title: { en: 'Amazon Macie findings', ja: 'Amazon Macie の検出結果' },
  product: { name: 'Macie', vendor_name: 'AWS' },
  arrivals: ['object', 'event'],
  eventPatterns: [{ source: ['aws.macie'], 'detail-type': ['Macie Finding'] }],
  logsources: [{ product: 'aws', service: 'macie' }],
  match: [{ category: ['CLASSIFICATION', 'POLICY'], resourcesAffected: true, accountId: true }],
  uid: 'id',
  time: ['updatedAt', 'createdAt'],
  code: 'type',
  severity: { from: 'severity.description', table: { Low: 2, Medium: 3, High: 4 } },
  kinds: [{ class_uid: 2006, activity: 1 }],
  fields: {
    'finding_info.uid': 'id',
    'finding_info.title': 'title',
    'finding_info.desc': 'description',
    'finding_info.types[0]': 'type',
    'finding_info.created_time': 'createdAt',
    'finding_info.modified_time': 'updatedAt',
    'databucket.name': 'resourcesAffected.s3Bucket.name',
    'databucket.uid': 'resourcesAffected.s3Bucket.arn',
    'databucket.type_id': { is: 1 },
    file: { from: 'resourcesAffected.s3Object.key', as: 'file' },
    'file.size': 'resourcesAffected.s3Object.size',
    'data_security.category_id': { is: 0 },
    'actor.user.uid': 'policyDetails.actor.userIdentity.assumedRole.arn',
    'src_endpoint.ip': 'policyDetails.actor.ipAddressDetails.ipAddressV4',
    'resources[0].uid': ['resourcesAffected.s3Object.bucketArn', 'resourcesAffected.s3Bucket.arn'],
    'resources[0].name': 'resourcesAffected.s3Object.path',
    count: 'count',
    'cloud.provider': { is: 'AWS' },
    'cloud.account.uid': 'accountId',
    'cloud.region': 'region',
    'metadata.log_version': 'schemaVersion',
  },
};

export const awsMacie: Source = mappedSource(SPEC);
