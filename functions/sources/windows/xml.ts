/** Turns a Windows event rendered as XML, one a line, into the flat record that agents write as JSON: System's values, then EventData's by their names. @see Microsoft Learn, "Event Schema"; wevtutil, "qe /f:xml" */
import type { JsonObject } from '../../core/json.ts';
import { fieldWriter } from '../../core/mapping/split.ts';
import { type XmlElement, xmlElement } from '../../core/text-xml.ts';

/** Values of `System`, and of its elements' attributes, as JSON agents name them. */
const NAMES: Readonly<Record<string, string>> = {
  'Provider.Name': 'ProviderName',
  'Provider.Guid': 'ProviderGuid',
  'Provider.EventSourceName': 'EventSourceName',
  'EventID.Qualifiers': 'Qualifiers',
  'TimeCreated.SystemTime': 'TimeCreated',
  'Correlation.ActivityID': 'ActivityID',
  'Correlation.RelatedActivityID': 'RelatedActivityID',
  'Execution.ProcessID': 'ExecutionProcessID',
  'Execution.ThreadID': 'ExecutionThreadID',
  'Security.UserID': 'UserID',
  'Security.UserId': 'UserID',
};
/** What Windows writes where there is no value. */
const NONE: ReadonlySet<string> = new Set(['', '-']);
/** A relay's header before the event is short. */
const MAX_HEADER = 256;
const END = '</Event>';

type Put = (key: string, value: string) => void;

/** The record of one line, or undefined where it is no event. An event whose line ends in a value is one with what it has. */
export function readEventXml(line: string): JsonObject | undefined {
  const at = line.indexOf('<Event');
  if (at === -1 || at > MAX_HEADER || !/^[\s>]/.test(line.slice(at + 6, at + 7))) return undefined;
  const end = line.lastIndexOf(END);
  if (end !== -1 && line.slice(end + END.length).trim() !== '') return undefined;
  const found = xmlElement(line.slice(at).trimEnd());
  if (found === undefined || !found.element.children.some(({ name }) => name === 'System')) return undefined;
  const header = line
    .slice(0, at)
    .replace(/^\uFEFF?<\?xml[^>]*\?>/, '')
    .trim();
  const record = recordOf(found.element, header);
  // A value with a line break: what follows is in the next lines.
  if (found.isCut) record['Cut'] = 'true';
  return record;
}

function recordOf(event: XmlElement, header: string): JsonObject {
  const record: JsonObject = {};
  const write = fieldWriter(record);
  const put: Put = (key, value) => {
    if (!NONE.has(value)) write(key, value);
  };
  if (header !== '') put('Header', header);
  for (const part of event.children) {
    if (part.name === 'System') for (const item of part.children) addSystem(put, item);
    else if (part.name === 'EventData') addData(put, part);
    else if (part.name === 'RenderingInfo')
      for (const { name, text } of part.children) put(name === 'Message' ? name : `Rendered${name}`, text);
    else addOther(write, part);
  }
  // The account that wrote the event (Sysmon's service) is not the user whom the event is about.
  if (record['User'] !== undefined && record['UserID'] !== undefined) {
    const { UserID, ...others } = record;
    return { ...others, WriterUserID: UserID };
  }
  return record;
}

function addSystem(put: Put, { name, text, attributes }: XmlElement): void {
  put(name, text);
  for (const [key, value] of attributes) put(NAMES[`${name}.${key}`] ?? `${name}${key}`, value);
}

function addData(put: Put, data: XmlElement): void {
  for (const [key, value] of data.attributes) put(`EventData${key}`, value);
  for (const { name, text, attributes, children } of data.children) {
    const [, key = name] = attributes.find(([attribute]) => attribute === 'Name') ?? [];
    put(key, children.length === 0 ? text : JSON.stringify(children.map(jsonOf)));
  }
}

/** `UserData` has one element of the provider's: its plain values stand for themselves, like those of EventData. */
function addOther(put: (key: string, value: string | JsonObject) => void, part: XmlElement): void {
  const [data] = part.children;
  if (part.name !== 'UserData' || part.children.length !== 1 || data === undefined) {
    put(part.name, jsonOf(part));
    return;
  }
  for (const item of data.children) {
    const isPlain = item.children.length === 0 && item.attributes.length === 0;
    if (isPlain && item.text !== '') put(item.name, item.text);
  }
  const others = data.children.filter(({ children, attributes }) => children.length > 0 || attributes.length > 0);
  const rest = jsonOf({ ...data, children: others });
  put('UserDataName', data.name);
  if (Object.keys(rest).length > 0) put('UserData', rest);
}

/** Elements of `UserData` and the like, whose shape each provider chooses. */
function jsonOf({ text, attributes, children }: XmlElement): JsonObject {
  const made: JsonObject = {};
  const put = fieldWriter(made);
  for (const [key, value] of attributes) if (!key.startsWith('xmlns')) put(key, value);
  for (const child of children) {
    const isPlain = child.children.length === 0 && child.attributes.length === 0;
    put(child.name, isPlain ? child.text : jsonOf(child));
  }
  if (text !== '') put('text', text);
  return made;
}
