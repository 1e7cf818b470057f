/** Rows of who did what on how many days → what is usual for each principal, its peers, its account and everybody; one scan serves several detectors. */
import * as z from 'zod';
import { ABOUT, column } from './detector.ts';

/** One principal and one value (an action, a region) of the look-back or the judged day. */
export const MATRIX_ROW = z.object({
  ...ABOUT,
  principal_kind: column.text,
  peer_group: column.text,
  value: column.text,
  /** Days before the judged one with it. */
  before_days: column.count,
  /** Times on the judged day. */
  today: column.count,
  /** yyyyMMdd of the first time in the look-back. */
  first_day: column.text,
  /** yyyyMMdd of the judged day. */
  judged_day: column.text,
});
export type MatrixRow = z.infer<typeof MATRIX_ROW>;

export interface Subject {
  subject: string;
  group: string;
  kind: string;
  rows: MatrixRow[];
  /** Days since it was first seen in the look-back. */
  historyDays: number;
}

export interface Matrix {
  subjects: Subject[];
  /** Days since anything was first seen. */
  orgDays: number;
  groupSize: ReadonlyMap<string, number>;
}

/** Midnight of a day written as yyyyMMdd, epoch ms. */
export const dayMs = (day: string): number =>
  Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)));

/** Days between two days written as yyyyMMdd; 0 where one is none. */
export const daysBetween = (from: string, to: string): number => {
  const days = Math.round((dayMs(to) - dayMs(from)) / 86_400_000);
  return Number.isFinite(days) ? Math.max(0, days) : 0;
};

export function matrixOf(rows: readonly MatrixRow[]): Matrix {
  const bySubject = new Map<string, MatrixRow[]>();
  for (const row of rows) {
    const own = bySubject.get(row.subject);
    if (own === undefined) bySubject.set(row.subject, [row]);
    else own.push(row);
  }
  const subjects = [...bySubject].map(([subject, own]): Subject => {
    const [first] = own;
    const history = Math.max(0, ...own.map(({ first_day, judged_day }) => daysBetween(first_day, judged_day)));
    // Somebody who changed groups is compared with where the most of the work is.
    const group = mostOf(own);
    return { subject, group, kind: first?.principal_kind ?? '', rows: own, historyDays: history };
  });
  const groupSize = new Map<string, number>();
  for (const { group, historyDays } of subjects) if (historyDays > 0) groupSize.set(group, (groupSize.get(group) ?? 0) + 1);
  return { subjects, orgDays: Math.max(0, ...subjects.map(({ historyDays }) => historyDays)), groupSize };
}

function mostOf(rows: readonly MatrixRow[]): string {
  const weights = new Map<string, number>();
  for (const { peer_group, before_days, today } of rows)
    weights.set(peer_group, (weights.get(peer_group) ?? 0) + before_days + (today > 0 ? 1 : 0));
  return [...weights].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? '';
}

/** Sums of days by value, and over all values, for some scope of principals. */
export class Habits {
  readonly #days = new Map<string, number>();
  total = 0;

  add(value: string, days: number): void {
    if (days <= 0) return;
    this.#days.set(value, (this.#days.get(value) ?? 0) + days);
    this.total += days;
  }

  days(value: string): number {
    return this.#days.get(value) ?? 0;
  }
}

/** Habits of every scope of a kind, by its name. */
export class HabitsBy {
  readonly #scopes = new Map<string, Habits>();

  of(scope: string): Habits {
    const known = this.#scopes.get(scope);
    if (known !== undefined) return known;
    const made = new Habits();
    this.#scopes.set(scope, made);
    return made;
  }
}
