/** Turns a finding's `resource` into OCSF resource details and, for an instance, the device. @see GuardDuty API reference, "Resource" */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { jsonText } from '../../core/json-text.ts';
import { present } from '../../core/ocsf/parts.ts';
import { keep, type Unmapped } from '../../core/ocsf/unmapped.ts';
import { ipAt, objectAt, objectsAt, textAt } from './parts.ts';

/** Keys that identify a resource, and that name it, best first, over all kinds of `…Details`. */
const UID_KEYS = [
  'arn',
  'instanceId',
  'functionArn',
  'dbInstanceArn',
  'dbClusterArn',
  'accessKeyId',
  'volumeArn',
  'uid',
  'id',
  'principalId',
];
const NAME_KEYS = ['name', 'functionName', 'dbInstanceIdentifier', 'dbClusterIdentifier', 'userName', 'username', 'user'];

const TARGET = 1;
const ACTOR = 2;
const AFFECTED = 3;

/** One resource for each `…Details` object that names something, whole in its `data`; the rest stays in `unmapped`. */
export function resourcesOf(finding: JsonObject, rest: Unmapped): JsonObject[] {
  const resource = finding['resource'];
  if (!isJsonObject(resource)) {
    keep(rest, 'resource', resource);
    return [];
  }
  const role = textAt(objectAt(finding, 'service'), 'resourceRole');
  const role_id = role === 'ACTOR' ? ACTOR : role === 'TARGET' ? TARGET : AFFECTED;
  const found: JsonObject[] = [];
  for (const [key, value] of Object.entries(resource)) {
    const list = Array.isArray(value) ? value : [value];
    const made = list.map((details) => (isJsonObject(details) ? resourceOf(key, details, finding) : undefined));
    for (const [i, item] of made.entries()) {
      if (item === undefined) keep(rest, Array.isArray(value) ? `resource.${key}[${i}]` : `resource.${key}`, list[i]);
      else found.push({ ...item, role_id });
    }
    if (Array.isArray(value) && value.length === 0) keep(rest, `resource.${key}`, value);
  }
  if (Object.keys(resource).length === 0) keep(rest, 'resource', resource);
  return found;
}

const firstText = (details: JsonObject, keys: readonly string[]): string | undefined => {
  const key = keys.find((candidate) => textAt(details, candidate) !== undefined);
  return key === undefined ? undefined : textAt(details, key);
};

function resourceOf(key: string, details: JsonObject, finding: JsonObject): JsonObject | undefined {
  const uid = firstText(details, UID_KEYS) ?? firstText(innerOf(details), UID_KEYS);
  const name = nameOf(details) ?? firstText(innerOf(details), NAME_KEYS);
  if (uid === undefined && name === undefined) return undefined;
  const account = textAt(finding, 'accountId');
  const [network] = objectsAt(details, 'networkInterfaces');
  return present({
    uid,
    name,
    type: typeOf(key),
    data: jsonText(details),
    ip: ipAt(network ?? {}, 'privateIpAddress'),
    hostname: textAt(network ?? {}, 'privateDnsName'),
    region: textAt(finding, 'region'),
    owner: account === undefined ? undefined : { account: { uid: account } },
  });
}

/** As GuardDuty's own `resourceType` reads: `s3BucketDetails` → `S3Bucket`. */
const typeOf = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1).replace(/Details$/, '');

/** Kubernetes details hold the workload, and what ran in it, one level down. */
const innerOf = (details: JsonObject): JsonObject => objectAt(details, 'kubernetesWorkloadDetails');

const nameOf = (details: JsonObject): string | undefined => {
  const tag = objectsAt(details, 'tags').find((candidate) => textAt(candidate, 'key') === 'Name');
  return firstText(details, NAME_KEYS) ?? (tag === undefined ? undefined : textAt(tag, 'value'));
};

const VIRTUAL = 6;

/** The EC2 instance that the finding is about. */
export function deviceOf(finding: JsonObject): JsonObject | undefined {
  const instance = objectAt(finding, 'resource', 'instanceDetails');
  const uid = textAt(instance, 'instanceId');
  if (uid === undefined) return undefined;
  const [network] = objectsAt(instance, 'networkInterfaces');
  return present({
    type_id: VIRTUAL,
    uid,
    instance_uid: uid,
    name: nameOf(instance),
    hostname: textAt(network ?? {}, 'privateDnsName'),
    ip: ipAt(network ?? {}, 'privateIpAddress'),
    region: textAt(finding, 'region'),
    zone: textAt(instance, 'availabilityZone'),
    vpc_uid: textAt(network ?? {}, 'vpcId'),
    subnet_uid: textAt(network ?? {}, 'subnetId'),
  });
}
