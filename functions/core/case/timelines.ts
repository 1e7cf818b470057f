/** A case and its incidents → the two timelines: what the attacker did, and what those who respond did. */
import type { TimelineEntry } from '../incident.ts';
import type { LocalText } from '../text.ts';
import { type ActorKind, actorKindOf, type CaseEvent, type CaseEventKind } from './event.ts';
import { eventText } from './event-text.ts';
import type { Tlp } from './marking.ts';
import type { CaseState } from './state.ts';

export interface AttackerMoment {
  timeMs: number;
  text: string;
  /** ATT&CK ids, where an alert tells them. */
  techniques: string[];
  /** The providers' event ids. */
  eventIds: string[];
  /** Null where a log says it, else the person who added it. */
  by: string | null;
  tlp: Tlp | null;
}

export interface ResponderMoment {
  timeMs: number;
  who: string;
  whoKind: ActorKind;
  kind: CaseEventKind;
  text: LocalText;
  tlp: Tlp | null;
}

/** The deeds that rules saw and the moments that people added, in order. @param deeds of the incident, and of those that were merged into the case */
export function attackerTimeline(state: CaseState, deeds: readonly TimelineEntry[]): AttackerMoment[] {
  const seen = deeds.map(({ timeMs, title, summary, techniques, eventIds }) => ({
    timeMs,
    text: `${title}: ${summary}`,
    techniques,
    eventIds,
    by: null,
    tlp: null,
  }));
  const added = state.entries
    .filter(({ side }) => side === 'attacker')
    .map(({ occurredAtMs, text, eventIds, by, tlp }) => ({ timeMs: occurredAtMs, text, techniques: [], eventIds, by, tlp }));
  return [...seen, ...added].sort((a, b) => a.timeMs - b.timeMs);
}

/** Housekeeping that no reader of a timeline needs. */
const QUIET: readonly CaseEventKind[] = ['watched', 'unwatched', 'work_started', 'work_stopped', 'exported'];

/** What was done to the case, and what people say that they did elsewhere, in order. */
export function responderTimeline(events: readonly CaseEvent[]): ResponderMoment[] {
  return events
    .filter((event) => !QUIET.includes(event.kind) && !(event.kind === 'task_added' && event.data.template !== null))
    .flatMap((event): ResponderMoment[] => {
      const moment = { who: event.actor, whoKind: actorKindOf(event), kind: event.kind };
      if (event.kind !== 'timeline_entry_added')
        return [{ ...moment, timeMs: event.atMs, text: eventText(event), tlp: tlpOf(event) }];
      const { side, occurredAtMs, text, tlp } = event.data;
      return side === 'attacker' ? [] : [{ ...moment, timeMs: occurredAtMs, text: { en: text, ja: text }, tlp }];
    })
    .sort((a, b) => a.timeMs - b.timeMs);
}

const tlpOf = (event: CaseEvent): Tlp | null =>
  event.kind === 'commented' || event.kind === 'observable_added' || event.kind === 'evidence_added' ? event.data.tlp : null;
