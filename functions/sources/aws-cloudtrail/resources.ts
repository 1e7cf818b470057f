/** Turns CloudTrail's list of touched resources into OCSF resource details. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { keep, keepOthers, textOr, type Unmapped } from '../../core/ocsf/unmapped.ts';

const KEYS: ReadonlySet<string> = new Set(['ARN', 'arn', 'ARNPrefix', 'accountId', 'type']);

/** The resources that have an identifier; everything else of the list is kept as it is. */
export function resourcesOf(value: Json | undefined, rest: Unmapped): JsonObject[] {
  const list = isJsonObject(value) ? [value] : value;
  if (!Array.isArray(list) || list.length === 0) {
    keep(rest, 'resources', value);
    return [];
  }
  const resources: JsonObject[] = [];
  for (let i = 0; i < list.length; i++) {
    const path = Array.isArray(value) ? `resources[${i}]` : 'resources';
    const resource = resourceOf(list[i], path, rest);
    if (resource !== undefined) resources.push(resource);
  }
  return resources;
}

function resourceOf(item: Json | undefined, path: string, rest: Unmapped): JsonObject | undefined {
  if (!isJsonObject(item) || !isIdentified(item)) {
    keep(rest, path, item);
    return undefined;
  }
  const resource: JsonObject = {};
  const upper = textOr(rest, `${path}.ARN`, item['ARN']);
  const lower = textOr(rest, `${path}.arn`, item['arn']);
  if (upper !== undefined && lower !== undefined) keep(rest, `${path}.arn`, lower);
  const uid = upper ?? lower;
  if (uid !== undefined) resource['uid'] = uid;
  const prefix = textOr(rest, `${path}.ARNPrefix`, item['ARNPrefix']);
  if (prefix !== undefined) resource['name'] = prefix;
  const type = textOr(rest, `${path}.type`, item['type']);
  if (type !== undefined) resource['type'] = type;
  const account = textOr(rest, `${path}.accountId`, item['accountId']);
  if (account !== undefined) resource['owner'] = { account: { uid: account } };
  keepOthers(rest, path, item, KEYS);
  return resource;
}

/** True where something names the resource: OCSF has no place for one with neither uid nor name. */
const isIdentified = (item: JsonObject): boolean => isText(item['ARN']) || isText(item['arn']) || isText(item['ARNPrefix']);
/** As `textOr` takes it: 1e999 is no number. */
const isText = (value: Json | undefined): boolean => (typeof value === 'string' && value !== '') || Number.isFinite(value);

/** `arn:partition:service:region:account:resource`. */
const ARN = /^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:./;
const INSTANCE = /^i-[0-9a-f]{8,17}$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const MAX_REQUESTED = 20;

/**
 * What a request names plainly, for the many records whose `resources` CloudTrail leaves out: ARNs and instance ids among its
 * parameters, its instance set, its bucket (the one name that makes an ARN by itself).
 */
export function requestedResources(request: Json | undefined, region: Json | undefined): JsonObject[] {
  if (!isJsonObject(request)) return [];
  const found: JsonObject[] = [];
  for (const key in request) {
    const value = request[key];
    if (found.length >= MAX_REQUESTED) break;
    if (typeof value !== 'string') continue;
    if (value.startsWith('arn:') && ARN.test(value)) found.push({ uid: value });
    else if (key === 'instanceId' && INSTANCE.test(value)) found.push({ uid: value, type: 'AWS::EC2::Instance' });
    else if (key === 'bucketName' && BUCKET.test(value))
      found.push({ uid: `arn:${partitionOf(region)}:s3:::${value}`, type: 'AWS::S3::Bucket' });
  }
  for (const id of instanceSet(request['instancesSet'])) found.push({ uid: id, type: 'AWS::EC2::Instance' });
  return found;
}

function instanceSet(set: Json | undefined): string[] {
  const items = isJsonObject(set) ? set['items'] : undefined;
  if (!Array.isArray(items)) return [];
  const ids = items.slice(0, MAX_REQUESTED).map((item) => (isJsonObject(item) ? item['instanceId'] : undefined));
  return ids.filter((id) => typeof id === 'string' && INSTANCE.test(id)).map(String);
}

function partitionOf(region: Json | undefined): string {
  if (typeof region !== 'string') return 'aws';
  return region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
