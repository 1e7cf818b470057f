import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../functions/core/finding.ts';
import type { Incident } from '../../functions/core/incident.ts';
import { DAY, desk, finding, MIN, T0 } from './story.ts';

const SHARED = join(import.meta.dirname, '../../../shared/samples');
const has = existsSync(SHARED);
if (!has) console.warn(`skipped: the shared samples are not at ${SHARED}; own fixtures of the same shapes run`);

const folder = mkdtempSync(join(tmpdir(), 'yagura-samples-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rowsOf = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** Raw events → the incidents that the whole pipeline makes of them. */
function incidentsOf(name: string, events: readonly unknown[]): Incident[] {
  const file = join(folder, `${name}.jsonl`);
  writeFileSync(file, events.map((event) => JSON.stringify(event)).join('\n'));
  const state = join(folder, name);
  const yagura = (...args: string[]): string =>
    execFileSync(process.execPath, [join(import.meta.dirname, '../../local/yagura.mjs'), ...args, '--state', state], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  try {
    yagura('replay', file);
  } catch {
    // Exit 3: a record of the sample is in quarantine, which other tests look at.
  }
  return rowsOf(yagura('export', 'incidents', '--format', 'jsonl')) as unknown as Incident[];
}

/** No two incidents of one fortnight have an acting principal in common: one story for each actor. */
function expectOneForEachActor(incidents: readonly Incident[]): void {
  for (const [i, a] of incidents.entries()) {
    const actors = new Set(a.entities.filter(({ part, type }) => part === 'actor' && type === 'principal').map(({ id }) => id));
    for (const b of incidents.slice(i + 1)) {
      if (Math.max(a.firstMs, b.firstMs) - Math.min(a.lastMs, b.lastMs) > 14 * DAY) continue;
      const both = b.entities.filter(({ part, type, id }) => part === 'actor' && type === 'principal' && actors.has(id));
      expect(both.map(({ id }) => id)).toEqual([]);
    }
  }
}

interface Correlation {
  rule: string;
  tests: { Name: string; RuleOutputs: { ID: string; Matches?: Record<string, Record<string, number[]>> }[] }[];
}

/** A correlation case tells which rules matched on which value, and in which minutes. */
const findingsOf = (outputs: Correlation['tests'][number]['RuleOutputs']): { finding: Finding; value: string }[] =>
  outputs.flatMap(({ ID, Matches = {} }) =>
    Object.values(Matches).flatMap((values) =>
      Object.entries(values).flatMap(([value, minutes]) =>
        minutes.map((minute) => ({
          value,
          finding: finding({
            rule: ID,
            atMs: T0 + minute * MIN,
            level: 'medium',
            entities: [{ type: 'principal', id: value, part: 'actor' }],
            eventUid: `${ID} ${value} ${minute}`,
          }),
        })),
      ),
    ),
  );

async function expectStories(correlations: readonly Correlation[]): Promise<number> {
  let count = 0;
  for (const { rule, tests } of correlations) {
    for (const { Name, RuleOutputs } of tests) {
      const told = findingsOf(RuleOutputs);
      if (told.length === 0) continue;
      const at = desk();
      await at.correlate(told.map((one) => one.finding));
      const incidents = await at.incidents();
      const values = new Set(told.map(({ value }) => value));
      expect(incidents.length, `${rule}: ${Name}`).toBe(values.size);
      for (const value of values) {
        const uids = told.filter((one) => one.value === value).flatMap((one) => one.finding.eventUids);
        expect(incidents.filter(({ eventIds }) => uids.some((uid) => eventIds.includes(uid))).length).toBe(1);
      }
      count++;
    }
  }
  return count;
}

describe('correlation cases', () => {
  it('of our own become one incident for each actor, however many rules match', async () => {
    const outputs = [
      { ID: 'Invite', Matches: { email: { 'ann@example.com': [0], 'bob@example.com': [3] } } },
      { ID: 'Delete', Matches: { email: { 'ann@example.com': [2, 5] } } },
    ];
    expect(await expectStories([{ rule: 'own', tests: [{ Name: 'two people', RuleOutputs: outputs }] }])).toBe(1);
  });

  it.skipIf(!has)('of the shared corpus do too', async () => {
    const correlations = rowsOf(readFileSync(join(SHARED, 'panther-correlation.jsonl'), 'utf8')) as unknown as Correlation[];
    expect(await expectStories(correlations)).toBeGreaterThan(15);
  });
});

describe.skipIf(!has)('logs of the shared corpus', () => {
  const labelled = ['cloudtrail/invictus-slice', 'panther-scenarios'];
  for (const name of labelled) {
    it(`${name}: one incident for each actor, not for each rule`, { timeout: 300_000 }, () => {
      const rows = rowsOf(readFileSync(join(SHARED, `${name}.jsonl`), 'utf8'));
      const incidents = incidentsOf(
        name.replace('/', '-'),
        rows.map(({ event }) => event),
      );
      expect(incidents.length).toBeGreaterThan(0);
      expectOneForEachActor(incidents);
    });
  }
});
