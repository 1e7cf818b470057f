/** Turns the nested forms of a Windows event as JSON (Winlogbeat's `winlog`, converted XML's `Event`, `ExtraEventData`) into the flat record that NXLog writes. @see Elastic, Winlogbeat "Exported fields"; Microsoft Learn, "Event Schema" */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';

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
  const isNested = isJsonObject(record['winlog']) || isJsonObject(record['Event']) || isJsonObject(record['System']);
  const isHeld = HOLDERS.some((key) => isJsonObject(record[key])) || isJsonObject(record['EventID']);
  const flat = isNested || isHeld ? hoisted(record) : record;
  return withParts(flat);
}

function hoisted(record: JsonObject): JsonObject {
  const made: JsonObject = { ...record };
  const { winlog, Event: event } = record;
  if (isJsonObject(winlog))
    replace(
      made,
      'winlog',
      hoistHolders(
        made,
        hoist(made, winlog, (key) => WINLOG[key]),
      ),
    );
  if (isJsonObject(event)) {
    const rest = hoistHolders(made, event);
    if (isJsonObject(rest['System'])) replace(rest, 'System', hoistSystem(made, rest['System']));
    replace(made, 'Event', rest);
  }
  if (isJsonObject(made['System'])) replace(made, 'System', hoistSystem(made, made['System']));
  const rest = hoistHolders(made, made);
  for (const key of HOLDERS) if (isJsonObject(made[key])) replace(made, key, rest[key] ?? {});
  if (isJsonObject(made['EventID'])) replace(made, 'EventID', hoistElement(made, 'EventID', made['EventID']));
  return made;
}

/** An emptied holder goes; one that is left over keeps its rest. */
function replace(holder: JsonObject, key: string, rest: Json): void {
  if (isJsonObject(rest) && Object.keys(rest).length === 0) delete holder[key];
  else holder[key] = rest;
}

/** Moves what has a flat name into the record; what has none, or a name that is taken, is the rest. */
function hoist(made: JsonObject, from: JsonObject, nameOf: (key: string) => string | undefined): JsonObject {
  const rest: JsonObject = {};
  for (const [key, value] of Object.entries(from)) {
    const name = nameOf(key);
    if (name === undefined || Object.hasOwn(made, name) || name === '__proto__') rest[key] = value;
    else made[name] = value;
  }
  return rest;
}

function hoistHolders(made: JsonObject, from: JsonObject): JsonObject {
  const rest: JsonObject = { ...from };
  for (const key of HOLDERS) {
    const held = from[key];
    if (!isJsonObject(held)) continue;
    const { Data: data, ...others } = held;
    const named = Array.isArray(data) ? namedData(data) : undefined;
    const left = hoist(made, named === undefined ? held : { ...others, ...named }, (name) => name);
    // The names of the list are values of the record, in their order.
    replace(rest, key, named === undefined ? left : { ...left, DataNames: Object.keys(named) });
  }
  return rest;
}

/** `Data: [{'@Name': 'TargetUserName', '#text': 'aoi'}]` by name; undefined where one has no name, or a name comes twice. */
function namedData(data: readonly Json[]): JsonObject | undefined {
  const named: JsonObject = {};
  for (const item of data) {
    if (!isJsonObject(item)) return undefined;
    const attributes = isJsonObject(item['#attributes']) ? item['#attributes'] : item;
    const name = ['@Name', 'Name', '-Name', 'name'].map((key) => attributes[key]).find((value) => typeof value === 'string');
    const known = new Set([...TEXT, '@Name', 'Name', '-Name', 'name', '#attributes']);
    if (typeof name !== 'string' || Object.hasOwn(named, name) || Object.keys(item).some((key) => !known.has(key)))
      return undefined;
    named[name] = TEXT.map((key) => item[key]).find((value) => value !== undefined) ?? null;
  }
  return named;
}

function hoistSystem(made: JsonObject, system: JsonObject): JsonObject {
  const rest: JsonObject = {};
  for (const [key, value] of Object.entries(system)) {
    if (isJsonObject(value)) replace(rest, key, hoistElement(made, key, value));
    else if (Object.hasOwn(made, key)) rest[key] = value;
    else made[key] = value;
  }
  return rest;
}

/** An element's text by its name, its attributes by the names that flat records have for them. */
function hoistElement(made: JsonObject, element: string, value: JsonObject): Json {
  if (isJsonObject(made[element])) delete made[element];
  const left = hoist(made, value, (key) => (TEXT.includes(key) ? element : ATTRIBUTES[`${element}.${key.replace(/^[@-]/, '')}`]));
  const attributes = left['#attributes'];
  if (isJsonObject(attributes))
    replace(
      left,
      '#attributes',
      hoist(made, attributes, (key) => ATTRIBUTES[`${element}.${key}`]),
    );
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
  const found = [...value.matchAll(HASH)].map(([, algorithm = '', digest = '']): JsonObject => ({ algorithm, value: digest }));
  return found.length === 0 ? undefined : found;
}
