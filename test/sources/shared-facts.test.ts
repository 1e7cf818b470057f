/** Facts of real records (time, addresses, users, actions, outcomes, URLs, hashes), told without a mapper, stand in typed attributes of the event. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isJsonObject } from '../../functions/core/json.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { type Fact, type FactKind, factsOf, KINDS } from './facts.ts';
import { SHARED } from './samples.ts';

const FOLDER = join(SHARED, 'samples/panther');
const isThere = existsSync(FOLDER);
if (!isThere) console.warn('shared corpus absent: facts of its records are not compared');

/** A time that no record has: what falls back to the time of ingest is seen. */
const NOW_MS = Date.UTC(2030, 0, 1);

/**
 * Share of the facts that must be right. Below 1 stands what is no fact of the event itself: a version that looks like an address, the name of an app among
 * Okta's targets, a second address of a proxy, a row's `added` in osquery, hashes of a signature or a device. FACTS=1 lists what is not typed.
 */
const BOUNDS: Readonly<Record<FactKind, number>> = {
  time: 1,
  outcome: 0.99,
  agent: 0.995,
  action: 0.98,
  ip: 0.975,
  user: 0.965,
  url: 0.95,
  hash: 0.7,
};

function allFacts(): (Fact & { source: string })[] {
  return readdirSync(FOLDER).flatMap((file) =>
    readFileSync(join(FOLDER, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .flatMap((line) => {
        const { event: record } = JSON.parse(line);
        const source = isJsonObject(record) ? SOURCES.find((one) => one.recognizes(record)) : undefined;
        if (source === undefined) return [];
        const event = JSON.parse(JSON.stringify(source.toOcsf(record, { nowMs: NOW_MS })));
        return factsOf(record, event).map((fact) => ({ ...fact, source: source.id }));
      }),
  );
}

it.skipIf(!isThere)('facts of real records are right', () => {
  const facts = allFacts();
  expect(facts.length).toBeGreaterThan(2500);
  const shares = KINDS.map((kind) => {
    const all = facts.filter((fact) => fact.kind === kind);
    return { kind, right: all.filter(({ isRight }) => isRight).length, of: all.length };
  });
  if (process.env['FACTS'] !== undefined)
    for (const { source, kind, path, text } of facts.filter(({ isRight }) => !isRight)) console.log(source, kind, path, text);
  console.log(shares.map(({ kind, right, of }) => `${kind} ${right}/${of}`).join(', '));
  for (const { kind, right, of } of shares) expect(of === 0 ? 1 : right / of, kind).toBeGreaterThanOrEqual(BOUNDS[kind]);
});
