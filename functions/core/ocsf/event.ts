/** The shape that every OCSF event has, whatever its class: the attributes that the engine itself reads. */
import type { Json, JsonObject } from '../json.ts';

/** The pinned schema version. @see https://schema.ocsf.io/1.8.0 */
export const OCSF_VERSION = '1.8.0';

export interface OcsfObservable {
  /** Attribute path, `[]` for list items: `resources[].uid`. */
  name: string;
  type_id: number;
  type: string;
  value: string;
}

export interface OcsfMetadata {
  version: string;
  /** The provider's own event id, else a hash of the record: what makes the same event, arriving twice, one event. */
  uid: string;
  product: { name: string; vendor_name: string; [attribute: string]: Json };
  profiles?: string[];
  [attribute: string]: Json | undefined;
}

/** An event as the lake stores it. OCSF attributes stay snake_case; absent means absent, never null or empty. */
export interface OcsfEvent {
  class_uid: number;
  class_name: string;
  category_uid: number;
  category_name: string;
  activity_id: number;
  activity_name: string;
  type_uid: number;
  type_name: string;
  /** Epoch milliseconds, UTC. */
  time: number;
  severity_id: number;
  severity: string;
  metadata: OcsfMetadata;
  observables?: OcsfObservable[];
  /** What has no OCSF attribute, flattened: dotted raw path → text. */
  unmapped?: Record<string, string>;
  [attribute: string]: Json | undefined | OcsfMetadata | OcsfObservable[] | Record<string, string> | JsonObject;
}
