/** CloudTrail records for tests, in the provider's shape: benign reads, and one thing that every analyst wants to know of. */
import type { JsonObject } from '../../functions/core/json.ts';

const ACCOUNT = '111122223333';

/** A read by a CI role; the id is unique for each number. */
export function benign(n: number): JsonObject {
  return {
    ...envelope(n),
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLEROLEID0001:ci',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ci/run`,
      accountId: ACCOUNT,
      accessKeyId: 'ASIAEXAMPLESESSION01',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLEROLEID0001',
          arn: `arn:aws:iam::${ACCOUNT}:role/ci`,
          accountId: ACCOUNT,
          userName: 'ci',
        },
        attributes: { creationDate: '2026-03-02T08:00:00Z', mfaAuthenticated: 'false' },
      },
    },
    eventSource: 'ec2.amazonaws.com',
    eventName: 'DescribeInstances',
    requestParameters: { maxResults: 100 + (n % 50) },
    responseElements: null,
    readOnly: true,
  };
}

/** A key user stops the trail. */
export function trailStopped(n: number): JsonObject {
  return {
    ...envelope(n),
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLEUSERID001',
      arn: `arn:aws:iam::${ACCOUNT}:user/deploy-bot`,
      accountId: ACCOUNT,
      accessKeyId: 'AKIAEXAMPLEKEY000001',
      userName: 'deploy-bot',
    },
    eventSource: 'cloudtrail.amazonaws.com',
    eventName: 'StopLogging',
    requestParameters: { name: `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/org` },
    responseElements: null,
    readOnly: false,
  };
}

function envelope(n: number): JsonObject {
  const hex = n.toString(16).padStart(12, '0');
  return {
    eventVersion: '1.11',
    eventTime: new Date(Date.UTC(2026, 2, 2, 9, 0, 0) + n * 1000).toISOString().replace('.000Z', 'Z'),
    awsRegion: 'eu-west-1',
    sourceIPAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.27.0 md/awscrt#0.26.1 ua/2.1 os/linux#6.1 lang/python#3.13.3',
    requestID: `00000000-0000-4000-9000-${hex}`,
    eventID: `00000000-0000-4000-8000-${hex}`,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  };
}
