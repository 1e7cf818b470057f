/** A case → the copy that one recipient may have: refused where the case is above their clearance, with every item above it taken out. */
import type { Incident } from '../incident.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { CaseEvent } from './event.ts';
import { PHASE_OF } from './lifecycle.ts';
import { mayRead, mayUse, type Pap, type Tlp, type Use } from './marking.ts';
import type { Refusal } from './outcome.ts';
import type { CasePolicy } from './policy.ts';
import { priorityUnder, slaClocks } from './sla.ts';
import type { CaseState } from './state.ts';
import { attackerTimeline, responderTimeline } from './timelines.ts';

export const EXPORT_FORMAT = 'yagura-case/1';

export interface ExportInput {
  state: CaseState;
  events: readonly CaseEvent[];
  /** The incident, and those of the cases that were merged into it. */
  incidents: readonly Incident[];
  recipient: string;
  clearance: Tlp;
  /** What the recipient wants to do with what they get. */
  use: Use;
  policy: CasePolicy;
  atMs: number;
}

export type Exported = { ok: true; document: CaseDocument; redactedCount: number } | { ok: false; refusal: Refusal };

/** Plain JSON: what a program of the recipient reads. */
export type CaseDocument = JsonObject;

export function exportCase(input: ExportInput): Exported {
  const { state, clearance, recipient } = input;
  if (!mayRead(clearance, state.tlp))
    return {
      ok: false,
      refusal: {
        code: 'Refused',
        what: {
          en: `the case is TLP:${state.tlp}, and ${recipient} is cleared up to TLP:${clearance}`,
          ja: `ケースは TLP:${state.tlp} ですが、${recipient} の許可は TLP:${clearance} までです`,
        },
        allowed: ['another recipient', 'set_tlp, with a reason'],
      },
    };
  const redactor = new Redactor(state, input);
  const document = redactor.whole(documentOf(input, redactor));
  return { ok: true, document, redactedCount: redactor.count };
}

/** Takes out what is marked above the recipient, also where its value stands in other texts. */
class Redactor {
  count = 0;
  readonly #clearance: Tlp;
  readonly #use: Use;
  readonly #casePap: Pap;
  readonly #secrets: string[];

  constructor(state: CaseState, { clearance, use }: ExportInput) {
    this.#clearance = clearance;
    this.#use = use;
    this.#casePap = state.pap;
    this.#secrets = state.observables
      .filter(({ tlp, pap }) => this.#reason(tlp, pap) !== undefined)
      .map(({ value }) => value)
      .filter((value) => value.length >= 3)
      .sort((a, b) => b.length - a.length);
  }

  #reason(tlp: Tlp | null, pap?: Pap | null): string | undefined {
    if (tlp !== null && !mayRead(this.#clearance, tlp)) return `TLP:${tlp}`;
    const strictest = pap === undefined ? undefined : (pap ?? this.#casePap);
    return strictest === undefined || mayUse(this.#use, strictest) ? undefined : `PAP:${strictest}`;
  }

  /** The item, or only why it is not there. */
  item(marks: { tlp: Tlp | null; pap?: Pap | null }, item: JsonObject): JsonObject {
    const reason = this.#reason(marks.tlp, marks.pap);
    if (reason === undefined) return item;
    this.count++;
    return { redacted: reason };
  }

  whole(document: JsonObject): JsonObject {
    const clean = this.#value(document);
    return isJsonObject(clean) ? clean : {};
  }

  #value(value: Json): Json {
    if (typeof value === 'string') return this.#text(value);
    if (Array.isArray(value)) return value.map((one) => this.#value(one));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#value(one)]));
  }

  #text(text: string): string {
    let clean = text;
    for (const secret of this.#secrets) clean = clean.split(secret).join('[redacted]');
    if (clean !== text) this.count++;
    return clean;
  }
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

function documentOf(
  { state, events, incidents, recipient, clearance, use, policy, atMs }: ExportInput,
  redactor: Redactor,
): JsonObject {
  const { verdict } = state;
  return {
    format: EXPORT_FORMAT,
    exported_at: iso(atMs),
    recipient,
    clearance,
    use,
    tlp: state.tlp,
    pap: state.pap,
    id: state.incidentId,
    title: { ...state.title },
    status: state.status,
    phase: PHASE_OF[state.status],
    severity: state.severity,
    priority: priorityUnder(state, policy),
    verdict:
      verdict === null
        ? null
        : {
            verdict: verdict.verdict,
            impact: verdict.impact,
            root_cause: verdict.rootCause,
            reason: verdict.reason,
            at: iso(verdict.atMs),
          },
    times: Object.fromEntries(Object.entries(state.times).map(([name, ms]) => [name.replace(/Ms$/, ''), iso(ms)])),
    sla: slaClocks(state, policy, atMs).map(({ clock, dueMs, metMs, isBreached, isCancelled }) => ({
      clock,
      due: iso(dueMs),
      met: iso(metMs),
      breached: isBreached,
      cancelled: isCancelled,
    })),
    attack: {
      tactics: [...state.tactics],
      techniques: [...new Set(incidents.flatMap(({ techniques }) => techniques))],
    },
    attacker_timeline: attackerTimeline(
      state,
      incidents.flatMap(({ timeline }) => timeline),
    ).map(({ timeMs, text, techniques, eventIds, tlp }) =>
      redactor.item({ tlp }, { at: iso(timeMs), text, techniques, event_ids: eventIds.slice(0, 50) }),
    ),
    responder_timeline: responderTimeline(events).map(({ timeMs, who, text, tlp }) =>
      redactor.item({ tlp }, { at: iso(timeMs), who, text: { ...text } }),
    ),
    observables: state.observables.map(({ observableId, type, value, isMalicious, note, sightings, tlp, pap }) =>
      redactor.item(
        { tlp, pap },
        {
          id: observableId,
          type,
          value,
          malicious: isMalicious,
          note,
          sightings: sightings.map(({ seenAtMs, source }) => ({ at: iso(seenAtMs), source })),
        },
      ),
    ),
    evidence: state.evidence.map(({ evidenceId, name, sha256, sizeBytes, collectedBy, collectedAtMs, note, custody, tlp }) =>
      redactor.item(
        { tlp },
        {
          id: evidenceId,
          name,
          sha256,
          size_bytes: sizeBytes,
          collected_by: collectedBy,
          collected_at: iso(collectedAtMs),
          note,
          custody: custody.map(({ action, to, by, atMs: at, note: why }) => ({ action, to, by, at: iso(at), note: why })),
        },
      ),
    ),
    links: state.links.map(({ to, relation }) => ({ to, relation })),
    merged: state.absorbed.map(({ caseId, by }) => ({ id: caseId, by })),
    chain: { events: state.seq, last_hash: state.lastHash },
  };
}
