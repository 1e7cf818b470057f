/** Proves every detection against its own cases, its mutants, ATT&CK and the conventions of the folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tacticOf, techniqueById } from '../../functions/core/attack/attack.ts';
import { type SigmaRule, withoutSelection } from '../../functions/core/sigma/ast.ts';
import { evaluate } from '../../functions/core/sigma/predicate.ts';
import { compileStream } from '../../functions/core/sigma/stream.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { type Case, detectionFiles, detectionFolders, rulesOf } from './detection-files.ts';

const OCSF = 'ocsf';
const folders = detectionFolders().map((folder) => ({ folder, files: detectionFiles(folder) }));
const files = folders.flatMap((one) => one.files);
const rules = rulesOf(files);
const inFolder = (folder: string) => rulesOf(folders.find((one) => one.folder === folder)?.files ?? []);
const verdicts = (rule: SigmaRule, cases: readonly Case[]): string[] => cases.map(({ event }) => evaluate(rule, event));
const ruleOf = (file: (typeof files)[number]): SigmaRule => {
  const [rule] = file.parsed.rules;
  if (!rule) throw new Error(`${file.name} has no rule`);
  return rule;
};

/** The rule with one selection, or one field test or alternative of one selection, left out: for each of them. */
function* mutants(rule: SigmaRule): Generator<SigmaRule> {
  for (const { name, expr } of rule.selections) {
    const without = withoutSelection(rule, name);
    if (without) yield without;
    if (expr.op !== 'and' && expr.op !== 'or') continue;
    for (let i = 0; i < expr.of.length; i++) {
      const less = { op: expr.op, of: expr.of.filter((_, at) => at !== i) };
      yield { ...rule, selections: rule.selections.map((one) => (one.name === name ? { ...one, expr: less } : one)) };
    }
  }
}

describe('the detections', () => {
  it('are at least 119 rules for CloudTrail over at least 11 tactics', () => {
    const own = inFolder('aws-cloudtrail');
    expect(own.length).toBeGreaterThanOrEqual(119);
    expect(new Set(own.flatMap(({ info }) => info.tactics)).size).toBeGreaterThanOrEqual(11);
  });

  it('parse without a problem or a remark, one rule in each file', () => {
    expect(files.flatMap(({ parsed }) => [...parsed.problems, ...parsed.notes])).toEqual([]);
    expect(files.filter(({ parsed }) => parsed.rules.length !== 1)).toEqual([]);
  });

  it('have ids, titles and descriptions of their own', () => {
    for (const key of ['id', 'title'] as const) expect(new Set(rules.map(({ info }) => info[key])).size).toBe(rules.length);
    expect(new Set(rules.map(({ description }) => description)).size).toBe(rules.length);
    for (const { info } of rules)
      expect(info.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('lie in folders that are named like the source whose records they are for', () => {
    const ids = [...SOURCES.map(({ id }) => id), OCSF];
    expect(folders.map(({ folder }) => folder).filter((folder) => !ids.includes(folder))).toEqual([]);
    expect(rules.filter(({ taxonomy, info }) => (taxonomy === 'ocsf') !== info.path.startsWith(`detections/${OCSF}/`))).toEqual(
      [],
    );
  });

  it('compile for the stream, each with an anchor', () => {
    const { problems, unanchored, unbound } = compileStream(rules, { sources: SOURCES });
    expect(problems).toEqual([]);
    expect(unbound).toEqual([]);
    expect([...new Set(unanchored.map(({ rule }) => rule.path))]).toEqual([]);
  });

  it.each(folders)('turn every case of $folder over as the stream would', ({ folder, files: own }) => {
    const source = SOURCES.find(({ id }) => id === folder) ?? { id: OCSF, logsources: [] };
    const { stream } = compileStream(rulesOf(own), { sources: [source] });
    for (const file of own) {
      for (const { name, event, expect: wanted } of file.cases) {
        // Native rules never look at the OCSF event, and those over OCSF never at the record.
        const hits = stream.match(source.id, event, event as never).map(({ rule }) => rule.id);
        expect([file.name, name, hits.includes(ruleOf(file).info.id)]).toEqual([file.name, name, wanted === 'match']);
      }
    }
  });

  it('name hunts that there are', () => {
    const named = rules.flatMap(({ info }) => info.yagura.hunts ?? []);
    expect([...new Set(named)].filter((name) => !existsSync(join('queries', 'hunts', `${name}.sql`)))).toEqual([]);
  });
});

describe('the cases of the detections', () => {
  it('notice at least 95 % of the selections and field tests that could be lost', () => {
    const outcomes = files.flatMap((file) => {
      const matches = (rule: SigmaRule): string => file.cases.map(({ event }) => evaluate(rule, event) === 'match').join();
      const wanted = file.cases.map((one) => one.expect === 'match').join();
      return [...mutants(ruleOf(file))].map((mutant) => matches(mutant) !== wanted);
    });
    const killed = outcomes.filter(Boolean).length;
    console.log(`mutation score: ${killed}/${outcomes.length}`);
    expect(killed / outcomes.length).toBeGreaterThanOrEqual(0.95);
  });
});

describe.each(files.map((file) => [file.name, file] as const))('%s', (name, file) => {
  const rule = ruleOf(file);

  it('follows the conventions', () => {
    expect(name).toMatch(/^[a-z0-9]+_[a-z0-9]+_[a-z0-9_]+$/);
    expect(rule.description).toMatch(/Blind\s+spot/);
    expect(rule.author).toBe('Yagura');
    expect(rule.info.falsepositives.length).toBeGreaterThan(0);
    expect(rule.info.yagura.nextSteps?.en).toBeTruthy();
    expect(rule.info.yagura.nextSteps?.ja).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    expect(rule.info.yagura.d3fend).toBeTruthy();
    expect(rule.info.yagura.hunts).toBeTruthy();
    expect(['stable', 'test', 'experimental']).toContain(rule.info.status);
  });

  it('names known techniques, and tactics that they belong to', () => {
    expect(rule.info.attack.length).toBeGreaterThan(0);
    const possible = rule.info.attack.flatMap((id) => techniqueById(id)?.tactics ?? []);
    expect(rule.info.attack.filter((id) => techniqueById(id) === undefined)).toEqual([]);
    expect(rule.info.tactics.filter((slug) => tacticOf(slug) === undefined)).toEqual([]);
    expect(rule.info.tactics.length).toBeGreaterThan(0);
    expect(rule.info.tactics.some((slug) => possible.some((other) => other === slug))).toBe(true);
  });

  it('judges its cases as they expect', () => {
    const count = (expected: Case['expect']): number => file.cases.filter((one) => one.expect === expected).length;
    expect(count('match')).toBeGreaterThanOrEqual(2);
    expect(count('no_match')).toBeGreaterThanOrEqual(2);
    expect(count('not_applicable')).toBeGreaterThanOrEqual(1);
    expect(new Set(file.cases.map((one) => one.name)).size).toBe(file.cases.length);
    const got = file.cases.map(({ name: title, event }) => [title, evaluate(rule, event)]);
    expect(got).toEqual(file.cases.map(({ name: title, expect: wanted }) => [title, wanted]));
  });

  it('fails a case when any of its selections is dropped', () => {
    const wanted = file.cases.map((one) => one.expect);
    const survivors = rule.selections
      .map(({ name: selection }) => ({ selection, mutant: withoutSelection(rule, selection) }))
      .filter(({ mutant }) => mutant !== undefined && verdicts(mutant, file.cases).join() === wanted.join())
      .map(({ selection }) => selection);
    expect(survivors).toEqual([]);
  });
});
