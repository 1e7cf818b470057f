// Measures the correlation under a burst: 10,000 findings over a million known entities, with and without hot keys, as multiples of merely storing them. `npm run bench:correlate`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shortId } from '../../functions/core/digest.ts';
import type { Entity, Finding, Level } from '../../functions/core/finding.ts';
import { listIncidents } from '../../functions/core/incident-store.ts';
import { NODE_SK, nodeKey, nodePk } from '../../functions/correlate/node.ts';
import { correlate } from '../../functions/correlate/stage.ts';
import type { Table } from '../../functions/ports/table.ts';
import { createSqliteTable } from '../../local/adapters/sqlite-table.ts';
import { type Random, randomOf } from '../../local/story/random.ts';

const T0 = Date.UTC(2026, 10, 18);
const BURST = Number(process.env['BURST'] ?? 10_000);
const ENTITIES = Number(process.env['ENTITIES'] ?? 1_000_000);
/** As many as the stage's queue hands over at once. */
const BATCH = 100;
const LEVELS: readonly [Level, ...Level[]] = [
  'informational',
  'informational',
  'low',
  'low',
  'low',
  'low',
  'medium',
  'medium',
  'high',
  'medium',
];

const arn = (n: number): string => `arn:aws:iam::111122223333:user/u${n}`;

interface Crowd {
  name: string;
  /** Entities that findings share. */
  shared: (random: Random) => Entity[];
}

const CROWDS: readonly Crowd[] = [
  {
    name: 'each from its own address',
    shared: (random) => [{ type: 'ip', id: `2001:db8::${random.hex(4)}:${random.hex(4)}`, part: 'actor' }],
  },
  { name: 'all over one NAT address', shared: () => [{ type: 'ip', id: '192.0.2.1', part: 'actor' }] },
  {
    name: 'a third by one CI role',
    shared: (random) =>
      random.chance(1 / 3)
        ? [
            { type: 'principal', id: `arn:aws:sts::111122223333:assumed-role/ci/run-${random.int(1, 1e9)}`, part: 'actor' },
            { type: 'role', id: 'arn:aws:iam::111122223333:role/ci', part: 'actor' },
          ]
        : [],
  },
];

function burst({ shared }: Crowd, seed: number): Finding[] {
  const random = randomOf(seed);
  return Array.from({ length: BURST }, (_, i): Finding => {
    const met = shared(random);
    const person: Entity = { type: 'principal', id: arn(random.int(0, ENTITIES - 1)), part: 'actor' };
    const entities = met.some(({ type }) => type === 'principal') ? met : [person, ...met];
    const rule = `rule-${Math.floor(200 * random.next() ** 3)}`;
    return {
      uid: shortId('bench', String(i)),
      ruleId: rule,
      ruleVersion: '1',
      title: rule,
      level: random.pick(LEVELS),
      attack: ['T1098'],
      tactics: [random.pick(['discovery', 'persistence', 'exfiltration'])],
      source: 'aws-cloudtrail',
      analyticOf: 'yagura',
      eventUids: [`bench-${seed}-${i}`],
      timeMs: T0 + Math.floor((i / BURST) * 1000),
      entities,
      summary: 'somebody did something to something',
      dedupKey: `${rule}|${entities[0]?.id}`,
      dedupWindowMs: 3_600_000,
    };
  });
}

const batchesOf = (findings: readonly Finding[]): Finding[][] =>
  Array.from({ length: Math.ceil(findings.length / BATCH) }, (_, i) => findings.slice(i * BATCH, (i + 1) * BATCH));

/** The least that keeping findings costs: each once as an item of its own. */
async function storeMs(table: Table, findings: readonly Finding[]): Promise<number> {
  const startMs = performance.now();
  for (const batch of batchesOf(findings)) {
    const isStored = await table.write(
      batch.map((finding) => ({ put: { pk: `floor#${finding.uid}`, sk: 'finding', data: JSON.parse(JSON.stringify(finding)) } })),
    );
    if (!isStored) throw new Error('not stored');
  }
  return performance.now() - startMs;
}

async function known(table: Table): Promise<void> {
  for (let from = 0; from < ENTITIES; from += 100) {
    await table.write(
      Array.from({ length: Math.min(100, ENTITIES - from) }, (_, i) => {
        const id = arn(from + i);
        const key = nodeKey('principal', id);
        const data = {
          key,
          type: 'principal',
          id,
          isStrong: true,
          refs: [],
          links: [],
          cut: 'no',
          surfaced: false,
          decisions: [],
        };
        return { put: { pk: nodePk(key), sk: NODE_SK, data } };
      }),
    );
  }
}

const folder = mkdtempSync(join(tmpdir(), 'yagura-bench-'));
const table = createSqliteTable(join(folder, 'table.sqlite'));
try {
  const startMs = performance.now();
  await known(table);
  console.log(`${ENTITIES} entities known, made in ${Math.round((performance.now() - startMs) / 1000)} s`);
  let plainMs = 0;
  for (const [i, crowd] of CROWDS.entries()) {
    const findings = burst(crowd, i + 1);
    const floorMs = await storeMs(table, findings);
    const beginMs = performance.now();
    for (const batch of batchesOf(findings))
      await correlate(batch, { table, bus: { publish: async () => {} }, clock: { nowMs: () => T0 }, meter: { count: () => {} } });
    const tookMs = performance.now() - beginMs;
    plainMs ||= tookMs;
    const incidents = await listIncidents(table);
    const largest = Math.max(0, ...incidents.map(({ alertIds }) => alertIds.length));
    console.log(
      [
        crowd.name.padEnd(27),
        `${Math.round((1000 * BURST) / tookMs)} findings/s`,
        `${(tookMs / floorMs).toFixed(1)} × storing them`,
        `${(tookMs / plainMs).toFixed(2)} × without hot keys`,
        `largest incident ${largest} alerts`,
        `RSS ${Math.round(process.memoryUsage.rss() / 1e6)} MB`,
      ].join(' · '),
    );
  }
} finally {
  table.close();
  rmSync(folder, { recursive: true });
}
