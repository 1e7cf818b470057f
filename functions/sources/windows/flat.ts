/** Turns the nested forms of a Windows event as JSON (Winlogbeat's `winlog`, converted XML's `Event`, `ExtraEventData`) into the flat record that NXLog writes. @see Elastic, Winlogbeat "Exported fields"; Microsoft Learn, "Event Schema" */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { isNoDigest } from '../../core/ocsf/parts.ts';

/** Names in `winlog`, and paths in `System`, → the flat name. */
const WINLOG: Readonly<Record<string, string>> = {
  event_id: 'EventID',
  channel: 'Channel',
  provider_name: 'ProviderName',
  computer_name: 'Computer',
  record_id: 'EventRecordID',
};
const ATTRIBUTES: Readonly<Record<string, string>> = {
  'Provider.Name': 'ProviderName',
  'Provider.Guid': 'ProviderGuid',
  'TimeCreated.SystemTime': 'TimeCreated',
  'EventID.Qualifiers': 'Qualifiers',
  'Execution.ProcessID': 'ExecutionProcessID',
  'Execution.ThreadID': 'ExecutionThreadID',
  'Security.UserID': 'UserID',
};
/** Where converters put an element's text, and the attributes of an element. */
const TEXT = ['#text', '_', '$t', 'text', 'value'];
const HOLDERS = ['ExtraEventData', 'EventData', 'event_data', 'UserData', 'user_data'];

/** The flat record; a value whose name is taken already stays where it was. */
export function flatEvent(record: JsonObject): JsonObject {
  const isNested = ['winlog', 'Event', 'System', 'EventID', ...HOLDERS].some((key) => isHolder(record[key]));
  return withParts(isNested ? hoisted(record) : record);
}

/** An object with values to move; one with a name that no record may have is left alone. */
const isHolder = (value: Json | undefined): value is JsonObject =>
  isJsonObject(value) && Object.keys(value).length > 0 && !Object.hasOwn(value, '__proto__');

function hoisted(record: JsonObject): JsonObject {
  const made: JsonObject = { ...record };
  const { winlog, Event: event } = record;
  if (isHolder(winlog)) {
    const rest = hoist(made, winlog, (key) => WINLOG[key]);
    put(made, 'winlog', hoistHolders(made, rest));
  }
  if (isHolder(event)) {
    const rest = hoistHolders(made, event);
    if (isHolder(rest['System'])) put(rest, 'System', hoistSystem(made, rest['System']));
    put(made, 'Event', rest);
  }
  if (isHolder(made['System'])) put(made, 'System', hoistSystem(made, made['System']));
  for (const key of HOLDERS) {
    const held = made[key];
    if (isHolder(held)) put(made, key, hoistHolder(made, held));
  }
  const { EventID: id } = made;
  if (isHolder(id)) {
    delete made['EventID'];
    const rest = hoistElement(made, 'EventID', id);
    if (Object.keys(rest).length > 0) made[Object.hasOwn(made, 'EventID') ? 'EventIDRest' : 'EventID'] = rest;
  }
  return made;
}

/** An emptied holder goes; one that is left over keeps its rest. */
function put(holder: JsonObject, key: string, rest: JsonObject): void {
  if (Object.keys(rest).length === 0) delete holder[key];
  else holder[key] = rest;
}

/** Moves what has a flat name into the record; what has none, or a name that is taken, is the rest. */
function hoist(made: JsonObject, from: JsonObject, nameOf: (key: string) => string | undefined): JsonObject {
  const rest: JsonObject = {};
  for (const [key, value] of Object.entries(from)) {
    const name = nameOf(key);
    if (name === undefined || Object.hasOwn(made, name)) rest[key] = value;
    else made[name] = value;
  }
  return rest;
}

function hoistHolders(made: JsonObject, from: JsonObject): JsonObject {
  const rest: JsonObject = { ...from };
  for (const key of HOLDERS) {
    const held = from[key];
    if (isHolder(held)) put(rest, key, hoistHolder(made, held));
  }
  return rest;
}

function hoistHolder(made: JsonObject, held: JsonObject): JsonObject {
  const { Data: data, ...others } = held;
  const named = Array.isArray(data) ? namedData(data) : undefined;
  if (named === undefined) return hoist(made, held, (name) => name);
  const left = hoist(made, { ...others, ...named }, (name) => name);
  // The names of the list are values of the record, in their order.
  return { ...left, DataNames: Object.keys(named) };
}

const NAME_KEYS = ['@Name', 'Name', '-Name', 'name'];

/** `Data: [{'@Name': 'TargetUserName', '#text': 'aoi'}]` by name; undefined where one is more than a name and a text, or a name comes twice. */
function namedData(data: readonly Json[]): JsonObject | undefined {
  const named: JsonObject = {};
  for (const item of data) {
    if (!isHolder(item)) return undefined;
    const { '#attributes': attributes, ...parts } = item;
    const all: JsonObject = isHolder(attributes) ? { ...parts, ...attributes } : item;
    const name = NAME_KEYS.map((key) => all[key]).find((value) => typeof value === 'string');
    const text = Object.entries(all).find(([key]) => TEXT.includes(key))?.[1];
    const isWhole = Object.keys(all).length === (text === undefined ? 1 : 2);
    if (typeof name !== 'string' || !isWhole || name === '__proto__' || Object.hasOwn(named, name)) return undefined;
    named[name] = text ?? null;
  }
  return Object.keys(named).some((name) => /^\d+$/.test(name)) ? undefined : named;
}

function hoistSystem(made: JsonObject, system: JsonObject): JsonObject {
  const rest: JsonObject = {};
  for (const [key, value] of Object.entries(system)) {
    if (isHolder(value)) put(rest, key, hoistElement(made, key, value));
    else if (Object.hasOwn(made, key)) rest[key] = value;
    else made[key] = value;
  }
  return rest;
}

/** An element's text by its name, its attributes by the names that flat records have for them. */
function hoistElement(made: JsonObject, element: string, value: JsonObject): JsonObject {
  const nameOf = (key: string): string | undefined => ATTRIBUTES[`${element}.${key.replace(/^[@-]/, '')}`];
  const left = hoist(made, value, (key) => (TEXT.includes(key) ? element : nameOf(key)));
  const attributes = left['#attributes'];
  if (isHolder(attributes)) put(left, '#attributes', hoist(made, attributes, nameOf));
  return left;
}

/** Sysmon writes key and value of the registry as one path, and the digests of a file as one text (`SHA256=…,IMPHASH=…`). */
function withParts(record: JsonObject): JsonObject {
  const { TargetObject: path, Hashes: hashes, Hash: hash } = record;
  const made: JsonObject = {};
  if (typeof path === 'string' && path.includes('\\')) made['TargetValueName'] = path.slice(path.lastIndexOf('\\') + 1);
  const list = hashList(hashes) ?? hashList(hash);
  if (list !== undefined) made['HashList'] = list;
  return Object.keys(made).some((key) => !Object.hasOwn(record, key)) ? { ...made, ...record } : record;
}

const HASH = /(?:^|,)([A-Z0-9]{3,10})=([0-9A-Fa-f]{16,128})(?=,|$)/g;

function hashList(value: Json | undefined): Json[] | undefined {
  if (typeof value !== 'string' || value.length > 1024) return undefined;
  const found = [...value.matchAll(HASH)]
    .filter(([, , digest = '']) => !isNoDigest(digest))
    .map(([, algorithm = '', digest = '']): JsonObject => ({ algorithm, value: digest }));
  return found.length === 0 ? undefined : found;
}
