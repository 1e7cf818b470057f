/** Turns records into the objects that an organization trail delivers, with the other files that lie in the same bucket. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Json, JsonObject } from '../../functions/core/json.ts';
import { GLOBAL_REGION, HOME_REGION, ORGANIZATION_ID, PRODUCTION } from './estate.ts';
import type { Random } from './random.ts';
import { isoSeconds, type StoryRecord } from './record.ts';

export interface StoryFile {
  key: string;
  bytes: Uint8Array;
}

const MINUTE_MS = 60_000;
/** A busy region is delivered every quarter of an hour, a quiet one every hour. The service's own pace is about five minutes. */
const BUSY_MIN = 15;
const QUIET_MIN = 60;
const GZIP_LEVEL = 1;
const NAME = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const pack = (value: Json): Uint8Array => gzipSync(JSON.stringify(value), { level: GZIP_LEVEL });
const compact = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
const dayPath = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '/');

interface Batch {
  accountId: string;
  region: string;
  deliveredAtMs: number;
  records: Json[];
}

function batchesOf(records: readonly StoryRecord[]): Batch[] {
  const batches = new Map<string, Batch>();
  for (const { accountId, region, atMs, record } of records) {
    const everyMs = (accountId === PRODUCTION && region === HOME_REGION ? BUSY_MIN : QUIET_MIN) * MINUTE_MS;
    const deliveredAtMs = (Math.floor(atMs / everyMs) + 1) * everyMs;
    const id = `${accountId}|${region}|${deliveredAtMs}`;
    const batch = batches.get(id) ?? { accountId, region, deliveredAtMs, records: [] };
    batch.records.push(record);
    batches.set(id, batch);
  }
  return [...batches.values()].sort((a, b) => a.deliveredAtMs - b.deliveredAtMs);
}

const folder = (accountId: string, kind: string): string => `AWSLogs/${ORGANIZATION_ID}/${accountId}/${kind}`;

/**
 * `AWSLogs/o-id/account/CloudTrail/region/yyyy/mm/dd/account_CloudTrail_region_yyyymmddThhmmZ_random.json.gz`
 * @see CloudTrail User Guide, "CloudTrail log file name format"
 */
function logFile(random: Random, { accountId, region, deliveredAtMs, records }: Batch): StoryFile {
  const name = `${accountId}_CloudTrail_${region}_${compact(deliveredAtMs)}_${random.text(16, NAME)}.json.gz`;
  return {
    key: `${folder(accountId, 'CloudTrail')}/${region}/${dayPath(deliveredAtMs)}/${name}`,
    bytes: pack({ Records: records }),
  };
}

/** Two pieces among the records that are none: ingest has to put them aside and keep their neighbours. */
function damage(batch: Batch | undefined): void {
  if (batch === undefined) return;
  const half = Math.floor(batch.records.length / 2);
  batch.records.splice(half, 0, 'eventVersion 1.11 (record cut off by the exporter)');
  batch.records.splice(half + 5, 0, { level: 'WARN', logger: 'exporter', message: 'upload buffer full, 1 record lost' });
}

/** @see CloudTrail User Guide, "CloudTrail digest file structure" */
function digestFile(files: readonly StoryFile[], endMs: number): StoryFile {
  const bucket = 'example-org-logs';
  const name = `${PRODUCTION}_CloudTrail-Digest_${HOME_REGION}_org-trail_${GLOBAL_REGION}_${isoSeconds(endMs).replaceAll(/[-:]/g, '')}.json.gz`;
  const logFiles = files.map(
    ({ key, bytes }): JsonObject => ({
      s3Bucket: bucket,
      s3Object: key,
      hashValue: createHash('sha256').update(bytes).digest('hex'),
      hashAlgorithm: 'SHA-256',
    }),
  );
  const digest: JsonObject = {
    awsAccountId: PRODUCTION,
    digestStartTime: isoSeconds(endMs - 60 * MINUTE_MS),
    digestEndTime: isoSeconds(endMs),
    digestS3Bucket: bucket,
    digestSignatureAlgorithm: 'SHA256withRSA',
    previousDigestS3Object: null,
    logFiles,
  };
  return { key: `${folder(PRODUCTION, 'CloudTrail-Digest')}/${HOME_REGION}/${dayPath(endMs)}/${name}`, bytes: pack(digest) };
}

/** Every object of the bucket, in the order of delivery. */
export function deliver(random: Random, records: readonly StoryRecord[], endMs: number): StoryFile[] {
  const batches = batchesOf(records);
  damage(batches.find(({ accountId, region }) => accountId === PRODUCTION && region === HOME_REGION));
  const files = batches.map((batch) => logFile(random, batch));
  const lastHour = files.filter(({ key }) => key.includes(`/${PRODUCTION}/CloudTrail/${HOME_REGION}/`)).slice(-4);
  const check = { key: `${folder(PRODUCTION, 'Config')}/ConfigWritabilityCheckFile`, bytes: new Uint8Array(0) };
  return [...files, digestFile(lastHour, endMs), check];
}
