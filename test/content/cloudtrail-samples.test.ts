/** Measures the CloudTrail detections on labelled samples beside the repository, and skips out loud where there are none. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { currentTechnique } from '../../functions/core/attack/attack.ts';
import { levelRank } from '../../functions/core/finding.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import type { RuleInfo } from '../../functions/core/sigma/rule.ts';
import { compileStream } from '../../functions/core/sigma/stream.ts';
import { detectionFiles, rulesOf } from './detection-files.ts';

const SAMPLES = '../shared/samples';
const present = existsSync(SAMPLES);
if (!present) console.warn(`SKIPPED: no samples at ${SAMPLES}; the detections are measured on their own cases only`);

const ROW = z.object({
  event: z.record(z.string(), z.json()),
  rule: z.string().optional(),
  test: z.string().optional(),
  label: z.string().optional(),
  scenario: z.string().optional(),
  key: z.boolean().optional(),
  attack: z.array(z.string()).default([]),
  expected: z.boolean().optional(),
  alertWorthy: z.boolean().optional(),
  cleanNegative: z.boolean().optional(),
});
type Row = z.infer<typeof ROW>;
const FILE = z.union([
  z.array(ROW.shape.event),
  z.object({ Records: z.array(ROW.shape.event) }).transform((file) => file.Records),
]);

const SOURCE = { id: 'aws-cloudtrail', logsources: [{ product: 'aws', service: 'cloudtrail' }] };
const { stream } = compileStream(rulesOf(detectionFiles(SOURCE.id)), { sources: [SOURCE] });
const hitsOf = (event: JsonObject): RuleInfo[] => stream.match(SOURCE.id, event, {} as never).map(({ rule }) => rule);
const atLeast = (hits: readonly RuleInfo[], level: RuleInfo['level']): boolean =>
  hits.some((hit) => levelRank(hit.level) >= levelRank(level));
const parent = (id: string): string => (currentTechnique(id)?.id ?? id).split('.')[0] ?? id;
const sameTechnique = (hits: readonly RuleInfo[], wanted: readonly string[]): boolean =>
  wanted.some((id) => hits.some(({ attack }) => attack.some((other) => parent(other) === parent(id.replace(/^TA\d+:/, '')))));

const rowsOf = (path: string): Row[] =>
  readFileSync(join(SAMPLES, path), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ROW.parse(JSON.parse(line)));
const fileOf = (path: string): JsonObject[] => FILE.parse(JSON.parse(readFileSync(join(SAMPLES, path), 'utf8')));
const percent = (part: number, whole: number): string => `${part}/${whole} = ${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

describe.skipIf(!present)('on the labelled samples', () => {
  it('stays below medium on production', () => {
    const loud = fileOf('raw/cloudtrail/production-benign.json').filter((event) => atLeast(hitsOf(event), 'medium'));
    expect(loud).toEqual([]);
  });

  it('alerts at medium or higher with the right technique in every attack file', () => {
    const rows = rowsOf('cloudtrail/stratus.jsonl');
    for (const file of readdirSync(join(SAMPLES, 'raw/cloudtrail/stratus'))) {
      const name = file.replace(/\.json$/, '');
      const hits = fileOf(join('raw/cloudtrail/stratus', file))
        .flatMap(hitsOf)
        .filter((hit) => atLeast([hit], 'medium'));
      const wanted = rows.filter((row) => row.key && row.scenario === name).flatMap(({ attack }) => attack);
      expect([name, hits.length > 0, sameTechnique(hits, wanted)]).toEqual([name, true, true]);
    }
  });

  it('alerts on at least 85 % of the positives and at most 2 % of the negatives', () => {
    const rows = rowsOf('panther/AWS.CloudTrail.jsonl').map((row) => ({ ...row, hits: hitsOf(row.event) }));
    const worthy = rows.filter((row) => row.expected && row.alertWorthy);
    const clean = rows.filter((row) => row.cleanNegative);
    const found = worthy.filter((row) => atLeast(row.hits, 'low'));
    const wrong = clean.filter((row) => atLeast(row.hits, 'medium'));
    console.log(`recall ${percent(found.length, worthy.length)}, false positives ${percent(wrong.length, clean.length)}`);
    for (const row of worthy.filter((one) => !found.includes(one))) console.log(`  missed: ${row.rule} / ${row.test}`);
    for (const row of wrong) console.log(`  wrong: ${row.rule} / ${row.test}: ${row.hits.map(({ path }) => path).join()}`);
    expect(found.length / worthy.length).toBeGreaterThanOrEqual(0.85);
    expect(wrong.length / clean.length).toBeLessThanOrEqual(0.02);
  });

  it('finds every labelled scenario and no benign event', () => {
    const names = ['stratus', 'invictus-slice', 'otrf-cloud-breach', 'production-benign'];
    const rows = names.flatMap((name) => rowsOf(`cloudtrail/${name}.jsonl`)).map((row) => ({ ...row, hits: hitsOf(row.event) }));
    const scenarios = [...new Set(rows.flatMap((row) => (row.key && row.scenario !== undefined ? [row.scenario] : [])))];
    const keyRows = (scenario: string) => rows.filter((row) => row.key && row.scenario === scenario);
    const missed = scenarios.filter(
      (one) => !keyRows(one).some((row) => atLeast(row.hits, 'medium') && sameTechnique(row.hits, row.attack)),
    );
    const benign = rows.filter((row) => /^benign/.test(row.label ?? ''));
    const loud = benign.filter((row) => atLeast(row.hits, 'medium'));
    console.log(
      `scenarios ${percent(scenarios.length - missed.length, scenarios.length)}, loud benign events ${percent(loud.length, benign.length)}`,
    );
    expect(missed).toEqual([]);
    expect(loud).toEqual([]);
  });
});
