/** Proves every correlation of ours against its cases, in any order of arrival, and its mutants. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tacticOf, techniqueById } from '../../functions/core/attack/attack.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import type { SigmaCorrelation } from '../../functions/core/sigma/ast.ts';
import { compileCorrelations } from '../../functions/core/sigma/correlation/compile.ts';
import { type CorrelationHit, correlate } from '../../functions/core/sigma/correlation/judge.ts';
import { createMatchReader } from '../../functions/core/sigma/correlation/reader.ts';
import { compileStream } from '../../functions/core/sigma/stream.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { loadRules } from '../../local/content.ts';
import { correlationFiles, recordsOf } from './correlation-files.ts';

const files = correlationFiles();
const detections = await loadRules();
const rules = [...detections, ...files.flatMap(({ parsed }) => parsed.rules)];
const correlations = files.flatMap(({ parsed }) => parsed.correlations);
const { stream } = compileStream(rules, { sources: SOURCES });
const source = SOURCES.find(({ id }) => id === 'aws-cloudtrail');

/** The hits of correlations on records, on the way that ingest and detect take. */
function hitsOf(records: readonly JsonObject[], of: readonly SigmaCorrelation[] = correlations): CorrelationHit[] {
  const set = compileCorrelations(rules, of);
  const reader = createMatchReader(set, SOURCES);
  const kept = records.flatMap((record) => {
    const event = source?.toOcsf(record, { nowMs: 0 });
    if (event === undefined) return [];
    const matched = { sourceId: 'aws-cloudtrail', record, event };
    return stream.match('aws-cloudtrail', record, event).flatMap(({ rule }) => reader.read(rule.id, matched));
  });
  return set.plans.flatMap((plan) =>
    correlate(
      plan,
      kept.filter((one) => one.plan === plan).map(({ match }) => match),
    ),
  );
}
const told = (hits: readonly CorrelationHit[]): unknown[] =>
  hits.map(({ uid, timeMs, matches }) => [uid, timeMs, matches.map(({ eventUid }) => eventUid)]);

describe('the correlations', () => {
  it('are at least eight, resolve without a problem or a remark, and have ids and titles of their own', () => {
    const { plans, problems } = compileCorrelations(rules, correlations);
    expect(plans.length).toBeGreaterThanOrEqual(8);
    expect(problems).toEqual([]);
    expect(files.flatMap(({ parsed }) => [...parsed.problems, ...parsed.notes])).toEqual([]);
    const all = [...rules, ...correlations];
    for (const key of ['id', 'title'] as const) expect(new Set(all.map(({ info }) => info[key])).size).toBe(all.length);
  });

  it('silence none of the detections', () => {
    const { silent } = compileCorrelations(rules, correlations);
    expect(detections.filter(({ info }) => silent.has(info.id)).map(({ info }) => info.path)).toEqual([]);
    const feeding = files.flatMap(({ parsed }) => parsed.rules);
    expect(feeding.filter(({ info }) => !silent.has(info.id)).map(({ info }) => info.path)).toEqual([]);
    for (const { info } of feeding) expect(info.level).toBe('informational');
  });

  const benign = '../shared/samples/raw/cloudtrail/production-benign.json';
  it.skipIf(!existsSync(benign))('raise nothing on a sample of production (skipped where the shared samples are absent)', () => {
    const parsed: { Records?: JsonObject[] } | JsonObject[] = JSON.parse(readFileSync(benign, 'utf8'));
    const records = Array.isArray(parsed) ? parsed : (parsed.Records ?? []);
    expect(records.length).toBeGreaterThan(100);
    expect(hitsOf(records).map(({ plan, group }) => [plan.root.correlation.info.title, group])).toEqual([]);
  });
});

/** The correlation a little wrong: a case must notice. */
function mutants(correlation: SigmaCorrelation): [string, SigmaCorrelation][] {
  const found: [string, SigmaCorrelation][] = [
    ['a shorter timespan', { ...correlation, timespanSec: Math.floor(correlation.timespanSec * 0.9) }],
    ['a longer timespan', { ...correlation, timespanSec: correlation.timespanSec + 60 }],
  ];
  for (const by of [-1, 1]) {
    const bounds = correlation.bounds.map(({ compare, value }) => ({ compare, value: value + by }));
    if (bounds.length > 0) found.push([`a bound ${by > 0 ? 'higher' : 'lower'} by one`, { ...correlation, bounds }]);
  }
  for (const field of correlation.groupBy)
    found.push([`no ${field}`, { ...correlation, groupBy: correlation.groupBy.filter((one) => one !== field) }]);
  if (correlation.type === 'temporal_ordered') found.push(['any order', { ...correlation, type: 'temporal' }]);
  if (correlation.type === 'value_count') found.push(['events instead of values', { ...correlation, type: 'event_count' }]);
  return found;
}

describe.each(files.map((file) => [file.name, file] as const))('%s', (name, file) => {
  const [outer, ...inner] = file.parsed.correlations;
  if (outer === undefined) throw new Error(`${name} has no correlation`);
  const countOf = (records: readonly JsonObject[], as: SigmaCorrelation = outer): number =>
    hitsOf(records, [as, ...inner]).filter(({ plan }) => plan.root.correlation.info.id === outer.info.id).length;
  const cases = file.cases.map((one) => ({ ...one, records: recordsOf(file, one) }));

  it('follows the conventions', () => {
    expect(name).toMatch(/^aws_[a-z0-9_]{6,66}$/);
    expect(outer.description).toMatch(/Blind\s+spot/);
    expect(outer.author).toBe('Yagura');
    expect(outer.info.falsepositives.length).toBeGreaterThan(0);
    expect(outer.info.yagura.nextSteps?.ja).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    const possible = outer.info.attack.flatMap((id) => techniqueById(id)?.tactics ?? []);
    expect(outer.info.attack.length).toBeGreaterThan(0);
    expect(outer.info.tactics.filter((slug) => tacticOf(slug) === undefined)).toEqual([]);
    expect(outer.info.tactics.some((slug) => possible.some((other) => other === slug))).toBe(true);
  });

  it('judges its cases as they expect', () => {
    expect(cases.filter(({ hits }) => hits > 0).length).toBeGreaterThanOrEqual(1);
    expect(cases.filter(({ hits }) => hits === 0).length).toBeGreaterThanOrEqual(3);
    expect(cases.map((one) => [one.name, countOf(one.records)])).toEqual(cases.map((one) => [one.name, one.hits]));
  });

  it('judges them the same in another order, and delivered twice', () => {
    for (const { records } of cases) {
      const straight = told(hitsOf(records, [outer, ...inner]));
      expect(told(hitsOf([...records].reverse(), [outer, ...inner]))).toEqual(straight);
      expect(told(hitsOf([...records, ...records], [outer, ...inner]))).toEqual(straight);
    }
  });

  it('fails a case when it is a little wrong', () => {
    const survivors = mutants(outer).filter(([, mutant]) =>
      cases.every(({ records, hits }) => countOf(records, mutant) === hits),
    );
    expect(survivors.map(([what]) => what)).toEqual([]);
  });
});
