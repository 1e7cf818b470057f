/** Says which attributes of an event are observables: the values that an analyst or an indicator feed would look for. */
import { type AttributeFacts, captionOf, objectFacts } from './schema.ts';

/**
 * Observable types that we list: hostname, IP, MAC, user name, e-mail, URL, file name, hash, process name, resource uid,
 * command line, user agent, CVE, credential id, user uid, file path. Ports, process ids, countries and account ids are left
 * out: they are in nearly every event, so nobody finds anything by them.
 */
export const OBSERVABLE_TYPE_IDS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 16, 18, 19, 31, 45]);

/** Top-level attributes about the record itself or told by others; nothing in them happened in the event. */
export const UNOBSERVED: ReadonlySet<string> = new Set([
  'metadata',
  'raw_data_hash',
  'enrichments',
  'osint',
  'observables',
  'unmapped',
]);

/** What an observable at one attribute path has in common, whatever its value. */
export interface ObservableKind {
  /** Attribute path, `[]` for list items. */
  name: string;
  type_id: number;
  type: string;
}

/** The kind of observable that an attribute's values are, or undefined where they are none that we list. */
export function observableKind(attribute: AttributeFacts, path: string): ObservableKind | undefined {
  const id = attribute.observableTypeId;
  if (id === undefined || !OBSERVABLE_TYPE_IDS.has(id)) return undefined;
  return { name: path, type_id: id, type: captionOf(objectFacts('observable'), 'type_id', id) ?? '' };
}
