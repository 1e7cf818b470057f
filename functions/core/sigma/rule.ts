/** The seam between detection content and the engine: what a compiled set of rules is asked, and what it answers. */
import type { Level } from '../finding.ts';
import type { JsonObject } from '../json.ts';
import type { OcsfEvent } from '../ocsf/event.ts';
import type { LocalText } from '../text.ts';

/** Three-valued: `not_applicable` means that the event has none of the fields that could decide, which is a visibility gap. */
export type Verdict = 'match' | 'no_match' | 'not_applicable';

/** A rule's metadata, as a finding needs it. The detection itself stays behind the compiler. */
export interface RuleInfo {
  /** Sigma UUID. */
  id: string;
  /** First 12 hex digits of the digest of the rule's content. */
  version: string;
  /** File path below `queries/`, without its ending; the thing's id for people. */
  path: string;
  title: string;
  level: Level;
  status: string;
  /** ATT&CK technique ids (`T1098.001`), from the `attack.` tags. */
  attack: string[];
  /** ATT&CK tactic slugs (v19.1), from the `attack.` tags. */
  tactics: string[];
  falsepositives: string[];
  /** From the rule's own `yagura` block; every part optional. */
  yagura: {
    /** Fields of the raw record that join the rule id in the dedup key; default: the acting principal. */
    dedup?: string[];
    /** Window of the dedup key in minutes (sliding, event time, a day in all); default 60. */
    dedupWindowMin?: number;
    /** Playbooks that fit, by id. */
    playbooks?: string[];
    /** D3FEND techniques of the response that fits. */
    d3fend?: string[];
    /** Hunts that look for the same in history, by the name of their file. */
    hunts?: string[];
    nextSteps?: LocalText;
  };
}

export interface RuleHit {
  rule: RuleInfo;
}

/** Rules compiled for the stream: pure, synchronous, safe against any event. */
export interface StreamRules {
  readonly rules: readonly RuleInfo[];
  /**
   * The rules that match one event of a source. Native rules see the raw record, `taxonomy: ocsf` rules the OCSF event.
   * A rule that throws is left out and reported through `onError`; it never stops the others.
   */
  match(
    sourceId: string,
    record: JsonObject,
    event: OcsfEvent,
    onError?: (rule: RuleInfo, error: unknown) => void,
  ): readonly RuleHit[];
}
