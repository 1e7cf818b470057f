/** Hits of one indicator → a finding on the same path as every other: as grave as the feed is sure, with the events that met it. */
import { shortId } from '../digest.ts';
import type { Entity, Finding } from '../finding.ts';
import { dedupKeyOf } from '../finding-key.ts';
import { riskFactors } from '../risk-factors.ts';
import { type Indicator, levelOfConfidence } from './indicator.ts';

const HOUR_MS = 3_600_000;
/** Event ids of one finding; more events of the same actor and indicator add nothing. */
export const MAX_HIT_EVENTS = 200;

export interface Met {
  indicator: Indicator;
  source: string;
  eventUid: string;
  timeMs: number;
  entities: readonly Entity[];
  /** The attribute of the event. */
  name: string;
  /** Who did what, where the event at hand says it. */
  deed?: string;
}

export function indicatorFinding({ indicator, source, eventUid, timeMs, entities, name, deed }: Met): Finding {
  const { type, value, confidence, feed, says } = indicator;
  const of = says === undefined ? feed : `${feed}: ${says}`;
  return {
    uid: shortId('finding', 'indicator', type, value, eventUid),
    ruleId: `indicator/${type}`,
    ruleVersion: '1',
    title: `Indicator met: ${type} ${value.slice(0, 120)}`,
    level: levelOfConfidence(confidence),
    attack: [],
    tactics: [],
    source,
    analyticOf: 'yagura',
    eventUids: [eventUid],
    timeMs,
    entities: [...entities],
    summary:
      `${deed === undefined ? '' : `${deed}. `}${name} is ${value.slice(0, 200)}, known from ${of} (confidence ${confidence})`.slice(
        0,
        1000,
      ),
    dedupKey: dedupKeyOf([`indicator/${type}`, value], { entities, last: `event:${eventUid}` }),
    dedupWindowMs: HOUR_MS,
    factors: riskFactors({ intelConfidence: confidence }),
    nextSteps: {
      en: `See what else ${value.slice(0, 120)} touched; ask ${feed} how it knows; if it is right, contain the asset, else put it into indicators/allow.txt.`,
      ja: `${value.slice(0, 120)} が他に何に触れたかを調べ、${feed} の根拠を確認する。正しければ対象を封じ込め、誤りなら indicators/allow.txt に加える。`,
    },
  };
}

/** Adds hits to the findings of a run: the same indicator and whom it is about is one finding with more events. */
export class HitFindings<Extra> {
  readonly #found = new Map<string, { finding: Finding; extra: Extra }>();

  /** Returns true where it is a new finding. */
  add(met: Met, extra: Extra): boolean {
    const finding = indicatorFinding(met);
    const hour = Math.floor(met.timeMs / HOUR_MS);
    const key = `${finding.dedupKey}|${hour}`;
    const known = this.#found.get(key);
    if (known === undefined) {
      this.#found.set(key, { finding, extra });
      return true;
    }
    const { eventUids } = known.finding;
    if (eventUids.length < MAX_HIT_EVENTS && !eventUids.includes(met.eventUid)) eventUids.push(met.eventUid);
    return false;
  }

  /** What was found, and forgets it. */
  take(): { finding: Finding; extra: Extra }[] {
    const all = [...this.#found.values()];
    this.#found.clear();
    return all;
  }
}
