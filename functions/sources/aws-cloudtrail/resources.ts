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
const isText = (value: Json | undefined): boolean => (typeof value === 'string' && value !== '') || typeof value === 'number';
