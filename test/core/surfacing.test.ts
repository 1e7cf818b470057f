import { describe, expect, it } from 'vitest';
import { type Alert, alertOf } from '../../functions/core/alert.ts';
import type { Level } from '../../functions/core/finding.ts';
import type { IncidentHead } from '../../functions/core/incident.ts';
import { composeHead } from '../../functions/core/incident-head.ts';
import type { Habit } from '../../functions/core/risk.ts';
import { DAY, finding, HOUR, T0, user } from '../correlate/story.ts';

interface Told {
  rule: string;
  hours?: number;
  level?: Level;
  tactic?: string;
  source?: string;
}

const alert = ({ rule, hours = 0, level = 'medium', tactic = 'persistence', source = 'aws-cloudtrail' }: Told): Alert => ({
  ...alertOf(finding({ rule, atMs: T0 + hours * HOUR, level, tactics: [tactic], entities: [user('ann')], eventUid: rule }), T0),
  source,
});

function head(alerts: readonly Alert[], habits?: ReadonlyMap<string, Habit>): IncidentHead {
  const [root] = alerts;
  const more = habits === undefined ? {} : { habits };
  return composeHead({ rootAlertId: root?.id ?? '', alerts, fromSignals: false, createdAtMs: T0, ...more });
}

describe('surfacing', () => {
  it('shows what rarely comes together, and says so', () => {
    const shown = head([alert({ rule: 'a', level: 'high' }), alert({ rule: 'b' })]);
    expect(shown.surfacing.isSurfaced).toBe(true);
    expect(shown.surfacing.reasons[0]?.en).toBe(
      '2 different rules, new for the actor, within 1 h: rarity 8.1, shown from 6.6 on',
    );
  });

  it('keeps one medium alert, with what is missing', () => {
    const kept = head([alert({ rule: 'a' })]);
    expect(kept.surfacing.isSurfaced).toBe(false);
    expect(kept.surfacing.reasons.map(({ en }) => en)).toEqual([
      'Kept, not shown: rarity 3.8, shown from 6.6 on',
      'risk 40 of 200',
    ]);
    expect(kept.surfacing.reasons.every(({ ja }) => /[ぁ-んァ-ヶ一-龠]/.test(ja))).toBe(true);
  });

  it('asks for risk, or for many rules, where nothing is known of how common they are', () => {
    const low = ['a', 'b', 'c', 'd', 'e'].map((rule, i) =>
      alert({ rule, level: 'low', source: i === 0 ? 'okta' : 'aws-cloudtrail' }),
    );
    expect(head(low.slice(0, 4)).surfacing.isSurfaced).toBe(false);
    expect(head(low).surfacing.isSurfaced).toBe(true);
    // An administrator at work.
    expect(head(low.map((one) => ({ ...one, source: 'aws-cloudtrail' }))).surfacing.isSurfaced).toBe(false);
    // One that is known to be usual for others tells that the rest are not.
    const known = new Map([[low[0]?.id ?? '', { repeats: 1, actors: 4 }]]);
    expect(head(low.slice(0, 3), known).surfacing.isSurfaced).toBe(true);
  });

  it('shows what risk alone says, however common its rules are', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((rule, i) => alert({ rule, level: 'critical', hours: i * 13 }));
    const habits = new Map(many.map(({ id }) => [id, { repeats: 1, actors: 12 }]));
    expect(head(many, habits).surfacing.reasons[0]?.en).toMatch(/^Risk \d+(\.\d)? reached the threshold of 200/);
  });

  it('shows one grave alert that is news here; not one that its rule says of many, or again of the same actor', () => {
    const grave = alert({ rule: 'a', level: 'high' });
    const judged = (habit: Habit) => head([grave], new Map([[grave.id, habit]])).surfacing;
    expect(judged({ repeats: 1, actors: 1 })).toMatchObject({
      isSurfaced: true,
      reasons: [{ en: expect.stringMatching(/^"Rule a" is grave/) }],
    });
    expect(judged({ repeats: 1, actors: 3 }).isSurfaced).toBe(false);
    expect(judged({ repeats: 2, actors: 1 }).isSurfaced).toBe(false);
  });

  const three = (hours: number): Alert[] => [
    alert({ rule: 'a', tactic: 'initial-access', source: 'okta' }),
    alert({ rule: 'b', tactic: 'discovery', level: 'low', source: 'okta' }),
    alert({ rule: 'c', tactic: 'exfiltration', hours, level: 'low' }),
  ];
  const habits = (alerts: readonly Alert[], habit: Habit) => new Map(alerts.map(({ id }) => [id, habit]));

  it('counts what comes together within half a day', () => {
    const shown = (hours: number): boolean =>
      head(three(hours), habits(three(hours), { repeats: 1, actors: 10 })).surfacing.isSurfaced;
    expect(shown(11)).toBe(true);
    expect(shown(13)).toBe(false);
  });

  it('counts little what a rule said of the actor before, or what it says of many', () => {
    const alerts = three(1);
    expect(head(alerts, habits(alerts, { repeats: 1, actors: 10 })).surfacing.isSurfaced).toBe(true);
    expect(head(alerts, habits(alerts, { repeats: 1, actors: 60 })).surfacing.isSurfaced).toBe(false);
    expect(head(alerts, habits(alerts, { repeats: 2, actors: 1 })).surfacing.isSurfaced).toBe(false);
  });

  it('does not let a rule that is common here confirm itself', () => {
    const alerts = ['a', 'b', 'c'].map((uid) => ({ ...alert({ rule: uid, level: 'high' }), ruleId: 'loud' }));
    expect(head(alerts).surfacing.isSurfaced).toBe(true);
    const common = new Map(alerts.map(({ id }, i) => [id, { repeats: i + 1, actors: 4 }]));
    expect(head(alerts, common).surfacing.isSurfaced).toBe(false);
  });

  it('counts no more what a person judged harmless, and shows again what is new by itself', () => {
    const alerts = ['a', 'b', 'c', 'd'].map((rule) => alert({ rule, level: 'high' }));
    const composed = (settled: readonly Alert[]) =>
      composeHead({
        rootAlertId: alerts[0]?.id ?? '',
        alerts,
        fromSignals: false,
        createdAtMs: T0,
        settled: new Set(settled.map(({ id }) => id)),
        habits: habits(alerts, { repeats: 1, actors: 4 }),
      });
    expect(composed(alerts)).toMatchObject({ surfacing: { isSurfaced: false }, severity: 'high' });
    expect(composed(alerts).surfacing.reasons[0]?.en).toBe('Every alert of it was judged false or benign');
    expect(composed(alerts.slice(0, 3)).surfacing.isSurfaced).toBe(false);
    expect(composed(alerts.slice(0, 2)).surfacing.isSurfaced).toBe(true);
    expect(composed(alerts.slice(0, 2)).explanation.at(-1)?.en).toBe(
      'Judged false or benign, and counted no more: 2 of its alerts',
    );
    expect(composed(alerts.slice(0, 2)).alertIds).toHaveLength(4);
  });

  it('shows a touched decoy always, by whatever rule and however often before', () => {
    const plain = alert({ rule: 'a', level: 'low' });
    const usual = new Map([[plain.id, { repeats: 9, actors: 90 }]]);
    expect(head([plain], usual).surfacing.isSurfaced).toBe(false);
    const { surfacing } = head([{ ...plain, isCanary: true }], usual);
    expect(surfacing.isSurfaced).toBe(true);
    expect(surfacing.reasons[0]?.en).toContain('touches a decoy');
  });

  it('shows what meets an indicator of high confidence at once', () => {
    const hit = { ...alert({ rule: 'a', level: 'low' }), factors: { asset: 1, exposure: 1, intel: 1.8 } };
    expect(head([hit]).surfacing.isSurfaced).toBe(true);
    expect(head([{ ...hit, factors: { asset: 1, exposure: 1, intel: 1.5 } }]).surfacing.isSurfaced).toBe(false);
  });
});

describe('what would lower an incident', () => {
  it('computes what is left without each rule', () => {
    const texts = head([alert({ rule: 'a', level: 'high' }), alert({ rule: 'b' })]).lowers.map(({ en }) => en);
    expect(texts).toContain('If "Rule a" is false, it is medium, and leaves the queue');
    // A grave alert that is news stays before a person alone.
    expect(texts.some((text) => text.includes('"Rule b"'))).toBe(false);
    const [first] = head(['a', 'b', 'c'].map((rule) => alert({ rule }))).lowers.map(({ en }) => en);
    expect(first).toBe('If "Rule a" is false, it is medium, and leaves the queue');
  });

  it('says when risk is below the threshold again, and what habit has taken off already', () => {
    const alerts = ['a', 'b', 'c', 'd'].map((rule) => alert({ rule, level: 'high' }));
    const habits = new Map([[alerts[3]?.id ?? '', { repeats: 1, actors: 12 }]]);
    const texts = head(alerts, habits).lowers.map(({ en }) => en);
    expect(texts.some((text) => /^Risk halves every 24 h: \d+ h after/.test(text))).toBe(true);
    expect(texts).toContain('"Rule d" counts for less already: it named 12 actors this week');
    expect(head([alert({ rule: 'a' })]).lowers.map(({ en }) => en)).toEqual(['If "Rule a" is false, nothing of it is left']);
  });

  it('keeps what old alerts did in the path, in order', () => {
    const { path } = head([
      alert({ rule: 'a', tactic: 'initial-access' }),
      alert({ rule: 'b', tactic: 'exfiltration', hours: (2 * DAY) / HOUR }),
    ]);
    expect(path).toEqual({ tactics: ['initial-access', 'exfiltration'], score: 2 });
  });
});
