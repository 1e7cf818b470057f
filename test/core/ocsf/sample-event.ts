/** A whole, clean event of each kind that tests change in one place. */
import type { JsonObject } from '../../../functions/core/json.ts';

/** An API Activity without error or warning; a fresh one each time. */
export const cleanEvent = (): JsonObject => ({
  class_uid: 6003,
  class_name: 'API Activity',
  category_uid: 6,
  category_name: 'Application Activity',
  activity_id: 2,
  activity_name: 'Read',
  type_uid: 600302,
  type_name: 'API Activity: Read',
  time: Date.UTC(2025, 2, 4),
  time_dt: '2025-03-04T00:00:00Z',
  severity_id: 1,
  severity: 'Informational',
  status_id: 1,
  status: 'Success',
  metadata: {
    version: '1.8.0',
    uid: 'e-1',
    product: { name: 'CloudTrail', vendor_name: 'AWS' },
    profiles: ['cloud', 'datetime'],
  },
  cloud: { provider: 'AWS', account: { uid: '111122223333' } },
  actor: { user: { name: 'alice', uid: 'arn:aws:iam::111122223333:user/alice' }, session: { is_mfa: false } },
  api: { operation: 'GetObject', request: { uid: 'r-1', data: '{}' } },
  src_endpoint: { ip: '192.0.2.1', port: 443, intermediate_ips: ['192.0.2.2'] },
  dst_endpoint: { svc_name: 's3.amazonaws.com' },
  resources: [{ uid: 'arn:aws:s3:::example', type: 'AWS::S3::Bucket' }],
  observables: [{ name: 'resources[].uid', type_id: 10, type: 'Resource UID', value: 'arn:aws:s3:::example' }],
  unmapped: { anything: 'goes' },
});
