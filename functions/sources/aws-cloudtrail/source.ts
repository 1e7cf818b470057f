/** AWS CloudTrail: who called which AWS API, from trails in S3 and from EventBridge. */
import type { Source } from '../source.ts';
import { ACCOUNT_CHANGE, API_ACTIVITY, AUTHENTICATION } from './classify.ts';
import { toOcsf } from './event.ts';
import { judgeKey, judgeRecord, recognizes } from './recognize.ts';

export const awsCloudtrail: Source = {
  id: 'aws-cloudtrail',
  title: { en: 'AWS CloudTrail', ja: 'AWS CloudTrail(API 操作履歴)' },
  arrivals: ['object', 'event'],
  // @see EventBridge reference, "AWS service events delivered via AWS CloudTrail"
  eventPatterns: [
    {
      'detail-type': [
        'AWS API Call via CloudTrail',
        'AWS Console Sign In via CloudTrail',
        'AWS Console Action via CloudTrail',
        'AWS Service Event via CloudTrail',
        'AWS Insight via CloudTrail',
      ],
    },
  ],
  logsources: [{ product: 'aws', service: 'cloudtrail' }],
  classes: [API_ACTIVITY, AUTHENTICATION, ACCOUNT_CHANGE],
  judgeKey,
  recognizes,
  judgeRecord,
  toOcsf,
};
