/** Tells CloudTrail's objects and records from the others that lie among them. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { KeyVerdict } from '../source.ts';

/** `[prefix/]AWSLogs/[o-org/]account/Service/…`. @see CloudTrail User Guide, "Finding your CloudTrail log files" */
const DELIVERED = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?\d{12}\/([A-Za-z-]+)(?:\/|$)/;
/** A log file by its own name: `account_CloudTrail[-Insight]_region_timeZ_random.json.gz`. */
const LOG_FILE = /^\d{12}_CloudTrail(?:-Insight|-NetworkActivity|-Aggregated)?_[a-z0-9-]+_\d{8}T\d{4,6}Z_[^/]+\.json(?:\.gz)?$/i;
const DIGEST_FILE = /^\d{12}_CloudTrail-Digest_/;
const OWN_FOLDERS: ReadonlySet<string> = new Set([
  'CloudTrail',
  'CloudTrail-Insight',
  'CloudTrail-NetworkActivity',
  'CloudTrail-Aggregated',
]);

const DIGEST = { skip: 'cloudtrail_digest' };

/** Judges by the folder under `AWSLogs`, else by the file name; a folder marker is nothing. */
export function judgeKey(key: string): KeyVerdict {
  const file = key.slice(key.lastIndexOf('/') + 1);
  const folder = DELIVERED.exec(key)?.[1];
  if (folder === 'CloudTrail-Digest' || DIGEST_FILE.test(file)) return DIGEST;
  if (file === '') return undefined;
  return (folder !== undefined && OWN_FOLDERS.has(folder)) || LOG_FILE.test(file) ? 'own' : undefined;
}

const TYPES: ReadonlySet<unknown> = new Set([
  'AwsApiCall',
  'AwsServiceEvent',
  'AwsConsoleSignIn',
  'AwsConsoleAction',
  'AwsCloudTrailInsight',
  'AwsVpceEvent',
]);
/** `iam.amazonaws.com`, or a CloudTrail Lake partner's host; not S3's notifications (`aws:s3`). */
const EVENT_SOURCE = /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/i;

/** True for a CloudTrail record, sparse ones too: it has a type of CloudTrail's, or names an event, its source and one thing more. */
export function recognizes(record: JsonObject): boolean {
  const { eventName, eventSource, eventType } = record;
  const hasName = typeof eventName === 'string';
  if (TYPES.has(eventType) && (hasName || typeof record['eventID'] === 'string')) return true;
  if (!hasName || typeof eventSource !== 'string' || !EVENT_SOURCE.test(eventSource)) return false;
  // Alibaba Cloud's ActionTrail has the same words.
  if (eventSource.endsWith('.aliyuncs.com') || 'acsRegion' in record) return false;
  return (
    isJsonObject(record['userIdentity']) ||
    'eventVersion' in record ||
    'awsRegion' in record ||
    'eventID' in record ||
    'recipientAccountId' in record ||
    'sourceIPAddress' in record
  );
}

/** Digest files, where content is all there is to go by. */
export function judgeRecord(record: JsonObject): { skip: string } | undefined {
  const { digestStartTime, digestS3Object, awsAccountId } = record;
  return typeof digestStartTime === 'string' && (awsAccountId !== undefined || digestS3Object !== undefined) ? DIGEST : undefined;
}
