/** A product's log described as data: how its records are recognized, which OCSF class each becomes, and where its fields go. */
import type { JsonObject } from '../json.ts';
import type { LocalText } from '../text.ts';

/**
 * Tests on fields of the raw record that must all hold: dotted path → a text, some texts (`*` stands for anything, case does not count),
 * true for "is there", false for "is not there".
 */
export type When = Readonly<Record<string, string | readonly string[] | boolean>>;

/** How a text becomes an object: an endpoint, a URL, a file, a digest, a person. */
export type TextForm = 'address' | 'url' | 'file' | 'hash' | 'person';

/** Where an attribute's value comes from. Raw paths may choose an item of a list: `target[type=User].id`, `target[0].id`. */
export type From =
  /** The first of these raw paths that has a value of the attribute's type. */
  | string
  | readonly string[]
  /** A constant. */
  | { is: string | number | boolean | readonly string[] }
  /** A text in a form. */
  | { from: string | readonly string[]; as: TextForm; unless?: readonly string[] }
  /** A value by the raw text, looked up in a table with `*`; `else` where nothing fits. The raw text stays in `unmapped`. */
  | {
      from: string | readonly string[];
      table: Readonly<Record<string, string | number | boolean>>;
      else?: string | number | boolean;
    }
  /** As the paths alone; these texts say that there is no value (`4294967295`, `N/A`). */
  | { from: string | readonly string[]; unless: readonly string[] }
  /** One object for each object of a list (or for each text of it, read as `.`). */
  | { each: string | readonly string[]; fields: Fields }
  /** The whole value as JSON text. */
  | { json: string | readonly string[] }
  /** Texts of a list, or of numbered fields (`a#` is a0, a1, …), with a space between them: a command line of its arguments. */
  | { joined: string | readonly string[] };

/** OCSF attribute path below the event → its value. */
export type Fields = Readonly<Record<string, From>>;

/** Raw text → number, with `*`. */
export interface Lookup {
  from: string | readonly string[];
  table: Readonly<Record<string, number>>;
  else?: number;
}

/** What a record is. The first kind whose tests hold is taken; the last one should have none. */
export interface Kind {
  when?: When;
  class_uid: number;
  /** Default 99 (Other), named by the event's code. */
  activity?: number | Lookup;
  /** Where this kind has its time, before the places of all kinds. */
  time?: string | readonly string[];
  /** In addition to the fields of all kinds, and before them. */
  fields?: Fields;
}

export interface MappingSpec {
  id: string;
  title: LocalText;
  product: { name: string; vendor_name: string };
  arrivals?: readonly ('object' | 'event' | 'poll' | 'push')[];
  eventPatterns?: readonly JsonObject[];
  /** The Sigma log sources that the raw records satisfy. */
  logsources: readonly { product?: string; service?: string; category?: string }[];
  /** Regular expression on object keys that are this product's own. */
  keys?: RegExp;
  /** Keys of objects among them that hold no records, with the named reason to skip them. */
  skips?: readonly { key: RegExp; reason: string }[];
  /** A record is this product's where any of these holds. */
  match: readonly When[];
  /** Keys are read without regard to their case: exporters change it. */
  caseless?: boolean;
  /**
   * The record's own id; default a digest. Where several records carry one id: that id, and what tells them apart, together. A record
   * without its id has a digest: a stage or a kind alone would be the id of many, and copies of one id are dropped.
   */
  uid?: string | readonly string[] | { id: string | readonly string[]; and: readonly string[] };
  time: string | readonly string[];
  /** The product's own name of the event: `metadata.event_code`. */
  code?: string | readonly string[];
  /** 1 informational to 6 fatal; default 1. */
  severity?: Lookup;
  kinds: readonly Kind[];
  fields: Fields;
  /** Label of events that the vendor's own service made: where these tests hold. */
  vendorService?: When;
}
