/** The part of `soc.config.ts` that says how this SOC works its cases: tiers, clocks, four eyes, markings, people and shifts. */
import * as z from 'zod';
import type { Problem } from '../error.ts';
import { LEVELS } from '../finding.ts';
import { durationSchema } from './duration.ts';
import { PAPS, TLPS } from './marking.ts';
import { personSchema } from './operation.ts';
import { PRIORITIES, type Priority } from './priority.ts';
import { CLOCKS } from './terms.ts';

const zone = z.string().refine(isTimeZone, 'an IANA time zone such as Asia/Tokyo');
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'HH:MM, 00:00 to 24:00');
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'yyyy-mm-dd');
/** ISO 8601: 1 is Monday. */
const weekdays = z.array(z.int().min(1).max(7)).min(1).max(7);
const tierId = z.string().regex(/^[a-z][a-z0-9-]{0,29}$/, 'a-z, 0-9 and -, at most 30');

const clocks = (acknowledge: string, escalate: string | null, contain: string | null, resolve: string) =>
  z
    .strictObject({
      acknowledge: z.nullable(durationSchema).default(acknowledge),
      escalate: z.nullable(durationSchema).default(escalate),
      contain: z.nullable(durationSchema).default(contain),
      resolve: z.nullable(durationSchema).default(resolve),
    })
    .prefault({});

/** Every option has a default; unknown keys are errors. */
export const casePolicySchema = z.strictObject({
  /** The tiers of analysts from the first line up; a case begins in the first. Default tier1, tier2, tier3. */
  tiers: z.array(tierId).min(1).max(10).default(['tier1', 'tier2', 'tier3']),
  /** How long each priority may take, from when the case was shown: `15m`, `4h`, `1d` pass day and night, `4bh` and `3bd` only in business time; null: no clock. */
  sla: z
    .strictObject({
      P1: clocks('15m', '30m', '4h', '1d'),
      P2: clocks('30m', '2h', '8h', '3d'),
      P3: clocks('4h', '8h', '3bd', '5bd'),
      P4: clocks('8h', null, '5bd', '10bd'),
    })
    .prefault({}),
  /** The business time of `bh` and `bd`. */
  calendar: z
    .strictObject({
      timeZone: zone.default('UTC'),
      days: weekdays.default([1, 2, 3, 4, 5]),
      from: clockTime.default('09:00'),
      to: clockTime.default('18:00'),
      /** Days on which nobody works. */
      holidays: z.array(day).default([]),
    })
    .prefault({}),
  /** Percent of a clock's time at which the case says so, once each; 100 is a breach. */
  alarmPercents: z.array(z.int().min(1).max(100)).max(10).default([50, 75, 90, 100]),
  /** When a clock reaches so many percent and is not met, the case goes up to a tier. */
  escalation: z
    .array(
      z.strictObject({
        priorities: z.array(z.enum(PRIORITIES)).min(1),
        clock: z.enum(CLOCKS),
        percent: z.int().min(1).max(1000),
        to: tierId,
      }),
    )
    .default([{ priorities: ['P1', 'P2'], clock: 'acknowledge', percent: 100, to: 'tier2' }]),
  /** Cases of these severities, and verdicts of these impacts, are closed by two persons. */
  fourEyes: z.strictObject({ severities: z.array(z.enum(LEVELS)).default(['high', 'critical']) }).prefault({}),
  /** The tier of assets that nobody has classified: 1 crown jewels … 4. */
  defaultAssetTier: z.int().min(1).max(4).default(3),
  /** New alerts of what was judged false or benign within so many days after closing are counted and stay closed; later ones reopen. */
  repeatDays: z.int().min(0).max(365).default(14),
  /** The marking that a case begins with. */
  tlp: z.enum(TLPS).default('AMBER'),
  pap: z.enum(PAPS).default('AMBER'),
  /** Who may get exports, by name: up to which TLP. `community` and `public` never get AMBER or more. */
  recipients: z.record(personSchema, z.strictObject({ clearance: z.enum(TLPS) })).default({}),
  /** The people of the SOC. */
  people: z
    .array(
      z.strictObject({
        id: personSchema,
        name: z.string().max(100).optional(),
        tier: tierId.default('tier1'),
        email: z.email().optional(),
      }),
    )
    .default([]),
  /** Who is on duty when. A shift that ends before it begins goes on past midnight. */
  shifts: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(50),
        timeZone: zone.optional(),
        days: weekdays.default([1, 2, 3, 4, 5, 6, 7]),
        from: clockTime,
        to: clockTime,
        /** Teams of people that take turns by the week, counted from `rotationStart`; one team is always on. */
        teams: z.array(z.array(personSchema).min(1)).min(1),
        rotationStart: day.default('2026-01-05'),
      }),
    )
    .default([]),
  /** Days on which somebody is away, and who stands in. */
  absences: z.array(z.strictObject({ who: personSchema, from: day, to: day, cover: personSchema.optional() })).default([]),
});
/** How this SOC works its cases, every default filled in. */
export type CasePolicy = z.output<typeof casePolicySchema>;
export type SlaTimes = CasePolicy['sla'][Priority];

export const DEFAULT_POLICY: CasePolicy = casePolicySchema.parse({});

/** What is right in form and wrong in meaning. */
export function policyProblems(policy: CasePolicy): Problem[] {
  const people = policy.people.map(({ id }) => id);
  const known = (at: string, word: string, allowed: readonly string[]): Problem[] =>
    allowed.includes(word)
      ? []
      : [{ at: `cases.${at}`, what: `unknown: ${word}`, allowed: allowed.join(', ') || 'nothing is declared' }];
  const twice = people.filter((id, i) => people.indexOf(id) !== i);
  return [
    ...policy.escalation.flatMap(({ to }, i) => known(`escalation.${i}.to`, to, policy.tiers)),
    ...policy.people.flatMap(({ tier }, i) => known(`people.${i}.tier`, tier, policy.tiers)),
    ...twice.map((id) => ({ at: 'cases.people', what: `${id} is there twice`, fix: 'remove one' })),
    ...policy.shifts.flatMap(({ teams }, i) => teams.flat().flatMap((id) => known(`shifts.${i}.teams`, id, people))),
    ...policy.absences.flatMap(({ who, cover }, i) => [
      ...known(`absences.${i}.who`, who, people),
      ...(cover === undefined ? [] : known(`absences.${i}.cover`, cover, people)),
    ]),
    ...policy.absences.flatMap(({ from, to }, i) =>
      from <= to ? [] : [{ at: `cases.absences.${i}`, what: `it ends (${to}) before it begins (${from})` }],
    ),
    ...(policy.calendar.from < policy.calendar.to
      ? []
      : [{ at: 'cases.calendar', what: `business ends (${policy.calendar.to}) before it begins (${policy.calendar.from})` }]),
  ];
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
