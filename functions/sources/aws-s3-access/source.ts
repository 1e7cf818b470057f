/** Amazon S3: server access logs. @see S3 User Guide, "Amazon S3 server access log format" */

import type { JsonObject } from '../../core/json.ts';
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { named, spacedFields } from '../../core/text-lines.ts';
import { lineFormat, mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const FIELDS =
  'bucketowner bucket time remoteip requester requestid operation key requesturi httpstatus errorcode bytessent objectsize totaltime turnaroundtime referrer useragent versionid hostid signatureversion ciphersuite authenticationtype hostheader tlsVersion accesspointarn aclrequired sourceregion'.split(
    ' ',
  );
const LINE = /^[0-9a-f]{64} \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] \S+ /;

const read = (line: string): JsonObject | undefined => (LINE.test(line) ? named(FIELDS, spacedFields(line)) : undefined);

const SPEC: MappingSpec = {
  id: 'aws-s3-access',
  title: { en: 'Amazon S3 server access logs', ja: 'Amazon S3 サーバーアクセスログ' },
  product: { name: 'Amazon S3', vendor_name: 'AWS' },
  logsources: [{ product: 'aws', service: 's3' }],
  match: [
    { bucketowner: true, bucket: true, operation: true },
    { bucket: true, requestid: true, requesturi: true },
    { bucket: true, remoteip: true },
    { bucket: true, httpstatus: true, operation: true },
    { bucket: true, requester: true },
    { bucket: true, ciphersuite: true },
    { bucket: true, errorcode: true },
  ],
  uid: 'requestid',
  time: 'time',
  code: 'operation',
  vendorService: { requester: ['svc:*', '*.amazonaws.com'] },
  kinds: [
    {
      class_uid: 6005,
      activity: {
        from: 'operation',
        table: {
          '*.GET.BUCKET': 8,
          '*.HEAD.*': 1,
          '*.GET.*': 1,
          '*.PUT.*': 5,
          '*.POST.*': 5,
          '*.COPY.*': 5,
          '*DELETE*': 7,
          '*.LIST*': 8,
        },
      },
    },
  ],
  fields: {
    'actor.user.uid': 'requester',
    'actor.user.name': 'requester',
    'databucket.name': 'bucket',
    'databucket.type_id': { is: 1 },
    'databucket.file': { from: 'key', as: 'file' },
    'databucket.file.size': 'objectsize',
    'src_endpoint.ip': 'remoteip',
    'http_request.user_agent': 'useragent',
    'http_request.referrer': 'referrer',
    'http_request.uid': 'requestid',
    'http_request.args': 'requesturi',
    'http_response.code': 'httpstatus',
    'http_response.body_length': 'bytessent',
    'resources[0].name': 'bucket',
    status_id: { from: 'httpstatus', table: { '2*': 1, '3*': 1, '4*': 2, '5*': 2 } },
    status_code: 'httpstatus',
    status_detail: 'errorcode',
    type_id: { is: 2 },
    'cloud.provider': { is: 'AWS' },
    'cloud.account.uid': 'bucketowner',
  },
};

export const awsS3Access: Source = mappedSource(SPEC, lineFormat(read));
