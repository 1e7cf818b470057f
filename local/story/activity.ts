/** The unit of ordinary work: who does which call how often, and at which hours. */
import type { JsonObject } from '../../functions/core/json.ts';
import type { CallerAt } from './caller.ts';
import { HOME_REGION, PRODUCTION } from './estate.ts';
import type { Random } from './random.ts';
import type { Call } from './record.ts';

/** `flat` all day; `office` from 09:00 to 19:00 in Tokyo with a lunch dip; `night` from 01:00 to 04:00. */
export type Rhythm = 'flat' | 'office' | 'night';

export interface Activity {
  caller: CallerAt;
  perDay: number;
  rhythm: Rhythm;
  call: (random: Random) => Call;
}

const DAY_MS = 86_400_000;
const TOKYO_OFFSET_MS = 9 * 3_600_000;
const HOURS: Readonly<Record<Rhythm, readonly number[]>> = {
  flat: Array.from({ length: 24 }, () => 1),
  office: [0, 0, 0, 0, 0, 0, 0, 0, 1, 6, 9, 8, 3, 7, 9, 8, 7, 6, 3, 1, 1, 0, 0, 0],
  night: [0, 4, 6, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
};

/** A moment of the day that begins at `startMs`, as often as the rhythm has it. */
export function momentOf(random: Random, startMs: number, rhythm: Rhythm): number {
  const weights = HOURS[rhythm];
  const peak = Math.max(...weights);
  for (;;) {
    const atMs = startMs + Math.floor(random.next() * DAY_MS);
    const hour = Math.floor((atMs + TOKYO_OFFSET_MS) / 3_600_000) % 24;
    if (random.next() * peak < (weights[hour] ?? 0)) return atMs;
  }
}

/** One of several read calls of a service, with or without parameters. */
export function oneOf(
  service: string,
  names: readonly [string, ...string[]],
  more: Partial<Call> = {},
): (random: Random) => Call {
  return (random) => ({ service, name: random.pick(names), ...more });
}

/** One of several kinds of call, each as often as its weight. */
export function mixOf(...parts: readonly [number, (random: Random) => Call][]): (random: Random) => Call {
  const total = parts.reduce((sum, [weight]) => sum + weight, 0);
  return (random) => {
    let left = random.next() * total;
    for (const [weight, call] of parts) {
      left -= weight;
      if (left < 0) return call(random);
    }
    const [first] = parts;
    return first ? first[1](random) : { service: 'sts', name: 'GetCallerIdentity' };
  };
}

/** A read or write of an object, as a data event. */
export function objectCall(name: 'GetObject' | 'PutObject' | 'HeadObject', bucketName: string, key: string): Call {
  return {
    service: 's3',
    name,
    data: true,
    request: { bucketName, Host: `${bucketName}.s3.${HOME_REGION}.amazonaws.com`, key },
    response: name === 'PutObject' ? { 'x-amz-server-side-encryption': 'aws:kms' } : null,
    resources: [
      { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucketName}/${key}` },
      { accountId: PRODUCTION, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucketName}` },
    ],
  };
}

const KEY_ARN = `arn:aws:kms:${HOME_REGION}:${PRODUCTION}:key/5e0b3a52-6f6d-4a3c-9a55-0f6c5f1d2e3b`;
/** Use of the application's key. */
export function keyCall(name: 'Decrypt' | 'GenerateDataKey', context: JsonObject): Call {
  return {
    service: 'kms',
    name,
    readOnly: true,
    request: { encryptionContext: context, keyId: KEY_ARN, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
    resources: [{ accountId: PRODUCTION, type: 'AWS::KMS::Key', ARN: KEY_ARN }],
  };
}
