/** Buckets of others: what the stack may do with them, who tells of their objects, and what their owners are told. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConfigInput, parseConfig } from '../../functions/core/config.ts';
import { synthesize } from './deployments.ts';
import { type CloudFormationTemplate, objects, type Statement, statementsOf } from './template.ts';

const KEY = 'arn:aws:kms:ap-northeast-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const LAKE_QUEUE = 'arn:aws:sqs:ap-northeast-1:777788889999:AmazonSecurityLake-example-Main-Queue';
const LAKE_ROLE = 'arn:aws:iam::777788889999:role/AmazonSecurityLake-example';
const ADOPT: ConfigInput['adopt'] = [
  { bucket: 'org-trail-logs', account: '444455556666', prefix: 'AWSLogs/o-exampleorgid/', kmsKeyArn: KEY },
  {
    bucket: 'aws-security-data-lake-ap-northeast-1-example',
    account: '777788889999',
    roleArn: LAKE_ROLE,
    externalId: 'yagura-example',
    announcedBy: { queueArn: LAKE_QUEUE },
  },
  { bucket: 'old-logs', announcedBy: { topicArn: 'arn:aws:sns:ap-northeast-1:111122223333:old-logs' } },
];

let soc: CloudFormationTemplate;
let plain: CloudFormationTemplate;
beforeAll(async () => {
  soc = (await synthesize({ adopt: ADOPT }, { validate: true })).named('Soc');
  plain = (await synthesize({})).named('Soc');
}, 300_000);

const text = (value: unknown): string => JSON.stringify(value);
const allowed = (): Statement[] =>
  soc.ofType('AWS::IAM::Policy').flatMap(({ properties }) => statementsOf(properties['PolicyDocument']));
/** Of all roles, what they may do with a resource. */
const actionsOn = (part: string): string[] =>
  allowed().flatMap(({ actions, resources }) => (text(resources).includes(part) ? actions : []));

describe('an adopted bucket', () => {
  it('is read by ingest alone, below its prefix, and never written', () => {
    expect(actionsOn('org-trail-logs').sort()).toEqual(['s3:GetObject', 's3:ListBucket']);
    expect(text(allowed())).toContain('org-trail-logs/AWSLogs/o-exampleorgid/*');
    expect(actionsOn(KEY)).toEqual(['kms:Decrypt']);
    const via = allowed().find(({ resources }) => text(resources).includes(KEY));
    expect(text(via?.conditions)).toContain('s3.ap-northeast-1.');
  });

  it('is read by the role of its owner where there is one', () => {
    expect(actionsOn(LAKE_ROLE)).toEqual(['sts:AssumeRole']);
    expect(actionsOn('aws-security-data-lake')).toEqual([]);
  });

  it('is told of by EventBridge from its own account only', () => {
    const rule = soc.ofType('AWS::Events::Rule').find(({ id }) => id.startsWith('Adopted0'));
    expect(rule?.properties['EventPattern']).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      account: ['444455556666'],
      detail: { bucket: { name: ['org-trail-logs'] }, object: { key: [{ prefix: 'AWSLogs/o-exampleorgid/' }] } },
    });
    const [admit, ...others] = soc.ofType('AWS::Events::EventBusPolicy');
    expect(others).toEqual([]);
    expect(text(admit?.properties['Statement'])).toContain(':iam::444455556666:root');
    expect(text(admit?.properties['Statement'])).toContain('"events:source":"aws.s3"');
    expect(objects(admit?.properties['Statement'])[0]).toMatchObject({ Action: 'events:PutEvents' });
  });

  it('is told of by a queue of its owner: mapped to ingest, with partial failures', () => {
    const mapping = soc
      .ofType('AWS::Lambda::EventSourceMapping')
      .find(({ properties }) => properties['EventSourceArn'] === LAKE_QUEUE);
    expect(mapping?.properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    expect(actionsOn(LAKE_QUEUE).sort()).toEqual(['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage']);
  });

  it('is told of by a topic, which may send to the arrival queue and nobody else may', () => {
    const [subscription] = soc.ofType('AWS::SNS::Subscription');
    expect(subscription?.properties).toMatchObject({
      Protocol: 'sqs',
      TopicArn: 'arn:aws:sns:ap-northeast-1:111122223333:old-logs',
    });
    expect(subscription?.properties).toHaveProperty('RedrivePolicy');
    const sends = soc
      .ofType('AWS::SQS::QueuePolicy')
      .flatMap(({ properties }) => statementsOf(properties['PolicyDocument']))
      .filter(({ principals }) => principals.includes('sns.amazonaws.com'));
    expect(sends.length).toBeGreaterThan(0);
    for (const { conditions } of sends) expect(text(conditions)).toContain('old-logs');
  });

  it('is known to the function that reads it, and to no other', () => {
    const values = soc
      .ofType('AWS::Lambda::Function')
      .map(({ properties }) => objects(objects(properties['Environment'])[0]?.['Variables'])[0]?.['YAGURA_ADOPTED_BUCKETS'])
      .filter((value) => value !== undefined);
    const told = values.filter((value) => value !== '[]');
    expect(told).toHaveLength(1);
    expect(JSON.parse(String(told[0]))).toEqual([
      { bucket: 'org-trail-logs', prefix: 'AWSLogs/o-exampleorgid/' },
      { bucket: 'aws-security-data-lake-ap-northeast-1-example', roleArn: LAKE_ROLE, externalId: 'yagura-example' },
      { bucket: 'old-logs' },
    ]);
  });

  it("has the statements for its owner's policies among the outputs", () => {
    const outputs = soc.text;
    expect(outputs).toContain('For the policy of bucket org-trail-logs in account 444455556666');
    expect(outputs).toContain('For the policy of the key of bucket org-trail-logs');
    expect(outputs).not.toContain('For the policy of bucket aws-security-data-lake');
  });

  it('costs a few resources, and none where there is none', () => {
    expect(soc.resources.length - plain.resources.length).toBeLessThanOrEqual(6);
    expect(text(plain.ofType('AWS::IAM::Policy'))).not.toContain(
      'sts:AssumeRole","Effect":"Allow","Resource":"arn:aws:iam::7777',
    );
  });
});

describe('the configuration of adopted buckets', () => {
  const known = { sources: [], stages: [] };
  const problems = (adopt: unknown, more: object = {}): string => {
    try {
      parseConfig({ ...more, adopt }, known);
    } catch (error) {
      return String(error);
    }
    return '';
  };

  it.each([
    [[{ bucket: 'a-b-c' }, { bucket: 'a-b-c', prefix: 'x' }], {}, 'adopt.1.bucket', 'named twice'],
    [[{ bucket: 'logs-1' }], { landing: { bucket: 'adopt', name: 'logs-1' } }, 'adopt.0.bucket', 'the landing bucket already'],
    [[{ bucket: 'Logs' }], {}, 'adopt.0.bucket', 'an S3 bucket name'],
    [[{ bucket: 'logs-1', prefix: '/AWSLogs' }], {}, 'adopt.0.prefix', 'without a slash'],
    [[{ bucket: 'logs-1', account: '1' }], {}, 'adopt.0.account', '12 digits'],
    [[{ bucket: 'logs-1', externalId: 'x1' }], {}, 'adopt.0.externalId', 'roleArn'],
    [[{ bucket: 'logs-1', account: '444455556666', roleArn: LAKE_ROLE }], {}, 'adopt.0.roleArn', 'a role of 444455556666'],
    [[{ bucket: 'logs-1', roleArn: 'role/x' }], {}, 'adopt.0.roleArn', 'arn:aws:iam::111122223333:role/name'],
    [[{ bucket: 'logs-1', kmsKeyArn: 'alias/x' }], {}, 'adopt.0.kmsKeyArn', 'arn:aws:kms'],
    [[{ bucket: 'logs-1', prefx: 'x' }], {}, 'prefx', 'did you mean "prefix"'],
    [
      [{ bucket: 'logs-1', announcedBy: { queueArn: LAKE_QUEUE } }],
      { region: 'us-east-1' },
      'adopt.0.announcedBy',
      'a queue in us-east-1',
    ],
  ])('tells of %j with %j where, what and how to mend it', (adopt, more, where, how) => {
    const told = problems(adopt, more);
    expect(told).toContain(where);
    expect(told).toContain(how);
  });
});
