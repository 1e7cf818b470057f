import { describe, expect, it } from 'vitest';
import { type Alert, alertOf } from '../../functions/core/alert.ts';
import type { Level } from '../../functions/core/finding.ts';
import { composeHead, type IncidentHead } from '../../functions/core/incident.ts';
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
  it('shows what reaches the threshold of risk, and says so', () => {
    const shown = head([alert({ rule: 'a', level: 'high' }), alert({ rule: 'b' })]);
    expect(shown.surfacing.isSurfaced).toBe(true);
    expect(shown.surfacing.reasons[0]?.en).toBe('Risk 110 reached the threshold of 100');
  });

  it('keeps one medium alert, with what is missing', () => {
    const kept = head([alert({ rule: 'a' })]);
    expect(kept.surfacing.isSurfaced).toBe(false);
    expect(kept.surfacing.reasons.map(({ en }) => en)).toEqual([
      'Kept, not shown: risk 40 of 100',
      '1 of 3 tactics, 1 of 2 families of sources',
    ]);
    expect(kept.surfacing.reasons.every(({ ja }) => /[ぁ-んァ-ヶ一-龠]/.test(ja))).toBe(true);
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

  const broad = (source: string, hours: number): Alert[] => [
    alert({ rule: 'a', tactic: 'initial-access', source: 'okta' }),
    alert({ rule: 'b', tactic: 'discovery', level: 'low', source: 'okta' }),
    alert({ rule: 'c', tactic: 'exfiltration', source, hours, level: 'low' }),
  ];

  it('shows three tactics from two families of sources, though the risk is small; what lies days back counts for less', () => {
    expect(head(broad('aws-cloudtrail', 12)).surfacing.isSurfaced).toBe(true);
    expect(head(broad('okta', 12)).surfacing.isSurfaced).toBe(false);
    expect(head(broad('aws-cloudtrail', 4 * 24)).surfacing.isSurfaced).toBe(false);
    expect(head(broad('aws-cloudtrail', 8 * 24)).surfacing.isSurfaced).toBe(false);
  });

  it('takes no tactic from what a rule said of the actor before, and little from what it says of many', () => {
    const alerts = broad('aws-cloudtrail', 1);
    const habits = (habit: Habit) => new Map(alerts.map(({ id }) => [id, habit]));
    expect(head(alerts, habits({ repeats: 1, actors: 10 })).surfacing.isSurfaced).toBe(true);
    expect(head(alerts, habits({ repeats: 1, actors: 60 })).surfacing.isSurfaced).toBe(false);
    expect(head(alerts, habits({ repeats: 2, actors: 1 })).surfacing.isSurfaced).toBe(false);
  });

  it('shows less risk where one thing led to the next in the order of the kill chain', () => {
    const chain = (tactics: readonly string[]) =>
      tactics.map((tactic, i) => alert({ rule: `r${i}`, tactic, hours: i, level: i < 2 ? 'medium' : 'low' }));
    expect(head(chain(['initial-access', 'persistence', 'exfiltration'])).surfacing.reasons[0]?.en).toMatch(
      /goes forward: Initial/,
    );
    // The same backwards, within an hour of each other: three new things at once are enough, days apart they are not.
    expect(head(chain(['exfiltration', 'persistence', 'initial-access'])).surfacing.reasons[0]?.en).toMatch(
      /^3 rules within a day/,
    );
    const slow = ['exfiltration', 'persistence', 'initial-access'].map((tactic, i) =>
      alert({ rule: `r${i}`, tactic, hours: i * 40, level: i < 2 ? 'medium' : 'low' }),
    );
    expect(head(slow).surfacing.isSurfaced).toBe(false);
  });

  it('takes no way forward that took longer than three days', () => {
    const way = (hours: number) =>
      head(
        ['initial-access', 'persistence', 'exfiltration'].map((tactic, i) =>
          alert({ rule: `r${i}`, tactic, hours: i === 2 ? hours : i, level: i < 2 ? 'medium' : 'low' }),
        ),
      ).surfacing.isSurfaced;
    expect(way(70)).toBe(true);
    expect(way(80)).toBe(false);
  });

  describe('of several things that are new for the actor', () => {
    const common: Habit = { repeats: 1, actors: 60 };
    const told = (rules: readonly Told[], habit: Habit = common) => {
      const alerts = rules.map(alert);
      return head(alerts, new Map(alerts.map(({ id }) => [id, habit]))).surfacing;
    };
    const three: Told[] = [
      { rule: 'a', tactic: 'persistence', source: 'm365' },
      { rule: 'b', tactic: 'collection', source: 'm365', hours: 8 },
      { rule: 'c', tactic: 'collection', source: 'm365', hours: 14 },
    ];

    it('shows three on one day by rules that are common here, and says so', () => {
      expect(told(three).reasons[0]?.en).toMatch(/^3 rules within a day say what they never said of the actor, over 2 /);
    });

    it.each<[string, readonly Told[], Habit]>([
      ['two of them', three.slice(0, 2), common],
      ['what lies over several days', three.map((one, i) => ({ ...one, hours: i * 20 })), common],
      ['what is of one tactic only', three.map((one) => ({ ...one, tactic: 'collection' })), common],
      ['signals beside one alert', three.map((one, i) => ({ ...one, level: i > 0 ? ('low' as const) : 'medium' })), common],
      ['what the rules said of the actor before', three, { repeats: 2, actors: 60 }],
    ])('keeps %s', (_, rules, habit) => {
      expect(told(rules, habit).isSurfaced).toBe(false);
    });
  });

  it('does not let a rule that is common here confirm itself', () => {
    const alerts = ['a', 'b', 'c'].map((uid) => ({ ...alert({ rule: uid, level: 'high' }), ruleId: 'loud' }));
    expect(head(alerts).surfacing.isSurfaced).toBe(true);
    const common = new Map(alerts.map(({ id }, i) => [id, { repeats: i + 1, actors: 4 }]));
    expect(head(alerts, common).surfacing.isSurfaced).toBe(false);
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
