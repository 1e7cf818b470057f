import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entity, Finding, Level } from '../../functions/core/finding.ts';
import type { Incident } from '../../functions/core/incident.ts';
import { listIncidents } from '../../functions/core/incident-store.ts';
import { correlate } from '../../functions/correlate/stage.ts';
import type { Table } from '../../functions/ports/table.ts';
import { createMemoryTable } from '../../local/adapters/memory-table.ts';
import { DAY, type Desk, desk, finding, HOUR, ip, key, MIN, resource, roleSession, session, T0, user } from './story.ts';

/** A world with chains, hubs, shared addresses, bridges and noise, from a seed. */
function world(seed: number): Finding[] {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const levels: Level[] = ['informational', 'informational', 'low', 'medium', 'high', 'critical'];
  const tactics = ['discovery', 'persistence', 'privilege-escalation', 'exfiltration', 'defense-impairment'];
  const findings: Finding[] = [];
  const count = 20 + random(25);
  for (let i = 0; i < count; i++) {
    const who = random(8);
    const entities: Entity[] = [user(`u${who}`)];
    if (random(2) === 0) entities.push(key(`K${who}`));
    if (random(3) === 0) entities.push(ip(`198.51.100.${random(4)}`));
    if (random(4) === 0) entities.push(resource(`arn:aws:s3:::b${random(4)}`));
    if (random(6) === 0) entities.push(session(`S${random(5)}`, 'target'));
    if (random(9) === 0) entities.push(key(`K${random(8)}`, 'target'), user(`u${random(8)}`, 'target'));
    if (random(5) === 0) entities.splice(0, 2, roleSession('R', `r${random(3)}`), session(`S${random(5)}`));
    const atMs = T0 + random(3) * 7 * DAY + random(40) * HOUR + random(60) * MIN;
    findings.push(
      finding({
        rule: `r${random(12)}`,
        atMs,
        level: pick(levels),
        tactics: [pick(tactics)],
        entities,
        eventUid: `w${seed}-${i}`,
      }),
    );
  }
  // A NAT address that passes the hub limit somewhere on the way.
  for (let i = 0; i < 16; i++)
    findings.push(
      finding({
        rule: 'nat',
        atMs: T0 + i * MIN,
        level: 'medium',
        entities: [user(`n${i}`), ip('203.0.113.1')],
        eventUid: `n${seed}-${i}`,
      }),
    );
  // A role session that a hundred runs share, past the limit for hubs in a day, with alerts of two rules in some of them.
  for (let i = 0; seed % 3 === 0 && i < 60; i++) {
    const entities = [roleSession('ci', 'run'), session(`CI${i}`)];
    const level = i % 9 === 0 ? 'medium' : 'informational';
    findings.push(finding({ rule: `ci${i % 2}`, atMs: T0 + i * 20 * MIN, level, entities, eventUid: `c${seed}-${i}` }));
  }
  // Nobody named: an address alone, an instance alone.
  for (let i = 0; i < 4; i++) {
    const entities: Entity[] =
      i % 2 === 0 ? [ip(`198.51.100.${i}`)] : [{ type: 'host', id: 'i-0123456789abcdef0', part: 'target' }];
    findings.push(finding({ rule: 'scan', atMs: T0 + i * 5 * HOUR, level: 'medium', entities, eventUid: `s${seed}-${i}` }));
  }
  return findings;
}

/** Two days of a few loud rules and few people, with a handed-over session: what is usual changes with every alert that comes late. */
function smallWorld(seed: number): Finding[] {
  const all = world(seed);
  const quiet = all.filter((_, i) => i % 9 === seed % 9).map((one) => ({ ...one, timeMs: T0 + (one.timeMs % (2 * DAY)) }));
  const loud = Array.from({ length: 8 }, (_, i) =>
    finding({
      rule: `loud${i % 2}`,
      atMs: T0 + i * 7 * HOUR + seed * MIN,
      level: i % 3 === 0 ? 'low' : 'medium',
      tactics: ['discovery'],
      entities: [user(`l${(i * seed) % 4}`), ip(`192.0.2.${i % 3}`)],
      eventUid: `l${seed}-${i}`,
    }),
  );
  return [...quiet, ...loud];
}

async function outcome(batches: readonly Finding[][]): Promise<Incident[]> {
  const at = desk();
  try {
    for (const batch of batches) await at.correlate(batch);
    return await at.incidents();
  } finally {
  }
}

function batchesOf(findings: readonly Finding[], sizes: readonly number[]): Finding[][] {
  const batches: Finding[][] = [];
  for (let from = 0, i = 0; from < findings.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    batches.push(findings.slice(from, from + size));
    from += size;
  }
  return batches;
}

describe('correlation and the order of arrival', () => {
  it('ends in the same incidents for the same findings in any order and batching, duplicated (100 permutations)', {
    timeout: 600_000,
  }, async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const findings = world(seed);
      const expected = await outcome([findings]);
      expect(expected.length).toBeGreaterThan(3);
      await fc.assert(
        fc.asyncProperty(
          fc.shuffledSubarray(findings, { minLength: findings.length }),
          fc.shuffledSubarray(findings),
          fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 }),
          async (shuffled, again, sizes) => {
            expect(await outcome([...batchesOf(shuffled, sizes), ...batchesOf(again, [80])])).toEqual(expected);
          },
        ),
        { numRuns: 10, seed },
      );
    }
  });

  it('ends in the same incidents in 1,000 further orders of small worlds, where findings come twice and up to a day late', {
    timeout: 600_000,
  }, async () => {
    for (let seed = 101; seed <= 125; seed++) {
      const findings = smallWorld(seed);
      const expected = await outcome([findings]);
      expect(expected.length).toBeGreaterThan(0);
      const late = fc.tuple(...findings.map(() => fc.integer({ min: 0, max: DAY })));
      await fc.assert(
        fc.asyncProperty(late, fc.subarray(findings), fc.integer({ min: 1, max: 5 }), async (delays, again, size) => {
          const arrived = findings
            .map((one, i) => ({ one, atMs: one.timeMs + (delays[i] ?? 0) }))
            .sort((a, b) => a.atMs - b.atMs)
            .map(({ one }) => one);
          expect(await outcome([...batchesOf(arrived, [size]), again])).toEqual(expected);
        }),
        { numRuns: 40, seed },
      );
    }
  });

  it('ends in the same incidents when several invocations interleave at every table call', async () => {
    for (let seed = 1; seed <= 9; seed++) {
      const findings = world(seed);
      const expected = await outcome([findings]);
      expect(await interleaved(findings, seed)).toEqual(expected);
    }
  });
});

/** Four invocations at once whose table calls are granted one by one in a random order; a refused batch is delivered again. */
async function interleaved(findings: readonly Finding[], seed: number): Promise<Incident[]> {
  let state = seed * 7919;
  const waiting: (() => void)[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => void waiting.push(resolve));
  const at: Desk = desk((table) => slow(table, turn));
  const batches = batchesOf(findings, [7]);
  let running = 4;
  const worker = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      for (let tries = 0; ; tries++) {
        try {
          await at.correlate(batch);
          break;
        } catch (error) {
          if (tries > 20 || !(error instanceof Error) || error.name !== 'Conflict') throw error;
        }
      }
    }
    running--;
  };
  const workers = Promise.all([1, 2, 3, 4].map(worker));
  while (running > 0) {
    await new Promise((resolve) => setImmediate(resolve));
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    waiting.splice(state % Math.max(1, waiting.length), 1)[0]?.();
  }
  await workers;
  const incidents = await at.incidents();
  return incidents;
}

function slow(table: Table, turn: () => Promise<void>): Table {
  return {
    get: async (pk, sk) => {
      if (pk === 'correlate' || pk.startsWith('entity#')) await turn();
      return table.get(pk, sk);
    },
    query: (pk, range) => table.query(pk, range),
    queryIndex: (pk, range) => table.queryIndex(pk, range),
    write: async (writes) => {
      await turn();
      return table.write(writes);
    },
  };
}

describe('a crash of the correlate stage', () => {
  it('leaves nothing that delivering the batch again does not mend, wherever it happens', async () => {
    const findings = world(3);
    const expected = await outcome([findings]);
    for (let failAt = 0; failAt < 400; failAt += 7) {
      const stored = createMemoryTable();
      let calls = 0;
      const crashing: Table = {
        ...stored,
        write: async (writes) => (calls++ === failAt ? Promise.reject(new Error('crash')) : stored.write(writes)),
      };
      const ports = { bus: { publish: async () => {} }, clock: { nowMs: () => T0 + 30 * DAY }, meter: { count: () => {} } };
      let crashed = false;
      for (const batch of batchesOf(findings, [9])) {
        await correlate(batch, { ...ports, table: crashing }).catch(async () => {
          crashed = true;
          await correlate(batch, { ...ports, table: stored });
        });
      }
      const incidents = (await listIncidents(stored)).sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(incidents).toEqual(expected);
      if (!crashed) return;
    }
  });
});
