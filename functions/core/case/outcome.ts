/** What comes of an operation: events, or a refusal that says what is allowed instead. */
import { type Problem, YaguraError } from '../error.ts';
import type { LocalText } from '../text.ts';
import type { ActorKind, CaseEventData, CaseEventKind, NewCaseEvent } from './event.ts';
import type { CasePolicy } from './policy.ts';
import type { CaseState } from './state.ts';

/** Who acts. */
export interface Actor {
  id: string;
  kind: ActorKind;
}

export interface ApplyContext {
  actor: Actor;
  atMs: number;
  policy: CasePolicy;
  /** The state of the other case, for operations on two; undefined where there is no such case. */
  other?: CaseState | undefined;
}

export interface Refusal {
  /** `Conflict`: somebody else was there first. `Refused`: a rule forbids it. `NotFound`: what it names is not there. */
  code: 'Refused' | 'BadInput' | 'NotFound' | 'Conflict';
  what: LocalText;
  /** What may be done instead. */
  allowed: readonly string[];
}

export type Outcome =
  | {
      ok: true;
      /** Nothing to do is no event: saying it twice is no fault. */
      events: NewCaseEvent[];
      /** For the other case, in the same transaction. */
      otherEvents: NewCaseEvent[];
    }
  | { ok: false; refusal: Refusal };

export const done = (events: NewCaseEvent[], otherEvents: NewCaseEvent[] = []): Outcome => ({ ok: true, events, otherEvents });

export const event = <Kind extends CaseEventKind>(kind: Kind, data: CaseEventData<Kind>): NewCaseEvent =>
  ({ kind, data }) as NewCaseEvent;

export const refused = (what: LocalText, allowed: readonly string[] = [], code: Refusal['code'] = 'Refused'): Outcome => ({
  ok: false,
  refusal: { code, what, allowed },
});

export const notFound = (thing: LocalText, id: string, known: readonly string[]): Outcome =>
  refused({ en: `there is no ${thing.en} ${id}`, ja: `${thing.ja} ${id} はありません` }, known, 'NotFound');

/** A refusal as every caller tells it. */
export function refusalError({ code, what, allowed }: Refusal, locale: keyof LocalText = 'en'): YaguraError {
  const instead: Problem = { what: locale === 'en' ? 'what is possible' : '可能な操作', allowed: allowed.join(', ') };
  return new YaguraError(code, what[locale], { problems: allowed.length === 0 ? [] : [instead] });
}
