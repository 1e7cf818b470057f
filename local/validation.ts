/** Events on their way to the lake → which rules of OCSF 1.8.0 they break, how often, and whose they are. */
import type { OcsfEvent } from '../functions/core/ocsf/event.ts';
import { validateEvent } from '../functions/core/ocsf/validate.ts';
import { safeText } from '../functions/core/terminal-text.ts';

export interface BrokenRule {
  source: string;
  classUid: number;
  /** `missing_required`, `enum_unknown` … */
  kind: string;
  /** Attribute path, `[]` for list items. */
  path: string;
  isWarning: boolean;
  /** How many times. */
  count: number;
  /** What the first one was; may quote log text, made safe. */
  example: string;
}

export interface Validation {
  /** Judged, and of these not valid. Warnings do not make an event invalid. */
  events: number;
  invalid: number;
  warnings: number;
  /** Errors first, the most frequent first. */
  rules: BrokenRule[];
}

export interface Validator {
  inspect(event: OcsfEvent, sourceId: string): void;
  result(): Validation;
}

export function createValidator(): Validator {
  const broken = new Map<string, BrokenRule>();
  const counts = { events: 0, invalid: 0, warnings: 0 };
  return {
    inspect: (event, source) => {
      counts.events++;
      const issues = validateEvent(event);
      if (issues.some(({ isWarning }) => !isWarning)) counts.invalid++;
      else if (issues.length > 0) counts.warnings++;
      for (const { kind, path, isWarning, message } of issues) {
        const key = `${source} ${event.class_uid} ${kind} ${path}`;
        const known = broken.get(key);
        if (known !== undefined) known.count++;
        else
          broken.set(key, {
            ...{ source, classUid: event.class_uid, kind, path: safeText(path, 120), isWarning, count: 1 },
            example: safeText(message, 160),
          });
      }
    },
    result: () => ({
      ...counts,
      rules: [...broken.values()].sort(
        (a, b) => Number(a.isWarning) - Number(b.isWarning) || b.count - a.count || (a.path < b.path ? -1 : 1),
      ),
    }),
  };
}
