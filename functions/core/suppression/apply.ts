/** Turns suppressions into a function that lowers the findings they mean to signals: never lost, never loud, still seen by correlation. */
import { type Finding, type Level, levelRank } from '../finding.ts';
import { wholeExpr } from '../sigma/ast.ts';
import { compilePredicate, type Predicate } from '../sigma/predicate.ts';
import { FieldSlots, RecordReader } from '../sigma/record-reader.ts';
import { type Subject, type SubjectEvent, subjectRecord } from './subject.ts';
import type { Suppression } from './suppression.ts';

/** What is grave stays a signal that counts; what was medium or less becomes information. */
const lowered = (level: Level): Level => (levelRank(level) >= levelRank('high') ? 'low' : 'informational');

interface Compiled {
  suppression: Suppression;
  /** Lower case. */
  rules: ReadonlySet<string> | undefined;
  predicate: Predicate;
  reader: RecordReader;
}

/** What may name a rule beside its id: `scheduled/x` is also `x`. */
const namesOf = ({ ruleId, title }: Subject, path?: string): string[] =>
  [ruleId, title, ...(path === undefined ? [] : [path]), (path ?? ruleId).split('/').at(-1) ?? ruleId].map((name) =>
    name.toLowerCase(),
  );

export class Suppressor {
  readonly #compiled: readonly Compiled[];

  constructor(suppressions: readonly Suppression[]) {
    this.#compiled = [...suppressions].sort((a, b) => (a.id < b.id ? -1 : 1)).map(compile);
  }

  /** The finding, lowered and marked where a suppression means it. One that is marked already stays as it is. */
  apply(finding: Finding, about?: SubjectEvent & { rulePath?: string }): Finding {
    if (this.#compiled.length === 0 || finding.suppressedBy !== undefined) return finding;
    const found = this.find(finding, {
      timeMs: finding.timeMs,
      summary: finding.summary,
      ...(about === undefined ? {} : { about }),
    });
    if (found === undefined) return finding;
    return {
      ...finding,
      level: lowered(finding.level),
      suppressedBy: found.id,
      // It never hides in an alert that alerts, nor is lifted by one.
      dedupKey: `${finding.dedupKey}|suppressed:${found.id}`,
    };
  }

  /** The first suppression, by id, that held at that time and means it. Without the event those that read it mean nothing. */
  find(
    subject: Subject,
    { timeMs, summary, about }: { timeMs: number; summary: string; about?: SubjectEvent & { rulePath?: string } },
  ): Suppression | undefined {
    const names = namesOf(subject, about?.rulePath);
    let record: unknown;
    for (const { suppression, rules, predicate, reader } of this.#compiled) {
      if (timeMs < suppression.fromMs || timeMs >= suppression.untilMs) continue;
      if (suppression.readsEvent && about === undefined) continue;
      if (rules !== undefined && !names.some((name) => rules.has(name))) continue;
      record ??= subjectRecord(subject, summary, about);
      reader.begin(record);
      const isMeant = predicate.matches(reader);
      reader.begin(null);
      if (isMeant) return suppression;
    }
    return undefined;
  }
}

function compile(suppression: Suppression): Compiled {
  const slots = new FieldSlots();
  const predicate = compilePredicate(wholeExpr(suppression), slots);
  const rules = suppression.rules === 'any' ? undefined : new Set(suppression.rules.map((rule) => rule.toLowerCase()));
  return { suppression, rules, predicate, reader: new RecordReader(slots) };
}
