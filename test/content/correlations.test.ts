/** Proves every correlation of ours against its cases, in any order of arrival, and its mutants. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tacticOf, techniqueById } from '../../functions/core/attack/attack.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import type { SigmaCorrelation } from '../../functions/core/sigma/ast.ts';
import { compileCorrelations } from '../../functions/core/sigma/correlation/compile.ts';
import type { CorrelationHit } from '../../functions/core/sigma/correlation/judge.ts';
import { loadRules } from '../../local/content.ts';
import { correlationFiles, correlationJudge, recordsOf, runCorrelationCases } from '../../local/correlation-cases.ts';
import { CORRELATIONS } from '../../local/rule-set.ts';

const files = await correlationFiles([CORRELATIONS]);
const detections = await loadRules();
const rules = [...detections, ...files.flatMap(({ parsed }) => parsed.rules)];
const correlations = files.flatMap(({ parsed }) => parsed.correlations);
const judge = correlationJudge(rules);
const hitsOf = (records: readonly JsonObject[], of: readonly SigmaCorrelation[] = correlations): CorrelationHit[] =>
  judge(records, of);
const told = (hits: readonly CorrelationHit[]): unknown[] =>
  hits.map(({ uid, timeMs, matches }) => [uid, timeMs, matches.map(({ eventUid }) => eventUid)]);

describe('the correlations', () => {
  it('are at least thirty, resolve without a problem or a remark, and have ids and titles of their own', () => {
    const { plans, problems } = compileCorrelations(rules, correlations);
    expect(plans.length).toBeGreaterThanOrEqual(30);
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

describe.each(files.map((file) => [file.name, file] as const))('%s', (name, file) => {
  const [outer, ...inner] = file.parsed.correlations;
  if (outer === undefined) throw new Error(`${name} has no correlation`);
  const cases = (file.tests?.cases ?? []).map((one) => ({ ...one, records: recordsOf(file, one) }));

  it('follows the conventions', () => {
    expect(name).toMatch(/^(aws|azure|entra|gcp|github|identity|kubernetes|m365|okta|ot|saas|snowflake)_[a-z0-9_]{6,66}$/);
    expect(outer.description).toMatch(/Blind\s+spot/);
    expect(outer.author).toBe('Yagura');
    expect(outer.info.falsepositives.length).toBeGreaterThan(0);
    expect(outer.info.yagura.nextSteps?.ja).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    const possible = outer.info.attack.flatMap((id) => techniqueById(id)?.tactics ?? []);
    expect(outer.info.attack.length).toBeGreaterThan(0);
    expect(outer.info.tactics.filter((slug) => tacticOf(slug) === undefined)).toEqual([]);
    expect(outer.info.tactics.some((slug) => possible.some((other) => other === slug))).toBe(true);
  });

  it('judges its cases as they expect, and a case fails when it is a little wrong', () => {
    expect(file.problems).toEqual([]);
    expect(cases.filter(({ hits }) => hits > 0).length).toBeGreaterThanOrEqual(1);
    expect(cases.filter(({ hits }) => hits === 0).length).toBeGreaterThanOrEqual(3);
    const { passed, failures, survivors, mutants } = runCorrelationCases(file, judge);
    expect({ failures, survivors }).toEqual({ failures: [], survivors: [] });
    expect(passed).toBe(cases.length);
    expect(mutants).toBeGreaterThan(2);
  });

  it('judges them the same in another order, and delivered twice', () => {
    for (const { records } of cases) {
      const straight = told(hitsOf(records, [outer, ...inner]));
      expect(told(hitsOf([...records].reverse(), [outer, ...inner]))).toEqual(straight);
      expect(told(hitsOf([...records, ...records], [outer, ...inner]))).toEqual(straight);
    }
  });
});
