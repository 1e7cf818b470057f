/** A case, its events, or a head of the queue → what somebody of this clearance may see of it. */
import type { CaseEvent } from '../case/event.ts';
import { mayRead, type Tlp } from '../case/marking.ts';
import type { CaseState } from '../case/state.ts';

export interface Visible<T> {
  value: T;
  /** Parts that were left out. */
  withheld: number;
}

/** Parts of a case that have markings of their own. A null marking is the case's. */
export function visibleCase(state: CaseState, clearance: Tlp): Visible<CaseState> {
  let withheld = 0;
  const among = <Part extends { tlp: Tlp | null }>(parts: readonly Part[]): Part[] =>
    parts.filter(({ tlp }) => {
      const isShown = tlp === null || mayRead(clearance, tlp);
      if (!isShown) withheld += 1;
      return isShown;
    });
  const value = {
    ...state,
    comments: among(state.comments),
    observables: among(state.observables),
    evidence: among(state.evidence),
    entries: among(state.entries),
  };
  return { value, withheld };
}

/** Events whose own marking is above the clearance are left out, and so is what was brought in by a merge, part by part. */
export function visibleEvents(events: readonly CaseEvent[], clearance: Tlp): Visible<CaseEvent[]> {
  const hidden = new Set(events.filter((event) => !mayRead(clearance, markOf(event) ?? 'CLEAR')).map(({ seq }) => seq));
  // A sighting or a step of custody tells of a thing that is hidden itself.
  const things = new Set(events.filter(({ seq }) => hidden.has(seq)).flatMap((event) => thingOf(event) ?? []));
  const shown = events.filter((event) => !hidden.has(event.seq) && !things.has(thingOf(event) ?? ''));
  return { value: shown, withheld: events.length - shown.length };
}

function markOf(event: CaseEvent): Tlp | undefined {
  if (event.kind === 'absorbed') {
    const { carried } = event.data;
    const marks = [carried.tlp, ...[...carried.observables, ...carried.evidence].map(({ tlp }) => tlp)];
    return marks.reduce<Tlp>((strictest, tlp) => (tlp === null || mayRead(strictest, tlp) ? strictest : tlp), 'CLEAR');
  }
  const { data } = event;
  return 'tlp' in data && data.tlp !== null && event.kind !== 'marking_set' ? (data.tlp as Tlp) : undefined;
}

function thingOf({ data }: CaseEvent): string | undefined {
  if ('observableId' in data) return `observable ${data.observableId}`;
  return 'evidenceId' in data ? `evidence ${data.evidenceId}` : undefined;
}
