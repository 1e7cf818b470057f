/** What every Bus adapter promises, as tests that any adapter can be put through. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BusEvent } from '../../functions/core/bus-event.ts';
import type { Finding } from '../../functions/core/finding.ts';
import type { Bus } from '../../functions/ports/bus.ts';

export interface BusUnderTest {
  bus: Bus;
  /** What arrived since the last call, in any order. */
  arrived(): Promise<BusEvent[]>;
  close?: () => Promise<void> | void;
}

export const sampleFinding = (uid: string, summary = 'a user made an access key'): Finding => ({
  uid,
  ruleId: '3f6b5c1e-0000-4000-8000-000000000001',
  ruleVersion: '0123456789ab',
  title: 'Access key made',
  level: 'medium',
  attack: ['T1098.001'],
  tactics: ['persistence'],
  source: 'aws-cloudtrail',
  analyticOf: 'yagura',
  eventUids: [`event-${uid}`],
  timeMs: 1_790_000_000_000,
  entities: [{ type: 'principal', id: 'arn:aws:iam::111122223333:user/alice', part: 'actor' }],
  summary,
  dedupKey: 'rule×alice',
  dedupWindowMs: 3_600_000,
});

const raised = (...findings: Finding[]): BusEvent => ({ name: 'FindingsRaised', detail: { findings } });
const changed = (version: number): BusEvent => ({ name: 'IncidentChanged', detail: { incidentId: 'inc-1', version } });
const texts = (events: readonly BusEvent[]): string[] => events.map((event) => JSON.stringify(event)).sort();

/** Runs the suite against one adapter. `make` is called once. */
export function busContract(name: string, make: () => Promise<BusUnderTest>): void {
  describe(`bus: ${name}`, () => {
    let made: BusUnderTest | undefined;
    const under = (): BusUnderTest => {
      if (made === undefined) throw new Error('not made');
      return made;
    };
    beforeAll(async () => {
      made = await make();
    });
    afterAll(async () => {
      await made?.close?.();
    });
    const delivers = async (events: BusEvent[]): Promise<void> => {
      await under().bus.publish(events);
      expect(texts(await under().arrived())).toEqual(texts(events));
    };

    it('takes nothing as done', async () => {
      await delivers([]);
    });

    it('delivers names and details unchanged, log text with every character too', async () => {
      const text = '櫓 "quoted" \\ \n </script> {% $x %} #{y} \u0000 \ud83d\ude00';
      await delivers([
        raised(sampleFinding('a', text)),
        changed(1),
        { name: 'ResponseEnded', detail: { runId: 'run-1', incidentId: 'inc-1', outcome: 'done' } },
      ]);
    });

    it('delivers more events than fit one call', async () => {
      await delivers(Array.from({ length: 37 }, (_, i) => changed(i)));
    });

    it('delivers large events, each of nearly the allowed size', async () => {
      await delivers(Array.from({ length: 5 }, (_, i) => raised(sampleFinding(`large-${i}`, 'x'.repeat(190_000)))));
    });

    it('counts bytes, not characters', async () => {
      await delivers(Array.from({ length: 4 }, (_, i) => raised(sampleFinding(`wide-${i}`, '櫓'.repeat(60_000)))));
    });
  });
}
