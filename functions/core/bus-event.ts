/** The events that stages exchange. A name is a past-tense fact; the detail stays under the bus's 256 KiB. */
import type { Finding } from './finding.ts';

export interface BusEvents {
  /** Rules or products judged events. */
  FindingsRaised: { findings: Finding[] };
  /** An incident began, grew, merged or changed its severity. `isWanted`: a person works on it, so it has a case however little it is. */
  IncidentChanged: { incidentId: string; version: number; isWanted?: true };
  /** A plan waits for people. */
  ApprovalAsked: { approvalId: string; incidentId: string };
  /** A response reached a terminal state. */
  ResponseEnded: { runId: string; incidentId: string; outcome: 'done' | 'rejected' | 'expired' | 'failed' | 'undone' };
  /** Something happened to a case: the events `fromSeq` to `seq` of its chain, and of what kinds they are. */
  CaseChanged: { incidentId: string; fromSeq: number; seq: number; kinds: string[] };
}
export type BusEventName = keyof BusEvents;
export type BusEvent = { [Name in BusEventName]: { name: Name; detail: BusEvents[Name] } }[BusEventName];

/** The `source` of every event that we put on the bus. */
export const BUS_SOURCE = 'yagura';
/** EventBridge takes 256 KiB an entry and a call; we stay under it with room for the envelope. @see PutEvents quota */
export const MAX_DETAIL_BYTES = 200_000;
