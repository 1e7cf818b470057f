/** The part of `soc.config.ts` that says how this SOC works its cases: tiers, clocks, four eyes, markings, people and shifts. */
import * as z from 'zod';
import { option, text } from '../config-option.ts';
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

const CLOCK = {
  acknowledge: text('Until an analyst takes it.', '担当者が着手するまで。'),
  escalate: text('Until it is decided whether it goes up.', 'エスカレーションを判断するまで。'),
  contain: text('Until it is contained.', '封じ込めまで。'),
  resolve: text('Until it is resolved.', '解決まで。'),
};
const WHY = text(
  'What SOCs commonly promise for it; docs/metrics.md measures whether it is kept.',
  'SOC で一般的な目標値。守れているかは docs/metrics.md の指標で測ります。',
);
const clock = (kind: keyof typeof CLOCK, left: string | null) =>
  option(z.nullable(durationSchema).default(left), { ...CLOCK[kind], unit: 'm, h, d, bh, bd', why: WHY });

const clocks = (acknowledge: string, escalate: string | null, contain: string | null, resolve: string) =>
  z
    .strictObject({
      acknowledge: clock('acknowledge', acknowledge),
      escalate: clock('escalate', escalate),
      contain: clock('contain', contain),
      resolve: clock('resolve', resolve),
    })
    .prefault({});

const ESCALATION = z.strictObject({
  priorities: option(z.array(z.enum(PRIORITIES)).min(1), text('Which priorities.', '対象の優先度。')),
  clock: option(z.enum(CLOCKS), text('Which clock.', '対象の時計。')),
  percent: option(z.int().min(1).max(1000), {
    ...text("How much of the clock's time has passed.", '経過した割合。'),
    unit: 'percent',
  }),
  to: option(tierId, text('The tier that it goes up to.', '引き上げ先の階層。')),
});

const PERSON = z.strictObject({
  id: option(personSchema, text('As cases and @mentions name them.', 'ケースと @メンションでの ID。')),
  name: option(z.string().max(100).optional(), text('As people call them.', '表示名。')),
  tier: option(tierId.default('tier1'), {
    ...text('The tier that they work in.', '所属する階層。'),
    why: text('The first line.', '一次対応。'),
  }),
  email: option(z.email().optional(), text('Their address.', 'メールアドレス。')),
});

const SHIFT = z.strictObject({
  name: option(z.string().min(1).max(50), text('What the shift is called.', 'シフトの名前。')),
  timeZone: option(zone.optional(), text("IANA name. Left out: the calendar's.", 'IANA 名。省略すると営業時間のタイムゾーン。')),
  days: option(weekdays.default([1, 2, 3, 4, 5, 6, 7]), {
    ...text('Days of the week on which it begins, 1 is Monday.', '始まる曜日。1 が月曜日。'),
    unit: 'ISO 8601 weekday',
    why: text('A shift of every day.', '毎日のシフト。'),
  }),
  from: option(clockTime, text('When it begins.', '開始時刻。')),
  to: option(clockTime, text('When it ends; before `from`: past midnight.', '終了時刻。`from` より前なら翌日。')),
  teams: option(
    z.array(z.array(personSchema).min(1)).min(1),
    text(
      'Teams of people that take turns by the week, counted from `rotationStart`; one team is always on.',
      '週ごとに交代するチーム。`rotationStart` から数え、1 チームなら常にそのチームです。',
    ),
  ),
  rotationStart: option(day.default('2026-01-05'), {
    ...text('The day on which the first team begins.', '最初のチームが始まる日。'),
    why: text('A Monday.', '月曜日。'),
  }),
});

const ABSENCE = z.strictObject({
  who: option(personSchema, text('Who is away.', '不在の人。')),
  from: option(day, text('First day.', '最初の日。')),
  to: option(day, text('Last day.', '最後の日。')),
  cover: option(personSchema.optional(), text('Who stands in.', '代わりの人。')),
});

/** Every option has a default; unknown keys are errors. */
export const casePolicySchema = z.strictObject({
  tiers: option(z.array(tierId).min(1).max(10).default(['tier1', 'tier2', 'tier3']), {
    ...text(
      'The tiers of analysts from the first line up; a case begins in the first.',
      '一次対応から順に並べた担当者の階層。ケースは最初の階層で始まります。',
    ),
    why: text('Three lines are what most SOCs have.', '多くの SOC は三階層のため。'),
  }),
  sla: option(
    z
      .strictObject({
        P1: clocks('15m', '30m', '4h', '1d'),
        P2: clocks('30m', '2h', '8h', '3d'),
        P3: clocks('4h', '8h', '3bd', '5bd'),
        P4: clocks('8h', null, '5bd', '10bd'),
      })
      .prefault({}),
    text(
      'How long each priority may take, from when the case was shown: `15m`, `4h`, `1d` pass day and night, `4bh` and `3bd` only in business time; null: no clock.',
      '各優先度の制限時間。ケースの表示から数えます。`15m`、`4h`、`1d` は昼夜を問わず、`4bh`、`3bd` は営業時間だけ進みます。null は時計なし。',
    ),
  ),
  calendar: option(
    z
      .strictObject({
        timeZone: option(zone.default('UTC'), {
          ...text("IANA name of the SOC's time zone.", 'SOC のタイムゾーン（IANA 名）。'),
          why: text('The zone that nobody mistakes.', '誰も取り違えないため。'),
        }),
        days: option(weekdays.default([1, 2, 3, 4, 5]), {
          ...text('Business days, 1 is Monday.', '営業曜日。1 が月曜日。'),
          unit: 'ISO 8601 weekday',
          why: text('Monday to Friday.', '月曜から金曜。'),
        }),
        from: option(clockTime.default('09:00'), {
          ...text('When business begins.', '営業開始。'),
          why: text('Usual office hours.', '一般的な勤務時間。'),
        }),
        to: option(clockTime.default('18:00'), {
          ...text('When business ends.', '営業終了。'),
          why: text('Usual office hours.', '一般的な勤務時間。'),
        }),
        holidays: option(z.array(day).default([]), text('Days on which nobody works.', '休業日。')),
      })
      .prefault({}),
    text('The business time of `bh` and `bd`.', '`bh` と `bd` の営業時間。'),
  ),
  alarmPercents: option(z.array(z.int().min(1).max(100)).max(10).default([50, 75, 90, 100]), {
    ...text(
      "Parts of a clock's time at which the case says so, once each; 100 is a breach.",
      '時計がこの割合に達するたび、ケースが一度ずつ知らせます。100 は超過。',
    ),
    unit: 'percent',
    why: text('Half-way to plan, three quarters to act, 90 to call for help.', '半分で段取り、75 % で着手、90 % で応援要請。'),
  }),
  escalation: option(
    z.array(ESCALATION).default([{ priorities: ['P1', 'P2'], clock: 'acknowledge', percent: 100, to: 'tier2' }]),
    {
      ...text(
        'When a clock reaches so many percent and is not met, the case goes up to a tier.',
        '時計が指定の割合に達しても満たされないとき、ケースを上の階層へ引き上げます。',
      ),
      why: text('What nobody took in time must reach somebody else.', '誰も着手しないものは、別の人に届かなければならないため。'),
    },
  ),
  fourEyes: option(
    z
      .strictObject({
        severities: option(z.array(z.enum(LEVELS)).default(['high', 'critical']), {
          ...text(
            'Cases of these severities, and verdicts of these impacts, are closed by two persons.',
            'この深刻度のケースと影響の判定は、二人でクローズします。',
          ),
          why: text('A mistake there is costly.', '誤りの代償が大きいため。'),
        }),
      })
      .prefault({}),
    text('What needs two persons.', '二人の承認が必要なもの。'),
  ),
  defaultAssetTier: option(z.int().min(1).max(4).default(3), {
    ...text('The tier of assets that nobody has classified: 1 crown jewels … 4.', '未分類の資産の重要度。1 が最重要、4 まで。'),
    unit: 'tier',
    why: text('Neither alarm for everything nor silence.', '過剰でも過少でもないように。'),
  }),
  repeatDays: option(z.int().min(0).max(365).default(14), {
    ...text(
      'New alerts of what was judged false or benign within so many days after closing are counted and stay closed; later ones reopen.',
      '誤検知または無害と判定されたものの再発を、クローズ後この期間は件数だけ数えます。以降は再オープンします。',
    ),
    unit: 'days',
    why: text('As long as an incident gathers alerts.', 'インシデントがアラートを集める期間と同じ。'),
  }),
  tlp: option(z.enum(TLPS).default('AMBER'), {
    ...text('The Traffic Light Protocol marking that a case begins with.', 'ケースの最初の TLP。'),
    why: text('Within the organization, and who must know at its customers.', '組織内と、知る必要のある顧客まで。'),
  }),
  pap: option(z.enum(PAPS).default('AMBER'), {
    ...text('The Permissible Actions Protocol marking that a case begins with.', 'ケースの最初の PAP。'),
    why: text('Passive look-ups, nothing that the attacker could see.', '攻撃者に見えない受動的な調査まで。'),
  }),
  recipients: option(
    z
      .record(personSchema, z.strictObject({ clearance: option(z.enum(TLPS), text('Up to which TLP.', '上限の TLP。')) }))
      .default({}),
    text(
      'Who may get exports, by name. `community` and `public` never get AMBER or more.',
      'エクスポートを受け取れる相手。`community` と `public` に AMBER 以上は渡しません。',
    ),
  ),
  people: option(z.array(PERSON).default([]), text('The people of the SOC.', 'SOC のメンバー。')),
  shifts: option(
    z.array(SHIFT).default([]),
    text(
      'Who is on duty when. A shift that ends before it begins goes on past midnight.',
      '当番表。終了が開始より前のシフトは翌日まで続きます。',
    ),
  ),
  absences: option(
    z.array(ABSENCE).default([]),
    text('Days on which somebody is away, and who stands in.', '不在の日と代わりの人。'),
  ),
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
