// Measures the stream matcher with 50 to 4,000 rules as multiples of JSON.parse of the same events in the same run. `npm run bench`
import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '../../functions/core/json.ts';
import type { OcsfEvent } from '../../functions/core/ocsf/event.ts';
import type { SigmaRule } from '../../functions/core/sigma/ast.ts';
import type { StreamRules } from '../../functions/core/sigma/rule.ts';
import { compileStream } from '../../functions/core/sigma/stream.ts';
import { awsCloudtrail } from '../../functions/sources/aws-cloudtrail/source.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { loadRules } from '../../local/content.ts';
import { randomOf } from '../../local/story/random.ts';
import { buildStory } from '../../local/story/story.ts';
import { varied } from './rule-set.ts';

const SIZES = [50, 200, 1_000, 4_000];
const TARGETS = [0.3, 0.4, 0.7, 1.3];
const ROUNDS = 7;
const SEED = 1;

/** Whole files of the story; two of them are damaged on purpose and hold no JSON. */
const texts = buildStory({ seed: SEED, startMs: Date.UTC(2026, 2, 2) })
  .files.filter(({ key }) => key.includes('/CloudTrail/'))
  .flatMap(({ bytes }) => {
    try {
      const text = gunzipSync(bytes).toString('utf8');
      recordsOf(text);
      return [text];
    } catch {
      return [];
    }
  });

function recordsOf(text: string): JsonObject[] {
  const { Records }: { Records: JsonObject[] } = JSON.parse(text);
  return Records;
}

/** Ours first and then varied ones, shuffled, so that every size has both. */
function ruleSets(own: readonly SigmaRule[], seen: readonly [string, ...string[]]): StreamRules[] {
  const random = randomOf(SEED);
  const more = varied(Math.max(...SIZES), SEED, seen);
  return SIZES.map((size) => {
    const ours = own
      .map((rule) => ({ rule, at: random.next() }))
      .sort((a, b) => a.at - b.at)
      .slice(0, Math.ceil(size / 2))
      .map(({ rule }) => rule);
    const { stream, problems, unanchored } = compileStream([...ours, ...more.slice(0, size - ours.length)], { sources: SOURCES });
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    if (unanchored.length > 0) console.log(`${unanchored.length} of ${size} rules have no anchor`);
    return stream;
  });
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
/** A file's typical time is the median over the rounds: a neighbour's burst spoils a file of a round, not the figure. */
const typicalMs = (rounds: readonly (readonly number[])[]): number =>
  (rounds[0] ?? []).reduce((sum, _, file) => sum + median(rounds.map((round) => round[file] ?? 0)), 0);

const all = texts.flatMap(recordsOf);
const [firstName = '', ...otherNames] = [...new Set(all.map((record) => String(record['eventName'])))];
const startMs = performance.now();
const sets = ruleSets(await loadRules(), [firstName, ...otherNames]);
const loadMs = performance.now() - startMs;
const [first] = all;
if (first === undefined) throw new Error('no events');
// Only `taxonomy: ocsf` rules read it, and there are none of them here.
const event: OcsfEvent = awsCloudtrail.toOcsf(first, { nowMs: 0 });

/** ms for each file: the parse, and the match of each set. */
interface Round {
  parseMs: number[];
  matchMs: number[][];
  hits: number[];
}

/** One pass over all files. Each set matches records that were parsed just before, as ingest does it. */
function pass(): Round {
  const round: Round = { parseMs: [], matchMs: sets.map(() => []), hits: sets.map(() => 0) };
  for (const text of texts) {
    const parses: number[] = [];
    for (const [index, set] of sets.entries()) {
      const startMs = performance.now();
      const records = recordsOf(text);
      const parsedMs = performance.now();
      let hits = 0;
      for (const record of records) hits += set.match(awsCloudtrail.id, record, event).length;
      round.matchMs[index]?.push(performance.now() - parsedMs);
      parses.push(parsedMs - startMs);
      round.hits[index] = (round.hits[index] ?? 0) + hits;
    }
    round.parseMs.push(median(parses));
  }
  return round;
}

pass();
pass();
const rounds = Array.from({ length: ROUNDS }, pass);
const parseUs = (1000 * typicalMs(rounds.map(({ parseMs }) => parseMs))) / all.length;
const size = texts.reduce((sum, text) => sum + text.length, 0);
console.log(
  `corpus      ${all.length} events of ${Math.round(size / all.length)} B in ${texts.length} files; rules made in ${Math.round(loadMs)} ms, seed ${SEED}`,
);
console.log(`JSON.parse  ${parseUs.toFixed(2)} µs/event; medians of ${ROUNDS} rounds for each file`);
for (const [index, count] of SIZES.entries()) {
  const us = (1000 * typicalMs(rounds.map(({ matchMs }) => matchMs[index] ?? []))) / all.length;
  const label = `${count} rules`.padEnd(11);
  const ratio = (us / parseUs).toFixed(2);
  console.log(
    `${label} ${us.toFixed(2)} µs/event = ${ratio} × JSON.parse (target ${TARGETS[index]}), ${rounds[0]?.hits[index]} hits`,
  );
}
