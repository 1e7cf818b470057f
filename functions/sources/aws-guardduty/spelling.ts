/** Turns findings as the GuardDuty API spells them (`Service.Action.ActionType`) into the spelling of EventBridge and exports (`service.action.actionType`). */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';

/** The API's own names; the keys of free-form maps (`AWS::IAM::Role`, tag keys with dashes) are left as they are. */
const PASCAL = /^[A-Z][A-Za-z0-9]*$/;
/** Deeper values are left as they are. */
const MAX_DEPTH = 30;

/** True for a finding as `GetFindings` returns it. */
export const isApiSpelling = (record: JsonObject): boolean => record['type'] === undefined && typeof record['Type'] === 'string';

/** The finding in camelCase; a finding that is so already is returned itself. Keys that would collide stay apart. */
export const camelCased = (record: JsonObject): JsonObject => (isApiSpelling(record) ? camelObject(record, 0) : record);

function camel(value: Json, depth: number): Json {
  if (depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => camel(item, depth + 1));
  return isJsonObject(value) ? camelObject(value, depth) : value;
}

function camelObject(value: JsonObject, depth: number): JsonObject {
  const entries = Object.entries(value).map(([key, item]): [string, Json] => {
    const name = PASCAL.test(key) ? key.charAt(0).toLowerCase() + key.slice(1) : key;
    return [name !== key && Object.hasOwn(value, name) ? key : name, camel(item, depth + 1)];
  });
  return Object.fromEntries(entries);
}
