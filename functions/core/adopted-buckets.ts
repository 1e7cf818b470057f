/** Turns what the configuration says of buckets that others own into checked options, and an object's bucket and key into one key. */
import * as z from 'zod';
import { option, text } from './config-option.ts';
import type { Problem } from './error.ts';

const arnOf = (service: string, rest: string, example: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:${rest}$`), `an ARN such as ${example}`);
const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'an S3 bucket name');
const keyArn = arnOf(
  'kms',
  '[a-z0-9-]+:\\d{12}:key\\/[\\w-]+',
  'arn:aws:kms:ap-northeast-1:111122223333:key/1234abcd-…',
).optional();

/** One bucket of somebody's, read where it is and never written: an organization's trail, a Security Lake. */
const adoptedBucket = z.strictObject({
  bucket: option(bucketName, text('Name of the bucket.', 'バケットの名前。')),
  account: option(
    z
      .string()
      .regex(/^\d{12}$/, '12 digits')
      .optional(),
    text('Whose it is. Left out: of the account that is deployed to.', '所有アカウント。省略するとデプロイ先のアカウント。'),
  ),
  prefix: option(
    z
      .string()
      .min(1)
      .max(512)
      .regex(/^[^/*?]/, 'the beginning of a key, without a slash before it')
      .optional(),
    text(
      'Only objects whose keys begin so are read. Left out: all.',
      'キーがこれで始まるオブジェクトだけを読みます。省略するとすべて。',
    ),
  ),
  kmsKeyArn: option(
    keyArn,
    text("The key that its objects are encrypted with, where it is a customer's.", 'オブジェクトを暗号化している顧客管理キー。'),
  ),
  roleArn: option(
    arnOf('iam', ':\\d{12}:role\\/[\\w+=,.@\\/-]+', 'arn:aws:iam::111122223333:role/name').optional(),
    text(
      "A role of the owner's to read with (a Security Lake subscriber's). Left out: ingest's own role.",
      '読み取りに使う所有者側のロール（Security Lake サブスクライバーなど）。省略すると取り込みステージ自身のロール。',
    ),
  ),
  externalId: option(
    z
      .string()
      .regex(/^[\w+=,.@:/-]{2,1224}$/, '2 to 1224 of letters, digits and +=,.@:/-')
      .optional(),
    text('The external id of `roleArn`.', '`roleArn` の外部 ID。'),
  ),
  announcedBy: option(
    z
      .union([
        z.literal('eventbridge'),
        z.strictObject({
          topicArn: option(
            arnOf('sns', '[a-z0-9-]+:\\d{12}:[\\w-]+', 'arn:aws:sns:ap-northeast-1:111122223333:name'),
            text('An SNS topic that tells of new objects.', '新しいオブジェクトを知らせる SNS トピック。'),
          ),
        }),
        z.strictObject({
          queueArn: option(
            arnOf('sqs', '[a-z0-9-]+:\\d{12}:[\\w-]+', 'arn:aws:sqs:ap-northeast-1:111122223333:name'),
            text(
              "A queue that is the deployment's alone (a Security Lake subscriber's).",
              'この環境専用のキュー（Security Lake サブスクライバーなど）。',
            ),
          ),
          kmsKeyArn: option(keyArn, text('The key of the queue.', 'キューの暗号化キー。')),
        }),
      ])
      .default('eventbridge'),
    {
      ...text(
        'Who tells of new objects: EventBridge (its owner turns it on at the bucket), an SNS topic, or a queue.',
        '新しいオブジェクトの通知元。EventBridge（所有者がバケットで有効にします）、SNS トピック、またはキュー。',
      ),
      why: text(
        'Several readers can listen to it without knowing of each other.',
        '複数の読み手が互いに影響なく受け取れるため。',
      ),
    },
  ),
});
export type AdoptedBucket = z.output<typeof adoptedBucket>;

/** A function's environment has 4 kB, an account's default bus 100 rules. */
export const adoptSchema = z.array(adoptedBucket).max(15).default([]);

/** What is right in form and wrong in meaning. */
export function adoptProblems(
  adopted: readonly AdoptedBucket[],
  own: { landing: string | undefined; region: string | undefined },
): Problem[] {
  return adopted.flatMap((one, i) => {
    const at = `adopt.${i}`;
    const problems: Problem[] = [];
    if (adopted.findIndex(({ bucket }) => bucket === one.bucket) < i)
      problems.push({
        at: `${at}.bucket`,
        what: `bucket "${one.bucket}" is named twice`,
        allowed: 'each bucket once',
        fix: 'leave out prefix, or remove one',
      });
    if (one.bucket === own.landing)
      problems.push({
        at: `${at}.bucket`,
        what: `bucket "${one.bucket}" is the landing bucket already`,
        allowed: 'other buckets',
        fix: `remove ${at}`,
      });
    if (one.externalId !== undefined && one.roleArn === undefined)
      problems.push({
        at: `${at}.externalId`,
        what: 'an external id without a role',
        allowed: 'beside roleArn',
        fix: `add ${at}.roleArn`,
      });
    const role = one.roleArn?.split(':')[4];
    if (role !== undefined && one.account !== undefined && role !== one.account)
      problems.push({
        at: `${at}.roleArn`,
        what: `the role is of account ${role}`,
        allowed: `a role of ${one.account}`,
        fix: 'change roleArn or account',
      });
    const { announcedBy } = one;
    const arn =
      announcedBy === 'eventbridge' ? undefined : 'topicArn' in announcedBy ? announcedBy.topicArn : announcedBy.queueArn;
    const region = arn?.split(':')[3];
    if (region !== undefined && own.region !== undefined && region !== own.region && arn?.includes(':sqs:'))
      problems.push({
        at: `${at}.announcedBy`,
        what: `the queue is in ${region}`,
        allowed: `a queue in ${own.region}`,
        fix: 'Lambda reads queues of its own region alone: use a topic, or deploy there',
      });
    return problems;
  });
}

/** What the function that reads needs to know of one. */
export type ReadBucket = Pick<AdoptedBucket, 'bucket' | 'prefix' | 'roleArn' | 'externalId'>;

/** As the environment carries them. */
export const readBucketsText = (adopted: readonly AdoptedBucket[]): string =>
  JSON.stringify(adopted.map(({ bucket, prefix, roleArn, externalId }): ReadBucket => ({ bucket, prefix, roleArn, externalId })));

const readBuckets = z.array(adoptedBucket.pick({ bucket: true, prefix: true, roleArn: true, externalId: true }));

/** True where the text is such a list. */
export function isReadBuckets(text: string): boolean {
  try {
    return readBuckets.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/** @throws ZodError, SyntaxError where the text is no such list */
export const readBucketsOf = (text: string): ReadBucket[] => readBuckets.parse(JSON.parse(text));

const SCHEME = 's3://';

/** The key by which ingest knows an object: its own, and in a bucket of others' the bucket's name before it. */
export const landedKey = (bucket: string, key: string, landing: string): string =>
  bucket === landing && !key.startsWith(SCHEME) ? key : `${SCHEME}${bucket}/${key}`;

/** Bucket and key of such a key; undefined where it is the landing bucket's own. */
export function bucketOfKey(key: string): { bucket: string; key: string } | undefined {
  if (!key.startsWith(SCHEME)) return undefined;
  const slash = key.indexOf('/', SCHEME.length);
  return slash === -1 ? undefined : { bucket: key.slice(SCHEME.length, slash), key: key.slice(slash + 1) };
}
