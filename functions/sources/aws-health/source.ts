/** AWS Health: events of services and accounts, abuse and exposed keys among them. @see AWS Health User Guide, "EventBridge event schema" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'aws-health',

  title: { en: 'AWS Health events', ja: 'AWS Health イベント' },
  product: { name: 'AWS Health', vendor_name: 'AWS' },
  arrivals: ['event', 'object'],
  eventPatterns: [{ source: ['aws.health'] }],
  logsources: [{ product: 'aws', service: 'health' }],
  match: [{ eventArn: 'arn:aws*:health:*' }, { eventTypeCode: 'AWS_*', eventTypeCategory: true }],
  uid: ['communicationId', 'eventArn'],
  time: ['lastUpdatedTime', 'startTime'],
  code: 'eventTypeCode',
  severity: { from: 'eventTypeCode', table: { '*CREDENTIALS*EXPOSED*': 5, '*ABUSE*': 4, '*RISK*': 4, '*SECURITY*': 3 } },
  kinds: [
    {
      when: { eventTypeCode: ['*ABUSE*', '*EXPOSED*', '*SECURITY*', '*RISK*'] },
      class_uid: 2004,
      activity: { from: 'statusCode', table: { closed: 3, '*': 1 }, else: 1 },
      fields: {
        'finding_info.uid': 'eventArn',
        'finding_info.title': 'eventTypeCode',
        'finding_info.desc': 'eventDescription[0].latestDescription',
        is_alert: { is: true },
      },
    },
    { class_uid: 0, activity: 99 },
  ],
  fields: {
    message: 'eventDescription[0].latestDescription',
    resources: { each: 'affectedEntities', fields: { uid: ['entityArn', 'entityValue'] } },
    status: 'statusCode',
    'cloud.provider': { is: 'AWS' },
    'cloud.account.uid': 'affectedAccount',
    'cloud.region': 'eventRegion',
    'metadata.log_name': 'service',
  },
};

export const awsHealth: Source = mappedSource(SPEC);
