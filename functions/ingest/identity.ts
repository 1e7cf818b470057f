/** Turns arrivals and events into the names that make repeating them harmless: of a batch, of an object in the ledger, of an event. */
import { sha256, shortId } from '../core/digest.ts';
import type { OcsfEvent } from '../core/ocsf/event.ts';
import type { Arrival } from './arrival.ts';

/** The name of the outputs of a batch: a digest of what arrived, in any order. */
export const batchIdOf = (arrivals: readonly Arrival[]): string => shortId('batch', ...arrivals.map(identityOf).sort());

/** What tells an arrival from all others. */
export const identityOf = (arrival: Arrival): string =>
  arrival.kind === 'object' ? (arrival.identity ?? arrival.key) : `event:${arrival.id}`;

/** Where the ledger remembers that an object was ingested. */
export const ledgerKey = (identity: string): { pk: string; sk: string } => ({ pk: `ingested#${sha256(identity)}`, sk: 'done' });

/** One id with two contents is two events: whoever can repeat an id must not be able to hide what stands behind it. */
export function tellApart(event: OcsfEvent, digest: string): void {
  const { uid, labels } = event.metadata;
  event.metadata['original_event_uid'] = uid;
  event.metadata.uid = `${uid}#${digest.slice(0, 12)}`;
  event.metadata['labels'] = [...(Array.isArray(labels) ? labels : []), 'id_reused'];
}
