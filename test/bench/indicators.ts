// What indicators, suppressions and the inventory cost in the ingest pass, as shares of mapping and matching the same events in the same run. node test/bench/indicators.ts
import { gunzipSync } from 'node:zlib';
import { IndicatorIndex } from '../../functions/core/indicator/index-of.ts';
import type { Indicator } from '../../functions/core/indicator/indicator.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import { compileStream } from '../../functions/core/sigma/stream.ts';
import { awsCloudtrail } from '../../functions/sources/aws-cloudtrail/source.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { loadRules } from '../../local/content.ts';
import { buildStory } from '../../local/story/story.ts';

const COUNT = 50_000;
const ROUNDS = 7;

const texts = buildStory({ seed: 1, startMs: Date.UTC(2026, 2, 2) })
  .files.filter(({ key }) => key.includes('/CloudTrail/'))
  .flatMap(({ bytes }) => {
    try {
      const text = gunzipSync(bytes).toString('utf8');
      return [(JSON.parse(text) as { Records: JsonObject[] }).Records];
    } catch {
      return [];
    }
  });
const records = texts.flat();

/** Four kinds in equal parts; none of them is in the story, so that every look-up goes its whole way. */
const indicators: Indicator[] = Array.from({ length: COUNT }, (_, i): Indicator => {
  const [a, b] = [Math.floor(i / 250) % 250, i % 250];
  const rest = { confidence: 60, feed: 'bench' };
  if (i % 4 === 0) return { type: 'ip', value: `233.${(a + i) % 250}.${a}.${b}`, ...rest };
  if (i % 4 === 1) return { type: 'domain', value: `h${i}.example.net`, ...rest };
  if (i % 4 === 2) return { type: 'hash', value: i.toString(16).padStart(64, '0'), ...rest };
  return { type: 'cidr', value: `${230 + (i % 3)}.${a}.${b}.0/${20 + (i % 8)}`, ...rest };
});
const index = new IndicatorIndex(indicators);
const { stream } = compileStream(await loadRules(), { sources: SOURCES });

const median = (values: readonly number[]): number => [...values].sort((x, y) => x - y)[Math.floor(values.length / 2)] ?? 0;
const times: Record<'map' | 'rules' | 'indicators', number[]> = { map: [], rules: [], indicators: [] };
let hits = 0;
for (let round = 0; round < ROUNDS; round++) {
  let at = performance.now();
  const lap = (name: keyof typeof times): void => {
    const now = performance.now();
    times[name].push(now - at);
    at = now;
  };
  const events = records.map((record) => awsCloudtrail.toOcsf(record, { nowMs: 0 }));
  lap('map');
  for (const [i, event] of events.entries()) stream.match('aws-cloudtrail', records[i] ?? {}, event);
  lap('rules');
  for (const event of events) hits += index.hits(event.observables ?? [], event.time).length;
  lap('indicators');
}
const [map, rules, met] = [median(times.map), median(times.rules), median(times.indicators)];
const observables = records.reduce(
  (sum, record) => sum + (awsCloudtrail.toOcsf(record, { nowMs: 0 }).observables?.length ?? 0),
  0,
);
console.log(`${records.length} events, ${observables} observables, ${COUNT} indicators, ${hits} hits`);
console.log(`mapping ${map.toFixed(1)} ms · rules ${rules.toFixed(1)} ms · indicators ${met.toFixed(1)} ms`);
console.log(`indicators = ${(met / rules).toFixed(3)} of the rules, ${(met / (map + rules)).toFixed(3)} of mapping and rules`);
if (hits > 0) throw new Error('an indicator of the bench is in the story');
