import { describe, expect, it } from 'vitest';
import { Simulation } from '../../local/simulate/day.ts';
import { goalsOf } from '../../local/simulate/report.ts';
import { play } from '../../local/simulate/run.ts';
import { score, wilsonUpper } from '../../local/simulate/score.ts';

const options = { alerts: 600, chains: 10, people: 1500, startMs: Date.UTC(2026, 10, 18) };
const findings = <T>(day: readonly { finding: T }[]): T[] => day.map(({ finding }) => finding);

describe('the simulated day', () => {
  it('is the same for a seed, another for another, and has exactly the alerts that were asked for', () => {
    const day = new Simulation({ ...options, seed: 3 }).attackedDay();
    expect(day.findings).toHaveLength(600);
    expect(new Set(day.findings.map(({ finding }) => finding.uid)).size).toBe(600);
    expect(new Simulation({ ...options, seed: 3 }).attackedDay()).toEqual(day);
    expect(new Simulation({ ...options, seed: 4 }).attackedDay().findings[0]?.finding.uid).not.toBe(day.findings[0]?.finding.uid);
    expect(day.chains.reduce((sum, { alerts }) => sum + alerts, 0)).toBe(
      day.findings.filter(({ truth }) => truth.startsWith('chain')).length,
    );
  });

  it('gives a quiet day without any attack', () => {
    const quiet = new Simulation({ ...options, seed: 3 }).quietDay(1);
    expect(quiet.some(({ truth }) => truth.startsWith('chain'))).toBe(false);
    expect(Math.max(...quiet.map(({ finding }) => finding.timeMs))).toBeLessThan(options.startMs + 3 * 3_600_000);
  });

  it('is told apart by the correlation: attacks found whole, none glued, nothing without a disposition, on three seeds', {
    timeout: 300_000,
  }, async () => {
    for (const seed of [1, 2, 3]) {
      const day = new Simulation({ ...options, seed }).attackedDay();
      const scored = score(day, await play([findings(day.findings)]));
      const met = Object.fromEntries(goalsOf(scored).map(({ name, isMet }) => [name, isMet]));
      expect(met).toMatchObject({ recall: true, split: true, glued: true, disposition: true, cases: true });
    }
  });

  it('judges by the truth alone: where everything is one incident, no attack is found', () => {
    const day = new Simulation({ ...options, seed: 1 }).attackedDay();
    const eventIds = day.findings.flatMap(({ finding }) => finding.eventUids);
    const incident = { id: 'INC-1', eventIds, surfacing: { isSurfaced: true, reasons: [] } };
    const played = { alerts: [], incidents: [incident], shown: new Set(['INC-1']), seconds: 0 } as unknown as Parameters<
      typeof score
    >[1];
    const scored = score(day, played);
    expect(scored.found).toBe(0);
    expect(scored.glued).toEqual(['INC-1']);
    const none = { ...played, incidents: [], shown: new Set<string>() } as typeof played;
    expect(score(day, none).disposition.none).toBeGreaterThan(0);
  });

  it("has Wilson's upper bound", () => {
    expect(wilsonUpper(0, 35)).toBeCloseTo(0.0989, 3);
    expect(wilsonUpper(1, 60)).toBeCloseTo(0.0886, 3);
    expect(wilsonUpper(0, 0)).toBe(1);
  });
});
